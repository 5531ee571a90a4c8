"""The worklist of a page that looks again and again: what was written since is added, and nothing is read twice."""

from dataclasses import replace

import pytest

from app.core.policy import patience_for
from app.core.refunds import Hand, HandState
from app.core.sale import State
from app.journal.api import Entry
from app.journal.reader import Reader, open_reader
from app.office.flagged import Flagged, flagged
from app.office.story import NOTED
from app.office.troubles import trouble_of


@pytest.fixture
def reader(books):
    made = open_reader(books.path)
    yield made
    made.close()


def both(known, reader, now_ms):
    """What the page knows, and what one that reads everything anew does: by order number."""
    told = []
    for seen, notes, lost in (known.read(reader, now_ms), flagged(reader, now_ms)):
        told.append((sorted((one.sale.order.out_trade_no, one.at_ms) for one in seen), notes, lost))
    return told


def test_it_knows_at_every_step_what_reading_everything_tells(books, reader, make_sale, morning):
    known, stuck = Flagged(), make_sale(1, State.STUCK, alarm="st.stuck")
    hand = Hand(1000, "r", "V", "2001", "n", morning, HandState.GIVEN, morning)
    number = stuck.order.out_trade_no
    steps = [
        lambda: books.put(make_sale(2), make_sale(3, State.UNKNOWN)),
        lambda: books.put(stuck),
        lambda: books.journal.append(Entry(NOTED, morning, {"out_trade_no": number, "by": "2001", "text": "asked"})),
        lambda: books.put(make_sale(3)),
        lambda: books.put(make_sale(4, recovered=True)),
        lambda: books.put(replace(stuck, hand=hand, alarm="")),
        lambda: books.put(replace(stuck, state=State.REVERSED, alarm="", hand=replace(hand, state=HandState.MATCHED))),
    ]
    for step in steps:
        step()
        page, anew = both(known, reader, morning)
        assert page == anew
    wanted = {
        one.sale.order.out_trade_no: one.sale
        for one in known.read(reader, morning)[0]
        if trouble_of(one.sale, morning, patience_for(one.sale.order.channel)) is not None
    }
    assert list(wanted) == [make_sale(4).order.out_trade_no], "of what the bill has matched nothing is owed"
    books.put(replace(stuck, state=State.REVERSED, alarm="", hand=replace(hand, amount_fen=1, state=HandState.MATCHED)))
    page, anew = both(known, reader, morning)
    assert page == anew
    assert number in {one for one, _ in page[0]}, "where the cash was a part, the rest is"


def test_a_journal_that_has_not_grown_is_not_read(books, reader, make_sale, morning, monkeypatch):
    books.put(make_sale(1, State.STUCK, alarm="st.stuck"))
    known = Flagged()
    first = known.read(reader, morning)

    def no(*_):
        raise AssertionError("read for nothing")

    for name in ("open_sales", "by_text", "entries", "entries_of"):
        monkeypatch.setattr(Reader, name, no)
    assert known.read(reader, morning) == first


def test_what_a_channel_holds_of_a_lost_number_is_listed_until_it_is_entered_again(books, reader, make_sale, morning):
    lost = make_sale(7, State.PAID)
    number = lost.order.out_trade_no
    body = {"why": "back", "epoch": 1, "before": 4821, "kept_ms": morning, "known_ms": morning, "numbers": [7, 8]}
    books.journal.begin_epoch(Entry("epoch.began", morning, body))
    facts = {"channel": "wechat", "found": "paid", "fen": 1000, "channel_no": "4200", "paid_ms": morning}
    known = Flagged()
    known.read(reader, morning)
    books.journal.append(Entry("epoch.found", morning, {"out_trade_no": number, **facts, "refunded_fen": 0}))
    (found,) = known.read(reader, morning)[2]
    assert (found.sale.order.out_trade_no, found.sale.order.amount_fen, found.sale.channel_no) == (number, 1000, "4200")
    books.put(lost)
    assert known.read(reader, morning)[2] == []
