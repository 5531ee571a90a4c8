"""The first start with its trials: printer, customer's display, voice and scanner are tried before any till is open."""

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, SignalInstance, Slot

from app.secrets.passphrase import Prompt
from app.settings import Settings
from app.setup.trying import TrialRoom, heard_of
from app.till.clock import Clock
from ui import tokens
from ui.customer.display import CustomerDisplay
from ui.errands import Runner
from ui.pages.settings.frame import Trials
from ui.speech.mouth import Mouth
from ui.speech.trial import TRIAL_SECONDS, VoiceTrial
from ui.speech.voice import Voice
from ui.window import Window
from ui.window.beginning import Beginning
from ui.window.beginning import begin as begin_plain


class Trying(QObject):
    """What the first start's test buttons do. ``room`` is asked on the worker's loop; Qt's part is done here."""

    _wanted = Signal(object)

    def __init__(self, window: Window, room: TrialRoom, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._room = window, room
        self._display: CustomerDisplay | None = None
        self._voice: Voice | None = None
        self._done, self._shown = threading.Event(), False  # read on the loop's side
        self._wanted.connect(self._do, Qt.ConnectionType.QueuedConnection)

    def trials(self) -> Trials:
        return {"paper": self._try_paper, "comfort": self._try_voice, "scanner": self._room.scanner}

    @Slot(object)
    def traced(self, _trace: object) -> None:
        self._room.heard()

    @Slot()
    def close(self) -> None:
        if self._display is not None:
            self._display.close()
        if self._voice is not None:
            self._voice.close()
        self._display = self._voice = None

    async def _try_paper(self) -> str:
        """Printer, pole and second screen, whichever are set; several words keys, parted by blanks."""
        told = [await self._room.printer(), await self._room.pole()]
        await self._ask_display()
        told.append("cus.test.shown" if self._shown else "")
        return " ".join(one for one in told if one) or "sp.try.nothing"

    async def _try_voice(self) -> str:
        """A line with the voice as it is saved so far; the next trial ends the one before."""
        settings, trial = await self._room.settings(), VoiceTrial()
        if self._voice is not None:
            self._voice.close()
        self._voice = Voice(Mouth() if settings.voice.how == "auto" else None)
        trial.say(self._voice, settings.till.language, settings.voice.volume)
        await heard_of(trial.done, TRIAL_SECONDS)
        return trial.key

    async def _ask_display(self) -> None:
        """From the loop, which goes on meanwhile."""
        settings = await self._room.settings()
        self._done.clear()
        self._wanted.emit(settings)
        await self._room.until(self._done)

    @Slot(object)
    def _do(self, settings: Settings) -> None:
        self._shown = self._show(settings)
        self._done.set()

    def _show(self, settings: Settings) -> bool:
        window = self._window
        if self._display is None:
            self._display = CustomerDisplay(
                window, language=lambda: window.cashier.language, dark=lambda: window.theme.colours == tokens.DARK
            )
        self._display.use(settings.display.screen)
        return self._display.try_out()


def begin(
    window: Window, folder: Path, runner: Callable[[], Runner | None], prompt: Prompt, traced: SignalInstance
) -> Beginning:
    """As ``window.beginning.begin``; ``traced`` tells that a keyboard scanner was read."""
    room = TrialRoom(folder, Clock().channel_ms)
    first = begin_plain(window, folder, runner, prompt)
    trying = Trying(window, room, first)
    first.page.trials = trying.trials()
    traced.connect(trying.traced)
    first.done.connect(trying.close)
    application = QCoreApplication.instance()
    assert application is not None
    application.aboutToQuit.connect(trying.close)  # the end of the program waits for no voice
    return first
