"""The desk over a real journal, with doorways that remember what they were asked."""

import asyncio
from dataclasses import replace

import pytest

from app.core.adviser import Way
from app.core.policy import patience_for
from app.core.sale import State
from app.core.staff import Act, Approval, Person, Role
from app.core.told import Told
from app.journal.api import Entry
from app.journal.writer import open_writer
from app.office.desk import SaleDesk
from app.till.api import Refusal
from app.till.entries import entry_of
from tests.app.core.test_adviser import NOW, a_sale
from tests.app.office.test_worklist import numbered, stuck

YES = Approval(Act.REFUND, "x", 100, "ap.reason.return", Person("2001", "王", Role.SUPERVISOR), "0" * 32, 1.0, NOW)


class Doors:
    """The till's side: what it was asked, and what it says."""

    def __init__(self):
        self.asked = []
        self.refusal = None
        self.live = {}

    def channel_ms(self):
        return NOW

    def find(self, out_trade_no):
        return self.live.get(out_trade_no)

    def refund(self, *asked):
        self.asked.append(("refund", *asked))
        return self.refusal

    def hold(self, *asked):
        self.asked.append(("hold", *asked))
        return self.refusal

    def ask(self, out_trade_no):
        self.asked.append(("check", out_trade_no))

    def acknowledge(self, out_trade_no):
        self.asked.append(("seen", out_trade_no))


@pytest.fixture
def doors():
    return Doors()


@pytest.fixture
def journal(tmp_path):
    opened = open_writer(tmp_path / "journal.db", b"k" * 32, training=False, now_ms=NOW, entropy=bytes, ballast_bytes=0)
    yield opened
    opened.close()


@pytest.fixture
def desk(tmp_path, journal, doors):
    def keep(*entries: Entry):
        journal.append(*entries)
        return True

    return SaleDesk(
        tmp_path / "journal.db", terminal="0003", clock=doors, patience=patience_for, back=doors, acts=doors, keep=keep
    )


def run(awaited):
    return asyncio.run(awaited)


def test_a_sale_is_found_and_looked_at_with_its_story_and_advice(desk, journal):
    sale = a_sale()
    journal.append(entry_of(replace(sale, state=State.INTENT, paid_ms=None), NOW), entry_of(sale, NOW + 1))
    for number in (sale.order.out_trade_no, "4" * 24):
        journal.append(Entry("receipt.printed", NOW + 2, {"number": number, "by": "1001"}))
    (found,) = run(desk.find(sale.order.out_trade_no)).rows
    assert found == sale
    assert run(desk.find("nonsense")).why == Told("desk.find.what")
    picture = run(desk.look(sale.order.out_trade_no))
    assert picture.sale == sale
    assert [step.what.key for step in picture.story] == ["step.intent", "step.paid", "desk.step.printed"]
    assert picture.advice.recommended is Way.FULL
    assert not picture.is_moving
    assert run(desk.look("4" * 24)) is None


def test_what_the_till_has_in_hand_outdates_the_journal(desk, journal, doors):
    sale = a_sale(state=State.UNKNOWN)
    journal.append(entry_of(sale, NOW))
    doors.live[sale.order.out_trade_no] = replace(sale, state=State.REVERSING)
    picture = run(desk.look(sale.order.out_trade_no))
    assert picture.sale.state is State.REVERSING
    assert picture.is_moving


def test_acts_go_through_the_doorways_and_refusals_come_back(desk, doors):
    assert run(desk.refund("4", 100, "r", YES)) is None
    doors.refusal = Refusal("ap.other", (("a", "b"),))
    assert run(desk.refund("4", 100, "r", YES)) == Told("ap.other", (("a", "b"),))
    assert run(desk.hold("4", 100, "r", "V1", YES)) == Told("ap.other", (("a", "b"),))
    run(desk.check("4"))
    run(desk.seen("4"))
    assert doors.asked == [
        ("refund", "4", 100, "r", YES),
        ("refund", "4", 100, "r", YES),
        ("hold", "4", 100, "r", "V1", YES),
        ("check", "4"),
        ("seen", "4"),
    ]


def test_the_worklist_is_what_is_open_or_flagged_with_its_notes(desk, journal):
    open_one, flagged = numbered(stuck(says="x"), 1), numbered(a_sale(recovered=True), 2)
    calm = numbered(a_sale(), 3)
    journal.append(*(entry_of(sale, NOW) for sale in (open_one, flagged, calm)))
    assert run(desk.note(open_one.order.out_trade_no, "2001", ""))
    tasks = run(desk.work()).tasks
    assert [(task.trouble.value, task.claimed.by if task.claimed else "") for task in tasks] == [
        ("refused", "2001"),
        ("ackpaid", ""),
    ]
    journal.append(entry_of(replace(open_one, state=State.REVERSED, alarm=""), NOW + 1))
    assert [task.trouble.value for task in run(desk.work()).tasks] == ["ackpaid"]
