"""What a trial says of a reading: of anything that could pay, only its kind and its length. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from app.core.codes import OwnReceipt, PaymentCode, read_scan
from app.staff import read_badge
from app.till.scanners import UNREADABLE
from app.words import say
from devices.traces import Trace

SHOWN_MOST: Final = 28  # characters of a text; longer ones are links
SECRET_DIGITS: Final = 12  # a run of so many digits may be a wallet's number, whatever it is taken for


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of the page. ``trace`` is None until it has come; the text itself is not kept."""

    source: str  # "serial", "wedge"; empty until its trace has come
    what: str
    length: int
    trace: Trace | None = None


def reading(text: str, today: date, language: str) -> Reading:
    """``text`` as it may be shown."""
    return Reading("", _what(text, today, language), len(text))


def _what(text: str, today: date, language: str) -> str:
    if text == UNREADABLE:
        return say("trial.garbled", language)
    if read_badge(text):
        return say("trial.badge", language)
    found = read_scan(text, today)
    if isinstance(found, PaymentCode):
        return say("trial.payment", language, channel=say(f"name.{found.channel}", language))
    plain = "".join(sign if sign.isprintable() else "·" for sign in text)
    if isinstance(found, OwnReceipt):
        return plain
    digits = sum(sign.isdigit() for sign in text)
    if found.payment is not None or digits > SECRET_DIGITS + 1:
        return say("trial.maybe", language)
    return plain if len(plain) <= SHOWN_MOST else plain[: SHOWN_MOST - 1] + "…"


def with_trace(readings: tuple[Reading, ...], trace: Trace, language: str) -> tuple[Reading, ...]:
    """``trace`` beside the oldest reading that has none yet; else a line of its own: nothing was read."""
    for at in range(len(readings) - 1, -1, -1):
        one = readings[at]
        if one.trace is None and one.source in ("", trace.source):
            return (*readings[:at], Reading(trace.source, one.what, one.length, trace), *readings[at + 1 :])
    return (Reading(trace.source, say("trial.garbled", language), trace.length, trace), *readings)


def controls(trace: Trace | None, language: str) -> str:
    """The characters beside the text that are no end, by name."""
    names = (*trace.before, *trace.inside) if trace is not None else ()
    return " ".join(names[:8]) or say("trial.none", language)
