"""Bills as they came, kept with the hash in their names: what a day was reconciled with can be shown for years."""

import os
import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.channel import Channel
from app.office.recon.bills import Bill

FILES_MOST: Final = 4_000  # three channels for more than three years
BYTES_MOST: Final = 8 * 1024**3
_SUFFIXES: Final = re.compile(r"(?:\.csv)?\.(?:csv|gz|zip|txt)$", re.IGNORECASE)
_NAME: Final = re.compile(r"(?:wechat|alipay|unionpay)-\d{4}-\d{2}-\d{2}-[0-9a-f]{12}(?:\.[a-z]{2,3}){0,2}")


@dataclass(frozen=True, slots=True)
class Shelved:
    """``again``: the same file lay there. ``newer``: another one of that day lies there too."""

    path: Path
    again: bool
    newer: bool


class Shelf:
    """The folder ``bills`` of a till."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, bill: Bill) -> Shelved:
        """Keep a copy, durable when this returns. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = self.of(bill.channel, bill.day)
        found = _SUFFIXES.search(bill.path.name)
        suffix = found[0].lower() if found else ""
        path = self._folder / f"{bill.channel.value}-{bill.day}-{bill.sha256[:12]}{suffix}"
        again = any(bill.sha256[:12] in one.name for one in others)
        if again:
            path = next(one for one in others if bill.sha256[:12] in one.name)
        else:
            copied(bill.path, path)
            self._make_room(path)
        return Shelved(path, again, any(one != path for one in others))

    def of(self, channel: Channel, day: str) -> tuple[Path, ...]:
        """The kept bills of a day, the newest first."""
        found = self._folder.glob(f"{channel.value}-{day}-*") if day else ()
        kept = [one for one in found if _NAME.fullmatch(one.name)]
        return tuple(sorted(kept, key=lambda one: (one.stat().st_mtime_ns, one.name), reverse=True))

    def _make_room(self, spare: Path) -> None:
        """The oldest go beyond the limits; never the one just put there."""
        files = [one for one in self._folder.iterdir() if _NAME.fullmatch(one.name) and one != spare]
        files.sort(key=lambda one: one.stat().st_mtime_ns)
        size = sum(one.stat().st_size for one in files) + spare.stat().st_size
        count = len(files) + 1
        for oldest in files:
            if count <= FILES_MOST and size <= BYTES_MOST:
                return
            count, size = count - 1, size - oldest.stat().st_size
            oldest.unlink(missing_ok=True)


def copied(source: Path, target: Path) -> None:
    """Whole and durable under its name, or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=".bill-", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as copy, source.open("rb") as file:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.fsync(copy.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)
        raise
