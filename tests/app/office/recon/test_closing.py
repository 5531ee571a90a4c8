"""What a day's bills close: cash beside the till, a flaw, a doubt; and sales that the journal lost, entered again."""

import asyncio
import secrets as chance
import shutil
from dataclasses import replace

import pytest
from planting import WechatFile

from app.channels.books import BillRow, RowKind
from app.cli.main import run
from app.cli.reconcile import _rooms
from app.core.billed import owed_fen, waits_for_bill
from app.core.channel import Channel
from app.core.events import BillSeen, Now
from app.core.machine import step
from app.core.policy import patience_for
from app.core.refunds import Hand, HandState
from app.core.sale import State
from app.core.staff import Act, Approval, Person, Role
from app.journal.errors import JournalFull
from app.journal.outside import Why, epoch_entry, seen_now
from app.journal.verify import verify
from app.journal.writer import open_writer
from app.office.recon.closing import days_of, seen_in, told_by_bills
from app.office.recon.contract import rates
from app.office.recon.desk import Facts, ReconcileDesk
from app.office.recon.lost_days import days_waiting
from app.office.recon.rebuilding import NotLostError, rebuilt
from app.office.recon.shelf import Shelf
from app.office.recon.signing import SIGNS, subject, whole_day
from app.office.recon.values import Kind
from app.office.recon.writing import AT_ONCE, Writing
from app.secrets import Vault
from app.settings import DataFolder, load
from app.staff.api import No
from app.till.clock import Clock
from app.till.entries import entry_of, newest, readable
from app.week.play import play

DAY = "2026-11-02"
NOON_MS = 1_793_592_000_000  # 2026-11-02 12:00 in Beijing
NEXT_DAY_MS = 1_793_674_800_000  # 2026-11-03 11:00
BOSS = Person("9001", "王店长", Role.MANAGER)


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    return play(tmp_path_factory.mktemp("week") / "w", 5, sales=40, days=1).folder


class Till:
    """A till's folder with one writer, and its reconciliation over it."""

    def __init__(self, week, folder):
        shutil.copytree(week / "till-1", folder / "till")
        shutil.copytree(week / "logs", folder / "logs")
        shutil.copytree(week / "bills", folder / "bills")
        self.bills, self.place = folder / "bills", DataFolder(folder / "till")
        self.logs = folder / "logs"
        self.settings, self.secrets = load(self.place.path).settings, Vault.unlock(self.place.path)
        self.rooms = [*_rooms(self.settings, self.secrets, Clock()).values()]
        self.spent = set()
        self.full = False
        self.open()

    def open(self):
        key = self.secrets.mac_key
        self.journal = open_writer(
            self.place.journal, key, training=True, now_ms=NOON_MS, entropy=chance.token_bytes, ballast_bytes=0
        )
        terminal = self.settings.till.terminal
        writing = Writing(self, self.spend, self, self.billed, terminal, training=True)
        facts = Facts(self.place.journal, self.place.bills, self.place.tills, terminal, True, rates(self.settings))
        self.desk = ReconcileDesk(facts, self.rooms, lambda: NEXT_DAY_MS, writing)

    def keep(self, *entries):
        if not self.full:
            self.journal.append(*entries)
        return not self.full

    def mono(self):
        return 100.0

    def channel_ms(self):
        return NEXT_DAY_MS

    def spend(self, approval, _act, named, fen, _reason):
        same = (approval.subject, approval.amount_fen) == (named, fen)
        if approval.nonce in self.spent or not same:
            return No("pin.expired")
        self.spent.add(approval.nonce)
        return None

    def billed(self, number, seen):
        """As the engine does, without its calls."""
        sale = newest(self.journal.story(number))
        found = step(sale, seen, Now(100.0, NEXT_DAY_MS), patience_for(sale.order.channel))
        if found.must_record:
            return self.keep(entry_of(found.sale, NEXT_DAY_MS))
        return True

    def given_back_on_the_channel_s_page(self, sale):
        bill = WechatFile(next(self.bills.glob("wechat_*")))
        paid = bill.payment(sale.order.out_trade_no)
        amount = paid["订单金额"]
        nothing = {"交易状态": "REFUND", "应结订单金额": "0.00", "订单金额": "0.00", "手续费": "0.00000"}
        numbers = {"微信退款单号": "50WEB1", "商户退款单号": "WEB1", "退款类型": "ORIGINAL", "退款状态": "SUCCESS"}
        bill.rows.append(paid | nothing | numbers | {"退款金额": amount, "申请退款金额": amount})
        bill.save()

    def take(self):
        files = [*self.bills.iterdir(), self.logs / f"till-2-{DAY}.csv", self.logs / "till-2.pem"]
        return asyncio.run(self.desk.take(DAY, files))

    def look(self):
        return asyncio.run(self.desk.look(DAY))

    def sales(self):
        return list(readable(self.journal.sales_of(DAY, 1000)))

    def one(self, channel, state, **facts):
        found = (sale for sale in self.sales() if sale.order.channel is channel and sale.state is state)
        return next(s for s in found if all(getattr(s, name) == value for name, value in facts.items()))

    def put(self, sale, **facts):
        self.keep(entry_of(replace(sale, **facts), NOON_MS))
        return sale.order.out_trade_no

    def now(self, number):
        return newest(self.journal.story(number))

    def yes(self, one, line, reason="查过了"):
        return self.approval(subject(one.reckoning.channel, DAY, line), abs(line.worth_fen), reason)

    def approval(self, named, fen, reason):
        return Approval(Act.RESOLVE, named, fen, reason, BOSS, chance.token_hex(16), 90.0, NEXT_DAY_MS)

    def close(self):
        self.journal.close()
        for room in self.rooms:
            asyncio.run(room.aclose())


