"""A bill on its way to the disk: written as it comes, hashed, and under its own name only when it is whole.

The name holds the day and the beginning of the hash, so two different files of one day are both kept.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.channels import beijing
from app.channels.books import BillError, BillFault, BillFile
from app.core.channel import Channel

BILL_MOST: Final = 2 * 1024**3  # bytes as they come; a million rows are 400 MB unpacked
DAY: Final = "%Y-%m-%d"
HEAD: Final = 64 * 1024  # bytes kept in memory: a refusal instead of a bill is shorter


class IncomingBill:
    """``take`` fits ``Post.into``. Use as a context manager: what is not kept when it ends is deleted.

    Raises BillError for a ``day`` that is none, OSError at construction and from ``keep``, for what failed meanwhile
    as well.
    """

    def __init__(self, channel: Channel, day: str, folder: Path) -> None:
        if beijing.read(day, DAY) is None:
            raise BillError(BillFault.WRONG_ASK, "a day is written as YYYY-MM-DD", text=day[:10])
        self._channel = channel
        self._day = day
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".bill-", suffix=".part", dir=folder)  # mode 0600
        self._path = Path(name)
        self._file = os.fdopen(handle, "wb")
        self._hash = hashlib.sha256()
        self._trouble: OSError | None = None
        self.size = 0
        self.head = b""

    def take(self, data: bytes) -> bool:
        """Write ``data``; False when the disk fails or the file is longer than any bill."""
        self.size += len(data)
        if self._trouble is not None or self.size > BILL_MOST:
            return False
        self.head += data[: HEAD - len(self.head)]
        self._hash.update(data)
        try:
            self._file.write(data)
        except OSError as error:
            self._trouble = error
            return False
        return True

    def check(self) -> None:
        """Raise the OSError that ended the writing, if one did."""
        if self._trouble is not None:
            raise self._trouble

    def keep(self, suffix: str) -> BillFile:
        """The whole file under its name, durable."""
        self.check()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = self._hash.hexdigest()
        path = self._folder / f"{self._channel.value}-{self._day}-{digest[:12]}{suffix}"
        self._path.replace(path)
        return BillFile(self._channel, self._day, path, digest)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
