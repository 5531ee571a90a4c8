"""How a setting is declared: once, with its default and its parser, as a field of its section."""

from dataclasses import field
from typing import Any

from app.settings.parsers import Parser


def setting(default: object, parser: Parser) -> Any:
    """A dataclass field that knows how it is read. Parsers raise ValueError; the setting's sentence says why."""
    return field(default=default, metadata={"parser": parser})
