"""A sale whose money goes back, told second by second."""

import pytest

from app.core.answers import Evidence, QueryAnswer, RefundAnswer, Repaid
from app.core.channel import Channel
from app.core.events import (
    Now,
    QueryAnswered,
    RefundAnswered,
    RefundAsked,
    RefundQueried,
    Woke,
)
from app.core.machine import step
from app.core.policy import patience_for
from app.core.record import from_body, to_body
from app.core.sale import Order, Sale, State

NOON_MS = 1_795_320_000_000  # 2026-11-22 12:00 at UTC+8
MONO = 5000.0
WAKE = Woke()
ALL = 1250


def said(kind, verified=True, refund_no="", **evidence):
    return RefundAnswer(kind, Evidence(**{"verified": verified} | evidence), refund_no)


def answer(kind, **more):
    return RefundAnswered(said(kind, **more))


def query(kind, **more):
    return RefundQueried(said(kind, **more))


def found(kind, refunded_fen=0):
    return QueryAnswered(QueryAnswer(kind, Evidence(verified=True), refunded_fen))


def ask(fen=ALL, nonce="n1"):
    return RefundAsked(fen, "顾客退货", "2001", nonce)


class Story:
    """A sale, and what comes of one event after the other; ``second`` 0 is noon."""

    def __init__(self, channel=Channel.WECHAT, state=State.PAID, **facts):
        order = Order("4" * 24, "p", channel, ALL, "m", "1001", "0001", NOON_MS - 600_000, "2026-11-22")
        self.patience = patience_for(channel)
        self.sale = Sale(order, state=state, **({"took_money": True, "ended_ms": NOON_MS - 590_000} | facts))
        self.last = None

    def now(self, second):
        return Now(MONO + second, NOON_MS + int(second * 1000))

    def at(self, second, event, state, *work):
        before = to_body(self.sale)
        self.last = step(self.sale, event, self.now(second), self.patience)
        self.sale = self.last.sale
        assert (self.sale.state.name, [w.name for w in self.last.work]) == (state, list(work))
        assert self.last.must_record == (to_body(self.sale) != before)
        return self

    def restart(self):
        self.sale = from_body(to_body(self.sale))
        return self

    def wakes_at(self, second):
        assert self.sale.wake_at == (None if second is None else pytest.approx(MONO + second))
        return self

    @property
    def refund(self):
        return self.sale.refunds[-1]

    def refunding(self, fen=ALL):
        return self.at(0, ask(fen), "VOIDING", "REFUND")

    def accepted(self):
        return self.refunding().at(1, answer(Repaid.ACCEPTED), "VOIDING")

    def abnormal(self):
        return self.accepted().at(11, WAKE, "VOIDING", "REFUND_QUERY").at(12, query(Repaid.ABNORMAL), "VOIDING", "RING")
