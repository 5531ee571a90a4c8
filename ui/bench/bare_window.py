"""``python -m ui.bench.bare_window``: the least a PySide6 window is. Tells its stamps and memory, and ends."""

import json
import sys
import time

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.bench.paint import DIGIT, PaintEnd, peak_kib, press_digit


class Bare(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, float | int | None] = {}
        self._text = ""
        self.resize(1366, 768)
        PaintEnd(self).ended.connect(self._shown)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.drawText(100, 100, self._text)
        painter.end()
        if "painted" not in self.told:
            self.told["painted"] = 0.0
            QTimer.singleShot(0, self, self._painted)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        self._text += event.text()
        self.update()

    @Slot()
    def _painted(self) -> None:
        self.told["painted"] = time.monotonic()
        press_digit(self)

    @Slot(float)
    def _shown(self, at: float) -> None:
        if self._text == DIGIT:
            self.told |= {"digit": at, "peak_kib": peak_kib()}
            QApplication.exit(0)


def main() -> int:
    application = QApplication(sys.argv[:1])
    window = Bare()
    window.show()
    code = application.exec()
    sys.stdout.write(json.dumps(window.told) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
