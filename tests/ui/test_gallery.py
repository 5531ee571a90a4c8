"""Every screen in every state: no text is cut, crowded or faint, everything can be hit, heard and reached by a key.

Each scene is painted once, languages, sizes and brightness in turn; ``sh packaging/test.sh long gallery`` paints
them all.
"""

from __future__ import annotations

import importlib
import json
import pkgutil

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from app import words
from app.journal.errors import JournalError
from tests.ui.gallery import __main__ as gallery
from tests.ui.gallery import notices
from tests.ui.gallery.eye import look
from tests.ui.gallery.index import write_report
from tests.ui.gallery.judge import contrast, faults, unreachable
from tests.ui.gallery.png import write_png
from tests.ui.gallery.scene import Shot, close_window, open_window
from ui import tokens
from ui.widgets import base
from ui.widgets.base import draw
from ui.widgets.buttons import ButtonFace, KeyButton
from ui.widgets.glyphs import Brush, Glyph, paint_glyph, paint_ring

SHOTS = list(gallery.brief_shots())


@pytest.fixture
def opened(qapp):
    """A window that goes with the test; the application's own palette comes back."""
    palette, windows = qapp.palette(), []

    def make(shot):
        windows.append(open_window(shot))
        return windows[-1]

    yield make
    for window in windows:
        close_window(window)
    qapp.setPalette(palette)


@pytest.mark.qt_log_ignore(r"does not support raise\(\)")  # the offscreen platform has one window above the other
@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_picture_has_no_fault(opened, shot):
    window = opened(shot)
    picture = look(window)
    assert picture.runs, "nothing was seen"
    assert faults(picture) == []
    assert unreachable(window) == []


@pytest.mark.parametrize("name", sorted({shot.scene.name for shot in SHOTS if shot.scene.name.startswith("wizard")}))
def test_the_first_start_is_looked_at_in_english_too(opened, name):
    texts = {run.text for run in look(opened(Shot(SCENES[name], language="en"))).runs}
    assert {text for text in texts if any(is_han(sign) for sign in text)} <= {"中文"}, (
        "but for the other language's name"
    )


SCENES = {shot.scene.name: shot.scene for shot in SHOTS}


def is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


OWN_WORDS = ("Esc", "Ctrl", "Enter", "Alt")  # key caps


@pytest.fixture
def marked():
    words.add_language("xx", lambda key, _chinese: f"⟦{(words.both(key) or ('', ''))[1]}⟧")
    yield
    words.drop_language("xx")


@pytest.mark.parametrize("name", ["till-00-idle", "refund-paid", "worklist-1", "daylog-day", "signin-number"])
def test_a_third_language_reaches_the_screen(marked, opened, name):
    picture = look(opened(Shot(SCENES[name], language="xx")))
    assert sum("⟦" in run.text for run in picture.runs) > 5
    english = {run.text for run in look(opened(Shot(SCENES[name], language="en"))).runs}
    left = {run.text for run in picture.runs} & {text for text in english if text.isascii() and len(text.split()) > 1}
    assert {text for text in left if text.replace(" ", "").isalpha() and not text.startswith(OWN_WORDS)} == set()


# The eye sees what it is there to see.


class Faulty(QWidget):
    """Paints what it is told."""

    def __init__(self, *texts, paper="#ffffff"):
        super().__init__()
        self.theme = tokens.theme(1366, 768, dark=False)
        self.texts, self.paper = texts, paper
        self.resize(400, 100)

    def paintEvent(self, event):  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.paper)
        for rect, text, colour in self.texts:
            draw(painter, QRectF(*rect), text, self.theme.font(20), colour)
        painter.end()


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ((((10, 10, 300, 30), "收款 Paid", "#14181d"),), None),
        ((((340, 10, 0, 30), "far too long for here", "#14181d"),), "cut by its widget"),
        ((((10, 85, 300, 30), "under the edge", "#14181d"),), "cut by its widget"),
        ((((10, 10, 60, 30), "wider than asked for", "#14181d"),), "wider than its place"),
        ((((10, 10, 300, 30), "Order 4261…", "#14181d"),), "elided"),
        ((((10, 10, 300, 30), "pale", "#9ba5b0"),), "faint"),
        ((((10, 10, 0, 30), "one", "#14181d"), ((25, 12, 0, 30), "other", "#14181d")), "one over the other"),
    ],
)
def test_a_planted_fault_is_found(qtbot, texts, fault):
    window = Faulty(*texts)
    qtbot.addWidget(window)
    window.show()
    found = faults(look(window))
    window.hide()
    assert [one.partition(":")[0].partition(",")[0] for one in found] == ([fault] if fault else [])


