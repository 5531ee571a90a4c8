"""Channel time on the wire: always UTC+8, whatever the computer thinks (reliability.md I-27)."""

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))
COMPACT: Final = "%Y%m%d%H%M%S"  # WeChat V2
SPACED: Final = "%Y-%m-%d %H:%M:%S"  # Alipay


def write(ms: int, form: str) -> str:
    """``ms`` since the epoch as the channel writes it."""
    return _written(ms // 1000, form)


@lru_cache(maxsize=64)
def _written(second: int, form: str) -> str:
    """Remembered: UnionPay knows a sale by its time, which stands in each request about it and in each answer."""
    return datetime.fromtimestamp(second, BEIJING).strftime(form)


def read(text: str, form: str) -> int | None:
    """Ms since the epoch; None for anything that is not exactly ``form``: COMPACT, SPACED or a day, YYYY-MM-DD."""
    if not text:  # most answers name no time
        return None
    try:
        iso = f"{text[:8]}T{text[8:]}" if form == COMPACT else text  # strptime takes four times as long
        moment = datetime.fromisoformat(iso).replace(tzinfo=BEIJING)
    except ValueError:
        return None
    if moment.strftime(form) != text:  # ISO 8601 has other spellings of the same time
        return None
    return int(moment.timestamp() * 1000)
