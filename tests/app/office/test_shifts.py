"""A shift from its opening to its Z, over a real journal."""

import asyncio
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.beijing import DAY_MS
from app.core.channel import Channel
from app.core.refunds import Hand, HandState, RefundState
from app.core.sale import State
from app.core.shift_sums import Sheet, Sum, sheet_of
from app.core.staff import Act, Approval, Person, Role
from app.journal.api import Entry
from app.journal.reader import open_reader
from app.office import shifts as shifts_module
from app.office.facts import facts_of, is_sale
from app.office.shift_report import Report, from_kept
from app.office.shift_state import CLOSED, shift_state
from app.office.shifts import Look, No, Shifts, look_beside
from app.till.keeper import Keeper
from app.words import say

LI = Person("1003", "李", Role.CASHIER)
WANG = Person("1004", "王", Role.CASHIER)
BOSS = Person("3001", "陈", Role.MANAGER)
HOUR = 3_600_000


class Wall:
    def __init__(self, at_ms):
        self.at_ms = at_ms

    def channel_ms(self):
        return self.at_ms


class Room:
    """The shift's room over ``books``; approvals are good once."""

    def __init__(self, books, key, at_ms):
        self.books = books
        self.spent = set()
        self.wall = Wall(at_ms)
        self.keeper = Keeper(books.journal, on_fatal=lambda _: None, on_room=lambda: None)
        self.shifts = Shifts(self.keeper, books.path, key, self.wall, terminal="0007", spend=self.spend)

    def spend(self, approval, act, subject, amount_fen, reason):
        fresh = approval.nonce not in self.spent and approval.covers(act, subject, amount_fen, reason, 0.0)
        self.spent.add(approval.nonce)
        return None if fresh else No("pin.changed")

    def close(self, approval=None):
        return asyncio.run(self.shifts.close(LI, approval))

    def look(self):
        return asyncio.run(self.shifts.look())


@pytest.fixture
def room(books, key, morning):
    return Room(books, key, morning)


def yes(subject, *, act=Act.TAKE_OVER, by=BOSS):
    return Approval(act, subject, 0, "网断了", by, "n" * 32, 0.0, 0)


def test_a_shift_with_everything_in_it(room, books, make_sale, give_back, morning):
    assert room.shifts.open(LI).on_duty.number == "1003"
    whole = make_sale(2, fen=3200, channel=Channel.ALIPAY)
    part = make_sale(3, fen=10_000, channel=Channel.UNIONPAY, operator="1004")
    books.put(make_sale(1, fen=12_850), whole, part)
    books.put(give_back(whole, 3200, at_ms=morning + HOUR), give_back(part, 2800, at_ms=morning + 2 * HOUR))
    books.put(make_sale(4, State.DECLINED, fen=9600), make_sale(5, State.REVERSED, fen=4100, took_money=False))
    room.wall.at_ms = morning + 7 * HOUR
    found = room.look()
    total = found.report.sheet.total
    assert found.blocks == ()
    assert found.report.z == 0
    assert (total.paid, total.voided, total.refunded) == (Sum(3, 26_050), Sum(1, 3200), Sum(1, 2800))
    assert found.report.sheet.cut(lambda cell: cell.hour)[10].voided == Sum(1, 3200)
    report = room.close()
    assert (report.z, report.sheet, report.first_order) == (1, found.report.sheet, whole_number(make_sale(1)))
    assert report.last_order == whole_number(make_sale(5))
    closed = books.journal.newest_of(CLOSED)
    assert from_kept(closed) == report
    assert closed.body["net_fen"] == 20_050
    after = room.look().report
    assert after.sheet == Sheet()
    assert after.previous_z == (1, report.head.digest)


def whole_number(sale):
    return sale.order.out_trade_no


def test_an_x_report_resets_nothing(room, books, make_sale):
    room.shifts.open(LI)
    books.put(make_sale(1))
    head = books.journal.head()
    assert room.look().report.sheet == room.look().report.sheet
    assert books.journal.head() == head


def test_sales_before_any_opening_are_in_the_next_shift(room, books, make_sale):
    books.put(make_sale(1))
    room.shifts.open(LI)
    books.put(make_sale(2))
    assert room.close().sheet.total.paid.count == 2
    books.put(make_sale(3))
    room.shifts.open(WANG)
    assert room.close().sheet.total.paid.count == 1


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (State.PENDING, "sh.block.doubt"),
        (State.REVERSING, "sh.block.reversing"),
        (State.REFUNDING, "sh.block.reversing"),
        (State.STUCK, "sh.block.stuck"),
    ],
)
def test_an_open_sale_blocks_the_z_and_is_named(room, books, make_sale, state, says):
    room.shifts.open(LI)
    books.put(make_sale(1, state))
    held = room.close()
    assert isinstance(held, Look)
    assert [(block.key, block.sales[0].out_trade_no) for block in held.blocks] == [(says, whole_number(make_sale(1)))]
    assert books.journal.newest_of(CLOSED) is None
    books.put(make_sale(1, State.DECLINED))
    assert isinstance(room.close(), Report)