class HalfSaid(Faulty):
    """Fits a text, and paints its first line whether it fits or not."""

    def paintEvent(self, event):  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.paper)
        for width, text, size in self.texts:
            block = base.fit(text, self.theme, ((size, 1),), width, bold=False)
            draw(painter, QRectF(10, 10, 0, 30), block.lines[0], self.theme.font(size), "#14181d")
        painter.end()


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ((300, "系统打印机", 20), []),
        ((90, "系统打印机", 20), ["only '系统打印' is there of '系统打印机'"]),
        ((300, "系统", 9), ["small, 9 of 14 px: HalfSaid '系统'"]),
    ],
)
def test_half_a_text_and_a_small_one_are_found(qtbot, told, fault):
    window = HalfSaid(told)
    qtbot.addWidget(window)
    window.show()
    found = faults(look(window))
    window.hide()
    assert [one.partition(" at ")[0] for one in found] == fault


def test_a_line_that_a_part_of_its_own_widget_hides_is_found(qtbot):
    window = Faulty(((10, 10, 300, 30), "收款 Paid", "#14181d"))
    qtbot.addWidget(window)
    part = QWidget(window)
    part.setGeometry(60, 5, 200, 60)
    window.show()
    found = faults(look(window))
    window.hide()
    assert [one.partition(":")[0] for one in found] == ["beneath QWidget"]


def test_small_near_nameless_and_unreachable_things_are_found(qtbot):
    window = Faulty()
    qtbot.addWidget(window)
    for n, side in enumerate((60, 30)):
        button = KeyButton(window.theme, window)
        button.set_face(ButtonFace("F8", "ab"))
        button.setGeometry(10 + 64 * n, 10, side, 50)
        button.setAccessibleName("a" * n)
    window.show()
    found = " | ".join(faults(look(window)))
    assert "small target, 30 x 50" in found
    assert "too near" in found
    assert "no name" in found
    assert unreachable(window) == []
    button.face = ButtonFace("", "ab")
    assert unreachable(window) == ["KeyButton a"]
    window.hide()


# Colour is never the only sign.


def drawn(glyph):
    """The shape alone: black on white."""
    image = QImage(64, 64, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    rect, brush = QRectF(4, 4, 56, 56), Brush("#000000", "#ffffff", "#ffffff", "#000000")
    if glyph is Glyph.RING:
        paint_ring(painter, rect, 0.6, brush)
    else:
        paint_glyph(painter, glyph, rect, brush)
    painter.end()
    return bytes(image.constBits())


def test_each_state_has_a_shape_of_its_own(qapp):
    shapes = {glyph: drawn(glyph) for glyph in Glyph}
    blank = drawn_nothing()
    for one, own in shapes.items():
        assert own != blank, one
        for other, its in shapes.items():
            apart = sum(abs(a - b) > 64 for a, b in zip(own, its, strict=True)) / len(own)
            assert one is other or apart > 0.02, (one, other)


def drawn_nothing():
    image = QImage(64, 64, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    return bytes(image.constBits())


def test_contrast_is_reckoned_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


# Nothing that people see stands outside the gallery.

ROOMS = ("ui.pages", "ui.window", "ui.mini", "ui.customer")


def every_kind():
    """The widgets that are made somewhere: those from which no other of ours is derived."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            importlib.import_module(module.name)
    kinds, out = [QWidget], set()
    while kinds:
        below = kinds.pop().__subclasses__()
        kinds += below
        out |= {kind for kind in below if kind.__module__.startswith(ROOMS) and not kind.__subclasses__()}
    return out


RICH = ("refund-", "people-a", "settings-0", "settings-channel", "settings-10", "settings-11", "scanner-", "daylog-e")
"""Where much is seen at once: looked at first."""


@pytest.mark.qt_log_ignore(r"does not support raise\(\)")
def test_every_page_and_dialog_is_in_some_scene(qapp):
    left, palette = every_kind(), qapp.palette()
    assert len(left) > 40
    heads = {shot.scene.name.partition("-")[0]: shot for shot in reversed(SHOTS)}
    rich = [shot for shot in SHOTS if shot.scene.name.startswith(RICH)]
    for shot in [*heads.values(), *rich, *SHOTS]:
        if left:
            window = open_window(shot)
            left -= {type(one) for one in (window, *window.findChildren(QWidget)) if one.isVisible()}
            close_window(window)
    qapp.setPalette(palette)
    assert left == set()


def test_every_reason_not_to_open_the_journal_is_in_some_scene():
    kinds, keys = [JournalError], set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        keys.add(kind.key)
    assert keys <= set(notices.STANDS_STILL)


# The fast writer.


def test_what_is_written_is_the_picture_to_the_pixel(qapp, tmp_path):
    image = QImage(333, 21, QImage.Format.Format_RGB32)
    image.fill(QColor("#ECEEF1"))
    for n in range(333):
        image.setPixelColor(n, n % 21, QColor(n % 256, 255 - n % 256, n * 7 % 256))
    write_png(image, tmp_path / "one.png")
    assert QImage(str(tmp_path / "one.png")).convertToFormat(QImage.Format.Format_RGB32) == image


def test_the_report_names_each_picture_with_its_faults(tmp_path):
    write_report(tmp_path, {"till-00-idle-1366-zh-light-100.png": [], "help-0-1366-en-dark-150.png": ["cut: x"]}, 12.3)
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert told == {"pictures": 2, "faulty": 1, "seconds": 12, "faults": {"help-0-1366-en-dark-150.png": ["cut: x"]}}
