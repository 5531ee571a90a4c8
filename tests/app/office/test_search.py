"""Finding a sale in a journal of three days, by all that a slip or a phone shows."""

from dataclasses import replace

import pytest

from app.core.beijing import DAY_MS, business_day
from app.core.channel import Channel
from app.core.numbers import order_number
from app.core.sale import Order, Sale, State
from app.journal.reader import open_reader
from app.journal.writer import open_writer
from app.office import search
from app.office.question import read_question
from app.office.search import ROWS, find
from app.till.entries import entry_of

NOW = 1_795_327_555_000  # 2026-11-22 14:05:55 in Beijing
EPOCH = 4821
KEY = b"k" * 32


def a_sale(n, *, at=NOW - 3_600_000, channel_no="", amount_fen=12_850):
    number = order_number(training=False, at_ms=at, terminal="0003", epoch=EPOCH, running=n)
    order = Order(number, f"p{n}", Channel.WECHAT, amount_fen, f"{n:032x}", "1001", "0003", at, business_day(at))
    return Sale(order, state=State.PAID, channel_no=channel_no, paid_ms=at + 900, took_money=True, ended_ms=at + 900)


@pytest.fixture
def book(tmp_path):
    """``book(*sales, training=False)``: a reader of a journal that holds them."""
    readers = []

    def write(*sales, training=False):
        path = tmp_path / f"journal{len(readers)}.db"
        writer = open_writer(path, KEY, training=training, now_ms=NOW, entropy=bytes, ballast_bytes=0)
        for sale in sales:
            began = replace(sale, state=State.INTENT, channel_no="", ended_ms=None)
            writer.append(entry_of(began, sale.order.began_ms), entry_of(sale, sale.order.began_ms + 900))
        writer.close()
        readers.append(open_reader(path))
        return readers[-1]

    yield write
    for reader in readers:
        reader.close()


def look(reader, text, *, going=lambda: True):
    return find(reader, read_question(text, NOW), "0003", NOW, going)


def test_whatever_is_read_off_the_slip_leads_to_the_sale_as_it_stands(book):
    sale = a_sale(123, channel_no="4200001234202611221234567890")
    reader = book(a_sale(122, amount_fen=100), sale, a_sale(10_123, amount_fen=200))
    number = sale.order.out_trade_no
    for text in (number, number + "02", number[-4:], "4200001234202611221234567890", "128.50", "128.50 13:00"):
        assert look(reader, text).rows == (sale,), text
    assert [row.order.amount_fen for row in look(reader, "0123").rows] == [200, 12_850]


def test_a_number_of_elsewhere_says_where(book):
    reader = book(a_sale(1))
    other = order_number(training=False, at_ms=NOW, terminal="0007", epoch=1, running=5)
    practice = order_number(training=True, at_ms=NOW, terminal="0003", epoch=1, running=5)
    gone = order_number(training=False, at_ms=NOW, terminal="0003", epoch=9, running=5)
    said = {text: look(reader, text).why for text in (other, practice, gone)}
    assert [why.key for why in said.values()] == ["adv.othertill", "adv.train", "adv.notfound"]
    assert dict(said[other].values) == {"till": "0007"}
    assert look(reader, "4200001234202611229999999999").why.key == "adv.notfound"


def test_a_practice_number_is_found_in_a_practice_journal(book):
    sale = a_sale(1)
    number = order_number(training=True, at_ms=NOW, terminal="0003", epoch=1, running=1)
    trained = replace(sale, order=replace(sale.order, out_trade_no=number, training=True))
    assert look(book(trained, training=True), number).rows == (trained,)


def test_many_are_cut_and_said_so(book):
    reader = book(*(a_sale(n) for n in range(1, ROWS + 3)))
    found = look(reader, "128.50")
    assert len(found.rows) == ROWS
    assert found.why.key == "desk.find.more"


def test_a_channels_number_is_found_by_the_day_inside_it_without_looking_further(book):
    old = a_sale(1, at=NOW - 200 * DAY_MS, channel_no="2026050622001438051429077361")
    assert look(book(old), "2026050622001438051429077361", going=lambda: False).rows == (old,)


def test_one_without_a_day_is_looked_for_backwards_until_the_time_is_up(book, monkeypatch):
    old = a_sale(1, at=NOW - 20 * DAY_MS, channel_no="X7" * 12)
    reader = book(old)
    assert look(reader, "X7" * 12).rows == (old,)
    turns = iter([True, False])
    given_up = look(reader, "X7" * 12, going=lambda: next(turns))
    assert given_up.rows == ()
    assert given_up.why.key == "desk.find.far"
    monkeypatch.setattr(search, "SWEEP_DAYS", 7)
    assert look(reader, "X7" * 12).why.key == "adv.notfound"
