"""Which trouble a sale is in, if a person should know of one. Pure; the first that fits is the one to be told."""

from enum import StrEnum
from typing import Final

from app.core.adviser import EDGE_MS
from app.core.billed import owed_fen
from app.core.channel import Channel
from app.core.policy import HOLLOW_REVERSES, Patience
from app.core.reasons import Reason
from app.core.refunds import HandState, Refund, RefundState
from app.core.sale import (
    ALARM_ACCEPTED,
    ALARM_CLOSED,
    ALARM_CONTRADICT,
    ALARM_MISMATCH,
    ALARM_OFFLINE,
    ALARM_REFUND,
    ALARM_TOOLATE,
    BEFORE_D2,
    PAST_D2,
    Sale,
    State,
)

_FLAWED: Final = "A6"  # unionpay.md §3: a success with a flaw
_BEYOND: Final = "42"  # unionpay.md §4: debited, beyond the time allowed
_TRANSFERRED: Final = "CHANGE"  # wechat.md: the refund came back into the shop's own account
_FINISHED: Final = "FINISHED"
# What these look like in the newest entry of a sale, as its canonical JSON is written.
MARKS: Final = (
    '"alarm":"st.',
    '"alarm":"wk.',
    '"alarm":"back.',
    '"recovered":true',
    'A6","deadline',
    '"state":"CHECKING"',
    '"state":"CLOSED"',
    '"state":"GIVEN"',
    '"state":"MATCHED"',
    '"state":"REFUSED"',
)


class Trouble(StrEnum):
    """Values are the words' keys: ``wk.<value>``, ``desk.wk.<value>`` for those the page of words leaves out."""

    HOLD = "hold"
    CASH = "cash"
    NOCASH = "nocash"
    TWICE = "twice"
    REST = "rest"
    ABNORMAL = "abnormal"
    CHANGE = "change"
    FUNDS = "funds"
    SILENT = "silent"
    TOOLATE = "toolate"
    MISMATCH = "mismatch"
    CONTRA = "contra"
    BALANCE = "balance"
    FROZEN = "frozen"
    FINISHED = "finished"
    BEYOND = "beyond"
    SIG = "sig"
    OFFLINE = "offline"
    WINDOW = "window"
    RECALL = "recall"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    TOOK = "took"
    ACKPAID = "ackpaid"
    CLOSED = "closed"
    NO = "no"
    FLAWED = "flawed"
    UNKNOWN_ORDER = "unknownorder"  # not of a sale here: a channel holds what the journal has lost


TO_BE_KNOWN: Final = frozenset(
    {
        Trouble.CASH,
        Trouble.NOCASH,
        Trouble.TWICE,
        Trouble.REST,
        Trouble.MISMATCH,
        Trouble.CONTRA,
        Trouble.TOOK,
        Trouble.CLOSED,
        Trouble.NO,
        Trouble.FLAWED,
    }
)


def trouble_of(sale: Sale, now_ms: int, patience: Patience) -> Trouble | None:
    """None where the till needs nobody."""
    if sale.hand is not None and sale.hand.stops_tries:
        return _beside_cash(sale, sale.hand.state)
    running = sale.refund
    if running is not None:
        return _of_refund(sale, running)
    if sale.alarm == ALARM_TOOLATE:
        return Trouble.TOOLATE
    if sale.state in BEFORE_D2:
        return Trouble.BEYOND if _code(sale) == _BEYOND else Trouble.ACCEPTED if sale.alarm == ALARM_ACCEPTED else None
    return _past_d2(sale, now_ms, patience) if sale.state in PAST_D2 else _final(sale)


def _beside_cash(sale: Sale, hand: HandState) -> Trouble | None:
    """A person settles it by hand, or has: the bill closes it, unless money went back as well or is owed."""
    if hand is HandState.CHECKING:
        return Trouble.HOLD
    if sale.alarm == ALARM_CONTRADICT:
        return Trouble.TWICE
    if owed_fen(sale):
        return Trouble.REST
    return Trouble.CASH if hand is HandState.GIVEN else None


