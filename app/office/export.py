"""Exporting the day log: a whole file with its signature beside it, or nothing at all. Blocks: call it aside.

Written to a temporary name in the same folder, made durable, hashed as it then stands on the disk, signed, and only
then given its name. What was there before under that name stays; the export takes the next free one.
"""

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.shift_sums import Sheet
from app.journal.days import Days, open_days
from app.office.daylog import Adding, Going, Query, Row, Shifted, Stopped, all_rows, wanted
from app.office.export_csv import CsvWriter
from app.office.export_table import Paper
from app.office.export_xlsx import XlsxWriter
from app.office.signing import About, signed

SIGNATURE: Final = ".sig"
PART: Final = ".part"
BYTES_A_ROW: Final = {"csv": 220, "xlsx": 160, "pdf": 120}
ROOM_TO_SPARE: Final = 1024 * 1024
PROGRESS_EVERY: Final = 2_000
NAMES_TRIED: Final = 1_000
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# A folder that was there at the beginning and is not there at the end was pulled out.
_GONE: Final = frozenset({errno.ENOENT, errno.EIO, errno.ENODEV, errno.ENXIO, getattr(errno, "ESTALE", errno.EIO)})

OnProgress = Callable[[int, int], None]  # rows done, rows in all (about)


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


class CannotExport(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """No file was left. ``key`` is a words key ``ex.*``; ``values`` fill it."""

    def __init__(self, key: str, values: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Writer(Protocol):
    """One format. ``end`` makes the file whole; ``drop`` is called instead where it will never be."""

    def add(self, row: Row) -> None: ...

    def end(self, sheet: Sheet) -> None: ...

    def drop(self) -> None: ...


Begin = Callable[[Path, Paper], Writer]


@dataclass(frozen=True, slots=True)
class Export:
    """What is wanted. ``draw`` begins a PDF: it lives above this floor, where Qt is."""

    query: Query
    format: Format
    target: Path
    paper: Paper
    key: Ed25519PrivateKey = field(repr=False)
    draw: Begin | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished file. ``renamed``: the wanted name was taken."""

    path: Path
    signature: Path
    about: About
    renamed: bool


class _Csv:
    def __init__(self, path: Path, paper: Paper) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = CsvWriter(self._file, paper)
        self.add = self._writer.add

    def end(self, sheet: Sheet) -> None:
        with self._file:
            self._writer.end(sheet)

    def drop(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()


def export(journal: Path, wish: Export, going: Going, on_progress: OnProgress = lambda _n, _m: None) -> Exported:
    """Raises ``CannotExport``, ``Stopped`` (nothing is left), ``BadRecord``, ``app.journal.errors``."""
    days = open_days(journal)
    part = wish.target.with_name(f".{wish.target.name}{PART}")
    try:
        head = days.head()
        paper = replace(wish.paper, head_seq=head.seq, head_digest=head.digest, rows=_rows(days, wish, going))
        total = days.count_between(wish.query.first_day, wish.query.last_day)
        with _in_our_words(total * BYTES_A_ROW[wish.format.value] + ROOM_TO_SPARE):
            _refuse_narrow(wish, total)
            writer = _begin(wish, part, paper)
            adding = _write(days, wish, writer, going=going, on_progress=lambda n: on_progress(n, total))
            return _finish(wish, paper, part, adding)
    finally:
        days.close()
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _rows(days: Days, wish: Export, going: Going) -> int:
    """A page says how many follow, so they are counted first; the other formats need not know."""
    if wish.format is not Format.PDF:
        return 0
    query = wish.query
    rows = all_rows(days, query.first_day, query.last_day, Shifted(days), going)
    return sum(wanted(row, query) for row in rows)


def _write(days: Days, wish: Export, writer: Writer, *, going: Going, on_progress: Callable[[int], None]) -> Adding:
    query, adding, everything = wish.query, Adding(), wish.query.is_all
    try:
        for row in all_rows(days, query.first_day, query.last_day, Shifted(days), going):
            if everything or wanted(row, query):
                writer.add(row)
                adding.add(row)
                if adding.count % PROGRESS_EVERY == 0:
                    on_progress(adding.count)
        _refuse_stopped(going)
        writer.end(adding.sheet)
    except BaseException:
        writer.drop()
        raise
    on_progress(adding.count)
    return adding


def _refuse_stopped(going: Going) -> None:
    if not going():
        raise Stopped


def _begin(wish: Export, part: Path, paper: Paper) -> Writer:
    match wish.format:
        case Format.CSV:
            return _Csv(part, paper)
        case Format.XLSX:
            return XlsxWriter(part, paper)
        case Format.PDF:
            if wish.draw is None:
                raise CannotExport("ex.noqt")
            return wish.draw(part, paper)


def _finish(wish: Export, paper: Paper, part: Path, adding: Adding) -> Exported:
    """Durable, hashed, signed, named: the signature first, so that a file is never without one."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    about = _about(wish, paper, adding)
    path = _free_name(wish.target)
    signature = path.with_name(path.name + SIGNATURE)
    unsigned = part.with_name(part.name + SIGNATURE)
    try:
        with unsigned.open("wb") as file:
            file.write(signed(about, digest, wish.key))
            file.flush()
            os.fsync(file.fileno())
        unsigned.replace(signature)
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unsigned.unlink(missing_ok=True)
            if not path.exists():
                signature.unlink(missing_ok=True)
        raise
    return Exported(path, signature, about, path != wish.target)


def _about(wish: Export, paper: Paper, adding: Adding) -> About:
    total = adding.sheet.total
    return About(
        till=paper.till,
        shop=paper.shop,
        first_day=paper.first_day,
        last_day=paper.last_day,
        rows=adding.count,
        paid_count=total.paid.count,
        paid_fen=total.paid.fen,
        back_count=total.given_back.count,
        back_fen=total.given_back.fen,
        net_fen=total.net_fen,
        unsettled=adding.unsettled.count,
        head_seq=paper.head_seq,
        head_digest=paper.head_digest,
        made_ms=paper.made_ms,
        training=paper.training,
        format=wish.format.value,
    )


def _free_name(target: Path) -> Path:
    for n in range(1, NAMES_TRIED):
        path = target if n == 1 else target.with_name(f"{target.stem} ({n}){target.suffix}")
        if not path.exists():
            return path
    raise CannotExport("ex.nowrite")


def _refuse_narrow(wish: Export, rows: int) -> None:
    """A disk that has no room is said so before an hour's work, not after it."""
    if not wish.target.parent.is_dir() or wish.target.is_dir():
        raise CannotExport("ex.nowrite")
    need = rows * BYTES_A_ROW[wish.format.value] + ROOM_TO_SPARE
    if shutil.disk_usage(wish.target.parent).free < need:
        raise OSError(errno.ENOSPC, "no room")


@contextlib.contextmanager
def _in_our_words(need: int) -> Generator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise CannotExport("ex.nospace", (("size", f"{need / 1_000_000:.0f} MB"),)) from error
        raise CannotExport("ex.gone" if error.errno in _GONE else "ex.nowrite") from error
