"""A slip as PNG and as PDF. Needs a QGuiApplication; ``offscreen`` is enough of a screen."""

import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QIODevice, QMarginsF, QSaveFile, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.receipts.layout import Slip
from ui.paper.paint import DPI, height_of, paint, width_of

PNG_SCALE: Final = 2  # pixels a dot: reads well on a screen, and a bar stays whole pixels
_ALIVE: Final[list[QGuiApplication]] = []  # Qt is not to be torn down and set up again within a process
_MM_PER_INCH: Final = 25.4
_DOTS_PER_METRE: Final = round(DPI / _MM_PER_INCH * 1000)


class CannotSave(OSError):  # noqa: N818 - named for what it says, as all of ours are
    """The file could not be written whole; nothing of it stands in its place."""


def as_image(slip: Slip, scale: int = PNG_SCALE) -> QImage:
    """``scale`` pixels a dot."""
    image = QImage(width_of(slip) * scale, height_of(slip) * scale, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(_DOTS_PER_METRE * scale)
    image.setDotsPerMeterY(_DOTS_PER_METRE * scale)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.scale(scale, scale)
    paint(painter, slip)
    painter.end()
    return image


def save_png(slip: Slip, path: Path) -> None:
    """Raises CannotSave."""
    file = _opened(path)
    image = as_image(slip)
    if not image.save(file, "PNG") or not file.commit():  # type: ignore[call-overload]  # the stub wants bytes; str is what works
        raise CannotSave(file.errorString())


def save_pdf(slip: Slip, path: Path) -> None:
    """One page of the paper's own width, as long as the slip. Raises CannotSave."""
    file = _opened(path)
    writer = QPdfWriter(file)
    writer.setTitle(slip.name)
    writer.setCreator("Mashou")
    writer.setResolution(round(DPI))
    size = QSizeF(width_of(slip), height_of(slip)) * (_MM_PER_INCH / DPI)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter, slip.name, QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    painter.scale(writer.width() / width_of(slip), writer.width() / width_of(slip))
    paint(painter, slip)
    painter.end()
    if not file.commit():
        raise CannotSave(file.errorString())


def draw_file(slip: Slip, path: Path, kind: str) -> None:
    """``kind`` "png" or "pdf"; for whoever has no window: no screen is needed. Raises CannotSave."""
    if QGuiApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        _ALIVE.append(QGuiApplication(["mashou"]))
    (save_png if kind == "png" else save_pdf)(slip, path)


def _opened(path: Path) -> QSaveFile:
    """Written beside and put in place at the end: half a receipt never stands under the name."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise CannotSave(file.errorString())
    return file
