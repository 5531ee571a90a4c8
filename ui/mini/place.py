"""Where the mini window stood last: two numbers in the data folder, and worth no more than that."""

import json
import logging
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication

NAME: Final = "mini-place.json"
MARGIN: Final = 24  # px from the corner at the first time
_SIZE_MOST: Final = 256  # bytes
_FAR: Final = 100_000  # px; no screen is there

_log: Final = logging.getLogger("mashou.window")


class Place:
    """The place kept in ``folder``. A file that is missing, damaged or cannot be written costs the place alone."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME

    def read(self) -> QPoint | None:
        try:
            with self._file.open("rb") as file:
                raw = json.loads(file.read(_SIZE_MOST))
            x, y = raw["x"], raw["y"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        good = all(isinstance(one, int) and abs(one) < _FAR for one in (x, y))
        return QPoint(x, y) if good else None

    def keep(self, at: QPoint) -> None:
        try:
            self._file.write_text(json.dumps({"x": at.x(), "y": at.y()}), encoding="utf-8")
        except OSError as error:
            _log.info("the mini window's place is not kept: %s", error.strerror)


def on_screen(wanted: QPoint | None, size: QSize) -> QPoint:
    """``wanted``, moved so that the whole window is on a screen that is there; the lower right corner for None."""
    screen = QGuiApplication.screenAt(wanted) if wanted is not None else None
    room: QRect = (screen or QGuiApplication.primaryScreen()).availableGeometry()
    far = QPoint(room.right() - size.width() + 1, room.bottom() - size.height() + 1)
    if wanted is None:
        wanted = far - QPoint(MARGIN, MARGIN)
    return QPoint(max(room.left(), min(wanted.x(), far.x())), max(room.top(), min(wanted.y(), far.y())))
