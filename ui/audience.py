"""Who sees and hears the till besides the cashier: the customer's screen and the loudspeaker. Neither holds it up."""

import time
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.settings import Settings
from app.till.api import CounterView
from app.words import say
from ui import tokens
from ui.bridge import Bridge
from ui.customer.display import CustomerDisplay
from ui.speech.lines import Announcer, Says
from ui.speech.mouth import Mouth
from ui.speech.trial import TRIAL_SECONDS, VoiceTrial
from ui.speech.voice import Voice
from ui.widgets.banner import BannerFace, Kind
from ui.window import Window

Trial = Callable[[], Coroutine[Any, Any, str]]


class Audience(QObject):
    """Made once the till is open, with its ``settings``; follows ``bridge``'s pictures until ``close``."""

    _silent = Signal()
    _wanted = Signal()

    def __init__(self, window: Window, bridge: Bridge, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._settings = window, settings.voice
        self.display = CustomerDisplay(
            window, language=self._language, dark=lambda: window.theme.colours == tokens.DARK
        )
        self.announcer = Announcer()
        self.voice = Voice(Mouth() if settings.voice.how == "auto" else None, silent=self._silent.emit)
        self._silent.connect(self._tell_silent, Qt.ConnectionType.QueuedConnection)
        self._wanted.connect(self._show_trial, Qt.ConnectionType.QueuedConnection)
        bridge.view.connect(self.show_view)
        bridge.failed.connect(self.display.fail)
        self.display.use(settings.display.screen)
        if settings.voice.says != Says.OFF:
            self.voice.prepare(self._language())
        if window.cashier.view is not None:
            self.show_view(window.cashier.view)

    @Slot(object)
    def show_view(self, view: CounterView) -> None:
        self.display.show_view(view)
        language = self._language()
        for line in self.announcer.hear(view, language, Says(self._settings.says), int(time.time() * 1000)):
            self.voice.say(line, language, self._settings.volume)

    def trials(self) -> dict[str, Trial]:
        """What the settings' test buttons do, by screen; each answers with the words key of what to say."""
        return {"display": self._try_display, "voice": self._try_voice}

    async def _try_display(self) -> str:
        """On the worker's loop."""
        if not self.display.has_screen:
            return "cus.test.none"
        self._wanted.emit()
        return "cus.test.shown"

    async def _try_voice(self) -> str:
        """The same."""
        from app.setup.trying import heard_of  # noqa: PLC0415 - only for a trial

        trial = VoiceTrial()
        trial.say(self.voice, self._language(), self._settings.volume)
        await heard_of(trial.done, TRIAL_SECONDS)
        return trial.key

    @Slot()
    def _show_trial(self) -> None:
        self.display.try_out()

    def close(self) -> None:
        self.display.close()
        self.voice.close()

    def _language(self) -> str:
        return self._window.cashier.language

    @Slot()
    def _tell_silent(self) -> None:
        self._window.banner.say(BannerFace(Kind.INFORMATION, say("voice.off.say", self._language())))
