"""Rare situations that each long soak must have reached, or it says which it did not.

A soak that never saw a late payment land after its reverse proves nothing about one. The names are those that
``World.seen`` counts.
"""

from __future__ import annotations

from collections.abc import Collection

_LIVES = (
    "crash.before-commit", "crash.after-commit", "crash.before-send", "crash.after-send", "crash.before-receive",
    "crash.in recovery", "crash in a refund", "started with open sales", "charged again after a restart",
    "paid, found unknown before", "closed in order", "faultless seed", "the computer slept", "the wall clock was set",
    "the program was held up", "midnight passed", "disk.full", "disk.busy", "disk.broken, kept", "disk.broken, lost",
    "a clock that drifts", "window", "prints", "notices", "a slow first answer", "wires", "sqlite", "real keys",
)  # fmt: skip
_PEOPLE = (
    "the customer refused", "another attempt", "scanned twice", "scan refused", "stopped", "supervisor: whole",
    "supervisor: part",
    "supervisor: parts", "supervisor: double click", "supervisor: two supervisors", "supervisor: too much",
    "supervisor: by hand", "supervisor: one approval", "held", "hand.GIVEN", "hand.MATCHED", "hand.REFUSED",
)  # fmt: skip
_DOUBT = (
    "let go although it was paid", "ended unknown to the channel", "a reverse that never works", "stuck, then settled",
    "stuck at the end", "the pay answer came after D2", "the pay answer came after the end", "an answer came twice",
    "the late pay landed after D2", "the late pay landed after a reverse", "the channel refused our time",
    "hidden for 120 s", "request into a dead line", "wechat was down", "alipay was down", "unionpay was down",
)  # fmt: skip
_STATES = (
    "state.DECLINED", "state.NOT_SENT", "state.REFUNDING", "state.STUCK", "state.VOIDED", "state.REFUNDED",
    "state.PARTLY_REFUNDED", "refund.ACCEPTED", "refund.CLOSED", "refund.ABNORMAL", "refund.REFUSED",
    "refunds are shut", "the platform key was rotated", "notice.payment", "notice.refund",
)  # fmt: skip
_LINE = (
    "connect.refused", "connect.hangs", "connect.no-name", "connect.no-route", "connect.bad-certificate",
    "pay.late-pay", "pay.lose-answer", "pay.lose-request", "pay.silence", "pay.truncate", "pay.drip", "pay.html",
    "pay.redirect", "pay.gzip-bomb", "pay.big-body", "pay.corrupt", "pay.stalled", "pay.delivered twice",
    "query.lose-answer", "query.stalled", "query.delivered twice", "reverse.lose-answer", "reverse.stalled",
    "reverse.delivered twice", "refund.lose-answer", "refund.delivered twice", "refund-query.invisible",
)  # fmt: skip
_WORDS = (
    "pay.forged", "pay.wrong-amount", "pay.foreign-order", "pay.rollback", "pay.clock-skew", "pay.system-error-after",
    "pay.bank-error", "pay.unknown-code", "query.invisible", "query.forged", "query.wrong-amount",
    "query.foreign-order", "query.system-error", "query.unknown-code", "reverse.lie-ok", "reverse.lie-fail",
    "reverse.recall", "reverse.no-balance", "reverse.tombstone", "reverse.user-paying-on-reverse", "reverse.forged",
    "refund.refund-closed", "refund.refund-abnormal", "refund.no-balance", "refund.lie-ok", "refund.lie-fail",
)  # fmt: skip
RARE = frozenset((*_LIVES, *_PEOPLE, *_DOUBT, *_STATES, *_LINE, *_WORDS))


def missing(sometimes: Collection[str]) -> list[str]:
    """Which of them are not among ``sometimes``."""
    return sorted(RARE.difference(sometimes))
