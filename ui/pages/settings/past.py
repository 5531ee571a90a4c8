"""The history of the settings as a person reads it: when, who, and each value before and after. No widget."""

from collections.abc import Iterable

from app.core.beijing import at_beijing
from app.core.money import show_yuan
from app.setup.diary import COMMAND_LINE, Past
from app.words import say
from ui.pages.settings.spec import Kind, entry_of, whole_name

NOTHING = "—"  # a setting that was not there, or is not any more
INDENT = "    "


def history(past: Iterable[Past], language: str) -> str:
    """One paragraph for each change; a sentence where nothing was changed yet."""
    told = [_paragraph(one, language) for one in past]
    return "\n\n".join(told) or say("sp.changes.none", language)


def who(by: str, name: str, language: str) -> str:
    """Whoever changed something: a person with their number, the command line, or nobody who is known."""
    if name == COMMAND_LINE:
        return say("sp.by.command", language)
    return f"{name} {by}".strip() or say("sp.by.nobody", language)


def _paragraph(one: Past, language: str) -> str:
    colon = "：" if language == "zh" else ": "
    lines = [f"{at_beijing(one.at_ms):%Y-%m-%d %H:%M}  {who(one.by, one.name, language)}"]
    for full, before, after in one.changed:
        values = f"{_value(full, before, language)} → {_value(full, after, language)}"
        lines.append(f"{INDENT}{whole_name(full, language)}{colon}{values}")
    renewed = say("sp.changes.key", language)
    lines += [f"{INDENT}{whole_name(key, language)}{colon}{renewed}" for key in one.keys]
    if one.undone:
        lines.append(INDENT + say("sp.changes.undone", language))
    return "\n".join(lines)


def _value(full: str, value: object, language: str) -> str:
    if value is None or value == "":
        return NOTHING
    entry = entry_of(full)
    if isinstance(value, bool):
        return say("sp.yes" if value else "sp.no", language)
    if entry is not None and entry.kind is Kind.MONEY and isinstance(value, int):
        return show_yuan(value)
    if entry is not None and entry.kind is Kind.CHOICE and str(value) in entry.allowed:
        return entry.words(language)[entry.allowed.index(str(value))]
    return str(value)
