"""The log: one JSON object per line, in ``<data>/log/mashou-YYYYMMDD.jsonl``, for whoever looks into a fault later.

Whoever logs only puts a record into a queue; one thread writes. A full disk or a folder nobody may write loses lines
(they are counted) and disturbs nothing. Payment codes and keys never come near a log; ``redacted`` is the last defence
should one do so all the same.
"""

import json
import logging
import os
import re
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from logging.handlers import QueueHandler
from pathlib import Path
from queue import Full, Queue
from typing import Final

from app.core.beijing import at_beijing

KEEP_DAYS: Final = 30
# A till writes some 2 MB on a busy day; a fault that logs without end stops here instead of at the end of the disk.
DAY_BYTES: Final = 32 * 1024 * 1024
# Records waiting for a disk that hangs; more are dropped.
QUEUE_RECORDS: Final = 10_000
# How long an ending program waits for its last lines.
STOP_S: Final = 2.0
TEXT_CHARACTERS: Final = 16_000

MASKED: Final = "[masked]"
# Payment codes have 16 to 24 digits (codes.md); longer runs may be two of them.
_DIGITS: Final = re.compile(r"\d{16,}|(?<!\d)\d{4}(?:[ -]\d{4}){3,5}(?:[ -]?\d{1,3})?(?!\d)")
# Our order numbers (design §4), WeChat's transaction_id, Alipay's trade_no: what a log is searched by.
_KNOWN: Final = re.compile(r"[47][0-9]{23}|(?:4[0-9]|20)[0-9]{26}")
_PEM: Final = re.compile(r"-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", re.DOTALL)

Clock = Callable[[], int]
Records = Queue[logging.LogRecord | None]

_sale: ContextVar[str] = ContextVar("sale", default="")


@contextmanager
def about_sale(out_trade_no: str) -> Generator[None]:
    """Every line logged inside, tasks begun inside included, carries this order number."""
    token = _sale.set(out_trade_no)
    try:
        yield
    finally:
        _sale.reset(token)


def redacted(text: str) -> str:
    """``text`` without anything shaped like a payment code or a PEM block."""
    return _DIGITS.sub(_mask, _PEM.sub(MASKED, text))


def _mask(found: re.Match[str]) -> str:
    return found.group() if _KNOWN.fullmatch(found.group()) else MASKED


def install(folder: Path, clock: Clock, level: int = logging.INFO) -> Callable[[], None]:
    """Send everything logged in this process to ``folder / "log"``; returns what undoes it and ends the thread.

    ``clock`` gives channel time in ms, from any thread; it names the day's file at UTC+8. The undoing may be called
    twice; it writes what was logged before it, but waits no longer than STOP_S for a disk that hangs.
    """
    root = logging.getLogger()
    before = root.level
    queue: Records = Queue(QUEUE_RECORDS)
    writer = DayWriter(folder / "log")
    ending = threading.Event()
    thread = threading.Thread(target=_write_all, args=(queue, writer, ending), name="mashou-log", daemon=True)
    thread.start()
    door = _Door(queue, clock)
    root.addHandler(door)
    root.setLevel(level)

    def undo() -> None:
        if door not in root.handlers:
            return
        root.removeHandler(door)
        root.setLevel(before)
        ending.set()
        with suppress(Full):  # then the thread has something to wake it, and sees that it is to end
            queue.put_nowait(None)
        thread.join(STOP_S)

    return undo


def _write_all(queue: Records, writer: "DayWriter", ending: threading.Event) -> None:
    """The thread: one of the outermost loops, so that a bad record never ends the log."""
    while not (ending.is_set() and queue.empty()):
        record = queue.get()
        if record is None:
            break
        try:
            writer.handle(record)
        except Exception:  # noqa: BLE001 - there is nowhere to tell it: this is the log
            writer.lost += 1
    writer.close()


class _Door(QueueHandler):
    """What the money path touches: formats the text, notes sale and time, queues it."""

    def __init__(self, queue: Records, clock: Clock) -> None:
        super().__init__(queue)
        self._clock = clock

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        prepared: logging.LogRecord = super().prepare(record)
        prepared.sale = _sale.get()
        prepared.at_ms = self._clock()
        return prepared

    def enqueue(self, record: logging.LogRecord) -> None:
        with suppress(Full):  # the disk hangs; the till does not wait for it
            self.queue.put_nowait(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """A record that cannot be formatted is lost and never printed: its arguments may hold anything."""


class DayWriter(logging.Handler):
    """Appends lines to the file of the day and drops files older than KEEP_DAYS. Used by the log's thread alone."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._day = ""
        self._fd = -1
        self._written = 0
        self._torn = False  # the disk took half a line
        self.lost = 0  # lines

    def emit(self, record: logging.LogRecord) -> None:
        at = at_beijing(getattr(record, "at_ms", int(record.created * 1000)))
        try:
            self._turn_to(at.strftime("%Y%m%d"))
            self._write(_line(record, at))
        except OSError:
            self.lost += 1
            self._let_go()

    def close(self) -> None:
        self._let_go()
        super().close()

    def _turn_to(self, day: str) -> None:
        if self._fd >= 0 and day == self._day:
            return
        self._let_go()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"mashou-{day}.jsonl"
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._day, self._written = day, os.fstat(self._fd).st_size
        for old in sorted(self._folder.glob("mashou-????????.jsonl"))[:-KEEP_DAYS]:
            old.unlink(missing_ok=True)

    def _write(self, line: bytes) -> None:
        if self._torn:
            line = b"\n" + line
        if self._written + len(line) > DAY_BYTES:
            self.lost += 1
            return
        taken = os.write(self._fd, line)
        self._written += taken
        self._torn = taken < len(line)
        self.lost += self._torn

    def _let_go(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _line(record: logging.LogRecord, at: datetime) -> bytes:
    said = {
        "at": at.isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "from": record.name,
        "sale": getattr(record, "sale", ""),
        "thread": record.threadName or "",
        "says": record.getMessage(),
    }
    clean = {name: redacted(value)[:TEXT_CHARACTERS] for name, value in said.items() if value}
    return json.dumps(clean, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
