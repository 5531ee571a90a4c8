"""The doors to what stands above the command line: the window, the training shift, the bench.

``ui`` is above ``app`` and is asked for by name: a till without Qt still has its command line.
"""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.cli.ask import Ask
from app.cli.exits import Refused
from app.parent import Start, program, started_for, watch

SCREENLESS: Final = frozenset({"offscreen", "minimal"})  # Qt platforms nobody looks at


def has_screen(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a person could see a window. Elsewhere than Linux and its kin there is always a desktop."""
    chosen = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen:
        return chosen not in SCREENLESS
    return platform in {"win32", "darwin"} or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_window(ask: Ask, argv: Sequence[str]) -> int:
    """The window; in built-in training with no screen a whole practice shift instead. Raises Refused.

    The window runs in a child of this process, which starts it again when its journal breaks (design §7.18).
    """
    ask.refuse_real_training()
    if not has_screen():
        if ask.embedded:
            return _enter("ui.shift", ask)
        if not os.environ.get("QT_QPA_PLATFORM"):  # named, it is a window nobody looks at, but a till all the same
            raise Refused("cli.nowindow")
    if started_for() is Start.ALONE:
        return watch([*program(), *argv])
    return _enter("ui.main", ask)


def bench(ask: Ask) -> int:
    return _enter("ui.bench", ask)


def _enter(name: str, ask: Ask) -> int:
    try:
        module: Any = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"ui", "PySide6"}:
            raise
        raise Refused("cli.notbuilt", name=error.name) from None
    return int(module.run(ask.folder, training=ask.embedded, language=ask.wanted_language))
