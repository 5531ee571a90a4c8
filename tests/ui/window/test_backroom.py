"""The office over the till: who sees which page, how one gets in and out, and what a scan or a key means meanwhile."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.staff import Person, Role
from app.till.api import Phase
from tests.ui import pictures
from ui.pages.page import Page

RECEIPT = pictures.sale(Phase.PAID).out_trade_no
CODE = "134524350966727175"
MADE = []


class Blank(Page):
    """A page that keeps what it was given."""

    def __init__(self, name, theme, language, parent):
        super().__init__(None, theme, language, parent)
        self.name, self.entered, self.scans, self.keys = name, [], [], []
        self.field = QLineEdit(self)
        MADE.append(self)

    def enter(self, argument=None):
        self.entered.append(argument)

    def scan(self, text):
        self.scans.append(text)
        return text == RECEIPT

    def key(self, event):
        self.keys.append(event.key())
        return event.key() == Qt.Key.Key_F8


def person(role):
    return Person("01", "李", role)


@pytest.fixture
def office(window, qtbot):
    MADE.clear()
    names = ("signin", "refund", "worklist", "shift", "daylog", "reconcile", "people", "settings")
    window.backroom.furnish(lambda: {n: lambda t, language, p, n=n: Blank(n, t, language, p) for n in names})
    window.show_view(pictures.view(Phase.PAID))
    return window.backroom


def press(window, qtbot, key, held=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(window, key, held)


def names(office):
    return [tab.name for tab in office.tabs.face.tabs]


def test_f4_asks_who_it_is_before_anything_is_shown(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    assert (office.isVisible(), office.page.name, names(office)) == (True, "signin", [""])


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.CASHIER, ["shift"]),
        (Role.SUPERVISOR, ["refund", "worklist", "shift"]),
        (Role.MANAGER, ["refund", "worklist", "shift", "daylog", "reconcile", "people", "settings"]),
    ],
)
def test_each_sees_the_pages_that_are_theirs(window, office, qtbot, role, pages):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(role))
    window.refresh()
    assert names(office) == ["", *pages]
    assert office.page.name == pages[0]


def test_a_page_that_is_not_theirs_is_not_opened_by_name(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.SUPERVISOR))
    office.turn("people")
    assert office.page.name == "refund"


def test_esc_goes_back_to_the_till_and_forgets_who_it_was(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.MANAGER))
    press(window, qtbot, Qt.Key.Key_Escape)
    assert (office.isVisible(), office.person, office.page) == (False, None, None)
    assert window.hasFocus() or window.focusWidget() is window
    press(window, qtbot, Qt.Key.Key_F4)
    assert office.page.name == "signin"


def test_a_page_that_was_left_is_made_anew(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.MANAGER))
    first = office.page
    office.leave()
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.MANAGER))
    assert office.page is not first


def test_what_was_wanted_is_opened_after_the_sign_in(window, office):
    window.door.open("worklist", "7")
    office.sign_in(person(Role.SUPERVISOR))
    assert (office.page.name, office.page.entered) == ("worklist", ["7"])


def test_a_payment_code_goes_nowhere_while_the_office_is_open(window, office, counter, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.SUPERVISOR))
    window.scan(CODE, "serial")
    assert office.page.scans == []
    assert not [call for call in counter.asked if call[0] == "scan"]
    assert "不收款" in window.banner.face.text


def test_a_receipt_is_the_pages(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.SUPERVISOR))
    window.scan(RECEIPT, "serial")
    assert office.page.scans == [RECEIPT]
    assert window.banner.face is None
    window.scan("hello", "serial")
    assert "没有用" in window.banner.face.text


def test_keys_of_the_till_do_nothing_behind_the_office(window, office, counter, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.SUPERVISOR))
    before = list(counter.asked)
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_F8, Qt.Key.Key_Return, Qt.Key.Key_7):
        press(window, qtbot, key)
    assert counter.asked == before
    assert Qt.Key.Key_F8 in office.page.keys


def test_the_keys_that_the_foot_names_are_had_in_the_office_too(window, office, qtbot):
    there = ("signin", "refund", "help")
    office.furnish(lambda: {n: lambda t, language, p, n=n: Blank(n, t, language, p) for n in there})
    press(window, qtbot, Qt.Key.Key_F4)
    press(window, qtbot, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert (window.cashier.language, office.page.language) == ("en", "en"), "at the sign-in"
    office.sign_in(person(Role.MANAGER))
    office.page.field.setFocus()
    qtbot.keyClick(office.page.field, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert (window.cashier.language, office.page.language) == ("zh", "zh")
    press(window, qtbot, Qt.Key.Key_F1)
    assert office.page.name == "help"
    assert not window.cashier.help, "nothing is opened beneath it"


def test_control_and_page_keys_turn_the_pages(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.SUPERVISOR))
    press(window, qtbot, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert office.page.name == "worklist"
    press(window, qtbot, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    press(window, qtbot, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert office.page.name == "shift"


def test_the_tabs_are_pressed_by_the_mouse_too(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.SUPERVISOR))
    window.refresh()
    placed = {tab.name: rect for tab, rect in office.tabs.placed()}
    assert all(rect.width() >= 44 and rect.height() >= 44 for rect in placed.values())
    qtbot.mouseClick(office.tabs, Qt.MouseButton.LeftButton, pos=placed["shift"].center().toPoint())
    assert office.page.name == "shift"
    qtbot.mouseClick(office.tabs, Qt.MouseButton.LeftButton, pos=placed[""].center().toPoint())
    assert not office.isVisible()


def test_a_till_that_is_held_shut_shows_one_page_and_esc_leads_nowhere(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.MANAGER))
    office.hold("people", "x")
    window.refresh()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F4, Qt.Key.Key_F2):
        press(window, qtbot, key)
    assert (office.isVisible(), office.page.name, names(office)) == (True, "people", [])
    assert office.person is None
    office.release()
    assert not office.isVisible()
    press(window, qtbot, Qt.Key.Key_F4)
    assert office.page.name == "signin"


def test_a_question_over_the_page_gets_the_scans_and_falls_with_the_office(window, office, qtbot):
    question = Blank("q", window.theme, "zh", office)
    question.cancel = question.hide
    office.cover(question)
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.SUPERVISOR))
    question.show()
    window.scan(RECEIPT, "serial")
    assert (question.scans, office.page.scans) == ([RECEIPT], [])
    office.leave()
    assert question.isHidden()


def test_the_open_sale_stays_in_sight(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.SUPERVISOR))
    window.show_view(pictures.view(Phase.PENDING))
    pill = office.tabs.face.pill
    assert pill is not None
    assert pill.seconds is not None
    assert pill.word == "128.50 等顾客输密码"
    window.show_view(pictures.view(Phase.STUCK))
    assert office.tabs.face.pill.call


def test_before_the_till_is_open_f4_says_so(window, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    assert not window.backroom.isVisible()
    assert "还在打开" in window.banner.face.text


def test_the_head_is_painted_and_nothing_of_it_is_cut(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.MANAGER))
    window.show_view(pictures.view(Phase.PENDING, language="en"))
    last = office.tabs.placed()[-1][1]
    image = QImage(office.tabs.size(), QImage.Format.Format_RGB32)
    office.tabs.render(image)
    assert last.right() < office.tabs.width()
    assert len({image.pixel(x, 30) for x in range(0, image.width(), 3)}) > 2


class Question(QWidget):
    """Lies over the page until it is answered."""

    def __init__(self, parent):
        super().__init__(parent)
        self.keys = []

    def keyPressEvent(self, event):  # noqa: N802 - Qt's name
        self.keys.append(event.key())

    def scan(self, text):
        return True

    def cancel(self):
        self.hide()

    def set_look(self, theme, language):
        pass


def test_a_question_over_a_page_has_every_key_wherever_the_focus_went(window, office, qtbot):
    press(window, qtbot, Qt.Key.Key_F4)
    office.sign_in(person(Role.MANAGER))
    question = Question(office)
    office.cover(question)
    question.show()
    window.setFocus()  # a click on the window's foot leaves it there
    for key in (Qt.Key.Key_F8, Qt.Key.Key_Escape, Qt.Key.Key_7):
        press(window, qtbot, key)
    assert question.keys == [Qt.Key.Key_F8, Qt.Key.Key_Escape, Qt.Key.Key_7]
    assert office.page.keys == []
    assert office.isVisible()
