from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from app.core.channel import Channel
from app.core.money import show_yuan
from app.till.api import Customer, Phase
from app.words import say
from tests.ui import pictures
from ui.views.here import GREEN
from ui.window import Window

K = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


class Paints(QObject):
    """Which regions of a widget were painted."""

    def __init__(self):
        super().__init__()
        self.regions: list[QRegion] = []

    def eventFilter(self, _watched, event):  # noqa: N802 - Qt's name
        if isinstance(event, QPaintEvent):
            self.regions.append(QRegion(event.region()))
        return False


def press(qtbot, window, *keys, held=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        qtbot.keyClick(window, key, held)


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def colour_of(window, rect: QRect) -> str:
    return window.grab().toImage().pixelColor(rect.right() - 12, rect.bottom() - 12).name().upper()


# --- amounts


def test_an_amount_is_typed_and_opens_a_purchase(qtbot, show, counter):
    window = show(pictures.view(Phase.IDLE))
    press(qtbot, window, *"12.5")
    assert window.amount.face.typed == "12.5"
    press(qtbot, window, K.Key_Return)
    assert ("enter_amount", 1250) in counter.asked
    show(pictures.view(Phase.READY, amount_fen=1250))
    assert window.amount.face.typed == "12.50"
    assert window.cashier.entry.text == ""


def test_the_pad_types_the_same(qtbot, show, counter):
    window = show(pictures.view(Phase.IDLE))
    for name in ("1", "00", ".", "5", "back", "7"):
        at = window.keypad.keys()[name].center()
        qtbot.mouseClick(window.keypad, Qt.MouseButton.LeftButton, pos=at)
    assert window.cashier.entry.fen == 10_070
    qtbot.mouseClick(window.keypad, Qt.MouseButton.LeftButton, pos=window.keypad.keys()["clear"].center())
    assert window.cashier.entry.text == ""


def test_typing_warms_the_line_at_most_once_in_two_seconds(qtbot, show, counter, clocks):
    window = show(pictures.view(Phase.IDLE))
    press(qtbot, window, *"123")
    assert counter.asked.count(("warm",)) == 1
    clocks.pass_(2.1)
    press(qtbot, window, K.Key_4)
    assert counter.asked.count(("warm",)) == 2


def test_an_empty_amount_is_refused_in_words_and_asks_nothing(qtbot, show, counter):
    window = show(pictures.view(Phase.IDLE))
    press(qtbot, window, K.Key_Return)
    assert ("enter_amount", 0) not in counter.asked
    assert window.stage.face.first == say("scan.zero.head")
    press(qtbot, window, K.Key_1)
    assert not window.stage.face.refusal


def test_above_the_cap_only_f7_goes_on(qtbot, show, counter):
    window = show(pictures.view(Phase.IDLE, confirm_cap=True, amount_fen=560_000))
    press(qtbot, window, K.Key_Return, K.Key_Enter, K.Key_5)
    assert counter.asked == []
    press(qtbot, window, K.Key_F7)
    assert counter.asked == [("confirm_amount",)]


def test_esc_takes_the_amount_back_for_a_change(qtbot, show, counter):
    window = show(pictures.view(Phase.READY))
    press(qtbot, window, K.Key_Escape)
    assert counter.asked == [("stop",)]
    assert window.stage.face.head == say("st.ready.head")
    show(pictures.view(Phase.IDLE))
    assert window.cashier.entry.fen == 12_850
    press(qtbot, window, K.Key_Backspace, K.Key_Backspace)
    assert window.cashier.entry.fen == 12_800


@pytest.mark.parametrize("phase", [Phase.PAID, Phase.DECLINED, Phase.REVERSED0, Phase.REVERSING, Phase.STUCK])
def test_figures_begin_the_next_amount_after_the_end(qtbot, show, phase):
    window = show(pictures.view(phase))
    press(qtbot, window, K.Key_8)
    assert window.amount.face.typed == "8"
    assert window.keypad.isVisible()
    press(qtbot, window, K.Key_Escape)
    assert window.stage.face.head != say("st.idle.head")


@pytest.mark.parametrize("phase", [Phase.READY, Phase.INTENT, Phase.SENT, Phase.PENDING, Phase.UNKNOWN, Phase.STOPPING])
def test_figures_touch_nothing_while_the_sale_runs(qtbot, show, counter, phase):
    window = show(pictures.view(phase))
    press(qtbot, window, *"123")
    assert window.cashier.entry.text == ""
    assert counter.asked == []


# --- keys and buttons

SAID = {
    K.Key_F2: ("stop",),
    K.Key_F3: ("next_customer",),
    K.Key_F5: ("check_now",),
    K.Key_F9: ("other_tender",),
    K.Key_Return: ("other_tender",),
}
KEYS_OF = {
    Phase.PENDING: {K.Key_F2, K.Key_F3, K.Key_F5},
    Phase.STOPPING: {K.Key_F3, K.Key_F5},
    Phase.REVERSING: {K.Key_F3, K.Key_F5, K.Key_F9},
    Phase.DECLINED: {K.Key_F3, K.Key_F9, K.Key_Return},
    Phase.PAID: {K.Key_F3},
    Phase.PAIDHELD: {K.Key_F5},
    Phase.STUCK: {K.Key_F3, K.Key_F5, K.Key_F9},
}


@pytest.mark.parametrize("phase", KEYS_OF)
def test_each_key_does_what_it_says_and_no_more(qtbot, show, counter, phase):
    window = show(pictures.view(phase))
    for key, said in SAID.items():
        counter.asked.clear()
        press(qtbot, window, key)
        assert counter.asked == ([said] if key in KEYS_OF[phase] else []), key


@pytest.mark.parametrize("phase", KEYS_OF)
def test_each_button_does_what_its_key_does(qtbot, show, counter, phase):
    window = show(pictures.view(phase))
    by_chip = {"F2": K.Key_F2, "F3": K.Key_F3, "F5": K.Key_F5, "F9": K.Key_F9, "Enter": K.Key_Return}
    for button in window.buttons:
        if not button.isVisible() or button.face.chip not in by_chip:
            continue
        counter.asked.clear()
        click(qtbot, button)
        assert counter.asked == [SAID[by_chip[button.face.chip]]]


def test_a_finger_begins_the_next_sale_after_paid(qtbot, show, counter):
    window = show(pictures.view(Phase.PAID))
    click(qtbot, window.buttons[2])
    assert counter.asked == [("next_customer",)]


def test_a_recovered_sale_is_acknowledged_by_f7(qtbot, show, counter):
    sale = pictures.sale(Phase.PAID, recovered=True)
    window = show(pictures.view(Phase.PAID, sale=sale))
    press(qtbot, window, K.Key_F7)
    assert counter.asked == [("acknowledge", sale.out_trade_no)]


def test_esc_never_ends_a_running_payment(qtbot, show, counter):
    window = show(pictures.view(Phase.PENDING))
    press(qtbot, window, K.Key_Escape, K.Key_Escape)
    assert counter.asked == []


def test_a_stuck_key_asks_once(qtbot, show, counter):
    window = show(pictures.view(Phase.PENDING))
    event = QKeyEvent(QKeyEvent.Type.KeyPress, K.Key_F3, Qt.KeyboardModifier.NoModifier, "", True)
    QApplication.sendEvent(window, event)
    assert counter.asked == []


def test_help_opens_over_the_side_column_and_esc_closes_it(qtbot, show):
    window = show(pictures.view(Phase.PENDING))
    press(qtbot, window, K.Key_F1)
    assert window.help.isVisible()
    assert not window.steps.isVisible()
    press(qtbot, window, K.Key_Escape)
    assert not window.help.isVisible()


def test_the_language_changes_at_once_and_stays(qtbot, show, counter):
    window = show(pictures.view(Phase.PENDING))
    press(qtbot, window, K.Key_L, held=CTRL)
    assert window.stage.face.head == say("st.pending.head", "en")
    show(pictures.view(Phase.PAID))
    assert window.stage.face.head == say("st.paid.head", "en")
    hint = window.status.hint_rects()[0].center().toPoint()
    qtbot.mouseClick(window.status, Qt.MouseButton.LeftButton, pos=hint)
    assert window.stage.face.head == say("st.paid.head", "zh")


def test_the_list_is_walked_by_arrows_and_opened_by_space(qtbot, show, counter):
    window = show(pictures.view(Phase.IDLE))
    press(qtbot, window, K.Key_Down, K.Key_Down, K.Key_Space)
    assert counter.asked == [("show", pictures.done_rows()[0].out_trade_no)]
    press(qtbot, window, *[K.Key_Down] * 30)
    assert pictures.done_rows()[-1].out_trade_no in {
        item.out_trade_no for item, _ in window.sales.placed() if not isinstance(item, str)
    }
    press(qtbot, window, *[K.Key_Up] * 30)
    assert window.sales.placed()[0][0] == say("win.open")


def test_a_touched_row_comes_onto_the_stage(qtbot, show, counter):
    window = show(pictures.view(Phase.IDLE))
    item, rect = window.sales.placed()[1]
    qtbot.mouseClick(window.sales, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert counter.asked == [("show", item.out_trade_no)]


# --- what is seen


def test_nothing_moves_between_states(qtbot, show):
    places = set()
    for phase in Phase:
        for training in (False, True):
            window = show(pictures.view(phase, training=training))
            parts = (window.amount, window.stage, window.steps, window.keypad, *window.buttons, window.status)
            places.add(
                (
                    *(part.geometry().getRect() for part in parts),
                    window.stage.slot().getRect(),
                    window.stage.word_room().getRect(),
                    window.sales.x(),
                )
            )
    assert len(places) == 1


@pytest.mark.parametrize("phase", Phase)
def test_green_is_seen_only_when_paid(qtbot, show, phase):
    window = show(pictures.view(phase))
    assert (colour_of(window, window.stage.geometry()) == window.theme.colours.green) == (phase in GREEN)


def test_a_second_repaints_the_ring_and_the_sentence_that_counts_and_no_more(qtbot, show, clocks):
    window = show(pictures.view(Phase.PENDING))
    QApplication.processEvents()
    painter = Paints()
    painted = painter.regions
    window.stage.installEventFilter(painter)
    clocks.pass_(1)
    window.refresh()
    QApplication.processEvents()
    assert len(painted) == 1
    inside = painted[0].boundingRect()
    word = window.stage.word_room().toAlignedRect()
    assert not painted[0].intersects(word.adjusted(40, 10, -10, -10))
    assert inside.height() < window.stage.height()
    painted.clear()
    window.refresh()
    QApplication.processEvents()
    assert painted == []


def test_the_tick_follows_the_deadline_and_stops_with_the_window(show):
    window = show(pictures.view(Phase.PENDING))
    assert window._tick.isActive()
    assert 550 <= window._tick.interval() <= 650
    window.hide()
    assert not window._tick.isActive()


def test_a_scan_goes_straight_to_the_till_and_a_refusal_shows_no_digits(qtbot, show, counter):
    window = show(pictures.view(Phase.READY))
    window.scan("134567890123456789", "wedge")
    assert counter.asked == [("scan", "134567890123456789", "wedge")]
    show(pictures.refused(Phase.READY, "short", ("n", "17")))
    assert window.stage.face.refusal
    said = (window.stage.face, window.amount.face, window.steps.face, window.sales.face)
    assert "1345678" not in repr(said) + window.stage.accessibleName()


def test_before_the_house_is_open_an_amount_can_be_typed(qtbot, window, counter):
    press(qtbot, window, *"12")
    assert window.amount.face.typed == "12"
    press(qtbot, window, K.Key_Return)
    assert window.banner.face is not None
    assert window.banner.face.text == say("win.opening.wait")
    assert not window.buttons[2].isEnabled()
    window.scan("134567890123456789", "serial")
    assert ("enter_amount", 1200) not in counter.asked
    assert window.cashier.entry.fen == 1200


def test_a_dead_worker_takes_the_stage(qtbot, show, bridge):
    window = show(pictures.view(Phase.PENDING))
    bridge.fail("win.dead")
    QApplication.processEvents()
    assert window.stage.face.head == say("win.dead.head")
    assert not any(button.isVisible() for button in window.buttons)


# --- going


def test_closing_with_open_sales_says_so_first(qtbot, show, counter):
    window = show(pictures.view(Phase.PENDING))
    gone: list[bool] = []
    window.closed.connect(lambda: gone.append(True))
    assert not window.close()
    assert window.banner.face.text == say("win.close.goeson", n=2, m=3)
    assert window.close()
    assert gone == [True]


def test_closing_with_a_sale_that_waits_for_a_person_says_that_the_next_start_goes_on(show):
    stuck = pictures.sale(Phase.STUCK)
    window = show(pictures.view(Phase.STUCK, open=(stuck,)))
    assert not window.close()
    assert window.banner.face.text.startswith(say("app.close.say", n=1))


def test_closing_is_asked_again_after_the_notice_left(qtbot, show):
    window = show(pictures.view(Phase.PENDING))
    assert not window.close()
    press(qtbot, window, K.Key_Escape)
    assert window.banner.face is None
    assert not window.close()


def test_closing_with_nothing_open_closes(show):
    assert show(pictures.view(Phase.PAID, open=())).close()


# --- training


@pytest.fixture
def practice(bridge):
    bridge.practice = pictures.AskedPhone()
    return bridge.practice


def test_the_phone_shows_a_code_and_a_tap_scans_it(qtbot, show, counter, practice):
    window = show(pictures.view(Phase.READY, training=True))
    QApplication.processEvents()
    assert practice.asked == [("fresh_code", Channel.WECHAT, Customer.INSTANT)]
    at = window.practice.panel.places()["scan"].center().toPoint()
    qtbot.mouseClick(window.practice.panel, Qt.MouseButton.LeftButton, pos=at)
    assert counter.asked == [("scan", pictures.phone(channel=Channel.WECHAT).code, "practice")]


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        (K.Key_1, ("fresh_code", Channel.WECHAT, Customer.PASSWORD)),
        (K.Key_2, ("fresh_code", Channel.WECHAT, Customer.POOR)),
        (K.Key_3, ("fresh_code", Channel.WECHAT, Customer.NEVER)),
        (K.Key_4, ("line", False)),
    ],
)
def test_alt_drives_the_practice_customer(qtbot, show, practice, key, asked):
    window = show(pictures.view(Phase.READY, training=True))
    QApplication.processEvents()
    practice.asked.clear()
    press(qtbot, window, key, held=ALT)
    assert practice.asked == [asked]


