"""The shift on the screen: opened, handed over by two signatures, sealed after asking twice, or taken over."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from app.core.channel import Channel
from app.core.sale import State
from app.core.shift_sums import Facts, sheet_of
from app.core.staff import Act, Approval, Person, Role
from app.journal.api import Head
from app.office.shift_blocks import blocks_of
from app.office.shift_report import NOBODY, Report, Staff, unsettled_of
from app.office.shift_state import ShiftState
from app.office.shifts import Look, No
from app.staff import MemberView, PeopleView, Proof
from app.staff import No as StaffNo
from ui.pages.shift.blocks import blocks_face
from ui.pages.shift.frame import Hand
from ui.pages.shift.page import ShiftPage
from ui.tokens import theme

NOW_MS = 1_795_310_000_000
LI = Person("1003", "李", Role.CASHIER)
WANG = Person("1004", "王", Role.CASHIER)
BOSS = Person("3001", "陈", Role.MANAGER)


def sale(n, state=State.PAID, fen=1000):
    number = f"7261122000748210{n:06d}97"
    return Facts(
        number, Channel.WECHAT, "1003", "0003", "2026-11-22", NOW_MS, None, fen, state, None, "", None, False, 0
    )


class Desk:
    """A shift that keeps what it was asked."""

    def __init__(self):
        self.is_open, self.duty, self.open_sales, self.unprinted = True, LI, [], False
        self.asked, self.answer = [], None

    def picture(self):
        who = Staff(self.duty.number, self.duty.name) if self.is_open else NOBODY
        head, sheet = Head(4203, "7f" * 32), sheet_of([sale(1)])
        unsettled = tuple(unsettled_of(facts) for facts in self.open_sales)
        report = Report(128, 0, "0003", NOW_MS, who, NOW_MS, who, 1, head, sheet, unsettled)
        last = replace(report, z=127)
        state = ShiftState(128, self.is_open, 1, NOW_MS, who, who, last, self.unprinted)
        return Look(report, blocks_of(self.open_sales, (), NOW_MS), state)

    async def look(self):
        return self.picture()

    async def open(self, person):
        self.asked.append(("open", person))
        self.is_open, self.duty = True, person
        return self.picture()

    async def hand_over(self, leaving, coming):
        self.asked.append(("hand", leaving, coming))
        self.duty = coming
        return self.picture()

    async def close(self, person, approval, on_progress):
        self.asked.append(("close", person, approval))
        on_progress(4203)
        if self.answer is not None:
            return self.answer
        self.is_open = False
        return replace(self.picture().report, z=128)


class People:
    def __init__(self):
        self.proofs = []
        self.no = None

    async def load(self):
        members = tuple(MemberView(one, True, None, False, 0, False) for one in (LI, WANG, BOSS))
        return PeopleView(LI, False, False, "", members)

    async def prove(self, proof, what):
        self.proofs.append((proof.who, what))
        found = {"1003": LI, "1004": WANG}[proof.who]
        return self.no or MemberView(found, True, None, False, 0, False)


class Here:
    def ask(self, work, done, failed=None):
        done(asyncio.run(work()))


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def people():
    return People()


@pytest.fixture
def printed():
    return []


@pytest.fixture
def asked():
    return []


@pytest.fixture
def page(qtbot, desk, people, printed, asked):
    def approve(*what):
        asked.append(what)

    look = theme(1366, 768, dark=False)
    made = ShiftPage(
        Here(), look, "zh", desk=desk, people=people, person=lambda: LI, approve=approve, print_slip=printed.append
    )
    qtbot.addWidget(made)
    made.resize(1366, 668)
    made.show()
    made.enter()
    return made


def press(page, key):
    return page.key(QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def test_sealing_is_asked_for_twice_and_prints(page, desk, printed):
    press(page, Qt.Key.Key_F8)
    assert desk.asked == []
    assert page.note == "再按一次 F8 封存本班。"
    press(page, Qt.Key.Key_F8)
    assert desk.asked == [("close", LI, None)]
    assert [one.z for one in printed] == [128]
    assert page.note == "已交班，第 128 号 Z 单已封存。"
    assert not page.look.state.is_open


def test_leaving_the_page_forgets_the_first_press(page, desk):
    press(page, Qt.Key.Key_F8)
    page.hide()
    page.show()
    press(page, Qt.Key.Key_F8)
    assert desk.asked == []


def test_a_closed_shift_is_opened_by_whoever_is_signed_in(page, desk):
    desk.is_open = False
    page.enter()
    assert page.next.face.label == "开班"
    press(page, Qt.Key.Key_F8)
    assert desk.asked == [("open", LI)]
    assert "李" in page.summary.face.who


def test_what_blocks_is_named_and_only_a_manager_closes_over_it(page, desk, asked):
    desk.open_sales = [sale(2, State.STUCK, 123_400), sale(3, State.REVERSING)]
    page.enter()
    assert page.blocks.face.head == "还不能交班，差 2 件"
    assert [line.number for _, lines in page.blocks.face.groups for line in lines] == ["0002", "0003"]
    press(page, Qt.Key.Key_F8)
    press(page, Qt.Key.Key_F8)
    press(page, Qt.Key.Key_F9)
    assert (desk.asked, asked) == ([], []), "nothing without a reason"
    QTest.keyClicks(page.reason, "net down")
    press(page, Qt.Key.Key_F9)
    act, subject, fen, reason, answer = asked[0]
    assert (act, subject, fen, reason) == (Act.TAKE_OVER, "128", 0, "net down")
    answer(None)
    assert desk.asked == []
    approval = Approval(act, subject, fen, reason, BOSS, "n" * 32, 0.0, 0)
    answer(approval)
    assert desk.asked == [("close", LI, approval)]


def test_blocks_that_came_meanwhile_are_shown_instead(page, desk):
    press(page, Qt.Key.Key_F8)
    desk.open_sales = [sale(2, State.PENDING)]
    desk.answer = desk.picture()
    press(page, Qt.Key.Key_F8)
    assert page.blocks.face.head == "还不能交班，差 1 件"


def test_a_journal_that_fails_is_a_sentence(page, desk):
    desk.answer = No("sh.block.journal", (("n", 7),))
    press(page, Qt.Key.Key_F8)
    press(page, Qt.Key.Key_F8)
    assert page.note == "账本没通过校验，先叫店长。"
    assert page.wrong


def test_handing_over_takes_both_signatures(page, desk, people):
    press(page, Qt.Key.Key_F7)
    assert page.hand is Hand.LEAVING
    page.asking.proven.emit(Proof("1003", "111111"))
    assert (page.hand, desk.asked) == (Hand.COMING, [])
    page.asking.proven.emit(Proof("1004", "222222"))
    assert desk.asked == [("hand", LI, WANG)]
    assert page.note == "已交接给王，本班继续。"
    assert page.hand is Hand.NO
    assert people.proofs == [("1003", "shift.handover"), ("1004", "shift.handover")]


def test_a_wrong_pin_hands_nothing_over_and_esc_gives_up(page, desk, people):
    press(page, Qt.Key.Key_F7)
    people.no = StaffNo("pin.hand")
    page.asking.proven.emit(Proof("1003", "000000"))
    assert page.hand is Hand.LEAVING
    press(page, Qt.Key.Key_Escape)
    assert (page.hand, desk.asked) == (Hand.NO, [])
    assert page.blocks.isVisible()


def test_x_is_printed_and_a_z_that_never_was_comes_first(page, desk, printed):
    press(page, Qt.Key.Key_F6)
    assert [one.z for one in printed] == [0]
    desk.unprinted = True
    page.enter()
    assert page.slip.face.label == "重印 Z 单"
    press(page, Qt.Key.Key_F6)
    assert [one.z for one in printed] == [0, 127]


def test_many_open_sales_are_counted_where_they_do_not_fit(page, desk):
    desk.open_sales = [sale(n, State.STUCK) for n in range(2, 60)]
    page.enter()
    page.grab()
    assert page.blocks.face.head == "还不能交班，差 58 件"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1366, 668), (1024, 512), (960, 457), (1920, 980)])
def test_every_control_stands_in_the_page_at_every_size(page, desk, size, language):
    desk.open_sales = [sale(2, State.STUCK)]
    page.enter()
    page.set_look(theme(size[0], round(size[1] * 1.15), dark=True), language)
    page.resize(*size)
    parts = [page.summary, page.blocks, page.reason, page.take, page.give, page.slip]
    for part in parts:
        assert page.rect().contains(part.geometry())
    for at, part in enumerate(parts):
        assert not any(part.geometry().intersects(other.geometry()) for other in parts[at + 1 :])
    page.hand_over()
    assert page.rect().contains(page.asking.pad.geometry())
    page.grab()


def test_days_that_lack_sales_are_one_thing_that_stands_in_the_way(desk):
    look = replace(desk.picture(), blocks=blocks_of((), (), NOW_MS, ("2026-11-21", "2026-11-22")))
    for language, says in (("zh", "2026-11-21 起账本缺过单：2 天"), ("en", "Sales missing since 2026-11-21: 2 days")):
        face = blocks_face(look, language)
        assert "1" in face.head
        assert face.groups[0][0].startswith(says)
