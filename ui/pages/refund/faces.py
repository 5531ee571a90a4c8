"""A sale and its advice as the refund page shows them. Pure: words and shapes, no widgets."""

from dataclasses import dataclass
from typing import Final

from app.core.adviser import Advice, Way, WayAdvice, stands
from app.core.channel import Channel
from app.core.money import show_yuan
from app.core.refunds import Refund, RefundState
from app.core.sale import Sale, State
from app.core.told import told
from app.office.desk_api import SalePicture
from app.office.story import Step, Tone
from app.office.telling import spoken
from app.words import say
from ui.pages.telling import capital
from ui.text import channel_name, day_clock, in_fours, money
from ui.widgets.glyphs import Glyph
from ui.widgets.steps import Mark
from ui.widgets.steps import Step as Line

REASONS: Final = ("return", "amount", "twice", "stock", "other")
OTHER: Final = REASONS.index("other")

_GLYPHS: Final = {
    State.PAID: (Glyph.TICK, "green"),
    State.PARTLY_REFUNDED: (Glyph.TICK, "green"),
    State.VOIDING: (Glyph.ARROW, "amber"),
    State.VOIDED: (Glyph.RETURNED, "grey"),
    State.REFUNDED: (Glyph.RETURNED, "grey"),
    State.REVERSED: (Glyph.RETURNED, "grey"),
    State.DECLINED: (Glyph.CROSS, "grey"),
    State.NOT_SENT: (Glyph.CROSS, "grey"),
    State.STUCK: (Glyph.OCTAGON, "red"),
}
_MARKS: Final = {Tone.PLAIN: Mark.DONE, Tone.PAID: Mark.PAID, Tone.RUNNING: Mark.DONE, Tone.PERSON: Mark.STUCK}


@dataclass(frozen=True, slots=True)
class CardFace:
    """``kind``: "chosen", "open", "shut", or "itself" where the till does it."""

    title: str
    line: str
    verdict: str
    until: str
    kind: str


@dataclass(frozen=True, slots=True)
class SaleFace:
    glyph: Glyph = Glyph.SCAN
    tone: str = ""  # the colour's token; "" where there is no sale yet
    word: str = ""
    channel: Channel = Channel.WECHAT
    name: str = ""
    by: str = ""
    by_short: str = ""  # said instead where there is no room
    amount: str = ""
    under: str = ""  # what is left of the amount, where some of it went back


@dataclass(frozen=True, slots=True)
class ResultFace:
    """How the refund asked for here stands: ``tone`` is "running", "done", "person" or "plain"."""

    text: str = ""
    tone: str = "plain"


def card_faces(advice: Advice, chosen: Way, language: str) -> tuple[CardFace, ...]:
    return tuple(_card(one, advice, chosen, language) for one in advice.ways)


def _card(one: WayAdvice, advice: Advice, chosen: Way, language: str) -> CardFace:
    title = say(f"desk.{one.way}", language)
    if one.way is Way.FULL and advice.head.key == "adv.refund.left":
        title = say("desk.rest", language)
    kind = "itself" if one.by_itself else "shut" if not one.is_open else "chosen" if one.way is chosen else "open"
    verdict = {"itself": "desk.itself", "shut": "desk.shut"}.get(kind, "desk.open")
    until = "" if one.until is None else spoken(one.until, language)
    if one.until is not None and one.until.key == "adv.refund.until":
        until = say("desk.until", language, date=dict(one.until.values)["date"])
    return CardFace(title, spoken(one.why, language), say(verdict, language), until, kind)


def glyph_of(sale: Sale) -> tuple[Glyph, str]:
    """Shape and colour token of a sale's state; what settles itself turns and is amber."""
    return _GLYPHS.get(sale.state, (Glyph.ARROW, "amber"))


def sale_face(sale: Sale, language: str) -> SaleFace:
    glyph, tone = glyph_of(sale)
    order, till = sale.order, sale.order.terminal.lstrip("0") or "0"
    left = say("desk.left", language, left=money(sale.left_fen)) if sale.state is State.PARTLY_REFUNDED else ""
    return SaleFace(
        glyph,
        tone,
        capital(say(f"state.{sale.state.lower()}", language)),
        order.channel,
        channel_name(order.channel, language),
        say("desk.by", language, name=order.operator, n=till),
        say("win.terminal", language, n=till),
        show_yuan(order.amount_fen),
        left,
    )


def found_face(sale: Sale, now_ms: int, language: str) -> SaleFace:
    """A row of what was found: time and the number's end under the state."""
    face = sale_face(sale, language)
    under = f"{day_clock(sale.order.began_ms, now_ms, language)} · …{sale.order.out_trade_no[-4:]}"
    return SaleFace(face.glyph, face.tone, face.word, face.channel, face.name, under, under, face.amount)


def timeline(picture: SalePicture, language: str) -> tuple[Line, ...]:
    """All steps, oldest first; the last one is ringed while the till is at work."""
    lines = [_line(step, picture.at_ms, language) for step in picture.story]
    at_work = picture.sale.refund is not None or not picture.sale.is_final
    if at_work and lines and lines[-1].mark is Mark.DONE:
        lines[-1] = Line(Mark.NOW, lines[-1].text, lines[-1].under)
    return tuple(lines)


def _line(step: Step, now_ms: int, language: str) -> Line:
    under = day_clock(step.at_ms, now_ms, language)
    if step.under is not None:
        under += f" · {spoken(step.under, language)}"
    return Line(_MARKS[step.tone], spoken(step.what, language), under)


def numbers(sale: Sale, language: str) -> tuple[tuple[str, str], ...]:
    """Label and digits of the numbers a person may be asked for on the telephone."""
    out = [(say("win.order", language), in_fours(sale.order.out_trade_no))]
    if sale.channel_no:
        label = say("desk.channel_no", language, channel=channel_name(sale.order.channel, language))
        out.append((label, in_fours(sale.channel_no)))
    return tuple(out)


def result_face(refund: Refund, language: str) -> ResultFace:
    tones = {
        RefundState.ASKED: "running",
        RefundState.ACCEPTED: "running",
        RefundState.DONE: "done",
        RefundState.ABNORMAL: "person",
    }
    abnormal = refund.state is RefundState.ABNORMAL  # that it is stands above already: here what to do
    what = told("adv.abnormal.how") if abnormal else stands(refund)
    return ResultFace(spoken(what, language), tones.get(refund.state, "plain"))