def _code(sale: Sale) -> str:
    """UnionPay answers in two parts, ``00/A6``; the last one speaks of the payment."""
    return sale.code.rpartition("/")[2] if sale.order.channel is Channel.UNIONPAY else ""


def _of_refund(sale: Sale, running: Refund) -> Trouble | None:
    if running.state is RefundState.ABNORMAL:
        return Trouble.CHANGE if running.code == _TRANSFERRED else Trouble.ABNORMAL
    if running.why is Reason.SHOPFUNDS:
        return Trouble.FUNDS
    if sale.alarm == ALARM_TOOLATE or running.why is Reason.TOOLATE:
        return Trouble.TOOLATE
    if sale.alarm in (ALARM_CONTRADICT, ALARM_MISMATCH):
        return Trouble.CONTRA if sale.alarm == ALARM_CONTRADICT else Trouble.MISMATCH
    silent = sale.state is State.STUCK or sale.alarm in (ALARM_REFUND, ALARM_OFFLINE)
    return Trouble.SILENT if silent else None


def _past_d2(sale: Sale, now_ms: int, patience: Patience) -> Trouble | None:
    by_alarm = {
        ALARM_MISMATCH: Trouble.MISMATCH,
        ALARM_CONTRADICT: Trouble.CONTRA,
        ALARM_OFFLINE: Trouble.OFFLINE,
        ALARM_CLOSED: Trouble.CLOSED,
    }
    if sale.alarm in by_alarm:
        return by_alarm[sale.alarm]
    if sale.state is State.STUCK or sale.alarm:
        return _stuck(sale, now_ms, patience)
    if _code(sale) == _BEYOND:
        return Trouble.BEYOND
    return Trouble.WINDOW if _shuts_soon(sale, now_ms, patience) else None


def _stuck(sale: Sale, now_ms: int, patience: Patience) -> Trouble:
    """Why the reverse does not come through, by the channel's last word."""
    by_reason = {
        Reason.SHOPFUNDS: Trouble.BALANCE,
        Reason.FROZEN: Trouble.FROZEN,
        Reason.TOOLATE: Trouble.TOOLATE,
    }
    tests = (
        (sale.reason in by_reason, by_reason.get(sale.reason, Trouble.REFUSED) if sale.reason else Trouble.REFUSED),
        (_code(sale) == _BEYOND, Trouble.BEYOND),
        (_FINISHED in sale.code, Trouble.FINISHED),
        (sale.forged and not sale.reverses_answered, Trouble.SIG),
        (_shuts_soon(sale, now_ms, patience), Trouble.WINDOW),
        (sale.hollow >= HOLLOW_REVERSES or not sale.says, Trouble.RECALL),
    )
    return next((trouble for fits, trouble in tests if fits), Trouble.REFUSED)


def _shuts_soon(sale: Sale, now_ms: int, patience: Patience) -> bool:
    return 0 < patience.reverse_ends_ms(sale.order) - now_ms <= EDGE_MS


def _final(sale: Sale) -> Trouble | None:
    last = sale.refunds[-1] if sale.refunds else None
    tests = (
        (sale.hand is not None, Trouble.NOCASH),
        (sale.state in (State.PAID, State.PARTLY_REFUNDED) and sale.alarm == ALARM_CONTRADICT, Trouble.TOOK),
        (sale.alarm == ALARM_CONTRADICT, Trouble.CONTRA),
        (sale.alarm == ALARM_MISMATCH, Trouble.MISMATCH),
        (sale.state is State.PAID and sale.recovered, Trouble.ACKPAID),
        (last is not None and last.state is RefundState.CLOSED, Trouble.CLOSED),
        (last is not None and last.state is RefundState.REFUSED and last.calls > 1, Trouble.NO),
        (sale.state is State.PAID and _code(sale) == _FLAWED, Trouble.FLAWED),
    )
    return next((trouble for fits, trouble in tests if fits), None)
