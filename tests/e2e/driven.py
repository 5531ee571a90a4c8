"""The real program with a hand on its keyboard: ``python driven.py FOLDER``, offscreen, in a process of its own.

Standard input carries what the hand does, a line each (``type 12.50``, ``key F2``, ``close``); standard output tells
what the window shows, a JSON line for each picture. The scanner is a real serial port in the folder's settings.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Slot  # noqa: E402 - found through the line above
from PySide6.QtTest import QTest  # noqa: E402 - as above

from app.core import policy  # noqa: E402 - as above
from app.till.api import CounterView, SaleView  # noqa: E402 - as above
from ui import main  # noqa: E402 - as above

PACE = 20  # of stage.py
KEY_GAP_MS = 70  # a quick human hand; the gate tells it from a scanner by this


def shown(sale: SaleView) -> dict[str, object]:
    return {
        "out_trade_no": sale.out_trade_no,
        "state": sale.state.value,
        "phase": sale.phase.value,
        "reason": sale.reason.value if sale.reason else "",
        "amount_fen": sale.amount_fen,
        "deadline": sale.deadline is not None,
    }


class Hand(QObject):
    def __init__(self, program: main.Program) -> None:
        super().__init__()
        self._program = program
        self._rest = b""
        self._waiting: list[str] = []
        self._ear = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._ear.activated.connect(self._read)
        program.bridge.view.connect(self._view)
        program.bridge.failed.connect(self._failed)

    @Slot(object)
    def _view(self, view: CounterView) -> None:
        picture = {
            "phase": view.phase.value,
            "amount_fen": view.amount_fen,
            "refusal": view.refusal.key if view.refusal else "",
            "sale": shown(view.sale) if view.sale else None,
            "open": [shown(sale) for sale in view.open],
            "done": [shown(sale) for sale in view.done],
            "lamps": {lamp.name: lamp.light.value for lamp in view.lamps},
        }
        sys.stdout.write(json.dumps(picture) + "\n")
        sys.stdout.flush()

    @Slot(str, object)
    def _failed(self, key: str, _values: object) -> None:
        sys.stdout.write(json.dumps({"failed": key}) + "\n")
        sys.stdout.flush()

    @Slot()
    def _read(self) -> None:
        data = os.read(0, 65536)
        if not data:
            self._ear.setEnabled(False)
            self._program.window.close()
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        idle = not self._waiting
        for line in lines:
            what, _, rest = line.decode().partition(" ")
            self._waiting += list(rest) if what == "type" else [rest if what == "key" else what]
        if idle and self._waiting:
            QTimer.singleShot(KEY_GAP_MS, self._next)

    @Slot()
    def _next(self) -> None:
        key = self._waiting.pop(0)
        window = self._program.window
        if key == "close":
            window.close()
            window.close()
        elif len(key) == 1:
            QTest.keyClick(window.windowHandle(), key)
        else:
            QTest.keyClick(window.windowHandle(), getattr(Qt.Key, f"Key_{key}"))
        if self._waiting:
            QTimer.singleShot(KEY_GAP_MS, self._next)


def unhurried() -> None:
    """Whatever the pace, a connection may take as long as in life: a loaded machine shakes hands no faster for it."""
    vars(policy)["_CONNECT"] *= PACE


def drive() -> int:
    unhurried()
    hands: list[Hand] = []
    return main.run(Path(sys.argv[1]), language="zh", on_program=lambda program: hands.append(Hand(program)))


if __name__ == "__main__":
    sys.exit(drive())
