"""The passphrase is typed into the window where there is no terminal, and whoever waits is never left waiting."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from app.settings import DataFolder
from app.till.api import Phase
from app.words import say
from tests.ui import pictures
from ui.window.passphrase import UNASKED, Passphrase, What

K = Qt.Key


@pytest.fixture
def passphrase(window, tmp_path):
    made = Passphrase(window, lambda: "zh", tmp_path)
    yield made
    made.close()


@pytest.fixture
def ask(qtbot, passphrase):
    """Ask as the worker does; the card, and what will be answered."""
    with ThreadPoolExecutor(1) as pool:

        def begin():
            waiting = pool.submit(passphrase)
            qtbot.waitUntil(lambda: passphrase.card is not None)
            return passphrase.card, waiting

        yield begin
        passphrase.close()


@pytest.mark.parametrize("key", [K.Key_Return, K.Key_F8])
def test_what_is_typed_comes_back_and_is_not_shown(qtbot, ask, key):
    card, waiting = ask()
    assert card.field.echoMode() is QLineEdit.EchoMode.Password
    assert card.field.hasFocus()
    qtbot.keyClicks(card.field, "one two")
    qtbot.keyClick(card.field, key)
    assert waiting.result(5) == "one two"
    assert card.field.text() == ""
    assert not card.isVisible()


def test_leaving_it_answers_nothing(qtbot, ask):
    card, waiting = ask()
    qtbot.keyClicks(card.field, "half")
    qtbot.keyClick(card.field, K.Key_Escape)
    assert waiting.result(5) == ""


def test_nothing_typed_is_not_taken(qtbot, ask):
    card, waiting = ask()
    qtbot.keyClick(card.field, K.Key_Return)
    qtbot.mouseClick(card.next, Qt.MouseButton.LeftButton)
    assert not waiting.done()
    assert card.isVisible()


def test_a_new_one_is_chosen_and_typed_once_more(qtbot, ask):
    for what in (What.CHOOSE, What.AGAIN, What.CHOOSE):
        card, waiting = ask()
        assert (card.what, card.title()) == (what, say(f"passphrase.{what}"))
        qtbot.keyClicks(card.field, "long enough")
        card.take()
        assert waiting.result(5) == "long enough"


def test_of_keys_that_are_there_it_is_asked_once(ask, tmp_path):
    DataFolder(tmp_path).keys.write_bytes(b"sealed")
    card, _ = ask()
    assert card.what is What.ASK


def test_one_that_was_chosen_just_now_opens_the_till_without_being_asked_for(ask, passphrase, tmp_path):
    for _ in range(2):
        card, waiting = ask()
        card.field.setText("long enough")
        card.take()
        waiting.result(5)
    DataFolder(tmp_path).keys.write_bytes(b"sealed")
    for _ in range(UNASKED):
        passphrase._answer = Future()
        passphrase._ask()
        assert passphrase._answer.result(0) == "long enough"
    card, _ = ask()
    assert card.what is What.ASK, "and nobody keeps it after that"


def test_two_that_differ_are_not_kept(ask, passphrase):
    for text in ("long enough", "long enouhg"):
        card, waiting = ask()
        card.field.setText(text)
        card.take()
        waiting.result(5)
    assert passphrase._known == []


def test_no_key_reaches_the_till_beneath_and_the_keys_go_back_to_it(qtbot, ask, show):
    window = show(pictures.view(Phase.IDLE))
    window.setFocus()
    card, _ = ask()
    for key in (K.Key_F1, K.Key_5, K.Key_F4):
        qtbot.keyClick(card, key)
    assert not window.cashier.help
    assert window.amount.face.typed == ""
    assert not window.backroom.is_open
    card.leave()
    assert window.focusWidget() is window


@pytest.mark.parametrize("key", [K.Key_Tab, K.Key_Backtab])
def test_tab_leads_nowhere_beneath(qtbot, ask, window, key):
    card, _ = ask()
    for _ in range(3):
        qtbot.keyClick(window.focusWidget(), key)
        assert card.field.hasFocus()


def test_the_page_that_lies_there_has_the_keys_again(qtbot, ask, window):
    """As the first start does: the field that had them went with its step."""
    page = QWidget(window)
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.setGeometry(window.rect())
    field = QLineEdit(page)
    page.show()
    field.setFocus()
    card, _ = ask()
    field.deleteLater()
    card.leave()
    assert page.hasFocus()


def test_it_grows_with_the_window(qtbot, ask, window):
    card, _ = ask()
    window.resize(1920, 1080)
    qtbot.waitUntil(lambda: card.size() == window.size() and card.card_rect().width() == window.theme.px(720))
    assert card.rect().contains(card.field.geometry())


def test_an_ending_program_leaves_nobody_waiting(ask, passphrase):
    _, waiting = ask()
    passphrase.close()
    assert waiting.result(5) == ""
