"""Bytes of a serial scanner → bar codes. Pure: time is an argument, nothing is read or slept for.

A scanner ends a code with CR, LF, CR LF, ETX or TAB, or with nothing but silence. Reads cut the stream anywhere,
so a code may come in pieces and two codes in one piece.

A code with a foreign byte *inside* it is dropped whole: without that byte it would be a shorter code, and a shorter
Alipay code can still look right (16–24 digits). Foreign bytes *before* a code (a plug's sparks, STX) cost only
themselves.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ENDS: Final = frozenset(b"\r\n\t\x03")
PAUSE_MS: Final = 60
"""Silence that ends a code nobody terminated: 16 ms USB latency timer plus several characters at 9600 baud."""
PATIENT_PAUSE_MS: Final = 300
"""The same once this scanner has shown it sends an end: a stutter of the cable must not cut a code in two."""
MAX_LENGTH: Final = 512
"""Longer than any code a till is shown (payment codes 24 digits, links under 300); bounds a babbling port's memory."""


class Noise(StrEnum):
    """Why bytes were dropped."""

    CONTROL = "control characters"
    NOT_ASCII = "bytes outside ASCII (often the wrong baud rate)"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Frame:
    """One bar code without its end. ``repr`` hides it."""

    text: str

    def __repr__(self) -> str:
        return f"Frame({len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Dropped:
    """``count`` bytes that made no code, and the first reason met.

    ``spoilt``: a code was among them, so someone should scan again.
    """

    reason: Noise
    count: int
    spoilt: bool


class Framer:
    """Feed it every read; tell it of silence whenever a read came back empty. It never raises."""

    def __init__(
        self, *, pause_ms: int = PAUSE_MS, patient_pause_ms: int = PATIENT_PAUSE_MS, max_length: int = MAX_LENGTH
    ) -> None:
        self._pause_ms = pause_ms
        self._patient_pause_ms = max(pause_ms, patient_pause_ms)
        self._max_length = max_length
        self._sends_ends = False
        self._text = bytearray()
        self._noise: Noise | None = None
        self._dropped = 0
        self._spoilt = False
        self._last_ms = 0

    def feed(self, data: bytes, at_ms: int) -> list[Frame | Dropped]:
        """What ``data``, read at ``at_ms`` (any monotonic milliseconds), completes.

        Judges no silence: bytes read late may have come early.
        """
        done: list[Frame | Dropped] = []
        for byte in data:
            if byte in ENDS:
                self._sends_ends = self._sends_ends or bool(self._text)
                done += self._finish()
            else:
                self._take(byte)
        if data:
            self._last_ms = at_ms
        return done

    def silence(self, at_ms: int) -> list[Frame | Dropped]:
        """What a read that came back empty at ``at_ms`` completes, if the line has been quiet for long enough."""
        if not self._text and self._noise is None:
            return []
        pause = self._patient_pause_ms if self._sends_ends else self._pause_ms
        if at_ms - self._last_ms < pause:
            return []
        self._sends_ends = False
        return self._finish()

    def reset(self) -> None:
        """Forget a code cut off by an unplugged cable; its rest will never come."""
        self._finish()

    def _take(self, byte: int) -> None:
        noise = _noise(byte)
        if noise is None and len(self._text) >= self._max_length:
            noise = Noise.TOO_LONG
        if noise is None and not self._spoilt:
            self._text.append(byte)
            return
        self._dropped += 1
        self._noise = self._noise or noise
        self._spoilt = self._spoilt or bool(self._text)

    def _finish(self) -> list[Frame | Dropped]:
        text, noise, dropped, spoilt = bytes(self._text), self._noise, self._dropped, self._spoilt
        self._text.clear()
        self._noise, self._dropped, self._spoilt = None, 0, False
        done: list[Frame | Dropped] = []
        if noise is not None:
            done.append(Dropped(noise, dropped + (len(text) if spoilt else 0), spoilt))
        if text and not spoilt:
            done.append(Frame(text.decode("ascii")))
        return done


def _noise(byte: int) -> Noise | None:
    if byte > 0x7E:
        return Noise.NOT_ASCII
    return Noise.CONTROL if byte < 0x20 else None
