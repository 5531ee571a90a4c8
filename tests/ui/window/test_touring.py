"""The tour over the real window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.till.api import Phase
from app.words import LANGUAGES, say
from tests.ui import pictures
from ui.pages.help.tour import KEYS, is_seen
from ui.window.touring import Touring


@pytest.fixture
def touring(window, show, tmp_path):
    show(pictures.view(Phase.IDLE, training=True))
    made = Touring(window, tmp_path)
    yield made
    made.tour.leave()


def press(window, key):
    QTest.keyClick(window, key)


def test_it_is_shown_once_and_again_when_asked(touring, window):
    touring.begin_once()
    assert touring.tour.isVisible()
    press(window, Qt.Key.Key_Escape)
    assert not touring.tour.isVisible()
    touring.begin_once()
    assert not touring.tour.isVisible()
    touring.begin()
    assert touring.tour.isVisible()


def test_every_stop_points_at_a_part_of_the_window_and_covers_none_of_it(touring, window):
    touring.begin()
    seen = []
    for _ in KEYS:
        target = touring.tour.stops[touring.tour.at].where()
        assert window.rect().contains(target)
        assert target.width() > 40
        bubble = touring.tour.bubble()
        assert window.rect().contains(bubble)
        assert not bubble.intersects(target)
        seen.append(touring.tour.sentence())
        press(window, Qt.Key.Key_Space)
    assert seen == [say(f"tour.{key}") for key in KEYS]
    assert not touring.tour.isVisible()
    assert is_seen(touring._folder)


def test_back_is_left_and_enter_from_a_scanner_is_not_the_tours(touring, window):
    touring.begin()
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_Left)
    assert touring.tour.at == 0
    press(window, Qt.Key.Key_Return)
    assert not touring.tour.isVisible(), "the till took the key: the tour is over"


def test_a_figure_goes_to_the_till_and_ends_the_tour(touring, window):
    touring.begin()
    QTest.keyClicks(window, "7")
    assert window.cashier.entry.text == "7"
    assert not touring.tour.isVisible()


def test_a_resized_window_takes_the_tour_along(touring, window, qapp):
    touring.begin()
    window.resize(1024, 600)
    qapp.processEvents()
    assert touring.tour.geometry() == window.rect()
    assert window.rect().contains(touring.tour.bubble())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1366, 768), (1024, 600), (960, 540)])
def test_no_sentence_or_button_is_clipped(touring, window, language, size, qapp):
    window.resize(*size)
    window.cashier.language = language
    qapp.processEvents()
    touring.begin()
    for _ in KEYS:
        for button in (touring.tour.leave_button, touring.tour.next_button):
            assert button.text_width() <= button.width()
            assert touring.tour.bubble().contains(button.geometry())
        assert not touring.tour.bubble().intersects(touring.tour.stops[touring.tour.at].where())
        touring.tour.go_on()
