"""The refund page, driven by keys and touch over a desk that remembers."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.core.adviser import Way
from app.core.channel import Channel
from app.core.refunds import RefundState
from app.core.sale import State
from app.core.staff import Act
from app.core.told import told
from tests.ui.pages import desk_pictures as pictures
from ui import tokens
from ui.pages.refund.flow import Stage
from ui.pages.refund.labels import watched_face
from ui.pages.refund.page import RefundPage

KEYS = {
    "F5": Qt.Key.Key_F5,
    "F6": Qt.Key.Key_F6,
    "F8": Qt.Key.Key_F8,
    "Esc": Qt.Key.Key_Escape,
    "Enter": Qt.Key.Key_Return,
}


class Host(QWidget):
    """Gives the page the keys that no field took, as the window does."""

    page = None

    def keyPressEvent(self, event):  # noqa: N802 - Qt's name
        if not self.page.key(event):
            event.ignore()


class Desk:
    """A page with everything around it."""

    def __init__(self, qtbot, *sales, size=(1366, 668), language="zh", dark=False, printer=True):
        self.desk, self.asks, self.approver = pictures.RememberedDesk(*sales), pictures.Asks(), pictures.Approver()
        self.host = Host()
        qtbot.addWidget(self.host)
        self.theme = tokens.theme(1366, 768, dark=dark)
        self.printed = []
        self.page = RefundPage(
            *(self.asks, self.theme, language, self.host),
            desk=self.desk,
            approve=self.approver,
            print_slip=self.printed.append if printer else None,
        )
        self.host.page = self.page
        self.host.resize(*size)
        self.page.setGeometry(0, 0, *size)
        self.host.show()
        self.page.enter()

    def key(self, name, where=None):
        QTest.keyClick(where or self.host.focusWidget() or self.page, KEYS[name])

    def look_up(self, text="2337"):
        self.page.search.setFocus()
        self.page.search.clear()
        QTest.keyClicks(self.page.search, text)
        self.key("Enter", self.page.search)

    def touch(self, choice, at):
        place = choice.places()[at].center().toPoint()
        QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=place)

    @property
    def focus(self):
        """Where typing goes once the window is the active one."""
        return self.host.focusWidget()

    @property
    def flow(self):
        return self.page.flow


@pytest.fixture
def at(qtbot):
    made = []

    def open_page(*sales, **how):
        made.append(Desk(qtbot, *(sales or (pictures.a_sale(),)), **how))
        return made[-1]

    yield open_page
    for one in made:
        one.host.hide()


def test_a_scanned_slip_shows_the_sale_its_story_and_the_recommended_way(at):
    desk = at()
    assert desk.page.scan(pictures.NUMBER)
    assert desk.flow.stage is Stage.SALE
    assert desk.page.sale.face.amount == "128.50"
    assert [step.text for step in desk.page.sale.steps] == ["已记账", "支付宝请顾客输密码", "已收款，已入账"]
    assert [face.kind for face in desk.page.cards.faces] == ["chosen", "open", "shut"]
    assert desk.page.amount.text() == "128.50"
    assert desk.page.amount.isReadOnly()


def test_a_badge_is_not_this_pages(at):
    desk = at()
    assert not desk.page.scan("S-2001-77")
    assert desk.desk.asked == []


def test_a_whole_number_typed_needs_no_enter(at):
    desk = at()
    QTest.keyClicks(desk.page.search, " ".join(pictures.NUMBER[n : n + 4] for n in range(0, 24, 4)))
    assert desk.flow.stage is Stage.SALE


def test_several_found_are_chosen_by_arrows_or_touch(at):
    desk = at(pictures.a_sale(), pictures.a_sale(Channel.WECHAT, n=1, ago_s=60), pictures.a_sale(n=2))
    desk.look_up("1285")
    assert desk.flow.stage is Stage.LIST
    assert desk.focus is desk.page.found
    QTest.keyClick(desk.page.found, Qt.Key.Key_Down)
    QTest.keyClick(desk.page.found, Qt.Key.Key_Space)
    assert desk.flow.picture.sale.order.channel is Channel.WECHAT
    desk.look_up("1285")
    desk.touch(desk.page.found, 0)
    assert desk.flow.picture.sale.order.channel is Channel.ALIPAY


def test_those_of_another_day_say_which(at):
    desk = at(pictures.a_sale(ago_s=90_000), pictures.a_sale(n=1))
    desk.look_up("1285")
    assert [face.by.partition(" · ")[0] for face in desk.page.found.faces] == ["11月21日 13:05", "13:45:55"]


def test_a_payment_code_does_not_stay_on_the_screen(at):
    desk = at()
    desk.desk.why = told("desk.find.paycode")
    desk.look_up("130123456789012345")
    assert desk.page.search.text() == ""


def test_coming_back_to_the_page_looks_at_the_sale_again(at):
    desk = at()
    desk.look_up()
    looks = len(desk.desk.done("look"))
    desk.page.hide()
    desk.page.show()
    desk.page.enter()
    assert len(desk.desk.done("look")) == looks + 1


def test_nothing_found_says_why(at):
    desk = at()
    desk.desk.why = told("adv.othertill", till="0007")
    desk.look_up("4000")
    assert desk.flow.said == told("adv.othertill", till="0007")
    assert not desk.page.press.isVisible()


def test_a_full_refund_takes_a_reason_f8_and_a_supervisor_and_is_followed_to_its_end(at):
    desk = at()
    desk.look_up()
    assert not desk.page.press.isEnabled()
    desk.touch(desk.page.reasons, 0)
    assert desk.page.press.isEnabled()
    desk.key("F8")
    assert desk.approver.asked == [(Act.REFUND, pictures.NUMBER, 12_850, "ap.reason.return", "1001")]
    ((number, fen, reason, yes),) = desk.desk.done("refund")
    assert (number, fen, reason, yes.by.number) == (pictures.NUMBER, 12_850, "ap.reason.return", "2001")
    assert desk.flow.picture.sale.state is State.VOIDING
    assert desk.page._again.isActive()
    assert [face.kind for face in desk.page.cards.faces] == ["shut", "shut", "shut"]
    sale = desk.desk.sales[number]
    done = replace(sale.refunds[-1], state=RefundState.DONE, confirmed=True)
    desk.desk.sales[number] = replace(sale, state=State.REFUNDED, refunds=(done,), refunded_fen=12_850)
    desk.flow.look_again()
    assert not desk.page._again.isActive()
    assert desk.page.sale.steps[-1].text == "退款 ￥128.50 已退成"


@pytest.mark.parametrize("key", ["Enter"])
def test_enter_confirms_no_money_wherever_the_focus_is(at, key):
    desk = at()
    desk.look_up()
    desk.touch(desk.page.reasons, 0)
    for widget in (desk.page.cards, desk.page.amount, desk.page.reasons, desk.page.sale, desk.page):
        widget.setFocus()
        desk.key(key, widget)
    assert desk.approver.asked == []


def test_enter_picks_neither_a_way_nor_a_reason(at):
    desk = at()
    desk.look_up()
    QTest.keyClick(desk.page.cards, Qt.Key.Key_Down)
    QTest.keyClick(desk.page.cards, Qt.Key.Key_Return)
    QTest.keyClick(desk.page.reasons, Qt.Key.Key_Return)
    assert (desk.flow.way, desk.flow.reason) == (Way.FULL, -1)


def test_a_double_click_and_a_held_key_ask_once(at):
    desk = at()
    desk.look_up()
    desk.touch(desk.page.reasons, 0)
    desk.approver.later = True
    middle = desk.page.press.rect().center()
    QTest.mouseDClick(desk.page.press, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseClick(desk.page.press, Qt.MouseButton.LeftButton, pos=middle)
    desk.key("F8")
    assert len(desk.approver.asked) == 1
    assert not desk.page.press.isEnabled()
    desk.asks.later = True
    desk.approver.reply()
    desk.approver.reply()  # an answer that comes twice
    desk.key("F8")
    assert len(desk.asks.waiting) == 1
    desk.asks.later = False
    desk.asks.answer()
    desk.key("F8")
    assert len(desk.desk.done("refund")) == 1


def test_while_a_supervisor_is_asked_nothing_else_can_be_changed(at):
    desk = at(pictures.a_sale(), pictures.a_sale(n=1))
    desk.look_up()
    desk.touch(desk.page.reasons, 1)
    desk.approver.later = True
    desk.key("F8")
    assert desk.flow.stage is Stage.ASKING
    desk.page.scan(pictures.NUMBER[:-1] + "8")
    desk.page.enter("2338")
    desk.touch(desk.page.cards, 1)
    desk.touch(desk.page.reasons, 2)
    desk.key("Esc", desk.page)
    assert desk.flow.picture.sale.order.out_trade_no == pictures.NUMBER
    assert (desk.flow.way, desk.flow.reason) == (Way.FULL, 1)
    desk.approver.reply()
    assert desk.desk.done("refund")[0][:3] == (pictures.NUMBER, 12_850, "ap.reason.amount")


def test_a_supervisor_who_says_no_changes_nothing(at):
    desk = at()
    desk.approver.yes = False
    desk.look_up()
    desk.touch(desk.page.reasons, 0)
    desk.key("F8")
    assert desk.desk.done("refund") == []
    assert desk.flow.said == told("ap.cancelled")
    assert desk.page.press.isEnabled()


def test_a_refusal_of_the_till_is_said(at):
    desk = at()
    desk.desk.refusal = told("ap.other")
    desk.look_up()
    desk.touch(desk.page.reasons, 0)
    desk.key("F8")
    assert desk.flow.said == told("ap.other")
    assert desk.flow.watched == 0


def test_a_lost_answer_is_never_a_failure(at):
    desk = at()
    desk.look_up()
    desk.touch(desk.page.reasons, 0)
    desk.desk.broken = OSError("gone")
    desk.key("F8")
    assert desk.flow.said == told("desk.lost")
    assert not desk.page.press.isEnabled()


@pytest.mark.parametrize(
    ("typed", "fen", "wrong"),
    [
        ("28.50", 2_850, None),
        ("２８．５", 2_850, None),
        ("128.50", 12_850, None),
        ("128.51", 0, "adv.refund.toomuch"),
        ("99999999999", 0, "adv.refund.toomuch"),
        ("0", 0, "scan.zero.head"),
        ("1e2", 0, "scan.amount.head"),
        ("-1", 0, "scan.amount.head"),
        ("", 0, None),
    ],
)
def test_a_part_is_never_more_than_is_left(at, typed, fen, wrong):
    desk = at()
    desk.look_up()
    desk.touch(desk.page.cards, 1)
    assert desk.focus is desk.page.amount
    desk.page.amount.insert(typed)
    desk.touch(desk.page.reasons, 0)
    amount, why = desk.flow.amount()
    assert amount == fen
    assert (why.key if why else None) == wrong
    assert desk.page.press.isEnabled() is (fen > 0)


def test_a_part_is_given_back_and_the_rest_stays_to_be_given(at):
    desk = at()
    desk.look_up()
    desk.touch(desk.page.cards, 1)
    QTest.keyClicks(desk.page.amount, "28.50")
    desk.touch(desk.page.reasons, 0)
    desk.key("F8")
    assert desk.desk.done("refund")[0][1] == 2_850
    sale = desk.desk.sales[pictures.NUMBER]
    done = replace(sale.refunds[-1], state=RefundState.DONE, confirmed=True)
    desk.desk.sales[pictures.NUMBER] = replace(sale, state=State.PARTLY_REFUNDED, refunds=(done,), refunded_fen=2_850)
    desk.flow.look_again()
    assert desk.page.cards.faces[0].title == "退掉余下的"
    assert desk.page.amount.text() == "100.00"
    assert not desk.page.press.isEnabled()  # another reason is to be chosen


def test_another_reason_is_written_down(at):
    desk = at()
    desk.look_up()
    desk.touch(desk.page.reasons, 4)
    assert desk.focus is desk.page.own_words
    assert not desk.page.press.isEnabled()
    QTest.keyClicks(desk.page.own_words, "  size  is wrong ")
    desk.key("F8")
    assert desk.desk.done("refund")[0][2] == "size is wrong"


def test_ways_reasons_and_amount_are_reached_by_keys_alone(at):
    desk = at()
    desk.look_up()
    assert desk.focus is desk.page.cards
    QTest.keyClick(desk.page.cards, Qt.Key.Key_Down)
    QTest.keyClick(desk.page.cards, Qt.Key.Key_Space)
    assert desk.focus is desk.page.amount
    QTest.keyClicks(desk.page.amount, "1.00")
    QTest.keyClick(desk.page.amount, Qt.Key.Key_Tab)
    assert desk.focus is desk.page.reasons
    QTest.keyClick(desk.page.reasons, Qt.Key.Key_Right)
    QTest.keyClick(desk.page.reasons, Qt.Key.Key_Space)
    desk.key("F8")
    assert desk.desk.done("refund")[0][1:3] == (100, "ap.reason.amount")


def test_a_closed_way_cannot_be_chosen(at):
    desk = at()
    desk.look_up()
    desk.touch(desk.page.cards, 2)
    assert desk.flow.way is Way.FULL
    QTest.keyClick(desk.page.cards, Qt.Key.Key_Down)
    QTest.keyClick(desk.page.cards, Qt.Key.Key_Down)
    assert desk.page.cards.cursor_at == 1


def test_f5_asks_the_channel_and_looks_again(at):
    desk = at(pictures.a_sale(state=State.REVERSING))
    desk.look_up()
    looks = len(desk.desk.done("look"))
    desk.key("F5")
    assert desk.desk.done("check") == [(pictures.NUMBER,)]
    assert len(desk.desk.done("look")) == looks + 1


def test_a_sale_in_doubt_says_that_the_till_is_at_it_and_can_not_be_refunded(at):
    desk = at(pictures.a_sale(state=State.REVERSING))
    desk.look_up()
    assert [face.kind for face in desk.page.cards.faces] == ["shut", "shut", "itself"]
    assert not desk.page.press.isEnabled()
    assert desk.page._again.isActive()


def test_esc_steps_back_once_and_then_leaves(at):
    desk = at()
    desk.look_up()
    desk.key("Esc")
    assert desk.flow.stage is Stage.EMPTY
    assert desk.page.search.text() == ""
    assert desk.focus is desk.page.search


def test_an_answer_to_an_earlier_search_is_dropped(at):
    desk = at(pictures.a_sale(), pictures.a_sale(n=1))
    desk.asks.later = True
    desk.look_up("2337")
    desk.look_up("2338")
    desk.asks.later = False
    desk.asks.answer()
    assert desk.flow.picture.sale.order.out_trade_no.endswith("2338")


def test_another_look_loses_nothing_that_was_entered(at):
    desk = at()
    desk.look_up()
    desk.touch(desk.page.cards, 1)
    QTest.keyClicks(desk.page.amount, "12.30")
    desk.touch(desk.page.reasons, 4)
    QTest.keyClicks(desk.page.own_words, "abc")
    desk.page.set_look(tokens.theme(1024, 600, dark=True), "en")
    assert (desk.page.amount.text(), desk.page.own_words.text()) == ("12.30", "abc")
    assert desk.page.cards.faces[1].title == "Part of it"


@pytest.mark.parametrize("scene", list(pictures.SCENES))
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1366, 768), (1024, 600), (960, 540), (1920, 1080)])
def test_every_face_can_be_touched_named_and_painted(at, scene, language, size):
    sale, _ = pictures.SCENES[scene]()
    desk = at(sale, language=language)
    theme = tokens.theme(*size, dark=False)
    desk.host.resize(size[0], size[1] - theme.px(100))
    desk.page.setGeometry(desk.host.rect())
    desk.page.set_look(theme, language)
    desk.page.scan(sale.order.out_trade_no)
    assert desk.page.grab().toImage().size() == desk.page.size()
    for widget in (desk.page.search, desk.page.cards, desk.page.amount, desk.page.reasons, desk.page.press):
        assert widget.accessibleName(), widget
        assert widget.height() >= round(44 * theme.u), widget
        assert desk.page.rect().contains(widget.geometry()), widget
    for choice in (desk.page.cards, desk.page.reasons):
        assert all(place.height() >= round(44 * theme.u) for place in choice.places())
    assert not desk.page.press.geometry().intersects(desk.page.reasons.geometry())
    assert not desk.page.amount.geometry().intersects(desk.page.cards.geometry())
    assert desk.page.childAt(QPoint(desk.page.press.geometry().center())) is desk.page.press


def test_f6_prints_the_sale_s_slip_and_after_a_refund_that_one_s(at):
    refund = pictures.a_refund(500, RefundState.DONE)
    one = at(pictures.a_sale(state=State.PARTLY_REFUNDED, refunds=(refund,), refunded_fen=500))
    one.key("F6")
    assert one.printed == [], "nothing is looked at yet"
    one.look_up()
    one.key("F6")
    assert one.printed == [pictures.NUMBER]
    assert one.flow.said.key == "slip.waiting"
    one.flow.watched = 1
    one.key("F6")
    assert one.printed == [pictures.NUMBER, f"{pictures.NUMBER}01"]


def test_f6_says_so_where_there_is_no_printer(at):
    one = at(printer=False)
    one.look_up()
    one.key("F6")
    assert one.flow.said.key == "slip.noprinter"


def test_f6_right_after_a_refund_says_beside_its_result_what_became_of_the_slip():
    done = pictures.a_refund(500, RefundState.DONE)
    alone = watched_face(done, None, "zh")
    assert watched_face(done, told("slip.waiting"), "zh").text == f"{alone.text} 已排队，打印机空了就印。"
    assert watched_face(done, told("slip.noprinter"), "en").text.endswith("No printer; save a picture.")
    assert watched_face(done, told("desk.lost"), "zh") == alone, "the refund itself is the reply"
