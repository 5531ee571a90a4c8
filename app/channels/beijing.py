"""Channel time on the wire: always UTC+8, whatever the computer thinks (reliability.md I-27)."""

from datetime import datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))
COMPACT: Final = "%Y%m%d%H%M%S"  # WeChat V2
SPACED: Final = "%Y-%m-%d %H:%M:%S"  # Alipay


def write(ms: int, form: str) -> str:
    """``ms`` since the epoch as the channel writes it."""
    return datetime.fromtimestamp(ms / 1000, BEIJING).strftime(form)


def read(text: str, form: str) -> int | None:
    """Ms since the epoch; None for anything that is not exactly ``form``."""
    if not text:  # most answers name no time
        return None
    try:
        moment = datetime.strptime(text, form).replace(tzinfo=BEIJING)
    except ValueError:
        return None
    if moment.strftime(form) != text:  # strptime takes fewer digits than it writes
        return None
    return int(moment.timestamp() * 1000)