@pytest.fixture
def till(week, tmp_path):
    made = Till(week, tmp_path)
    yield made
    made.close()


def unexplained(found):
    return [(one, line) for one in found.result.channels for line in one.unexplained]


def cash(sale, ended_ms=NOON_MS):
    hand = Hand(sale.order.amount_fen, "顾客要现金", "V-7", "2001", "n", NOON_MS, HandState.GIVEN, ended_ms)
    return {"state": State.STUCK, "alarm": "", "hand": hand, "ended_ms": None, "took_money": True}


@pytest.mark.parametrize("channel", [Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY])
def test_a_day_s_bills_end_what_was_settled_by_hand(till, channel):
    sale = till.one(channel, State.PAID, refunds=())
    number = till.put(sale, **cash(sale))
    till.take()
    now = till.now(number)
    assert (now.state, now.hand.state, now.is_open) == (State.REVERSED, HandState.MATCHED, False)
    [line] = [
        line for one in till.look().result.channels for line in one.reckoning.lines if line.out_trade_no == number
    ]
    assert (line.kind, line.care.value) == (Kind.OFFLINE, "nothing")
    head = till.journal.head()
    till.look()
    assert till.journal.head() == head, "looking again writes nothing"
    assert verify(till.place.journal, till.secrets.mac_key).is_sound


def test_a_part_settled_by_hand_is_closed_by_the_bills_and_the_rest_is_named_until_somebody_gave_it_back(till):
    sale = till.one(Channel.WECHAT, State.PAID, refunds=())
    part = sale.order.amount_fen // 3
    facts = cash(sale)
    number = till.put(sale, **(facts | {"hand": replace(facts["hand"], amount_fen=part)}))
    found = till.take()
    now = till.now(number)
    assert (now.state, now.hand.state, now.is_open) == (State.REVERSED, HandState.MATCHED, False)
    owed = sale.order.amount_fen - part
    assert owed_fen(now) == owed
    [(one, line)] = [(one, line) for one, line in unexplained(found) if line.out_trade_no == number]
    assert (line.kind, line.worth_fen, line.amount_fen) == (Kind.REST, -owed, owed)
    told = {line.kind: line.worth_fen for line in one.reckoning.lines if line.out_trade_no == number}
    assert told == {Kind.REST: -owed, Kind.OFFLINE: -part}
    after = asyncio.run(till.desk.explain(one, line, till.yes(one, line, "余款付现，凭证 V-9")))
    assert number not in {line.out_trade_no for _, line in unexplained(after)}
    assert verify(till.place.journal, till.secrets.mac_key).is_sound


def test_cash_beside_money_that_the_channel_gave_back_is_named_and_stays(till):
    sale = till.one(Channel.WECHAT, State.PAID, refunds=())
    till.given_back_on_the_channel_s_page(sale)
    number = till.put(sale, **cash(sale))
    found = till.take()
    now = till.now(number)
    assert (now.state, now.hand.state, now.alarm) == (State.STUCK, HandState.GIVEN, "st.contradict")
    assert (Kind.REFUND_TWICE, number) in {
        (line.kind, line.out_trade_no) for one in found.result.channels for line in one.unexplained
    }


