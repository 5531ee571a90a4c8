"""One sale, told second by second: what happened, what it became, what the till had to do."""

from dataclasses import replace

import pytest

from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer, ReverseAnswer, Undone
from app.core.events import (
    CheckAsked,
    Now,
    PayAnswered,
    QueryAnswered,
    ReverseAnswered,
    StopAsked,
    Woke,
)
from app.core.machine import begin, step
from app.core.policy import patience_for
from app.core.record import from_body, to_body
from app.core.sale import Order

NOON_MS = 1_795_320_000_000  # 2026-11-22 12:00 at UTC+8
MONO = 5000.0
WAKE, STOP, CHECK = Woke(), StopAsked(), CheckAsked()


def pay(kind, **evidence):
    return PayAnswered(PayAnswer(kind, Evidence(**{"verified": True} | evidence)))


def found(kind, refunded_fen=0, **evidence):
    return QueryAnswered(QueryAnswer(kind, Evidence(**{"verified": True} | evidence), refunded_fen))


def undone(kind, **evidence):
    return ReverseAnswered(ReverseAnswer(kind, Evidence(**{"verified": True} | evidence)))


SILENT_PAY = pay(Pay.UNKNOWN, verified=False)
SILENT = found(Found.UNKNOWN, verified=False)
NO_REVERSE = undone(Undone.UNKNOWN, verified=False)


class Story:
    """One sale begun at second 0 of noon; ``at`` feeds one event and says what came of it."""

    def __init__(self, channel, amount=1250):
        self.patience = patience_for(channel)
        order = Order("4" * 24, "p", channel, amount, "m", "李", "0001", NOON_MS, "2026-11-22")
        self.last = begin(order, self.patience, self.now(0))
        self.mono, self.ms = MONO, NOON_MS

    @property
    def sale(self):
        return self.last.sale

    def now(self, second, ms=None):
        return Now(MONO + second, NOON_MS + int(second * 1000) if ms is None else ms)

    def at(self, second, event, state, *work, record=None, ms=None):
        before = to_body(self.sale)
        self.last = step(self.sale, event, self.now(second, ms), self.patience)
        assert (self.sale.state.name, [w.name for w in self.last.work]) == (state, list(work))
        assert self.last.must_record == (to_body(self.sale) != before)
        assert record is None or self.last.must_record is record
        return self

    def wakes_at(self, second):
        wake = self.sale.wake_at
        assert wake == (None if second is None else pytest.approx(MONO + second))
        return self

    def restart(self):
        self.last = replace(self.last, sale=from_body(to_body(self.sale)))
        return self


def let_go(story, found_then=Found.PENDING):
    """D2 at 20.2 s, and the query after it answered at once: the first reverse is under way."""
    story.at(20.2, pay(Pay.UNSIGNED, verified=False), "REVERSING", "QUERY")
    return story.at(20.2, found(found_then, verified=found_then is not Found.UNKNOWN), "REVERSING", "REVERSE")
