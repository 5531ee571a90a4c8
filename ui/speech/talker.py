"""A voice of the system's, through Qt's text to speech (the group ``voice``). Loaded in the speaking child alone:
Qt may wait for the speech daemon without a limit, and its binding holds Python's lock meanwhile.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from PySide6.QtCore import QEventLoop, QLocale, QTimer

MODULE: Final = "PySide6.QtTextToSpeech"  # of PySide6-Addons
CHINESE_NAMES: Final = ("Chinese (Mandarin", "Mandarin", "cmn", "zh")
"""espeak-ng's Mandarin is filed under the locale "C": there it is known by its name alone (measured)."""
ENGLISH_NAMES: Final = ("English (America", "English (Great", "English", "en")
TURN_MS: Final = 20
MOCK: Final = "mock"  # Qt's own engine for its tests: it says nothing


class NoVoiceError(Exception):
    """Why nothing is said."""


class Talker:
    """The engine is made when it is first asked for. Needs a QCoreApplication."""

    def __init__(self) -> None:
        self._speech: Any = None
        self._engine: Any = None

    def find(self, language: str) -> str:
        """Takes up the voice for "zh" or "en" and returns its name. Raises NoVoiceError."""
        if self._engine is None:
            self._speech, self._engine = _engine()
        wanted = QLocale(QLocale.Language.Chinese if language == "zh" else QLocale.Language.English)
        for locale in self._engine.availableLocales():
            if locale.language() == wanted.language():
                self._engine.setLocale(locale)
                return str(self._engine.voice().name())
        self._engine.setLocale(QLocale.c())
        for name in CHINESE_NAMES if language == "zh" else ENGLISH_NAMES:
            for voice in self._engine.availableVoices():
                if voice.name().startswith(name):
                    self._engine.setVoice(voice)
                    return str(voice.name())
        raise NoVoiceError("no voice of this language")

    def begin(self, text: str, volume: int) -> None:
        """Returns once the engine speaks. ``volume`` 0 to 100. Raises NoVoiceError."""
        self._engine.setVolume(volume / 100)
        self._engine.say(text)
        self._turn_until(lambda: self._speaks)

    def finish(self) -> None:
        """Returns once it has spoken. Raises NoVoiceError."""
        self._turn_until(lambda: not self._speaks)

    @property
    def _speaks(self) -> bool:
        states = self._speech.QTextToSpeech.State
        return self._engine.state() in (states.Speaking, states.Synthesizing)

    def _turn_until(self, done: Callable[[], bool]) -> None:
        """Lets the engine hear from its daemon meanwhile."""
        loop, turn = QEventLoop(), QTimer()
        turn.timeout.connect(loop.quit)
        turn.start(TURN_MS)
        while not done():
            _refuse_broken(self._speech, self._engine)
            loop.exec()
        turn.stop()


def _engine() -> tuple[Any, Any]:
    """Qt's module and its first engine that speaks. Raises NoVoiceError."""
    try:
        speech = import_module(MODULE)
    except ImportError as missing:
        raise NoVoiceError(str(missing)) from None
    engines = [name for name in speech.QTextToSpeech.availableEngines() if name != MOCK]
    if not engines:
        raise NoVoiceError("no engine")
    engine = speech.QTextToSpeech(engines[0])
    _refuse_broken(speech, engine)
    return speech, engine


def _refuse_broken(speech: Any, engine: Any) -> None:
    if engine.state() == speech.QTextToSpeech.State.Error:
        raise NoVoiceError(engine.errorString())