def test_cash_given_the_day_after_waits_for_that_day_s_bill(till):
    sale = till.one(Channel.WECHAT, State.PAID, refunds=())
    number = till.put(sale, **cash(sale, NEXT_DAY_MS))
    till.take()
    assert till.now(number).hand.state is HandState.GIVEN
    assert days_of(till.now(number)) == (DAY, "2026-11-03")


def test_a_flaw_goes_with_the_file_that_has_the_sale(till):
    sale = till.one(Channel.UNIONPAY, State.PAID, refunds=())
    number = till.put(sale, code="00/A6")
    assert waits_for_bill(till.now(number))
    till.take()
    assert not waits_for_bill(till.now(number))


def test_a_refused_sale_that_the_bill_calls_paid_is_left_to_be_asked_about(till):
    sale = till.one(Channel.WECHAT, State.PAID, refunds=())
    number = till.put(sale, state=State.DECLINED, took_money=False)
    found = till.take()
    assert Kind.DECLINED_PAID in {line.kind for one in found.result.channels for line in one.unexplained}
    assert till.now(number).must_query
    assert till.now(number).is_open


def test_a_refund_that_never_reached_its_payer_is_no_money_back():
    rows = [
        BillRow(RowKind.PAYMENT, Channel.WECHAT, "n", "c", 500, 0, NOON_MS),
        BillRow(RowKind.REFUND, Channel.WECHAT, "n", "c", 500, 0, NOON_MS, "r", status="CHANGE"),
    ]
    assert seen_in(rows, _a_sale()) == BillSeen(500, 0)
    assert seen_in([rows[0], replace(rows[1], status="SUCCESS")], _a_sale()) == BillSeen(500, 500)


def _a_sale():
    return rebuilt(
        [BillRow(RowKind.PAYMENT, Channel.WECHAT, "1" * 24, "c", 500, 0, NOON_MS)], "0001", "9001", training=True
    )


def test_the_command_closes_it_where_no_window_writes_and_says_so_where_one_does(till, capsys):
    sale = till.one(Channel.WECHAT, State.PAID, refunds=())
    number = till.put(sale, **cash(sale))
    argv = ["reconcile", "--data", str(till.place.path), "--day", DAY, "--bill"]
    argv += [str(path) for path in till.bills.iterdir()]
    run(argv)
    assert "收银窗口开着" in capsys.readouterr().err
    assert till.now(number).is_open
    till.journal.close()
    run(argv)
    assert "按对账单结清 1 笔" in capsys.readouterr().err
    till.open()
    assert till.now(number).hand.state is HandState.MATCHED


# --- people's words


def test_a_line_is_explained_and_the_day_signed_off_through_the_desk(till):
    sale = till.one(Channel.ALIPAY, State.PAID, refunds=())
    till.take()
    till.put(sale, state=State.DECLINED, took_money=False)
    found = till.look()
    [(one, line)] = unexplained(found)
    yes = till.yes(one, line)
    found = asyncio.run(till.desk.explain(one, line, yes))
    assert found.result.is_level
    refused = asyncio.run(till.desk.explain(one, line, yes))
    assert [said.key for said in refused.said] == ["pin.expired"]
    signed = asyncio.run(till.desk.sign(found.result, till.approval(whole_day(DAY), 0, SIGNS)))
    assert {one.signed.name for one in signed.result.channels} == {"王店长"}


def test_a_day_that_has_changed_since_it_was_looked_at_is_not_signed(till):
    sale = till.one(Channel.ALIPAY, State.PAID, refunds=())
    found = till.take()
    till.put(sale, state=State.DECLINED, took_money=False)
    now = asyncio.run(till.desk.sign(found.result, till.approval(whole_day(DAY), 0, SIGNS)))
    assert [said.key for said in now.said] == ["rc.sign.stale"]
    assert all(one.signed is None for one in now.result.channels)


def test_a_disk_that_takes_nothing_is_said_and_nothing_is_signed(till):
    found = till.take()
    till.full = True
    now = asyncio.run(till.desk.sign(found.result, till.approval(whole_day(DAY), 0, SIGNS)))
    assert [said.key for said in now.said] == [JournalFull.key]
    assert all(one.signed is None for one in now.result.channels)


# --- a journal that was lost


