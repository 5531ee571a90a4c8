"""What an exported day log shows, whatever it is written as: columns, cells, totals. Pure."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from app import words
from app.core.beijing import DAY_MS, at_beijing
from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.shift_sums import Kind, Sheet, Totals
from app.office.daylog import Row
from app.till.entries import RUNNING

COLUMNS: Final = (
    "day",
    "time",
    "result",
    "channel",
    "amount",
    "net",
    "why",
    "order",
    "refund",
    "channelno",
    "operator",
    "till",
    "shift",
)
_OFFSET_MS: Final = 8 * 3_600_000


@dataclass(frozen=True, slots=True)
class Paper:
    """What every export says of itself beside its rows."""

    shop: str
    till: str
    first_day: str
    last_day: str
    head_seq: int
    head_digest: str
    made_ms: int
    training: bool
    language: str
    rows: int = 0  # where the format must know before it begins

    @property
    def days(self) -> str:
        return self.first_day if self.first_day == self.last_day else f"{self.first_day} – {self.last_day}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and text, in the order they stand."""
        made = f"{at_beijing(self.made_ms):%Y-%m-%d %H:%M:%S}"
        found = [("ex.shop", self.shop), ("ex.col.till", self.till), ("ex.made", made)]
        found.append(("ex.head", f"#{self.head_seq} {self.head_digest}"))
        return tuple((words.say(key, self.language), text) for key, text in found)


@dataclass(frozen=True, slots=True)
class TotalLine:
    label: str
    count: int
    paid_fen: int
    back_fen: int
    net_fen: int


def headings(language: str) -> tuple[str, ...]:
    return tuple(words.say(f"ex.col.{name}", language) for name in COLUMNS)


def amount_of(row: Row) -> int:
    """Fen as the amount column shows them: money given back is negative."""
    return -row.fen if row.is_given_back else row.fen


@cache
def kind_words(kind: Kind | None, language: str) -> str:
    return words.say(f"ex.kind.{kind.value if kind is not None else 'open'}", language)


@cache
def channel_words(channel: Channel, language: str) -> str:
    return words.say(f"name.{channel}", language)


@cache
def reason_words(reason: Reason | None, language: str) -> str:
    return "" if reason is None else words.say(f"r.{reason}.head", language)


def note_of(row: Row, language: str) -> str:
    """Why nothing was paid, or which sale the money was of, by its short name."""
    if row.is_given_back:
        return words.say("ex.of", language, n=row.out_trade_no[RUNNING][-4:])
    return reason_words(row.reason, language)


class BeijingClock:
    """``2026-11-22 21:58:08`` of many instants; each day's date is worked out once."""

    def __init__(self) -> None:
        self._dates: dict[int, str] = {}

    def __call__(self, at_ms: int) -> str:
        day, rest = divmod(at_ms + _OFFSET_MS, DAY_MS)
        found = self._dates.get(day)
        if found is None:
            found = self._dates[day] = f"{at_beijing(at_ms):%Y-%m-%d}"
        seconds = rest // 1000
        return f"{found} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def totals_of(sheet: Sheet, language: str) -> tuple[TotalLine, ...]:
    """One line for each channel that had any money, and the total last."""
    by_channel = sheet.cut(lambda cell: cell.channel)
    lines = [
        _line(channel_words(channel, language), by_channel[channel]) for channel in Channel if channel in by_channel
    ]
    return (*lines, _line(words.say("ex.total", language), sheet.total))


def _line(label: str, totals: Totals) -> TotalLine:
    return TotalLine(label, totals.paid.count, totals.paid.fen, totals.given_back.fen, totals.net_fen)
