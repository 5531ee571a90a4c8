"""A supervisor's yes over a page: what it shows, whom it refuses, and that no key or scan gets past it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.staff import Act, Approval
from app.words import say
from tests.app.staff.conftest import PINS
from ui.pages.approval import ApprovalDialog, Request

from .conftest import ORDER

CODE = "134524350966727175"
REQUEST = Request(Act.REFUND, ORDER, 12850, "ap.reason.return", "10")


@pytest.fixture
def dialog(asker, theme, shop, qtbot):
    over = QWidget()
    qtbot.addWidget(over)
    over.resize(1366, 660)
    over.show()

    def approve(proof, r):
        return shop.people.approvals.ask(proof, r.act, r.subject, r.amount_fen, r.reason, operator=r.operator)

    made = ApprovalDialog(asker, theme, "zh", over, load=shop.people.load, approve=approve)
    made.given, made.stopped = [], []
    made.approved.connect(made.given.append)
    made.cancelled.connect(lambda: made.stopped.append(1))
    yield made
    made.hide()


def by_hand(dialog, qtbot, text):
    qtbot.keyClicks(dialog, text)
    qtbot.keyClick(dialog, "\r")


def test_it_says_what_is_approved_and_gives_the_approval(dialog, shop, qtbot):
    dialog.ask(REQUEST)
    assert dialog.what() == say("pin.what", amount="￥128.50", tail=ORDER[-4:])
    assert dialog.lines()[0] == say("ap.reason.return")
    by_hand(dialog, qtbot, "20")
    by_hand(dialog, qtbot, PINS["20"])
    (approval,) = dialog.given
    assert isinstance(approval, Approval)
    assert shop.people.approvals.spend(approval, Act.REFUND, ORDER, 12850, "ap.reason.return") is None
    assert dialog.isHidden()


@pytest.mark.parametrize(("number", "key"), [("10", "pin.self"), ("20", "pin.cap")])
def test_whoever_may_not_is_told_why(dialog, qtbot, number, key):
    dialog.ask(Request(Act.REFUND, ORDER, 60_000, "ap.reason.return", "10"))
    by_hand(dialog, qtbot, number)
    by_hand(dialog, qtbot, PINS[number])
    assert dialog.given == []
    assert dialog.asking.pad.face.note == say(key, amount="￥500.00")


def test_esc_approves_nothing_also_while_the_answer_is_under_way(dialog, asker, qtbot):
    dialog.ask(REQUEST)
    by_hand(dialog, qtbot, "20")
    asker.late = True
    by_hand(dialog, qtbot, PINS["20"])
    dialog.cancel()
    asker.deliver()
    assert dialog.given == []
    assert dialog.stopped == [1]


def test_tab_stays_in_it_and_the_page_has_the_keys_once_it_is_answered(dialog, qtbot):
    page = dialog.parentWidget()
    field = QLineEdit(page)
    field.show()
    with qtbot.waitActive(page):
        page.activateWindow()
    dialog.ask(REQUEST)
    for _ in range(5):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        assert page.focusWidget() is dialog or dialog.isAncestorOf(page.focusWidget())
    dialog.cancel()
    assert field.hasFocus()


def test_a_page_that_asks_is_answered_once(dialog, qtbot):
    answers = []
    dialog.ask_then(REQUEST, answers.append)
    by_hand(dialog, qtbot, "20")
    by_hand(dialog, qtbot, PINS["20"])
    dialog.ask_then(replace(REQUEST, amount_fen=100), answers.append)
    dialog.ask_then(replace(REQUEST, amount_fen=200), answers.append)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert [isinstance(one, Approval) for one in answers] == [True, False, False]


def test_a_second_enter_asks_nothing_twice(dialog, asker, qtbot, shop):
    dialog.ask(REQUEST)
    by_hand(dialog, qtbot, "20")
    asker.late = True
    by_hand(dialog, qtbot, PINS["20"])
    by_hand(dialog, qtbot, PINS["20"])
    asker.deliver()
    assert len(dialog.given) == 1
    assert len(shop.ledger.of("staff.approved")) == 1


def test_no_key_and_no_scan_reaches_what_lies_under_it(dialog, qtbot):
    under = []
    dialog.parentWidget().keyPressEvent = lambda event: under.append(event.key())
    dialog.ask(REQUEST)
    for key in ("\r", "a", "8"):
        qtbot.keyClick(dialog, key)
    assert under == []
    assert dialog.scan(CODE)
    assert dialog.asking.pad.face.note == say("pin.hand")


# The people's page.
