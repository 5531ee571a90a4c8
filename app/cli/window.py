"""The doors to what stands above the command line: the window, the training shift, the bench, the voice.

``ui`` is above ``app`` and is asked for by name: a till without Qt still has its command line.
"""

import importlib
import os
from collections.abc import Sequence
from typing import Any, Final

from app.cli.ask import Ask
from app.cli.exits import Refused
from app.parent import Start, has_screen, program, started_for, watch
from app.settings import DataFolder

SCALE: Final = "QT_SCALE_FACTOR"


def enter(ask: Ask, command: str | None, argv: Sequence[str]) -> int:
    """``command``: "bench", "speak" for the child that says the till's lines, else the window. Raises Refused."""
    match command:
        case "bench":
            return _run("ui.bench", ask)
        case "speak":
            return int(_module("ui.speech.speaker").run())
        case _:
            return open_window(ask, argv)


def open_window(ask: Ask, argv: Sequence[str]) -> int:
    """The window; in built-in training with no screen a whole practice shift instead. Raises Refused.

    The window runs in a child of this process, which starts it again when its journal breaks (design §7.18).
    """
    ask.refuse_real_training()
    if ask.training and not ask.embedded and not DataFolder(ask.folder).settings.exists():
        raise Refused("cli.training.unset")  # else the first start would ask a person who practises for real keys
    if not has_screen():
        if ask.embedded:
            return _run("ui.shift", ask)
        if not os.environ.get("QT_QPA_PLATFORM"):  # named, it is a window nobody looks at, but a till all the same
            raise Refused("cli.nowindow")
    _scale(ask)
    if started_for() is Start.ALONE:
        return watch([*program(), *argv])
    return _run("ui.main", ask)


def _scale(ask: Ask) -> None:
    """The settings' scale, on top of the system's own; Qt reads it once, before its first window. A named one stays."""
    settings = ask.settings
    if settings is not None and settings.looks.scale != "100":
        os.environ.setdefault(SCALE, str(int(settings.looks.scale) / 100))


def _run(name: str, ask: Ask) -> int:
    return int(_module(name).run(ask.folder, training=ask.embedded, language=ask.wanted_language))


def _module(name: str) -> Any:
    """Raises Refused where it is not on this computer."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"ui", "PySide6"}:
            raise
        raise Refused("cli.notbuilt", name=error.name) from None
