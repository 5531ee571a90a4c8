"""What the till and its speaking child say to one another, and how long each waits. A line of UTF-8 each. Pure.

- the till: ``find zh``, ``say zh 80 支付宝收款，十二元五角``
- the child: ``voice Chinese (Mandarin)`` or ``none no engine``; of a line ``began``, and later ``said``
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FIND_SECONDS: Final = 15.0  # for the first answer: a cold speech daemon took 1.7 s, beside two busy processors ten
BEGIN_SECONDS: Final = 3.0  # from a line's sending to its first sound
SPEAK_SECONDS: Final = 12.0  # from its beginning to its end; the longest takes six
HANG_SECONDS: Final = 20.0  # the child ends itself when one request took longer; more than the till ever waits
LINE_BYTES: Final = 2_000
LOUDEST: Final = 100


class Kind(StrEnum):
    VOICE = "voice"  # one was found; its name follows
    NONE = "none"  # there is none, or it failed; why follows
    BEGAN = "began"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Answer:
    kind: Kind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Find:
    """``language``: "zh" or "en"."""

    language: str


@dataclass(frozen=True, slots=True)
class Say:
    """``volume`` 0 to 100."""

    language: str
    volume: int
    text: str


Request = Find | Say


def request_line(request: Request) -> bytes:
    match request:
        case Find(language):
            return _line(f"find {language}")
        case Say(language, volume, text):
            return _line(f"say {language} {volume} {text}")


def request_of(line: bytes) -> Request | None:
    """None for what is neither."""
    words = line.decode("utf-8", "replace").rstrip("\r\n").split(" ", 3)
    match words:
        case ["find", language]:
            return Find(language)
        case ["say", language, volume, text] if volume.isascii() and volume.isdigit() and int(volume) <= LOUDEST:
            return Say(language, int(volume), text)
        case _:
            return None


def answer_line(answer: Answer) -> bytes:
    return _line(f"{answer.kind} {answer.text}".rstrip())


def answer_of(line: bytes) -> Answer | None:
    """None for anything but an answer: such a child is not talked to any more."""
    try:
        kind, _, text = line.decode("utf-8").rstrip("\r\n").partition(" ")
    except UnicodeDecodeError:
        return None
    return Answer(Kind(kind), text) if kind in set(Kind) else None


def _line(text: str) -> bytes:
    """One line whatever ``text`` holds, cut where it is longer than any of ours."""
    whole = " ".join(text.split()).encode("utf-8", "replace")
    return whole[: LINE_BYTES - 1].decode("utf-8", "ignore").encode() + b"\n"
