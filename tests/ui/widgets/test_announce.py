"""What reaches a screen reader, as the platform gets it: the sum as it is typed, the countdown's marks, the result."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QAccessible

from app.till.api import Phase
from app.words import say
from tests.ui import pictures
from ui import tokens
from ui.mini.place import Place
from ui.mini.window import Mini
from ui.pages.page import Page
from ui.widgets.pin_pad import PadFace, PinPad

NOW, LATER = QAccessible.AnnouncementPoliteness.Assertive, QAccessible.AnnouncementPoliteness.Polite


@pytest.fixture
def heard(monkeypatch):
    """Every event that Qt was given, as (words, how pressing)."""
    events = []

    class Platform:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

        @staticmethod
        def updateAccessibility(event):  # noqa: N802 - Qt's name
            events.append((event.message(), event.politeness()))

    monkeypatch.setattr("ui.widgets.announce.QAccessible", Platform)
    return events


def test_a_sum_is_heard_as_it_is_typed_and_cleared(window, show, heard):
    show(pictures.view(Phase.IDLE))
    heard.clear()
    for key in ("1", "2", ".", "5"):
        window.type_key(key)
    assert heard == [("¥1", NOW), ("¥12", NOW), ("¥12.", NOW), ("¥12.5", NOW)]
    heard.clear()
    window.type_key("clear")
    assert heard == [("¥0.00", NOW)]


def test_a_countdown_is_heard_at_its_marks_and_not_each_second(window, show, heard, clocks):
    show(pictures.view(Phase.PENDING))
    first = window.stage.face.seconds
    heard.clear()
    for _ in range(first):
        clocks.pass_(1)
        window.refresh()
    said = [words for words, _ in heard]
    assert [words.partition("。")[0] for words in said] == ["30", "20", "10", "5"]
    assert {how for _, how in heard} == {LATER}


def test_a_result_is_heard_once_over_whatever_is_being_read(window, show, heard):
    show(pictures.view(Phase.PENDING))
    heard.clear()
    show(pictures.view(Phase.PAID))
    show(replace(pictures.view(Phase.PAID)))
    assert [how for _, how in heard] == [NOW]
    assert window.stage.face.head in heard[0][0]


def test_a_scan_that_is_not_taken_is_heard_with_its_remedy(window, show, heard):
    show(pictures.view(Phase.READY))
    heard.clear()
    show(pictures.refused(Phase.READY, "collect"))
    assert heard == [(f"{say('scan.collect.head')}。{say('scan.collect.do')}", NOW)]


def test_a_wrong_pin_is_heard_over_the_pad_and_no_figure_of_it(qtbot, heard):
    pad = PinPad(tokens.theme(1366, 768, dark=False))
    qtbot.addWidget(pad)
    pad.set_face(PadFace(say("pin.ask"), say("staff.save"), secret=True))
    pad.show()
    qtbot.keyClicks(pad, "1357")
    pad.set_face(PadFace(say("pin.ask"), say("staff.save"), secret=True, note=say("pin.wrong", n=4)))
    assert heard == [(say("pin.wrong", n=4), NOW)]
    assert "1357" not in repr(heard) + pad.accessibleName() + pad.accessibleDescription()


class Sheet(Page):
    name = "shift"


def test_a_pages_answer_is_heard_once(qtbot, heard):
    page = Sheet(None, tokens.theme(1366, 768, dark=False), "zh")
    qtbot.addWidget(page)
    page.show()
    for text in ("已退款。", "已退款。", "再查一次。"):
        page.speak(text)
    assert heard == [("已退款。", NOW), ("再查一次。", NOW)]
    assert page.accessibleDescription() == "再查一次。"


@pytest.fixture
def mini(window, qtbot, bridge, tmp_path):
    made = Mini(window, Place(tmp_path))
    qtbot.addWidget(made)
    bridge.view.connect(made.refresh)
    made.show()
    window.hide()
    yield made
    made.hide()


@pytest.mark.qt_log_ignore("does not support raise", extend=True)  # the offscreen platform, of windows on top
def test_the_mini_window_is_heard_and_the_hidden_one_is_not(mini, show, heard):
    show(pictures.view(Phase.PENDING))
    heard.clear()
    show(pictures.view(Phase.PAID))
    assert [how for _, how in heard] == [NOW]
    assert mini.card.face.stage.head in heard[0][0]
