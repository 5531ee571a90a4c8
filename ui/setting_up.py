"""The first start with its trials: printer, customer's display, voice and scanner are tried before any till is open."""

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance, Slot

from app.secrets.passphrase import Prompt
from app.settings import Settings
from app.setup.trying import TrialRoom
from app.till.clock import Clock
from ui import tokens
from ui.customer.display import CustomerDisplay
from ui.errands import Runner
from ui.pages.settings.frame import Trials
from ui.speech.lines import trial_line
from ui.speech.talker import Talker
from ui.speech.voice import Voice
from ui.window import Window
from ui.window.beginning import Beginning
from ui.window.beginning import begin as begin_plain


class Trying(QObject):
    """What the first start's test buttons do. ``room`` is asked on the worker's loop; Qt's part is done here."""

    _wanted = Signal(str, object)

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
        await self._ask("display")
        told.append("cus.test.shown" if self._shown else "")
        return " ".join(one for one in told if one) or "sp.try.nothing"

    async def _try_voice(self) -> str:
        await self._ask("voice")
        return "cus.test.said"

    async def _ask(self, what: str) -> None:
        """From the loop, which goes on meanwhile."""
        settings = await self._room.settings()
        self._done.clear()
        self._wanted.emit(what, settings)
        await self._room.until(self._done)

    @Slot(str, object)
    def _do(self, what: str, settings: Settings) -> None:
        if what == "display":
            self._shown = self._show(settings)
        else:
            self._say(settings)
        self._done.set()

    def _show(self, settings: Settings) -> bool:
        window = self._window
        if self._display is None:
            self._display = CustomerDisplay(
                window, language=lambda: window.cashier.language, dark=lambda: window.theme.colours == tokens.DARK
            )
        self._display.use(settings.display.screen)
        return self._display.try_out()

    def _say(self, settings: Settings) -> None:
        if self._voice is not None:
            self._voice.close()
        held, language = settings.voice, settings.till.language
        self._voice = Voice(Talker if held.how == "auto" else None)
        self._voice.say(trial_line(language), language, held.volume)


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
    return first
