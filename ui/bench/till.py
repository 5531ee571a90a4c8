"""``python -m ui.bench.till FOLDER SALES``: the shipping window over a training folder, watched from outside.

Tells when it was painted, when a digit showed, when the house was open; after SALES sales at each channel also how long
each took from the verified answer to the painted window, and the memory. Then it ends.
"""

import json
import logging
import sys
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.cli import main as command_line
from app.cli import window as doors
from app.cli.ask import asked
from app.cli.parser import parse
from app.core.channel import Channel
from app.till.api import CounterView, Customer, Phase, PhoneView
from ui import main as window_program
from ui.bench.paint import PaintEnd, peak_kib, press_digit
from ui.shift.hand import Hand, Script, Until
from ui.views.here import NOTHING_TYPED
from ui.widgets.keypad import CLEAR

AMOUNT: Final = "12.50"
LOOK_MS: Final = 10  # how often the script looks whether what it waits for is there
LOADED: Final = (command_line, doors)  # what the shipping process has loaded by the time it opens its window
ANSWERS: Final = frozenset({"pay", "query"})


class Answers(logging.Handler):
    """Stamps the room's own log line, which is written on the worker right after an answer was verified and read."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.paid_at: float | None = None

    def emit(self, record: logging.LogRecord) -> None:
        match record.args:
            case (call, _number, "paid", *_) if call in ANSWERS:
                self.paid_at = time.monotonic()
            case _:
                pass


class Watcher(QObject):
    """Watches one program: first its start, then ``sales`` practice sales at each channel."""

    def __init__(self, program: window_program.Program, folder: Path, sales: int) -> None:
        super().__init__(program)
        self.told: dict[str, float | int | None] = {}
        self.to_paint: list[float] = []
        self._program, self._window = program, program.window
        self._hand = Hand(program, folder)
        self._answers = Answers()
        logging.getLogger("mashou.channels").addHandler(self._answers)
        self._script = self._sell(sales)
        self._waiting: Until | None = None
        program.window.painted.connect(self._painted)
        program.bridge.view.connect(self._see)
        program.bridge.phone.connect(self._see_phone)
        program.bridge.failed.connect(self._failed)
        PaintEnd(program.window).ended.connect(self._shown)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._step)

    @Slot()
    def _painted(self) -> None:
        self.told["painted"] = time.monotonic()
        press_digit(self._window)

    @Slot(float)
    def _shown(self, at: float) -> None:
        if "digit" not in self.told and self._window.cashier.here().entry != NOTHING_TYPED:
            self.told["digit"] = at
        view = self._hand.view
        if view is not None and view.phase is Phase.PAID and self._answers.paid_at is not None:
            self.to_paint.append(at - self._answers.paid_at)
            self._answers.paid_at = None

    @Slot(object)
    def _see(self, view: CounterView) -> None:
        self._hand.view = view
        if "open" not in self.told:
            self.told["open"] = time.monotonic()
            self._timer.start()

    @Slot(object)
    def _see_phone(self, phone: PhoneView | None) -> None:
        self._hand.phone = phone or self._hand.phone

    @Slot(str, object)
    def _failed(self, key: str, _values: object) -> None:
        sys.stderr.write(f"{key}\n")
        QApplication.exit(1)

    @Slot()
    def _step(self) -> None:
        if "digit" not in self.told or (self._waiting is not None and not self._waiting.reached()):
            return
        self._waiting = next(self._script, None)
        if self._waiting is None:
            self._timer.stop()
            self.told["peak_kib"] = peak_kib()
            QApplication.exit(0)

    def _sell(self, sales: int) -> Script:
        for n in range(sales):
            for channel in (Channel.WECHAT, Channel.ALIPAY):
                if n == 0 and channel is Channel.WECHAT:
                    yield Until("a phone", lambda: self._hand.phone is not None)
                    self._window.type_key(CLEAR)
                yield from self._hand.pay(AMOUNT, channel, Customer.INSTANT)
                yield self._painted_paid(len(self.to_paint) + 1)

    def _painted_paid(self, wanted: int) -> Until:
        return Until("the paid window", lambda: len(self.to_paint) >= wanted)


def main() -> int:
    asked(parse(["--training"]))  # what the shipping child reads again before it opens its window
    folder, sales = Path(sys.argv[1]), int(sys.argv[2])
    watchers: list[Watcher] = []

    def on_program(program: window_program.Program) -> None:
        watchers.append(Watcher(program, folder, sales))

    code = window_program.run(folder, training=True, language="zh", on_program=on_program)
    (watcher,) = watchers
    sys.stdout.write(json.dumps({**watcher.told, "to_paint": watcher.to_paint}) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