def test_alt_1_types_the_password_when_it_is_asked(qtbot, show, bridge, practice):
    window = show(pictures.view(Phase.PENDING, training=True))
    QApplication.processEvents()
    practice.asked.clear()
    practice.now = pictures.phone("password", Channel.WECHAT)
    bridge.phone.emit(practice.now)
    press(qtbot, window, K.Key_1, held=ALT)
    QApplication.processEvents()
    assert practice.asked == [("enter_password",)]
    assert window.practice.panel.face.result == say("phone.paid")


def test_a_spent_code_is_replaced_for_the_next_customer(qtbot, show, bridge, practice):
    show(pictures.view(Phase.PAID, training=True))
    QApplication.processEvents()
    bridge.phone.emit(pictures.phone("paid"))
    practice.asked.clear()
    show(pictures.view(Phase.IDLE, training=True))
    assert practice.asked == [("fresh_code", Channel.ALIPAY, Customer.INSTANT)]


def test_phone_and_list_change_places_by_tab_and_key(qtbot, show, practice):
    window = show(pictures.view(Phase.IDLE, training=True))
    assert window.practice.panel.isVisible()
    assert not window.sales.isVisible()
    click(qtbot, window.practice.tabs[1])
    assert window.sales.isVisible()
    press(qtbot, window, K.Key_0, held=ALT)
    assert window.practice.panel.isVisible()


