"""The doors to what stands above the command line: the window, the training shift, the bench.

``ui`` is above ``app`` and is asked for by name: a till without Qt still has its command line.
"""

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Any, Final

from app.cli.ask import Ask
from app.cli.exits import Refused

SCREENLESS: Final = frozenset({"offscreen", "minimal"})  # Qt platforms nobody looks at


def has_screen(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a person could see a window. Elsewhere than Linux and its kin there is always a desktop."""
    chosen = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen:
        return chosen not in SCREENLESS
    return platform in {"win32", "darwin"} or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_window(ask: Ask) -> int:
    """The window; in built-in training with no screen a whole practice shift instead. Raises Refused."""
    ask.refuse_real_training()
    if has_screen():
        return _enter("ui.main", ask)
    if ask.embedded:
        return _enter("ui.shift", ask)
    if os.environ.get("QT_QPA_PLATFORM"):  # asked for by name: a window nobody looks at, but a till all the same
        return _enter("ui.main", ask)
    raise Refused("cli.nowindow")


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
