"""The log as a person reads it: the newest lines first. What was masked when it was written stays masked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.logs import redacted

SHOWN: Final = 400  # lines
READ_MOST: Final = 4 * 1024 * 1024  # bytes from the end of a day's file


class Level(StrEnum):
    """The least grave that is shown."""

    ALL = "all"
    WARNING = "warning"
    ERROR = "error"


_GRAVE: Final = {
    Level.ALL: frozenset({"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}),
    Level.WARNING: frozenset({"WARNING", "ERROR", "CRITICAL"}),
    Level.ERROR: frozenset({"ERROR", "CRITICAL"}),
}


@dataclass(frozen=True, slots=True)
class LogLine:
    at: str  # ISO, UTC+8
    level: str
    source: str
    sale: str
    says: str

    def __str__(self) -> str:
        about = f" [{self.sale}]" if self.sale else ""
        return f"{self.at} {self.level} {self.source}{about} {self.says}"


def newest(folder: Path, level: Level = Level.ALL, most: int = SHOWN) -> tuple[LogLine, ...]:
    """The newest ``most`` lines of ``folder / "log"``, the newest first. What cannot be read is left out."""
    found: list[LogLine] = []
    for line in _backwards(folder / "log"):
        if line.level in _GRAVE[level]:
            found.append(line)
            if len(found) >= most:
                break
    return tuple(found)


def _backwards(log: Path) -> Iterator[LogLine]:
    for path in sorted(log.glob("mashou-????????.jsonl"), reverse=True):
        try:
            with path.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - READ_MOST))
                data = file.read()
        except OSError:
            continue
        for raw in reversed(data.split(b"\n")):
            line = _read(raw)
            if line is not None:
                yield line


def _read(raw: bytes) -> LogLine | None:
    """None for half a line, and for what somebody else wrote there."""
    try:
        told = json.loads(raw)
        texts = {name: str(told.get(name, "")) for name in ("at", "level", "from", "sale", "says")}
    except (ValueError, AttributeError, RecursionError):
        return None
    clean = {name: redacted(text) for name, text in texts.items()}
    return LogLine(clean["at"], clean["level"], clean["from"], clean["sale"], clean["says"])
