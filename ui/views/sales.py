"""The list beside the stage: open sales on top, then what was found again after a start, then today's."""

import math
from dataclasses import replace
from typing import Final

from app.core.beijing import business_day
from app.core.money import show_yuan
from app.core.sale import State
from app.till.api import CounterView, Phase, SaleView
from app.words import say
from ui.text import channel_name, clock, day_clock, money, short_number
from ui.views.here import COUNTED, GREEN, PAST_D2, RED, Here, entering, ring
from ui.widgets.glyphs import Glyph
from ui.widgets.sale_list import ListFace, Row, RowTone

WORDS: Final = {
    Phase.PENDING: "row.pending",
    Phase.STOPPING: "row.stopping",
    Phase.OFFLINE: "row.offline",
    Phase.UNKNOWN: "state.unknown",
    Phase.UNSAFE: "state.unknown",
    Phase.INTENT: "state.intent",
    Phase.SENT: "state.intent",
    Phase.PAIDHELD: "row.held",
    Phase.LATEPAID: "row.late",
    Phase.REFUNDING: "state.refunding",
    Phase.REVERSING: "st.reversing.list",
    Phase.WAIT15: "st.reversing.list",
    Phase.QUARANTINE: "st.quarantine.list",
    Phase.LATEBACK: "row.returned",
    Phase.REVERSED1: "row.returned",
}
GIVEN_BACK: Final = frozenset({State.VOIDED, State.REFUNDED})
SECONDS_IN_MINUTE: Final = 60
TICKING: Final = COUNTED | PAST_D2  # phases whose row changes by itself


class Ended:
    """Remembers the rows of sales that have ended: there are two hundred, and every key asks for all of them.

    The till's pictures hold one and the same object of a sale until something happens to it.
    """

    def __init__(self) -> None:
        self._made: dict[int, tuple[SaleView, Row]] = {}  # by identity; the sale is held, so that no other takes it
        self._look = ("", "")

    def rows(self, sales: list[SaleView], here: Here, current: str) -> tuple[Row, ...]:
        look = (here.language, business_day(here.wall_ms))
        before = self._made if look == self._look else {}
        made = [before.get(id(sale)) or (sale, row(sale, here)) for sale in sales]
        self._made = {id(sale): (sale, shown) for sale, shown in made if sale.phase not in TICKING}
        self._look = look
        return tuple(shown if sale.out_trade_no != current else replace(shown, current=True) for sale, shown in made)


def list_face(view: CounterView | None, here: Here, ended: Ended | None = None) -> ListFace:
    """``ended`` is one window's, and remembers from picture to picture."""
    language = here.language
    if view is None:
        return ListFace(done_title=say("win.today", language))
    current = view.sale.out_trade_no if view.sale is not None and not entering(view, here) else ""
    found = [sale for sale in view.done if sale.recovered]
    rest = [sale for sale in view.done if not sale.recovered]
    return ListFace(
        open_title=say("win.open", language),
        open=tuple(row(sale, here, current) for sale in view.open),
        done_title=say("win.today", language),
        done=(ended or Ended()).rows(found + rest, here, current),
        nothing=say("win.nothing", language),
        count=say("win.count", language, n=view.totals.count),
        total=money(view.totals.paid_fen),
    )


def row(sale: SaleView, here: Here, current: str = "") -> Row:
    seconds = ring(sale, here)
    tone, glyph = _shape(sale, counting=seconds is not None)
    return Row(
        out_trade_no=sale.out_trade_no,
        tone=tone,
        glyph=glyph,
        mark=sale.channel,
        mark_name=channel_name(sale.channel, here.language),
        word=_capital(_word(sale, here.language)),
        short=_capital(say(f"state.{sale.state.lower()}", here.language)),
        under=f"{_when(sale, here)} · {short_number(sale.number)}",
        amount=show_yuan(sale.amount_fen),
        ours=tone is not RowTone.PLAIN or glyph is Glyph.TICK,
        paid=glyph is Glyph.TICK,
        current=sale.out_trade_no == current,
        seconds=seconds,
        left=min(1.0, (seconds or 0) / sale.patience) if sale.patience > 0 else 0.0,
    )


def _shape(sale: SaleView, *, counting: bool) -> tuple[RowTone, Glyph]:
    if sale.phase in RED:
        return RowTone.RED, Glyph.OCTAGON
    if sale.state in GIVEN_BACK or sale.phase is Phase.LATEBACK:
        return RowTone.PLAIN, Glyph.RETURNED
    if sale.phase in GREEN:
        return RowTone.PLAIN, Glyph.TICK
    if sale.ended_ms is not None:
        return RowTone.PLAIN, Glyph.CROSS
    return RowTone.AMBER, Glyph.RING if counting else Glyph.ARROW


def _word(sale: SaleView, language: str) -> str:
    if sale.phase is Phase.PAID and sale.recovered:
        return say("row.recovered", language)
    if sale.phase in (Phase.STUCK, Phase.MISMATCH, Phase.CONTRADICT):
        return say("state.stuck", language)
    if sale.phase is Phase.DECLINED and sale.reason is not None:
        return say(f"r.{sale.reason}.head", language)
    return say(WORDS.get(sale.phase, f"state.{sale.state.lower()}"), language)


def _capital(word: str) -> str:
    """The states' names serve in the middle of a story line too, and are small there."""
    return word[:1].upper() + word[1:]


def _when(sale: SaleView, here: Here) -> str:
    if sale.phase in PAST_D2 and sale.release is not None and sale.release > here.mono:
        minutes = math.ceil((sale.release - here.mono) / SECONDS_IN_MINUTE)
        return say("row.release", here.language, n=minutes)
    if sale.recovered:
        return day_clock(sale.ended_ms or sale.began_ms, here.wall_ms, here.language)
    return clock(sale.ended_ms or sale.began_ms)
