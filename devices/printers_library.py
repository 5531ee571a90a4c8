"""python-escpos, loaded late (228 ms) and without what its import leaves behind."""

import logging
import shutil
from functools import cache
from types import ModuleType


@cache
def escpos_printers() -> ModuleType:
    """Its module of printers. The import puts a handler on the root logger and a folder into /tmp: both go again."""
    root = logging.getLogger()
    before = list(root.handlers)
    from escpos import capabilities, printer  # type: ignore[import-untyped]  # noqa: PLC0415 - it ships no py.typed

    for handler in [one for one in root.handlers if one not in before]:
        root.removeHandler(handler)
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    module: ModuleType = printer
    return module