def test_a_real_till_has_no_phone(show, practice):
    window = show(pictures.view(Phase.IDLE))
    assert not window.practice.panel.isVisible()
    assert practice.asked == []


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 600), (960, 540), (1366, 700)])
def test_every_phase_paints_at_every_size(qtbot, bridge, size):
    window = Window(bridge, mono=lambda: pictures.MONO, wall=lambda: 0.0, dark=True)
    qtbot.addWidget(window)
    window.resize(*size)
    for phase in Phase:
        window.show_view(replace(pictures.view(phase), recovering=2))
        assert not window.grab().isNull()
    window.practice.stop()


def test_any_input_takes_a_refusal_off_and_the_next_one_is_seen(qtbot, show, counter):
    window = show(pictures.refused(Phase.IDLE, "noamount"))
    assert window.stage.face.refusal
    press(qtbot, window, K.Key_5)
    assert not window.stage.face.refusal
    show(pictures.refused(Phase.IDLE, "noamount"))
    assert not window.stage.face.refusal
    show(pictures.refused(Phase.IDLE, "noamount", serial=2))
    assert window.stage.face.refusal


def test_esc_takes_a_refusal_off_where_it_has_nothing_else_to_do(qtbot, show, counter):
    window = show(pictures.refused(Phase.IDLE, "ecny"))
    press(qtbot, window, K.Key_Escape)
    assert not window.stage.face.refusal
    assert counter.asked == []


# --- for who hears the window


def test_everything_in_sight_has_a_name_for_a_screen_reader(show, practice):
    for picture in (pictures.view(Phase.IDLE, training=True), pictures.view(Phase.PENDING), pictures.view(Phase.PAID)):
        window = show(picture)
        nameless = [w for w in window.findChildren(QWidget) if w.isVisible() and not w.accessibleName().strip()]
        assert nameless == []


def test_the_row_under_the_cursor_is_named(qtbot, show):
    window = show(pictures.view(Phase.IDLE))
    whole = window.sales.accessibleName()
    press(qtbot, window, K.Key_Down)
    first = pictures.view(Phase.IDLE).open[0]
    assert show_yuan(first.amount_fen) in window.sales.accessibleName() != whole
    press(qtbot, window, K.Key_Escape)
    assert window.sales.accessibleName() == whole