def test_a_running_refund_blocks_even_on_a_sale_of_another_shift(room, books, make_sale, give_back, morning):
    room.shifts.open(LI)
    sale = make_sale(1)
    books.put(sale)
    room.close()
    room.shifts.open(WANG)
    books.put(give_back(sale, 300, at_ms=morning + HOUR, state=RefundState.ACCEPTED))
    assert [block.key for block in room.close().blocks] == ["sh.block.refund"]
    books.put(give_back(sale, 300, at_ms=morning + HOUR))
    total = room.close().sheet.total
    assert (total.paid, total.refunded) == (Sum(0, 0), Sum(1, 300))


def test_a_sale_found_paid_at_a_start_wants_to_be_seen_first(room, books, make_sale):
    room.shifts.open(LI)
    books.put(make_sale(1, recovered=True))
    assert [block.key for block in room.close().blocks] == ["sh.block.ack"]
    books.put(replace(make_sale(1), recovered=False))
    assert isinstance(room.close(), Report)


def test_a_manager_takes_over_by_name_and_once(room, books, make_sale):
    room.shifts.open(LI)
    books.put(make_sale(1, State.STUCK))
    for wrong in (yes("2"), yes("1", act=Act.REFUND), yes("1", by=LI)):
        room.spent.clear()
        assert isinstance(room.close(wrong), No)
    room.spent.clear()
    report = room.close(yes("1"))
    assert (report.forced.by.name, report.forced.reason) == ("陈", "网断了")
    assert [one.out_trade_no for one in report.unsettled] == [whole_number(make_sale(1))]
    books.put(make_sale(1))
    room.shifts.open(WANG)
    assert room.close(yes("2")).key == "pin.changed", "the same yes is good once"
    assert room.close().sheet.total.paid == Sum(1, 1000)


def test_an_approval_that_was_not_needed_leaves_no_trace_in_the_report(room, books, make_sale):
    room.shifts.open(LI)
    books.put(make_sale(1))
    assert room.close(yes("1")).forced is None


def test_a_yes_is_taken_before_a_long_check_of_the_journal(room, books, make_sale, monkeypatch):
    room.shifts.open(LI)
    books.put(make_sale(1, State.STUCK))
    real = shifts_module._verified

    def slow(*asked):
        room.spend = lambda *_: No("pin.expired")
        room.shifts._spend = room.spend  # a minute has passed
        return real(*asked)

    monkeypatch.setattr(shifts_module, "_verified", slow)
    assert room.close(yes("1")).forced.by.name == "陈"


def test_a_journal_that_was_edited_is_not_sealed(room, books, make_sale, monkeypatch):
    room.shifts.open(LI)
    books.put(make_sale(1))
    monkeypatch.setattr(room.shifts, "_mac_key", b"x" * 32)
    assert room.close().key == "sh.block.journal"
    assert books.journal.newest_of(CLOSED) is None


def test_what_comes_while_the_z_is_gathered_is_in_it(room, books, make_sale, monkeypatch):
    room.shifts.open(LI)
    books.put(make_sale(1))

    tally = room.shifts._tally

    async def gathered():
        found = await tally()
        books.put(make_sale(2), make_sale(3, State.PENDING))
        return found

    monkeypatch.setattr(room.shifts, "_tally", gathered)
    held = room.close()
    assert held.report.sheet.total.paid.count == 2
    assert [block.key for block in held.blocks] == ["sh.block.doubt"]


def test_hand_over_keeps_the_shift_and_changes_who_is_on_duty(room, books, make_sale):
    assert room.shifts.hand_over(LI, WANG).key == "sh.none"
    room.shifts.open(LI)
    assert room.shifts.open(WANG).key == "sh.already"
    assert room.shifts.hand_over(LI, LI).key == "sh.same"
    books.put(make_sale(1, State.PENDING))
    state = room.shifts.hand_over(LI, WANG)
    assert (state.on_duty.name, state.opened_by.name, state.number) == ("王", "李", 1)


def test_a_restart_keeps_the_shift_and_a_z_that_never_reached_paper_is_printed_again(room, books, make_sale):
    room.shifts.open(LI)
    books.put(make_sale(1))
    report = room.close()
    reader = open_reader(books.path)
    try:
        assert shift_state(reader).unprinted
        assert shift_state(reader).last == report
        room.shifts.printed(1)
        assert not shift_state(reader).unprinted
        room.shifts.open(WANG)
        assert shift_state(reader).is_open
        room.close()
        assert shift_state(reader).unprinted, "each Z has its own slip"
    finally:
        reader.close()


