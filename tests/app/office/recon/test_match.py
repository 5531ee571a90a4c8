"""Every kind of difference from the rule that makes it, and the equation whatever is thrown at it."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.books import BillRow, RowKind
from app.core.beijing import ms_at
from app.core.channel import Channel
from app.core.numbers import order_number
from app.office.recon.lines import Facing
from app.office.recon.match import Sources, reckon
from app.office.recon.values import Booked, Care, Course, Given, Kind, Stand
from app.office.recon.window import bill_day, window_of
from app.words import has

DAY, BEFORE, AFTER = "2026-11-03", "2026-11-02", "2026-11-04"
W, A, U = Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY


def at(day: str, clock: str = "12:00:00") -> int:
    return ms_at(datetime.fromisoformat(f"{day} {clock}"))


def number(running: int = 1, terminal: str = "0001", day: str = DAY) -> str:
    return order_number(training=True, at_ms=at(day), terminal=terminal, epoch=7, running=running)


def sale(channel=W, stand=Stand.KEPT, amount=1250, *, day=DAY, clock="12:00:00", running=1, **more) -> Booked:
    its = number(running, day=day)
    facts = {"channel_no": "C1", "purchase": its, **more}
    return Booked(channel, its, amount, stand, day, at(day, clock), **facts)


def paid(channel=W, amount=1250, *, day=DAY, clock="12:00:01", its=None, **more) -> BillRow:
    facts = {"fee_milli_fen": 0, "channel_no": "C1", **more}
    return BillRow(
        RowKind.PAYMENT, channel, out_trade_no=its or number(), amount_fen=amount, at_ms=at(day, clock), **facts
    )


def back(
    channel=W, amount=1250, *, day=DAY, clock="13:00:00", its=None, refund="R1", kind=RowKind.REFUND, **more
) -> BillRow:
    facts = {"fee_milli_fen": 0, "channel_no": "C1", "status": "SUCCESS", **more}
    its = its or number()
    return BillRow(
        kind, channel, out_trade_no=its, amount_fen=amount, at_ms=at(day, clock), out_refund_no=refund, **facts
    )


def gave(amount=1250, day=DAY, clock="13:00:00", refund="R1", course=Course.DONE) -> Given:
    return Given(refund, amount, day, at(day, clock), course)


def reckoned(booked, rows, channel=W, *, before=None, after=None, elsewhere=(), **more):
    facing = Facing(window_of(channel, DAY), frozenset({"0001"}), before is not None, after is not None)
    known = {one.out_trade_no: one for one in elsewhere}
    sources = Sources(booked, rows, known.get, lambda: before or (), lambda: after or (), **more)
    return reckon(facing, sources)


N = Care.NOTHING
TABLE = {
    "the same on both sides": ([sale()], [paid()], {}, []),
    "a refund on both sides": ([sale(refunds=(gave(),))], [paid(), back()], {}, []),
    "two parts": (
        [sale(refunds=(gave(400, refund="R1"), gave(850, refund="R2")))],
        [paid(), back(amount=850, refund="R2"), back(amount=400)], {}, [],
    ),
    "nobody paid": ([sale(stand=Stand.NEVER), sale(stand=Stand.BACK, running=2)], [], {}, []),
    "a payment the till lacks": ([], [paid()], {}, [(Kind.BILL_ONLY, -1250, Care.ACT)]),
    "a payment the bill lacks": ([sale()], [], {}, [(Kind.TILL_ONLY, 1250, Care.ACT)]),
    "another sum": ([sale()], [paid(amount=1200)], {}, [(Kind.AMOUNT, 50, Care.ACT)]),
    "in doubt and paid": ([sale(stand=Stand.DOUBT)], [paid()], {}, [(Kind.DOUBT_PAID, -1250, Care.ACT)]),
    "refused and paid": ([sale(stand=Stand.NEVER)], [paid()], {}, [(Kind.DECLINED_PAID, -1250, Care.ACT)]),
    "reversed and still paid": ([sale(stand=Stand.BACK)], [paid()], {}, [(Kind.REVERSED_PAID, -1250, Care.ACT)]),
    "WeChat reversed it": (
        [sale(stand=Stand.BACK)], [paid(), back(kind=RowKind.REVOKED, refund="")], {}, [(Kind.REVERSED_PAIR, 0, N)],
    ),
    "WeChat reversed it and names no sum": (
        [sale(stand=Stand.BACK)], [paid(), back(kind=RowKind.REVOKED, refund="", amount=0)], {},
        [(Kind.REVERSED_PAIR, 0, N)],
    ),
    "Alipay cancelled it": (
        [sale(A, Stand.BACK)], [paid(A), back(A, refund="C1")], {}, [(Kind.REVERSED_PAIR, 0, N)],
    ),
    "UnionPay took it back": (
        [sale(U, Stand.BACK)], [paid(U), back(U, refund="X9", kind=RowKind.REVOKED)], {}, [(Kind.REVERSED_PAIR, 0, N)],
    ),
    "a way back that names the sale at the channel only": (
        [sale(U, Stand.BACK)], [paid(U), replace(back(U, refund="X9"), out_trade_no="")], {},
        [(Kind.REVERSED_PAIR, 0, N)],
    ),
    "in doubt, in and out": (
        [sale(stand=Stand.DOUBT)], [paid(), back(kind=RowKind.REVOKED, refund="")], {}, [(Kind.STATUS, 0, Care.WAITS)],
    ),
    "reversed after midnight, tomorrow's bill not here": (
        [sale(stand=Stand.BACK, clock="23:59:40", ended_ms=at(AFTER, "00:01:00"))], [paid(clock="23:59:41")], {},
        [(Kind.REVERSED_SPLIT, -1250, Care.WAITS)],
    ),
    "reversed after midnight, tomorrow's bill here": (
        [sale(stand=Stand.BACK, clock="23:59:40", ended_ms=at(AFTER, "00:01:00"))], [paid(clock="23:59:41")],
        {"after": [back(kind=RowKind.REVOKED, refund="", day=AFTER)]}, [(Kind.REVERSED_SPLIT, -1250, N)],
    ),
    "reversed after midnight, and tomorrow's bill knows nothing of it": (
        [sale(stand=Stand.BACK, clock="23:59:40", ended_ms=at(AFTER, "00:01:00"))], [paid(clock="23:59:41")],
        {"after": []}, [(Kind.REVERSED_PAID, -1250, Care.ACT)],
    ),
    "yesterday's payment reversed today": (
        [], [back(kind=RowKind.REVOKED, refund="")],
        {"elsewhere": [sale(stand=Stand.BACK, clock="23:59:40")], "before": [paid()]}, [(Kind.REVERSED_SPLIT, 1250, N)],
    ),
    "refunded in the back office": ([sale()], [paid(), back(refund="B7")], {}, [(Kind.REFUND_BILL, 1250, Care.ACT)]),
    "refunded by the till alone": (
        [sale(refunds=(gave(),))], [paid()], {}, [(Kind.REFUND_TILL, -1250, Care.ACT)],
    ),
    "a refund of another sum": (
        [sale(refunds=(gave(500),))], [paid(), back(amount=600)], {}, [(Kind.REFUND_AMOUNT, 100, Care.ACT)],
    ),
    "a refund that failed in the bill": (
        [sale(refunds=(gave(),))], [paid(), back(status="CHANGE")], {}, [(Kind.REFUND_FAILED, 0, Care.ACT)],
    ),
    "a refund that failed on both sides": (
        [sale(refunds=(gave(course=Course.FAILED),))], [paid(), back(status="FAIL")], {},
        [(Kind.REFUND_FAILED, 1250, Care.ACT)],
    ),
    "a refund under way when billed": (
        [sale(refunds=(gave(course=Course.RUNNING),))], [paid(), back(status="PROCESSING")], {},
        [(Kind.REFUND_RUNNING, 0, Care.WAITS)],
    ),
    "a refund under way when billed that has ended": (
        [sale(refunds=(gave(),))], [paid(), back(status="PROCESSING")], {}, [(Kind.REFUND_RUNNING, 0, N)],
    ),
    "given back twice": (
        [sale(refunds=(gave(),))], [paid(), back(), back(refund="B7", clock="14:00:00")], {},
        [(Kind.REFUND_TWICE, 1250, Care.ACT)],
    ),
    "charged twice under one number": (
        [sale()], [paid(), paid(channel_no="C2", clock="12:00:09")], {}, [(Kind.PAID_TWICE, -1250, Care.ACT)],
    ),
    "charged twice for one cart": (
        [sale(), sale(stand=Stand.BACK, running=2, purchase=number())],
        [paid(), paid(its=number(2), channel_no="C2")], {}, [(Kind.PAID_TWICE, -1250, Care.ACT)],
    ),
    "two of one cart kept": (
        [sale(), sale(running=2, purchase=number())], [paid(), paid(its=number(2))], {},
        [(Kind.PAID_TWICE, 0, Care.ACT)],
    ),
    "across midnight, tomorrow's bill not here": (
        [sale(clock="23:59:58")], [], {}, [(Kind.MIDNIGHT, 1250, Care.WAITS)],
    ),
    "across midnight, tomorrow's bill here": (
        [sale(clock="23:59:58")], [], {"after": [paid(day=AFTER, clock="00:00:01")]}, [(Kind.MIDNIGHT, 1250, N)],
    ),
    "across midnight, and in no bill": (
        [sale(clock="23:59:58")], [], {"after": []}, [(Kind.TILL_ONLY, 1250, Care.ACT)],
    ),
    "yesterday's sale in today's bill": (
        [], [paid(clock="00:00:01", its=number(day=BEFORE))], {"elsewhere": [sale(day=BEFORE, clock="23:59:58")]},
        [(Kind.MIDNIGHT, -1250, N)],
    ),
    "a refund across midnight": (
        [sale(refunds=(gave(clock="23:59:59"),))], [paid()], {"after": [back(day=AFTER, clock="00:00:00")]},
        [(Kind.MIDNIGHT, -1250, N)],
    ),
    "yesterday's refund in today's bill": (
        [], [back(its=number(day=BEFORE), clock="00:00:02")],
        {"elsewhere": [sale(day=BEFORE, refunds=(gave(day=BEFORE, clock="23:59:59"),))]}, [(Kind.MIDNIGHT, 1250, N)],
    ),
    "after 23:00 at UnionPay": ([sale(U, clock="23:12:00")], [], {}, [(Kind.UNIONPAY_23, 1250, Care.WAITS)]),
    "after 23:00 at UnionPay, tomorrow's bill here": (
        [sale(U, clock="23:12:00")], [], {"after": [paid(U, clock="23:12:00")]}, [(Kind.UNIONPAY_23, 1250, N)],
    ),
    "yesterday's last hour at UnionPay": (
        [], [paid(U, day=BEFORE, clock="23:12:00", its=number(day=BEFORE))],
        {"elsewhere": [sale(U, day=BEFORE, clock="23:12:00")]}, [(Kind.UNIONPAY_23, -1250, N)],
    ),
    "another fee": (
        [sale(amount=10_000)], [paid(amount=10_000, fee_milli_fen=90_000)], {"fee_rate": 60},
        [(Kind.FEE, 0, Care.ACT)],
    ),
    "the contract's fee": (
        [sale(amount=10_000)], [paid(amount=10_000, fee_milli_fen=60_000)], {"fee_rate": 60}, [],
    ),
    "an offer of the channel": ([sale()], [paid(settled_fen=1000)], {}, [(Kind.COUPON, 0, N)]),
    "another till's": ([], [paid(its=number(5, "0002"))], {}, [(Kind.OTHER_TILL, -1250, Care.ACT)]),
    "not from a till": ([], [paid(its="WEB20261103001")], {}, [(Kind.FOREIGN, -1250, Care.ACT)]),
    "without any number": ([], [replace(paid(), out_trade_no="")], {}, [(Kind.FOREIGN, -1250, Care.ACT)]),
    "the same row twice": ([sale()], [paid(), paid()], {}, [(Kind.DOUBLED, -1250, Care.ACT)]),
    "A6 and not in the file": (
        [sale(U, flawed=True)], [], {"after": []}, [(Kind.FLAWED, 1250, Care.ACT)],
    ),
    "A6, and the next day's file is not here": (
        [sale(U, flawed=True)], [], {}, [(Kind.FLAWED, 1250, Care.WAITS)],
    ),
    "entered again after a restore": ([sale(rebuilt=True)], [paid()], {}, [(Kind.REBUILT, 0, Care.ACT)]),
    "given back in cash": (
        [sale(stand=Stand.DOUBT, hand_fen=1250)], [paid()], {}, [(Kind.OFFLINE, -1250, N)],
    ),
    "given back in cash and by the channel": (
        [sale(stand=Stand.BACK, hand_fen=1250)], [paid(), back(kind=RowKind.REVOKED, refund="")], {},
        [(Kind.REFUND_TWICE, 1250, Care.ACT), (Kind.OFFLINE, -1250, N)],
    ),
    "given back in cash, since the refund did not reach its payer": (
        [sale(stand=Stand.BACK, hand_fen=1250, refunds=(gave(1250, course=Course.FAILED),))],
        [paid(), back(amount=1250, status="CHANGE")], {}, [(Kind.OFFLINE, 0, N)],
    ),
    "a part in cash, and nothing of the rest": (
        [sale(stand=Stand.BACK, hand_fen=500)], [paid()], {}, [(Kind.REST, -750, Care.ACT), (Kind.OFFLINE, -500, N)],
    ),
    "a part in cash, the rest by a refund of ours": (
        [sale(stand=Stand.BACK, hand_fen=500, refunds=(gave(750),))], [paid(), back(amount=750)], {},
        [(Kind.REVERSED_PAIR, 0, N), (Kind.OFFLINE, -500, N)],
    ),
    "a part in cash, the rest by a refund of ours another day": (
        [sale(stand=Stand.BACK, hand_fen=500, refunds=(gave(750, day=AFTER),))], [paid()], {},
        [(Kind.REVERSED_SPLIT, -750, N), (Kind.OFFLINE, -500, N)],
    ),
    "the day on which that refund was made": (
        [sale(stand=Stand.BACK, day=BEFORE, hand_fen=500, refunds=(gave(750),))],
        [back(amount=750, its=number(day=BEFORE))], {}, [(Kind.REVERSED_SPLIT, 750, N)],
    ),
    "a part in cash, the rest on the channel's own page": (
        [sale(stand=Stand.BACK, hand_fen=500)], [paid(), back(amount=750, refund="elsewhere")], {},
        [(Kind.REFUND_BILL, 0, Care.ACT), (Kind.OFFLINE, -500, N)],
    ),
    "a part in cash, the rest on the channel's own page the day after": (
        [sale(stand=Stand.BACK, hand_fen=500)], [paid()], {"after": [back(amount=750, refund="elsewhere", day=AFTER)]},
        [(Kind.REVERSED_SPLIT, -750, N), (Kind.OFFLINE, -500, N)],
    ),
    "that day after, where the cash was a part": (
        [sale(stand=Stand.BACK, day=BEFORE, hand_fen=500)],
        [back(amount=800, refund="elsewhere", its=number(day=BEFORE))], {},
        [(Kind.REFUND_TWICE, 800, Care.ACT)],
    ),
    "a part in cash, less than the rest on the channel's own page": (
        [sale(stand=Stand.BACK, hand_fen=500)], [paid(), back(amount=700, refund="elsewhere")], {},
        [(Kind.REFUND_BILL, 0, Care.ACT), (Kind.REST, -50, Care.ACT), (Kind.OFFLINE, -500, N)],
    ),
    "a part in cash, and more than the rest on the channel's own page": (
        [sale(stand=Stand.BACK, hand_fen=500)], [paid(), back(amount=800, refund="elsewhere")], {},
        [(Kind.REFUND_TWICE, 50, Care.ACT), (Kind.OFFLINE, -500, N)],
    ),
    "given back in cash, paid by the bill of the day after": (
        [sale(stand=Stand.DOUBT, hand_fen=500, clock="23:59:58")], [], {"after": [paid(day=AFTER)]},
        [(Kind.MIDNIGHT, 0, N)],
    ),
    "given back in cash late, and the bill of the day after is not here": (
        [sale(stand=Stand.DOUBT, hand_fen=500, clock="23:59:58")], [], {}, [(Kind.OFFLINE, 0, Care.WAITS)],
    ),
    "a part of a paid sale in cash, the rest on the channel's own page": (
        [sale(hand_fen=500)], [paid(), back(amount=750, refund="elsewhere")], {}, [(Kind.REFUND_BILL, 750, Care.ACT)],
    ),
    "given back in cash, and on the channel's own page": (
        [sale(hand_fen=1250)], [paid(), back(amount=500, refund="elsewhere")], {}, [(Kind.REFUND_TWICE, 500, Care.ACT)],
    ),
    "given back in cash and never paid": (
        [sale(stand=Stand.NEVER, hand_fen=1250)], [], {}, [(Kind.OFFLINE, 0, Care.ACT)],
    ),
    "rows nobody can read": ([sale()], [paid()], {"unread": 2}, [(Kind.UNREAD, 0, Care.ACT)]),
}  # fmt: skip


@pytest.mark.parametrize(("booked", "rows", "more", "wanted"), TABLE.values(), ids=TABLE)
def test_each_difference_by_its_rule(booked, rows, more, wanted):
    channel = (booked or more.get("elsewhere") or rows)[0].channel
    reckoning = reckoned(booked, rows, channel, **more)
    assert [(line.kind, line.worth_fen, line.care) for line in reckoning.lines] == wanted
    assert reckoning.is_level == all(care is N for _, _, care in wanted)


def test_every_kind_has_a_rule_and_its_three_sentences():
    made = {kind for _, _, _, wanted in TABLE.values() for kind, _, _ in wanted}
    assert made == set(Kind)
    assert all(has(f"rd.{kind}.{part}") for kind in Kind for part in ("is", "worth", "do"))


def test_the_two_days_of_a_crossing_level_out():
    late = sale(U, clock="23:12:00")
    row = paid(U, clock="23:12:00")
    today = reckoned([late], [], U, after=[row])
    facing = Facing(window_of(U, AFTER), frozenset({"0001"}))
    tomorrow = reckon(facing, Sources([], [row], {late.out_trade_no: late}.get))
    assert today.difference_fen + tomorrow.difference_fen == 0
    assert today.is_level
    assert tomorrow.is_level


def test_thousands_of_another_till_are_one_line():
    rows = [paid(its=number(n, "0002"), amount=100) for n in range(1, 301)]
    [line] = reckoned([], rows).lines
    assert (line.kind, line.worth_fen, line.count, line.note) == (Kind.OTHER_TILL, -30_000, 300, "0002")


def test_a_rate_set_wrong_is_one_line():
    booked = [sale(running=n, amount=10_000) for n in range(1, 101)]
    rows = [paid(its=number(n), amount=10_000, fee_milli_fen=60_000) for n in range(1, 101)]
    [line] = reckoned(booked, rows, fee_rate=38).lines
    assert (line.kind, line.amount_fen, line.count) == (Kind.FEE, 2200, 100)


def test_an_unchanged_line_keeps_its_key_in_a_newer_bill():
    [first] = reckoned([sale()], []).lines
    second = next(line for line in reckoned([sale(), sale(running=2)], [paid(its=number(9))]).lines
                  if line.out_trade_no == number())  # fmt: skip
    assert first.key == second.key


def test_the_bill_day_of_unionpay_begins_at_23():
    assert bill_day(U, at(DAY, "22:59:59")) == DAY
    assert bill_day(U, at(DAY, "23:00:00")) == AFTER
    assert bill_day(W, at(DAY, "23:59:59")) == DAY


numbers = st.sampled_from(
    [*(number(n, day=day) for n in (1, 2) for day in (DAY, BEFORE)), number(1, "0002"), "WEB", ""]
)
days = st.sampled_from([BEFORE, DAY, AFTER])
clocks = st.sampled_from(["00:00:00", "12:00:00", "23:05:00", "23:59:59"])
sums = st.integers(0, 3).map(lambda n: n * 500)
refund_numbers = st.sampled_from(["R1", "R2", "C1", ""])
givens = st.builds(gave, sums, days, clocks, refund_numbers, st.sampled_from(Course))
sales = st.builds(
    lambda its, stand, amount, day, clock, refunds, flags: Booked(
        U, its, amount, stand, day, at(day, clock), purchase=its[:8], refunds=tuple(refunds),
        hand_fen=(flags & 1) * (amount - flags * 100), flawed=flags & 2 > 0, rebuilt=flags & 4 > 0,
    ),
    numbers, st.sampled_from(Stand), sums, days, clocks, st.lists(givens, max_size=3), st.integers(0, 7),
)  # fmt: skip
statuses = st.sampled_from(["SUCCESS", "CHANGE", "PROCESSING"])
bill_rows = st.builds(
    lambda kind, its, amount, day, clock, refund, status: BillRow(
        kind, U, its, "C1", amount, 0, at(day, clock), refund, status=status
    ),
    st.sampled_from(RowKind), numbers, sums, days, clocks, refund_numbers, statuses,
)  # fmt: skip


@settings(deadline=None, derandomize=True, max_examples=600)
@given(st.lists(sales, max_size=5), st.lists(bill_rows, max_size=8), st.lists(bill_rows, max_size=4), st.booleans())
def test_log_is_bill_plus_differences_whatever_comes(booked, rows, beside_rows, known):
    unique = {one.out_trade_no: one for one in booked}
    here = [one for n, one in enumerate(unique.values()) if n % 2 == 0]
    there = [one for n, one in enumerate(unique.values()) if n % 2]
    result = reckoned(here, rows, U, elsewhere=there, after=beside_rows if known else None)
    assert result.log.fen == result.bill.fen + sum(line.worth_fen for line in result.lines)
    assert len({line.key for line in result.lines}) <= len(result.lines)
    touched = {row.out_trade_no for row in rows}
    counted = [
        one for one in (*here, *(one for one in there if one.out_trade_no in touched)) if one.stand is Stand.KEPT
    ]
    paid_fen = sum(one.amount_fen for one in counted if one.day == DAY)
    given_fen = sum(g.amount_fen for one in counted for g in one.refunds if g.counts and g.day == DAY)
    nameless = any(one.out_trade_no == "" for one in there)  # a row without a number is looked up by nothing
    assert nameless or result.log.fen == paid_fen - given_fen
