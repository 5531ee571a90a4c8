"""Which stretch of channel time a channel's bill of a day covers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from app.core.beijing import BEIJING, DAY_MS, business_day, ms_at
from app.core.channel import Channel

NEAR_MS: Final = 600_000  # ten minutes: so close to a day's end, its neighbour may have it
_BEIJING_MS: Final = 8 * 3_600_000
_EARLIER_MS: Final = 3_600_000  # UnionPay's day runs 23:00 to 23:00 (unionpay.md §5)


@dataclass(frozen=True, slots=True)
class Window:
    """``begin_ms`` included, ``end_ms`` not."""

    channel: Channel
    day: str
    begin_ms: int
    end_ms: int

    def holds(self, ms: int) -> bool:
        return self.begin_ms <= ms < self.end_ms


def window_of(channel: Channel, day: str) -> Window:
    """The bill window of ``day`` (YYYY-MM-DD). Raises ValueError for what is no day."""
    begin = ms_at(datetime.combine(date.fromisoformat(day), datetime.min.time(), BEIJING)) - _earlier(channel)
    return Window(channel, day, begin, begin + DAY_MS)


def bill_day(channel: Channel, ms: int) -> str:
    """The day whose bill covers ``ms``."""
    return business_day(ms + _earlier(channel))


def day_index(channel: Channel, ms: int) -> int:
    """The same day as a number: a million rows are counted by it."""
    return (ms + _earlier(channel) + _BEIJING_MS) // DAY_MS


def day_of_index(index: int) -> str:
    return business_day(index * DAY_MS - _BEIJING_MS)


def beside(day: str, days: int) -> str:
    """``day`` moved by ``days``."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _earlier(channel: Channel) -> int:
    return _EARLIER_MS if channel is Channel.UNIONPAY else 0