def test_a_sale_over_midnight_stays_in_the_shift_it_began_in(room, books, make_sale, morning):
    room.shifts.open(LI)
    late = morning + 14 * HOUR + 46 * 60_000  # 23:59:20
    sale = make_sale(1, at_ms=late)
    books.put(replace(sale, state=State.PENDING, ended_ms=None))
    books.put(replace(sale, ended_ms=late + 60_000))
    report = room.close()
    assert report.sheet.cut(lambda cell: cell.hour)[23].paid.count == 1
    assert sale.order.day == "2026-11-22"


def test_a_full_disk_seals_nothing(room, books, make_sale, monkeypatch):
    room.shifts.open(LI)
    monkeypatch.setattr(room.keeper, "keep", lambda *_: False)
    assert room.close().key == "disk.full.say"
    assert room.shifts.open(LI).key == "sh.already"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "decline", "open", "settle", "stuck", "refund", "reopen", "z"]),
        st.integers(1, 6),
        st.integers(1, 999),
    ),
    max_size=30,
)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(STEPS)
def test_zs_that_follow_one_another_add_up_to_the_journal(tmp_path_factory, new_books, make_sale, give_back, steps):
    books = new_books(tmp_path_factory.mktemp("z") / "journal.db")
    room = Room(books, new_books.key, new_books.morning)
    try:
        sheets, sales = [], {}
        for count, (what, n, fen) in enumerate([*steps, ("z", 0, 0)]):
            if what == "z":
                room.shifts.open(LI)
                report = room.close(replace(yes(str(room.shifts.state.number)), nonce=f"{count:032d}"))
                assert isinstance(report, Report)
                sheets.append(report.sheet)
                continue
            sale = after(sales.get(n), what, make_sale(n, State.PENDING, fen=1000), fen, give_back, new_books.morning)
            if sale is not None:
                sales[n] = sale
                books.put(sale)
        assert sum(sheets, Sheet()) == whole(books)
    finally:
        books.journal.close()


def after(sale, what, fresh, fen, give_back, at_ms):  # noqa: PLR0911, PLR0917 - one way on each
    if sale is None:
        return fresh if what == "open" else None
    match what:
        case "pay" | "settle":
            return replace(sale, state=State.PAID, ended_ms=at_ms) if sale.state is State.PENDING else None
        case "decline":
            return replace(sale, state=State.DECLINED, ended_ms=at_ms) if sale.state is State.PENDING else None
        case "stuck":
            return replace(sale, state=State.STUCK) if sale.state is State.PENDING else None
        case "reopen":
            return replace(sale, state=State.REFUNDING, took_money=True) if sale.state is State.DECLINED else None
        case "refund" if sale.state in {State.PAID, State.PARTLY_REFUNDED} and sale.refunded_fen + fen <= 1000:
            return give_back(sale, fen, at_ms=at_ms)
    return None


def whole(books):
    newest = {kept.body["order"]["out_trade_no"]: facts_of(kept) for kept in books.journal.entries() if is_sale(kept)}
    return sheet_of(newest.values())


def test_every_entry_is_counted_once(books, make_sale):
    books.put(*(make_sale(n) for n in itertools.islice(itertools.count(1), 5)))
    assert whole(books).total.paid == Sum(5, 5000)


# --- what is taken over by name, and what was lost


def test_a_sale_whose_cash_was_recorded_is_taken_over_by_name(books, make_sale, morning):
    given = Hand(1000, "bank is shut", "V-7", "2001", "n" * 32, morning, HandState.GIVEN, morning + 300_000)
    checking = replace(given, state=HandState.CHECKING)
    books.put(make_sale(1, State.STUCK, hand=given))
    look = look_beside(books.path, "0007", morning + 400_000)
    assert look.blocks == ()
    assert [one.by_hand for one in look.report.unsettled] == ["2001"]
    books.put(make_sale(2, State.STUCK, hand=checking))
    look = look_beside(books.path, "0007", morning + 400_000)
    assert [(block.key, len(block.sales)) for block in look.blocks] == [("sh.block.stuck", 1)]


def test_days_that_lack_sales_keep_a_shift_open_until_each_is_signed_off(books, morning):
    body = {"why": "back", "epoch": 1, "before": 4821, "kept_ms": morning - DAY_MS, "known_ms": morning, "numbers": []}
    books.journal.begin_epoch(Entry("epoch.began", morning, body))
    look = look_beside(books.path, "0007", morning)
    assert [(block.key, dict(block.values)) for block in look.blocks] == [("sh.gap", {"date": "2026-11-21", "n": 2})]
    assert say("sh.gap", "en", **dict(look.blocks[0].values)) == "Sales missing since 2026-11-21: 2 days to reconcile."
    for day in ("2026-11-21", "2026-11-22"):
        books.journal.append(Entry("recon.done", morning, {"channel": "wechat", "day": day}))
    assert look_beside(books.path, "0007", morning).blocks == ()
    books.journal.begin_epoch(Entry("epoch.began", morning, body | {"why": "copied"}))
    assert look_beside(books.path, "0007", morning).blocks == (), "a copied journal lacks nothing"
