"""A journal with sales in every end they can have, written by the real writer."""

import os
from dataclasses import replace

import pytest

from app.core.beijing import business_day
from app.core.channel import Channel
from app.core.numbers import order_number
from app.core.refunds import Refund, RefundState, refund_number
from app.core.sale import Order, Sale, State
from app.journal.writer import open_writer
from app.till.entries import entry_of

KEY = b"k" * 32
MORNING_MS = 1_795_310_000_000  # 2026-11-22 09:13:20 in Beijing
DAY = "2026-11-22"
TERMINAL = "0007"


def make_sale(
    running, state=State.PAID, *, fen=1000, channel=Channel.WECHAT, at_ms=MORNING_MS, operator="1001", day=None, **more
):
    number = order_number(training=True, at_ms=at_ms, terminal=TERMINAL, epoch=4821, running=running)
    order = Order(
        out_trade_no=number,
        purchase=f"p{running}",
        channel=channel,
        amount_fen=fen,
        code_mark=f"{running:064x}",
        operator=operator,
        terminal=TERMINAL,
        began_ms=at_ms,
        day=day or business_day(at_ms),
        training=True,
    )
    ended = None if state in {State.INTENT, State.PENDING, State.UNKNOWN, State.REVERSING} else at_ms + 4000
    return Sale(order, state=state, ended_ms=ended, **more)


def give_back(sale, fen, *, at_ms, by="2001", state=RefundState.DONE):
    """``sale`` with one more refund."""
    ordinal = len(sale.refunds) + 1
    refund = Refund(
        refund_number(sale.order.out_trade_no, ordinal),
        fen,
        ordinal,
        "ap.reason.return",
        at_ms,
        by=by,
        state=state,
        confirmed=state is RefundState.DONE,
        ended_ms=at_ms if state is RefundState.DONE else None,
    )
    given = sale.refunded_fen + (fen if state is RefundState.DONE else 0)
    whole = given == sale.order.amount_fen
    became = State.VOIDING if refund.is_running else State.REFUNDED if whole else State.PARTLY_REFUNDED
    return replace(sale, state=became, refunds=(*sale.refunds, refund), refunded_fen=given)


class Books:
    """``put`` writes a sale as it is now; a new one begins with its intent, as the till does."""

    def __init__(self, path):
        self.path = path
        self.journal = open_writer(path, KEY, training=True, now_ms=MORNING_MS, entropy=os.urandom, ballast_bytes=0)
        self.known = set()

    def put(self, *sales, at_ms=None):
        for sale in sales:
            number = sale.order.out_trade_no
            if number not in self.known:
                begun = replace(sale, state=State.INTENT, ended_ms=None, refunds=(), refunded_fen=0, recovered=False)
                self.journal.append(entry_of(begun, sale.order.began_ms))
                self.known.add(number)
            if sale.state is not State.INTENT:
                self.journal.append(entry_of(sale, at_ms or sale.ended_ms or sale.order.began_ms))


@pytest.fixture
def books(tmp_path):
    made = Books(tmp_path / "journal.db")
    yield made
    made.journal.close()


class _New:
    """``new_books(path)``: another journal; whoever asks closes it."""

    key, morning = KEY, MORNING_MS

    def __call__(self, path):
        return Books(path)


@pytest.fixture(scope="session")
def new_books():
    return _New()


@pytest.fixture
def key():
    return KEY


@pytest.fixture
def morning():
    return MORNING_MS


@pytest.fixture(scope="session", name="make_sale")
def _make_sale():
    return make_sale


@pytest.fixture(scope="session", name="give_back")
def _give_back():
    return give_back
