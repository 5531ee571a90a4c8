"""Sentences of the office as a page says them: channels by their names, reasons in their words."""

from app.core.told import Told
from app.words import has, say
from ui.text import in_fours


def spoken(told: Told, language: str) -> str:
    """The sentence of ``told``. A value that is a channel's or a reason's key is said, any other stands as it is."""
    return say(told.key, language, **{name: _value(name, value, language) for name, value in told.values})


def _value(name: str, value: str, language: str) -> str:
    if name == "channel" and has(f"name.{value}"):
        return say(f"name.{value}", language)
    return say(value, language) if name == "reason" and value.startswith("ap.reason.") and has(value) else value


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def number_lines(number: str, most: int = 24) -> tuple[str, ...]:
    """A long number in groups of four, in lines of ``most`` characters at most."""
    return tuple(in_fours(number[at : at + most]) for at in range(0, len(number), most))