@pytest.fixture
def lost(till):
    """The same till after its journal was deleted: an empty one, and the epoch that says so."""
    seen = seen_now(till.journal, "here", NOON_MS)
    till.before = {sale.order.out_trade_no: sale for sale in till.sales()}
    till.journal.close()
    for path in till.place.path.glob("journal.db*"):
        path.unlink()
    till.open()
    till.journal.begin_epoch(epoch_entry(till.journal, Why.LOST, seen, NEXT_DAY_MS, chance.token_bytes))
    return till


def test_lost_days_wait_and_every_channel_s_bill_is_asked_for(lost):
    assert days_waiting(lost.journal) == ("2026-11-01", DAY, "2026-11-03")
    assert len(lost.look().result.lacking) == 3, "the log knows of no sale, and that proves nothing"


def test_lost_sales_are_entered_again_from_the_bill_and_their_day_is_done(lost):
    found = lost.take()
    lines = unexplained(found)
    kept = {n for n, sale in lost.before.items() if sale.state in (State.PAID, State.PARTLY_REFUNDED)}
    assert kept <= {line.out_trade_no for _, line in lines} == found.result.lost
    for one, line in lines:
        found = asyncio.run(lost.desk.explain(one, line, lost.yes(one, line, "rc.rebuild")))
        assert [said for said in found.said if said.is_wrong] == []
    sums = {n: sale.order.amount_fen - sale.refunded_fen for n, sale in lost.before.items() if n in kept}
    again = {sale.order.out_trade_no: sale for sale in lost.sales()}
    assert {n: again[n].order.amount_fen - again[n].refunded_fen for n in kept} == sums
    assert {again[n].order.operator for n in kept} == {BOSS.number}, "who entered it answers for it"
    for one, line in unexplained(found):
        found = asyncio.run(lost.desk.explain(one, line, lost.yes(one, line)))
    assert found.result.is_level
    assert {line.kind for one in found.result.channels for line in one.reckoning.lines} >= {Kind.REBUILT}
    asyncio.run(lost.desk.sign(found.result, lost.approval(whole_day(DAY), 0, SIGNS)))
    assert DAY not in days_waiting(lost.journal)
    assert verify(lost.place.journal, lost.secrets.mac_key).is_sound


def test_a_sale_is_entered_again_once(lost):
    found = lost.take()
    one, line = unexplained(found)[0]
    asyncio.run(lost.desk.explain(one, line, lost.yes(one, line, "rc.rebuild")))
    head = lost.journal.head()
    again = asyncio.run(lost.desk.explain(one, line, lost.yes(one, line, "rc.rebuild")))
    assert [said.key for said in again.said] == ["rc.rebuild.not"]
    assert lost.journal.head() == head


def test_a_number_this_till_did_not_lose_is_not_entered_again(till):
    till.take()
    assert till.look().result.lost == frozenset()


@pytest.mark.parametrize("rows", [[], [RowKind.REFUND], [RowKind.PAYMENT, RowKind.PAYMENT]])
def test_rows_without_one_payment_are_no_sale(rows):
    with pytest.raises(NotLostError):
        rebuilt(
            [BillRow(kind, Channel.WECHAT, "n", "c", 1, 0, NOON_MS) for kind in rows], "0001", "9001", training=True
        )


def test_bills_are_read_only_where_a_sale_waits(till, monkeypatch):
    result = till.take().result
    shelf = Shelf(till.place.bills)

    def no(_path, _rooms):
        raise AssertionError("a bill was opened for nothing")

    monkeypatch.setattr("app.office.recon.closing.open_bill", no)
    kept = lambda channel, day: next(iter(shelf.of(channel, day)), None)  # noqa: E731 - a stand-in
    assert told_by_bills(till.place.journal, result, kept, till.rooms) == ()


def test_a_long_list_is_told_to_the_till_a_little_at_a_time_and_what_was_not_taken_again(till):
    told, takes = [], [False]
    writing = Writing(till, till.spend, till, lambda *one: told.append(one) or takes[0], "0001", training=True)
    seen = [(f"{n:024d}", BillSeen(1, 0)) for n in range(AT_ONCE + 5)]
    writing.close(seen)
    assert len(told) == AT_ONCE
    takes[0] = True
    writing.close(seen)
    writing.close(seen)
    writing.close(seen)
    assert len(told) == AT_ONCE + len(seen), "what was taken is not told again"
