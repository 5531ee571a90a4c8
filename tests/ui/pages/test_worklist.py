"""The worklist page, driven by keys and touch over a desk that remembers."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.core.refunds import Hand, HandState
from app.core.sale import State
from app.core.staff import Act
from app.core.told import told
from tests.ui.pages import desk_pictures as pictures
from ui import tokens
from ui.pages.worklist.flow import Do, acts_of
from ui.pages.worklist.page import WorklistPage

KEYS = {"F5": Qt.Key.Key_F5, "F7": Qt.Key.Key_F7, "F8": Qt.Key.Key_F8, "Esc": Qt.Key.Key_Escape}


class Host(QWidget):
    """Gives the page the keys that no field took, as the window does."""

    page = None

    def keyPressEvent(self, event):  # noqa: N802 - Qt's name
        if not self.page.key(event):
            event.ignore()


class Shown:
    def __init__(self, qtbot, *sales, size=(1366, 768), language="zh", person=pictures.BOSS):
        self.desk, self.asks, self.approver = pictures.RememberedDesk(*sales), pictures.Asks(), pictures.Approver()
        self.host = Host()
        qtbot.addWidget(self.host)
        theme = tokens.theme(*size, dark=False)
        self.page = WorklistPage(
            self.asks, theme, language, self.host, desk=self.desk, approve=self.approver, person=lambda: person
        )
        self.host.page, self.gone_to = self.page, []
        self.page.go.connect(lambda name, argument: self.gone_to.append((name, argument)))
        self.host.resize(size[0], size[1] - theme.px(100))
        self.page.setGeometry(self.host.rect())
        self.host.show()
        self.page.enter()

    def key(self, name):
        QTest.keyClick(self.host.focusWidget() or self.page, KEYS[name])

    def touch(self, choice, at):
        QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=choice.places()[at].center().toPoint())

    def on(self, trouble):
        """Stand on the task of that trouble."""
        at = next(n for n, task in enumerate(self.flow.tasks) if task.trouble == trouble)
        self.touch(self.page.list, at)
        return self.flow.task.out_trade_no

    def do(self, do):
        self.touch(self.page.acts, acts_of(self.flow.task).index(do))

    @property
    def flow(self):
        return self.page.flow


@pytest.fixture
def at(qtbot):
    made = []

    def open_page(*sales, **how):
        made.append(Shown(qtbot, *(sales or pictures.work()), **how))
        return made[-1]

    yield open_page
    for one in made:
        one.host.hide()


def test_every_task_has_its_line_and_the_first_is_told_beside(at):
    shown = at()
    assert [face.tone for face in shown.page.list.faces] == ["red", "red", "amber", "red", "grey", "grey", "red"]
    assert shown.page.detail.face.is_ == "通道拒绝撤销请求：请求参数不合法"
    assert shown.page.detail.face.lines[0] == "撤销 6 次，通道答了 4 次"
    assert shown.page.detail.face.due == "11-23 00:15 前要办"


def test_arrows_move_and_what_stands_under_the_cursor_is_told(at):
    shown = at()
    QTest.keyClick(shown.page.list, Qt.Key.Key_Down)
    assert shown.page.detail.face.is_ == "撤销卡住：商户余额不足。"
    QTest.keyClick(shown.page.list, Qt.Key.Key_Up)
    assert shown.flow.chosen == shown.flow.tasks[0].out_trade_no


def test_nothing_to_do_is_said(qtbot):
    shown = Shown(qtbot, pictures.a_sale())
    assert shown.flow.tasks == ()
    assert not shown.page.detail.isVisible()
    assert not shown.page.check.isVisible()
    shown.host.hide()


def test_f5_asks_the_channel_again(at):
    shown = at()
    number = shown.on("offline")
    shown.key("F5")
    assert shown.desk.done("check") == [(number,)]
    assert shown.flow.said == told("desk.wk.checked")


def test_a_person_takes_it_by_name(at):
    shown = at()
    number = shown.on("balance")
    shown.do(Do.CLAIM)
    assert shown.desk.done("note") == [(number, "2001", "")]
    assert "2001 在办" in shown.page.list.faces[1].under
    assert shown.page.detail.face.notes == ("2001 在办，14:05",)


def test_a_note_strikes_out_what_is_only_to_be_known(at):
    shown = at()
    number = shown.on("closed")
    shown.do(Do.NOTE)
    assert not shown.page.press.isEnabled()
    QTest.keyClicks(shown.page.note, "paid by  transfer 77")
    shown.key("F8")
    assert shown.desk.done("note") == [(number, "2001", "paid by transfer 77")]
    assert number not in {task.out_trade_no for task in shown.flow.tasks}
    assert shown.page.list.faces[-1].solved
    assert shown.page.detail.face.solved == "已经记下，划掉。"
    assert not shown.page.acts.isVisible()


def test_what_the_channel_confirms_strikes_itself_out_and_stays_in_sight(at):
    shown = at()
    number = shown.on("balance")
    del shown.desk.sales[number]
    shown.flow.load()
    assert shown.page.list.faces[-1].number == number
    assert shown.page.detail.face.solved == "通道已查实，自动划掉。"
    shown.flow.load()
    assert [face.number for face in shown.page.list.faces if face.solved] == [number]
    shown.page.enter()
    assert not any(face.solved for face in shown.page.list.faces)


def test_a_recovered_payment_is_delivered_or_given_back(at):
    shown = at()
    number = shown.on("ackpaid")
    shown.key("F8")
    assert shown.gone_to == [("refund", number)]
    shown.key("F7")
    assert shown.desk.done("seen") == [(number,)]
    assert number not in {task.out_trade_no for task in shown.flow.tasks}


def test_f7_and_f8_mean_nothing_elsewhere(at):
    shown = at()
    shown.on("balance")
    shown.key("F7")
    shown.key("F8")
    assert shown.desk.done("seen") == shown.desk.done("hold") == shown.gone_to == shown.approver.asked == []


def test_a_paid_sale_leads_to_the_refund_page(at):
    shown = at()
    number = shown.on("closed")
    shown.do(Do.REFUND)
    assert shown.gone_to == [("refund", number)]


def by_hand(shown):
    number = shown.on("balance")
    shown.do(Do.HAND)
    QTest.keyClicks(shown.page.note, "bank is shut")
    assert not shown.page.press.isEnabled()
    QTest.keyClicks(shown.page.voucher, "V-7781")
    return number


def test_money_by_hand_needs_a_note_a_voucher_and_a_supervisor(at):
    shown = at()
    number = by_hand(shown)
    QTest.keyClick(shown.page.voucher, Qt.Key.Key_Return)
    assert shown.approver.asked == []
    shown.key("F8")
    assert shown.approver.asked == [(Act.HOLD, number, 12_850, "bank is shut", "1001")]
    ((held, fen, reason, voucher, yes),) = shown.desk.done("hold")
    assert (held, fen, reason, voucher, yes.act) == (number, 12_850, "bank is shut", "V-7781", Act.HOLD)
    assert shown.flow.said == told("desk.wk.hand.stopped")
    assert shown.flow.mode is None


def test_the_end_of_the_last_check_says_whether_cash_may_be_given(at):
    shown = at()
    number = by_hand(shown)
    shown.key("F8")
    sale = shown.desk.sales[number]
    hand = Hand(12_850, "bank is shut", "V-7781", "2001", "n", pictures.NOW)
    shown.desk.sales[number] = replace(sale, hand=hand)
    shown.flow.load()
    assert shown.page.detail.face.do == "查完之前别付现；结果自动出来。"
    shown.desk.sales[number] = replace(sale, hand=replace(hand, state=HandState.GIVEN))
    shown.flow.load()
    assert shown.page.detail.face.do == "现在付给顾客，收好凭证；付完记一句。"
    assert shown.flow.said is None
    assert Do.HAND not in acts_of(shown.flow.task)
    assert shown.page.list.faces[shown.page.list.chosen].tone == "red"


def test_what_is_still_owed_beside_cash_is_red_with_its_sum_until_somebody_notes_it(at):
    hand = Hand(5_000, "bank is shut", "V-7781", "2001", "n", pictures.NOW, HandState.MATCHED)
    shown = at(pictures.a_sale(state=State.REVERSED, hand=hand))
    shown.on("rest")
    face = shown.page.list.faces[shown.page.list.chosen]
    assert (face.tone, face.amount) == ("red", "￥78.50")
    assert "￥78.50 仍欠顾客" in shown.page.detail.face.is_
    assert acts_of(shown.flow.task) == (Do.CLAIM, Do.NOTE)
    shown.do(Do.NOTE)
    QTest.keyClicks(shown.page.note, "cash, V-7790")
    shown.key("F8")
    assert shown.flow.tasks == ()


def test_by_hand_is_asked_once_however_often_it_is_pressed(at):
    shown = at()
    by_hand(shown)
    shown.approver.later = True
    QTest.mouseDClick(shown.page.press, Qt.MouseButton.LeftButton, pos=shown.page.press.rect().center())
    shown.key("F8")
    assert len(shown.approver.asked) == 1
    shown.approver.reply()
    shown.approver.reply()
    assert len(shown.desk.done("hold")) == 1


def test_while_a_supervisor_is_asked_the_task_stays(at):
    shown = at()
    number = by_hand(shown)
    shown.approver.later = True
    shown.key("F8")
    shown.touch(shown.page.list, 3)
    shown.key("Esc")
    assert shown.flow.chosen == number
    assert shown.flow.text == "bank is shut"
    shown.approver.yes = False
    shown.approver.reply()
    assert shown.desk.done("hold") == []
    assert shown.flow.said == told("ap.cancelled")
    assert shown.flow.text == "bank is shut"


def test_a_refusal_of_the_till_keeps_what_was_written(at):
    shown = at()
    by_hand(shown)
    shown.desk.refusal = told("adv.gone")
    shown.key("F8")
    assert shown.flow.said == told("adv.gone")
    assert shown.flow.voucher == "V-7781"


def test_esc_leaves_the_writing_first(at):
    shown = at()
    by_hand(shown)
    shown.key("Esc")
    assert shown.flow.mode is None
    assert shown.page.acts.isVisible()


def test_nobody_signed_in_notes_nothing(at):
    shown = at(person=None)
    shown.on("balance")
    shown.do(Do.CLAIM)
    shown.do(Do.NOTE)
    QTest.keyClicks(shown.page.note, "x")
    shown.key("F8")
    assert shown.desk.done("note") == []


def test_by_hand_is_not_offered_where_no_money_is_in_doubt(at):
    shown = at()
    shown.on("flawed")
    assert Do.HAND not in acts_of(shown.flow.task)
    shown.on("abnormal")
    assert Do.HAND in acts_of(shown.flow.task)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1366, 768), (1024, 600), (960, 540), (1920, 1080)])
def test_all_stands_within_the_page_big_enough_to_touch_and_has_a_name(at, language, size):
    shown = at(size=size, language=language)
    shown.on("balance")
    page, u = shown.page, shown.page.theme.u
    places = [*page.acts.places(), *page.list.places()]
    assert all(place.height() >= round(44 * u) for place in places)
    for mode in (None, Do.HAND):
        if mode is not None:
            shown.do(mode)
        widgets = (page.list, page.detail, page.acts, page.check, page.note, page.voucher, page.press)
        seen = [w for w in widgets if w.isVisible()]
        assert len(seen) == (4 if mode is None else 6)
        for widget in seen:
            assert page.rect().contains(widget.geometry())
            assert widget.accessibleName()
            assert widget is page.detail or widget.height() >= round(44 * u)
        assert page.press.text_width() <= page.press.width() - 8
    assert page.grab().toImage().size() == page.size()
