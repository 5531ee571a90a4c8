"""Tells the story of sales on a terminal: a line for each thing that happened, one rewritten line for the countdown.

A terminal that is gone (a closed pipe) silences the teller and nothing else: the money goes on.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from shutil import get_terminal_size
from typing import Final, TextIO
from unicodedata import east_asian_width

from app.cli.exits import complaint
from app.core.money import show_yuan
from app.till.api import Phase, Refusal, SaleView
from app.words import has, say, tell

HEAD_COLUMNS: Final = 24  # twelve 汉字: the longest headline
SPARSE_SECONDS: Final = 10  # without a terminal the countdown is told this often
CALM: Final = frozenset(
    {Phase.PAID, Phase.REVERSED0, Phase.REVERSED1, Phase.REVERSEDQ, Phase.VOIDED, Phase.PARTIAL}
)  # nothing is left to do
WORDLESS: Final = CALM | {Phase.INTENT, Phase.SENT, Phase.PENDING}  # there a channel's own words explain nothing


class Teller:
    """``out`` gets the story. ``now`` is ``time.monotonic``, which deadlines are counted on."""

    def __init__(self, out: TextIO, language: str, now: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self.language = language
        self._now = now
        self._live = out.isatty()
        self._shown = ""  # the countdown that stands on the last line of a terminal
        self._told: dict[str, tuple[Phase, str]] = {}  # the phase and the alarm each sale was last told in
        self._sparse: dict[str, int] = {}

    def line(self, text: str) -> None:
        """Whatever a channel says, it cannot steer the terminal."""
        self._wipe()
        self._put("".join(c if c.isprintable() else " " for c in text) + "\n")

    def say(self, key: str, **values: str | int) -> None:
        self.line(say(key, self.language, **values))

    def refusal(self, refusal: Refusal) -> str:
        """What is wrong with a scan or an amount, as one line."""
        values = {name: self._named(name, value) for name, value in refusal.values}
        return complaint(f"scan.{refusal.key}", self.language, **values)

    def channel(self, channel: str) -> str:
        return self._named("channel", channel)

    def tell(self, sale: SaleView) -> None:
        """A line for another phase than when ``sale`` was last told, and one for an alarm that is new."""
        before = self._told.get(sale.out_trade_no)
        if before is None:
            values = {**self._values(sale), "amount": f"￥{show_yuan(sale.amount_fen)}"}
            self.say("cli.order", **values, number=sale.out_trade_no)
        if before is None or before[0] != sale.phase:
            self._tell_phase(sale)
        is_new = before is None or before[1] != sale.alarm
        if is_new and sale.alarm and sale.alarm != f"st.{sale.phase}":
            self.line(f"{self._number(sale)}  {self._alarm(sale)}")
        self._told[sale.out_trade_no] = (sale.phase, sale.alarm)

    def _tell_phase(self, sale: SaleView) -> None:
        self._sparse.pop(sale.out_trade_no, None)
        values = self._values(sale)
        accepted = sale.phase is Phase.UNKNOWN and sale.deadline is None  # Alipay's 10000: nothing counts down
        key = "st.accepted" if accepted else f"st.{sale.phase}"
        head = say(f"{key}.head", self.language, **values)
        parts = [say(f"{key}.is", self.language, **values)]
        if sale.phase not in CALM and not accepted:
            parts.append(say(f"{key}.do", self.language, **values))
        if sale.says and sale.phase not in WORDLESS:
            parts.append(say("st.line.says", self.language, text=sale.says))
        self.line(f"{self._number(sale)}  {_padded(head)}  {' '.join(parts)}")

    def count(self, sales: tuple[SaleView, ...]) -> None:
        """Bring the countdown up to date; without a terminal only now and then."""
        running = [(sale, left) for sale in sales if (left := self._left(sale)) is not None]
        if self._live:
            self._rewrite("   ".join(f"{self._number(sale)} {self._countdown(sale, left)}" for sale, left in running))
            return
        for sale, left in running:
            step = left // SPARSE_SECONDS
            if self._sparse.get(sale.out_trade_no, step) != step:
                self.line(f"{self._number(sale)}  {self._countdown(sale, left)}")
            self._sparse[sale.out_trade_no] = step

    def close(self) -> None:
        self._wipe()

    def _left(self, sale: SaleView) -> int | None:
        end = sale.deadline if sale.deadline is not None else sale.release
        return None if end is None else max(0, round(end - self._now()))

    def _countdown(self, sale: SaleView, left: int) -> str:
        return say("cli.leave" if sale.deadline is not None else "cli.release", self.language, n=left)

    def _values(self, sale: SaleView) -> dict[str, str | int]:
        found: dict[str, str | int] = {
            "channel": self._named("channel", sale.channel),
            "amount": f"￥{show_yuan(_spoken_of(sale))}",
            "left": f"￥{show_yuan(sale.left_fen)}",
            "amount2": say("cli.otheramount", self.language),
            "n": round(sale.silent_for or 0) if sale.phase is Phase.OFFLINE else self._left(sale) or 0,
        }
        if sale.reason is not None:
            found["reason"] = sale.reason
        elif sale.phase is Phase.DECLINED:
            found["reason"] = "wallet"
        return found

    def _alarm(self, sale: SaleView) -> str:
        values = {**self._values(sale), "n": round(sale.silent_for or 0), "text": sale.says}
        known = [key for part in ("is", "do") if has(key := f"{sale.alarm}.{part}")] or ["st.stuck.is", "st.stuck.do"]
        return " ".join(tell(key, self.language, values) for key in known)

    def _named(self, name: str, value: str) -> str:
        if name not in {"channel", "channels"}:
            return value
        joint = "、" if self.language == "zh" else ", "
        return joint.join(say(f"name.{one}", self.language) for one in value.split(","))

    def _number(self, sale: SaleView) -> str:
        return f"{sale.number % 10_000:04d}"

    def _rewrite(self, text: str) -> None:
        if not self._shown or not text.startswith(self._shown):
            self._wipe()
            self._shown = _cut(text, get_terminal_size().columns - 1)
            self._put(self._shown)

    def _wipe(self) -> None:
        if self._shown:
            self._put("\r" + " " * _columns(self._shown) + "\r")
            self._shown = ""

    def _put(self, text: str) -> None:
        with suppress(OSError, ValueError):  # nobody reads any more
            self._out.write(text)
            self._out.flush()


def _spoken_of(sale: SaleView) -> int:
    """The sum its phase is about, fen: of a sale whose money goes back, what goes or went back."""
    if sale.phase is Phase.VOIDING and sale.refunds:
        return sale.refunds[-1].amount_fen
    return sale.refunded_fen if sale.phase is Phase.PARTIAL else sale.amount_fen


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, room: int) -> str:
    """As much of ``text`` as stands on one line: a wrapped line could not be rewritten."""
    while _columns(text) > room:
        text = text[:-1]
    return text


def _padded(text: str) -> str:
    return text + " " * max(0, HEAD_COLUMNS - _columns(text))
