"""When something is said, and what (words.md §8). Pure: the till's pictures in, lines out.

A sum is said of a PAID that is durable and of nothing else: the picture is made from durable facts only (door D3), and
a sale found paid at start is silent, since nobody stands there for it any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.till.api import CounterView, Light, Phase, SaleView
from app.words import say
from app.words.spoken import spoken
from ui.text import channel_name


class Says(StrEnum):
    """How much is said: the setting ``voice.says``."""

    OFF = "off"
    RESULTS = "results"
    ALL = "all"


class Chime(StrEnum):
    """The sound in place of a voice."""

    PAID = "paid"
    NOT_PAID = "not_paid"
    CALL = "call"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Line:
    """``about``: an order number, or what else it is of; a newer line about the same thing replaces one that waits."""

    text: str
    chime: Chime
    about: str


TRIAL: Final = "trial"  # what a trial of the voice is about: nobody
TRIAL_FEN: Final = 1_250  # the sum that a trial of the voice reads out
_PAID: Final = "voice.paid"
_RETURNED: Final = "voice.returned"
_REFUNDED: Final = "voice.refunded"
RESULTS: Final = {
    Phase.PAID: (_PAID, Chime.PAID),
    Phase.DECLINED: ("voice.refused", Chime.NOT_PAID),
    Phase.NOTSENT: ("voice.refused", Chime.NOT_PAID),
    Phase.REVERSING: ("voice.letgo", Chime.NOT_PAID),
    Phase.WAIT15: ("voice.letgo", Chime.NOT_PAID),
    Phase.QUARANTINE: ("voice.letgo", Chime.NOT_PAID),
    Phase.REVERSED0: ("voice.letgo", Chime.NOT_PAID),
    Phase.REVERSEDQ: ("voice.letgo", Chime.NOT_PAID),
    Phase.REVERSED1: (_RETURNED, Chime.NOT_PAID),
    Phase.LATEBACK: (_RETURNED, Chime.NOT_PAID),
    Phase.VOIDED: (_REFUNDED, Chime.NOT_PAID),
    Phase.PARTIAL: (_REFUNDED, Chime.NOT_PAID),
    Phase.STUCK: ("voice.call", Chime.CALL),
    Phase.MISMATCH: ("voice.call", Chime.CALL),
    Phase.CONTRADICT: ("voice.call", Chime.CALL),
    Phase.PAIDHELD: ("voice.call", Chime.CALL),
}
HINTS: Final = {
    Phase.PENDING: ("voice.password", Chime.HINT),
    Phase.UNKNOWN: ("voice.doubt", Chime.HINT),
    Phase.OFFLINE: ("voice.doubt", Chime.HINT),
}


@dataclass(slots=True)
class Announcer:
    """Feed it every picture, in order; the first one is only looked at: what was before the start is not said."""

    _before: set[str] = field(default_factory=set)  # open at the first picture, and since
    _running: set[str] = field(default_factory=set)  # seen open, end not said yet
    _said: dict[str, set[str]] = field(default_factory=dict)  # order number -> what was said of it
    _started_ms: int | None = None
    _scanner_gone: bool = False

    def hear(self, view: CounterView, language: str, says: Says, wall_ms: int) -> list[Line]:
        """``wall_ms``: this computer's clock, to tell new sales from old ones at the first picture."""
        first = self._started_ms is None
        if self._started_ms is None:
            self._started_ms = max((wall_ms, *(sale.began_ms for sale in _sales(view))))
            self._before = {sale.out_trade_no for sale in view.open}
        lines = [] if first else self._lines(view, language, says)
        opened = {sale.out_trade_no for sale in view.open if not sale.recovered}
        self._before &= opened
        self._running = opened - self._before
        gone = any(lamp.name == "scanner" and lamp.light is Light.STOPPED for lamp in view.lamps)
        if gone and not self._scanner_gone and not first and says is not Says.OFF:
            lines.append(Line(say("voice.scanner", language), Chime.CALL, "scanner"))
        self._scanner_gone = gone
        return lines

    def _lines(self, view: CounterView, language: str, says: Says) -> list[Line]:
        lines: list[Line] = []
        for sale in _sales(view):
            if sale.recovered or not self._is_ours(sale):
                continue
            found = RESULTS.get(sale.phase) or (
                HINTS.get(sale.phase) if view.sale is not None and sale.out_trade_no == view.sale.out_trade_no else None
            )
            if found is None:
                continue
            key, chime = found
            said = self._said.setdefault(sale.out_trade_no, set())
            if _once(key, sale) in said:
                continue
            said.add(_once(key, sale))
            if says is Says.ALL or (says is Says.RESULTS and sale.phase in RESULTS):
                lines.append(Line(_text(key, sale, language, training=view.desk.training), chime, sale.out_trade_no))
        return lines

    def _is_ours(self, sale: SaleView) -> bool:
        """Charged since the start: an older sale that the cashier puts on the stage was said in its own time."""
        if sale.out_trade_no in self._before:
            return False
        known = sale.out_trade_no in self._running or sale.out_trade_no in self._said
        return known or sale.began_ms > (self._started_ms or 0)


def _once(key: str, sale: SaleView) -> str:
    """What makes a line the same line: of refunds there may be several."""
    return f"{key} {sale.refunded_fen}" if key == _REFUNDED else key


def _sales(view: CounterView) -> Iterable[SaleView]:
    seen: dict[str, SaleView] = {}
    for sale in (*((view.sale,) if view.sale is not None else ()), *view.open, *view.done):
        seen.setdefault(sale.out_trade_no, sale)
    return seen.values()


def _text(key: str, sale: SaleView, language: str, *, training: bool) -> str:
    fen = sale.amount_fen
    if key == _REFUNDED and sale.refunds:
        fen = sale.refunds[-1].amount_fen
    line = say(key, language, channel=channel_name(sale.channel, language), spoken=spoken(fen, language))
    return say("voice.train", language, line=line) if training else line


def trial_line(language: str) -> Line:
    """A line that says it is a trial."""
    channel = say("name.alipay", language)
    paid = say(_PAID, language, channel=channel, spoken=spoken(TRIAL_FEN, language))
    return Line(say("voice.train", language, line=paid), Chime.PAID, TRIAL)
