"""A voice of the system's, through Qt's text to speech where that part of Qt is installed; it is not in the lock.

It is asked for when the first line is due and never before: on Linux the first contact starts a daemon and may take a
second and a half. It lives in a thread of its own with Qt's event loop, so that no window waits for it.
"""

import logging
from importlib import import_module
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEventLoop, QLocale, QObject

MODULE: Final = "PySide6.QtTextToSpeech"  # of PySide6-Addons
CHINESE_NAMES: Final = ("Chinese (Mandarin", "Mandarin", "cmn", "zh")
"""espeak-ng's Mandarin is filed under the locale "C": there it is known by its name alone (measured)."""
ENGLISH_NAMES: Final = ("English", "en")
TURN_MS: Final = 20
MOCK: Final = "mock"  # Qt's own engine for its tests: it says nothing

_log: Final = logging.getLogger("mashou.voice")


class Talker(QObject):
    """Every method runs in the voice's thread."""

    def __init__(self) -> None:
        super().__init__()
        self._engine: Any = None
        self._tried = False

    def talks(self, language: str) -> bool:
        """Whether there is a voice for "zh" or "en"; the first question finds out and may take its time."""
        if not self._tried:
            self._tried = True
            self._engine = _engine()
        return self._engine is not None and self._choose(language)

    def talk(self, text: str, volume: int) -> None:
        """Begins to speak; ``busy`` says whether it still does. ``volume`` 0 to 100."""
        self._engine.setVolume(volume / 100)
        self._engine.say(text)

    @property
    def busy(self) -> bool:
        """Whether it still speaks; asking lets the engine hear from its daemon."""
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, TURN_MS)
        states = type(self._engine).State
        return self._engine is not None and self._engine.state() in (states.Speaking, states.Synthesizing)

    def stop(self) -> None:
        if self._engine is not None:
            self._engine.stop()
            self._engine.deleteLater()
            self._engine = None

    def _choose(self, language: str) -> bool:
        """The voice of the locale, else one known by its name under locale "C"."""
        wanted = QLocale(QLocale.Language.Chinese if language == "zh" else QLocale.Language.English)
        for locale in self._engine.availableLocales():
            if locale.language() == wanted.language():
                self._engine.setLocale(locale)
                return True
        self._engine.setLocale(QLocale.c())
        names = CHINESE_NAMES if language == "zh" else ENGLISH_NAMES
        for name in names:
            for voice in self._engine.availableVoices():
                if voice.name().startswith(name):
                    self._engine.setVoice(voice)
                    return True
        return False


def _engine() -> Any:
    """Qt's engine, None where Qt has none that speaks."""
    try:
        speech = import_module(MODULE)
    except ImportError as missing:
        _log.info("no voice: %s", missing)
        return None
    engines = [name for name in speech.QTextToSpeech.availableEngines() if name != MOCK]
    if not engines:
        _log.info("no voice: no engine")
        return None
    engine = speech.QTextToSpeech(engines[0])
    if engine.state() == speech.QTextToSpeech.State.Error:
        _log.info("no voice: %s", engine.errorString())
        return None
    _log.info("voice: %s", engines[0])
    return engine
