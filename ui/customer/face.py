"""What the second screen shows of a scene. Pure."""

from dataclasses import dataclass
from typing import Final

from app.core.channel import Channel
from app.core.money import show_yuan
from app.till.api import CounterView, Light
from app.till.customer import Moment, Scene
from app.words import has, say
from ui.text import channel_name
from ui.views.here import Here, ring
from ui.widgets.glyphs import Glyph
from ui.widgets.stage import Tone

_SHAPES: Final = {
    Moment.IDLE: (Tone.WHITE, None),
    Moment.WAIT: (Tone.WHITE, Glyph.ARROW),
    Moment.READY: (Tone.WHITE, Glyph.SCAN),
    Moment.SENT: (Tone.AMBER, Glyph.RING),
    Moment.PENDING: (Tone.AMBER, Glyph.RING),
    Moment.UNKNOWN: (Tone.AMBER, Glyph.RING),
    Moment.PAID: (Tone.GREEN, Glyph.TICK),
    Moment.NOTPAID: (Tone.GREY, Glyph.CROSS),
    Moment.LETGO: (Tone.AMBER, Glyph.ARROW),
    Moment.RETURNING: (Tone.AMBER, Glyph.ARROW),
    Moment.RETURNED: (Tone.GREY, Glyph.RETURNED),
}
_LABELS: Final = {Moment.PAID: "cus.paid", Moment.RETURNED: "cus.returned", Moment.RETURNING: "cus.returning"}


@dataclass(frozen=True, slots=True)
class CustomerFace:
    tone: Tone
    glyph: Glyph | None
    label: str  # before the sum: owed, paid, returned
    amount: str  # "" for none
    head: str
    do: str = ""
    mark: Channel | None = None
    mark_name: str = ""
    seconds: int | None = None
    left: float = 0.0  # of the ring, 0 to 1
    unit: str = ""
    training: str = ""  # "" outside training


def customer_face(shown: Scene, view: CounterView | None, here: Here) -> CustomerFace:
    """``view``: where the shop's name stands, and which wallets can pay."""
    language, moment = here.language, shown.moment
    tone, glyph = _SHAPES[moment]
    sale = shown.sale
    counted = ring(sale, here) if sale is not None and glyph is Glyph.RING else None
    if glyph is Glyph.RING and counted is None:
        glyph = Glyph.ARROW
    do = say(f"cus.{moment}.do", language) if has(f"cus.{moment}.do") else ""
    if moment is Moment.IDLE and view is not None:
        do = view.desk.shop
    if moment is Moment.READY and view is not None:
        do = _wallets(view, language)
    if moment is Moment.PENDING and counted is None:
        do = ""
    mark = sale.channel if sale is not None and tone in (Tone.AMBER, Tone.GREEN) else None
    return CustomerFace(
        tone,
        glyph,
        say(_LABELS.get(moment, "cus.due"), language) if shown.amount_fen else "",
        show_yuan(shown.amount_fen) if shown.amount_fen else "",
        say(f"cus.{moment}.head", language),
        do,
        mark=mark,
        mark_name=channel_name(mark, language) if mark is not None else "",
        seconds=counted,
        left=min(1.0, (counted or 0) / sale.patience) if sale is not None and sale.patience > 0 else 0.0,
        unit=say("win.seconds", language),
        training=say("cus.training", language) if shown.training else "",
    )


def _wallets(view: CounterView, language: str) -> str:
    """Which of them can pay now."""
    lamps = (lamp for lamp in view.lamps if lamp.light in (Light.OK, Light.SLOW) and has(f"name.{lamp.name}"))
    return " · ".join(say(f"name.{lamp.name}", language) for lamp in lamps)
