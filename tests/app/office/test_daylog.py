"""A day as the manager reads it: money given back stands on the day it was done, and every cut adds up."""

from dataclasses import replace

import pytest

from app.core.channel import Channel
from app.core.sale import State
from app.core.shift_sums import Kind, Sheet, Sum
from app.journal.api import Entry
from app.office.daylog import Query, Stopped, load
from app.office.shift_report import NOBODY, Report, to_body
from app.office.shift_state import CLOSED

DAY, NEXT = "2026-11-22", "2026-11-23"
HOUR = 3_600_000


def of(books, day=DAY, **more):
    return load(books.path, Query(day, more.pop("last_day", day), **more))


def test_a_refund_stands_on_the_day_it_was_done(books, make_sale, give_back, morning):
    sale = make_sale(1, fen=10_000)
    books.put(sale, give_back(sale, 2800, at_ms=morning + 24 * HOUR))
    first, second = of(books), of(books, NEXT)
    assert [(row.kind, row.fen) for row in first.rows] == [(Kind.PAID, 10_000)]
    assert [(row.kind, row.fen, row.operator) for row in second.rows] == [(Kind.REFUNDED, 2800, "2001")]
    assert second.rows[0].out_refund_no == f"{sale.order.out_trade_no}01"
    assert (first.sheet.total.net_fen, second.sheet.total.net_fen) == (10_000, -2800)
    assert of(books, last_day=NEXT).sheet.total.net_fen == 7200


def test_two_refunds_of_one_sale_stand_each_on_its_day(books, make_sale, give_back, morning):
    sale = make_sale(1, fen=10_000)
    once = give_back(sale, 2800, at_ms=morning + HOUR)
    books.put(sale, once, give_back(once, 200, at_ms=morning + 24 * HOUR))
    assert [row.fen for row in of(books).rows] == [10_000, 2800]
    assert [row.fen for row in of(books, NEXT).rows] == [200]


def test_money_given_back_in_the_channels_back_office_is_in_the_sums(books, make_sale):
    sale = make_sale(1, fen=10_000)
    books.put(sale, replace(sale, state=State.PARTLY_REFUNDED, elsewhere_fen=500, refunded_fen=500))
    log = of(books)
    assert log.sheet.total.net_fen == 9500
    assert [row.out_refund_no for row in log.rows] == ["", ""]


def test_rows_stand_in_the_order_of_time_and_say_what_became_of_each(books, make_sale, give_back, morning):
    whole = make_sale(1, fen=3200, channel=Channel.ALIPAY)
    books.put(
        whole,
        make_sale(2, State.DECLINED, at_ms=morning + HOUR),
        make_sale(3, State.REVERSED, at_ms=morning + 3 * HOUR, took_money=True),
        make_sale(4, State.PENDING, at_ms=morning + 4 * HOUR),
        give_back(whole, 3200, at_ms=morning + 2 * HOUR),
    )
    log = of(books)
    assert [row.kind for row in log.rows] == [Kind.PAID, Kind.DECLINED, Kind.VOIDED, Kind.RETURNED, None]
    assert log.unsettled == Sum(1, 1000)
    assert log.sheet.total.net_fen == 0


@pytest.mark.parametrize(
    ("wish", "numbers"),
    [
        ({"channel": Channel.ALIPAY}, [2]),
        ({"operator": "1004"}, [3]),
        ({"kinds": frozenset({Kind.DECLINED})}, [3]),
        ({"kinds": frozenset({None})}, [4]),
        ({"least_fen": 2000}, [2]),
        ({"most_fen": 500}, [4]),
        ({"terminal": "0009"}, []),
        ({}, [1, 2, 3, 4]),
    ],
)
def test_what_is_asked_for_is_what_is_summed(books, make_sale, wish, numbers):
    books.put(
        make_sale(1),
        make_sale(2, fen=2000, channel=Channel.ALIPAY),
        make_sale(3, State.DECLINED, operator="1004"),
        make_sale(4, State.PENDING, fen=500),
    )
    log = of(books, **wish)
    assert [int(row.out_trade_no[15:22]) for row in log.rows] == numbers
    assert log.operators == ("1001", "1004")
    assert sum(row.net_fen for row in log.rows) == log.sheet.total.net_fen


def test_a_row_knows_its_shift(books, make_sale, give_back, morning):
    sale = make_sale(1)
    books.put(sale)
    report = Report(1, 1, "0007", 1, NOBODY, morning + HOUR, NOBODY, 1, books.journal.head(), Sheet())
    books.journal.append(Entry(CLOSED, morning + HOUR, to_body(report)))
    books.put(make_sale(2, at_ms=morning + 2 * HOUR), give_back(sale, 100, at_ms=morning + 3 * HOUR))
    log = of(books)
    assert [row.shift for row in log.rows] == [1, 2, 2]
    assert log.shifts == (1, 2)
    assert log.sealed == 0
    assert [row.shift for row in of(books, shift=1).rows] == [1]


def test_whoever_asked_may_want_no_more(books, make_sale):
    books.put(make_sale(1), make_sale(2))
    with pytest.raises(Stopped):
        load(books.path, Query(DAY, DAY), lambda: False)
