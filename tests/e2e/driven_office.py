"""The real program with a hand on its keyboard that works in the office too: what its pages show goes to the pictures.

Beside ``driven``'s lines it takes ``ctrl E``. A picture with ``page`` follows whenever what the office shows changes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from e2e.driven import Hand, unhurried
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui import main
from ui.pages.approval import ApprovalDialog

LOOK_MS = 50


class OfficeHand(Hand):
    def __init__(self, program: main.Program) -> None:
        super().__init__(program)
        self._last = ""
        self._eye = QTimer(self)
        self._eye.setInterval(LOOK_MS)
        self._eye.timeout.connect(self._look)
        self._eye.start()

    @Slot()
    def _next(self) -> None:
        if self._waiting and self._waiting[0].startswith("ctrl"):
            key = getattr(Qt.Key, f"Key_{self._waiting.pop(0).removeprefix('ctrl+')}")
            QTest.keyClick(self._program.window.windowHandle(), key, Qt.KeyboardModifier.ControlModifier)
            if self._waiting:
                QTimer.singleShot(70, self._next)
        else:
            super()._next()

    @Slot()
    def _look(self) -> None:
        office = self._program.window.backroom
        focus = QApplication.focusWidget()
        cover = next((one for one in office.findChildren(ApprovalDialog) if one.isVisible()), None)
        picture = {
            "page": office.page.name or type(office.page).__name__ if office.is_open and office.page else "",
            "focus": type(focus).__name__,
            "asks": cover.what() if cover is not None else "",
            "pad": _pad(cover if cover is not None else office.page),
            **_shown(office.page),
        }
        told = json.dumps(picture)
        if told != self._last:
            self._last = told
            sys.stdout.write(told + "\n")
            sys.stdout.flush()


def _pad(page: Any) -> str:
    """What the pad asks for now; "" while it takes nothing."""
    asking = getattr(page, "asking", None)
    return "" if asking is None or asking.pad.face.closed else asking.pad.face.title


def _shown(page: Any) -> dict[str, object]:
    match getattr(page, "name", ""):
        case "refund":
            sale = page.flow.picture.sale if page.flow.picture is not None else None
            found = {"number": sale.order.out_trade_no, "state": sale.state.value} if sale is not None else {}
            return {"stage": page.flow.stage.value, "way": page.flow.way.value, "ready": page.flow.ready, **found}
        case "shift":
            open_ = page.look is not None and page.look.state.is_open
            z = page.look.state.number if page.look is not None else 0
            return {"open": open_, "z": z, "sure": page.sure, "busy": page.busy}
        case "daylog":
            return {"card": page.card.isVisible(), "said": list(page.said), "rows": page.log is not None}
        case "reconcile":
            face = page.verdict.face
            told = {"mood": face.mood.value, "head": face.head, "under": face.under, "cards": len(page.cards.faces)}
            return {"day": page.day, "signed": page.signed, "lines": [f.what for f in page.table._lines], **told}
        case _:
            return {}


def drive() -> int:
    unhurried()
    hands: list[OfficeHand] = []
    return main.run(Path(sys.argv[1]), language="zh", on_program=lambda program: hands.append(OfficeHand(program)))


if __name__ == "__main__":
    sys.exit(drive())
