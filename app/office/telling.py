"""Sentences of the office in a person's language: channels by their names, reasons in their words."""

from app.core.told import Told
from app.words import has, tell


def spoken(told: Told, language: str) -> str:
    """The sentence of ``told``. A value that is a channel's or a reason's key is said, any other stands as it is."""
    return tell(told.key, language, {name: _value(name, value, language) for name, value in told.values})


def _value(name: str, value: str, language: str) -> str:
    if name == "channel" and has(f"name.{value}"):
        return tell(f"name.{value}", language)
    return tell(value, language) if name == "reason" and value.startswith("ap.reason.") else value
