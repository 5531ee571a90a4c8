"""Qt's own texts in the language of the window, and languages that lie beside the program as Qt Linguist files.

The tables in ``app/words`` are the source. ``packaging/linguist.py`` writes them as ``mashou_zh_CN.ts`` and
``mashou_en.ts``; a translator fills one with another language, ``lrelease`` makes ``mashou_XX.qm`` of it, and where
that file lies beside the program, XX joins the languages of the window. A sentence it lacks is said in English.
"""

import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from app.words import LANGUAGES, add_language

FILE: Final = re.compile(r"mashou_([a-z]{2,3}(?:_[A-Za-z]{2,4})?)\.qm")
FOLDER: Final = "languages"  # beside the program, or in it
QT_NAMES: Final = {"zh": "zh_CN"}  # ours -> Qt's, where they differ
OURS: Final = frozenset({"zh", "zh_CN", "en"})  # in the tables themselves
_log: Final = logging.getLogger("mashou.window")


def folders() -> tuple[Path, ...]:
    """Where language files are looked for: beside the frozen program, or at the top of the source tree."""
    beside = Path(sys.executable).parent if getattr(sys, "frozen", False) else Path(__file__).parents[1]
    return beside, beside / FOLDER


def context_of(key: str) -> str:
    """What a Linguist file files a sentence under: the key's first part."""
    return key.partition(".")[0]


class Linguist:
    """Keeps the translators of one program."""

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self._qt: QTranslator | None = None
        self.added: dict[str, QTranslator] = {}

    def find(self, places: tuple[Path, ...]) -> None:
        """Add every language that lies in ``places``. A file that is none is logged and left alone."""
        for path in sorted(path for place in places if place.is_dir() for path in place.glob("mashou_*.qm")):
            named = FILE.fullmatch(path.name)
            if named is None or named[1] in OURS or named[1] in self.added:
                continue
            translator = QTranslator()
            if not translator.load(str(path)):
                _log.warning("%s is no language file", path.name)
                continue
            self.added[named[1]] = translator
            add_language(named[1], _finder(translator))

    def speak(self, language: str) -> None:
        """Qt's own texts (menus of fields, file dialogs) in ``language``, in English where Qt has no such file."""
        if self._qt is not None:
            self._application.removeTranslator(self._qt)
        translator = QTranslator()
        place = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        name = QT_NAMES.get(language, language)
        if not translator.load(f"qtbase_{name}", place):
            translator.load(f"qtbase_{LANGUAGES[1]}", place)
        self._qt = translator
        self._application.installTranslator(translator)

    def close(self) -> None:
        if self._qt is not None:
            self._application.removeTranslator(self._qt)
            self._qt = None


def _finder(translator: QTranslator) -> Callable[[str, str], str]:
    def find(key: str, chinese: str) -> str:
        return translator.translate(context_of(key), chinese, key) or ""

    return find
