"""How often each fault strikes one request of a sale that anything goes wrong with, in a middling seed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from app.core.channel import Channel
from app.sim.faults import Call

LINE = {
    "lose-request": 0.003, "lose-answer": 0.025, "rst": 0.002, "rst-after": 0.01, "silence": 0.002,
    "silence-after": 0.01, "delay": 0.04, "drip": 0.015, "truncate": 0.015,
    "http": 0.002, "http-after": 0.012, "html": 0.001, "html-after": 0.008, "redirect": 0.001, "redirect-after": 0.006,
    "gzip-bomb": 0.0005, "big-body": 0.0005, "forged": 0.02,
}  # fmt: skip
WORDS = {
    "bad-signature": 0.015, "no-signature": 0.015, "corrupt": 0.015, "unknown-code": 0.003, "unknown-code-after": 0.014,
    "system-error": 0.002, "system-error-after": 0.014, "bank-error": 0.002, "bank-error-after": 0.012,
    "wrong-amount": 0.01, "foreign-order": 0.007, "clock-skew": 0.002,
}  # fmt: skip
ABOUT_QUERIES = {"invisible": 0.02, "forged": 0.015, "wrong-amount": 0.007, "unknown-code": 0.007}
ABOUT_REVERSES = {
    "recall": 0.02, "lie-ok": 0.03, "lie-fail": 0.02, "user-paying-on-reverse": 0.01, "no-balance": 0.005,
    "tombstone": 0.02,
}  # fmt: skip
ABOUT_REFUNDS = {"lie-ok": 0.02, "lie-fail": 0.02, "no-balance": 0.01}
LATER = {"takes": 0.03, "refund-closed": 0.03}  # Alipay's refunds are over at once
OF_ONE = 0.35  # of these rates: a sale in doubt asks many times
STATUS = (400, 401, 403, 404, 413, 429, 500, 502, 503, 504)
SECONDS = {
    "delay": (1.0, 45.0), "drip": (0.001, 0.2), "late-pay": (1.0, 170.0), "invisible": (3.0, 150.0),
    "takes": (10.0, 600.0),
}  # fmt: skip
SKEW = 50.0  # seconds a Date header may be wrong by

CONNECT = {"refused": 0.02, "no-name": 0.005, "no-route": 0.01, "bad-certificate": 0.005, "hangs": 0.015}
STALL = 0.012  # requests that something on the way holds back
STALL_PAY = 0.01
HELD = 120.0  # seconds, mostly far fewer
TWICE = 0.02  # requests, or answers, that arrive twice


@cache
def rates_of(channel: Channel, call: Call) -> Mapping[str, float]:
    """By the names of the simulator's faults, ``-after`` where the bank has acted."""
    match call:
        case Call.PAY:
            return (
                LINE
                | WORDS
                | {"late-pay": 0.007, "delay": 0.08}
                | ({} if channel is Channel.WECHAT else {"rollback": 0.02})
            )
        case Call.QUERY:
            return _less(LINE | WORDS) | {
                "invisible": 0.02,
                "forged": 0.015,
                "wrong-amount": 0.007,
                "unknown-code": 0.007,
            }
        case Call.REVERSE:
            return _less(LINE | {name: rate for name, rate in WORDS.items() if name != "wrong-amount"}) | ABOUT_REVERSES
        case Call.REFUND:
            later = {} if channel is Channel.ALIPAY else LATER
            stranded = {"refund-abnormal": 0.03} if channel is Channel.WECHAT else {}  # only WeChat has a word for it
            return LINE | WORDS | ABOUT_REFUNDS | later | stranded
        case Call.REFUND_QUERY:
            return _less(LINE | WORDS) | {"invisible": 0.03}
        case _:
            return {}


def _less(rates: Mapping[str, float]) -> dict[str, float]:
    return {name: rate * OF_ONE for name, rate in rates.items()}
