"""How a code came, not what it was: length, end, gaps. What a scanner's test page shows, with nothing to hide in it."""

from dataclasses import dataclass, field
from typing import Final

NAMES: Final = {0x02: "STX", 0x03: "ETX", 0x09: "TAB", 0x0A: "LF", 0x0D: "CR", 0x1B: "ESC", 0x1D: "GS", 0x7F: "DEL"}
QUIET_MS: Final = 80
"""Silence after which a reading is over: longer than a slow scanner's pause between two bytes."""
MOST: Final = 600  # bytes of one reading that are counted one by one; a babbling port is no reading


@dataclass(frozen=True, slots=True)
class Trace:
    """One reading. ``end``, ``before``, ``inside``: names of the characters that are no text, e.g. ``("CR", "LF")``."""

    source: str  # "serial", "wedge"
    length: int  # characters of text
    end: tuple[str, ...]
    before: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    longest_gap_ms: int = 0
    whole_ms: int = 0


def name_of(byte: int) -> str:
    """``CR`` for 13; ``x8E`` for what has no name."""
    return NAMES.get(byte, f"x{byte:02X}")


@dataclass(slots=True)
class Tracer:
    """Feed it every read of a serial port, empty ones too; it says what was read once the line is quiet."""

    _bytes: bytearray = field(default_factory=bytearray)
    _first_ms: int = 0
    _last_ms: int = 0
    _gap_ms: int = 0

    def feed(self, data: bytes, at_ms: int) -> Trace | None:
        if data:
            if self._bytes:
                self._gap_ms = max(self._gap_ms, at_ms - self._last_ms)
            else:
                self._first_ms = at_ms
            self._bytes += data[: MOST - len(self._bytes)]
            self._last_ms = at_ms
            return None
        if not self._bytes or at_ms - self._last_ms < QUIET_MS:
            return None
        before, text, end = _split(bytes(self._bytes))
        trace = Trace(
            source="serial",
            length=sum(_is_text(byte) for byte in text),
            end=tuple(name_of(byte) for byte in end),
            before=tuple(name_of(byte) for byte in before),
            inside=tuple(name_of(byte) for byte in text if not _is_text(byte)),
            longest_gap_ms=self._gap_ms,
            whole_ms=self._last_ms - self._first_ms,
        )
        self._bytes.clear()
        self._gap_ms = 0
        return trace


def _is_text(byte: int) -> bool:
    return 0x20 <= byte <= 0x7E


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the text, the text, what stands behind it."""
    texts = [at for at, byte in enumerate(data) if _is_text(byte)]
    if not texts:
        return data, b"", b""
    return data[: texts[0]], data[texts[0] : texts[-1] + 1], data[texts[-1] + 1 :]
