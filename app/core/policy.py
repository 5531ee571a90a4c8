"""Every duration, limit and retry of the till's money policy, each with its source; nothing elsewhere counts time.

All durations are seconds at pace 1. ``pace`` divides every one of them, here and in the simulator (design §7.5).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, assert_never

from app.core.beijing import DAY_MS, MS, next_midnight_ms, settlement_end_ms
from app.core.channel import Channel
from app.core.sale import Order

CAP_FEN: Final = 500_000  # above ￥5,000 one more key is asked (design §7.11)
HOLLOW_REVERSES: Final = 3  # "done" answers with the money still there, before a person is called (reliability B19)

# A lost reverse is tried again after these, the last one over and over (reliability §2.3: 1, 2, 5, 10, 30, 60 s).
_BACK_OFF: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_FIRST_QUERY: Final = 5.0  # wechat.md §2.4 "5 s after USERPAYING", alipay.md §7; starts with or without a pay reply
_WECHAT_POLL: Final = 5.0  # wechat.md §2.4 (the guide)
_ALIPAY_POLL: Final = 3.0  # alipay.md §7 (asset-safety page)
_UNIONPAY_FIRST: Final = 1.0  # unionpay.md §3 "Query schedule": gaps of 1, 2, 4, 8, 16 s, six queries in a minute
_UNIONPAY_POLL: Final = 16.0
_UNIONPAY_DEADLINE: Final = 60.0  # reliability §2.2; the sixth query, then D2
_DEADLINE: Final = 45.0  # wechat.md §2.4 (2025 page); Alipay's 30..60 s hold it too
_WECHAT_REVERSE_AFTER: Final = 15.0  # wechat.md §2.3: not within 15 s of the pay call
_UNIONPAY_REVERSE_AFTER: Final = 15.0  # in no source; the strictest of the other channels
_QUARANTINE: Final = 180.0  # reliability I-20: after the last possible send a code can no longer be used
_NO_SUCH_ORDER_PAUSE: Final = 30.0  # reliability B16: reverse and query each 30 s in quarantine
_ACCEPTED_ALARM: Final = 60.0  # design §7.7
_UNSETTLED: Final = 600.0  # reliability I-31: ten minutes past D2, then a person
_STUCK_QUERY: Final = 60.0  # reliability I-30: every open attempt is acted on at least every 60 s
_STUCK_REVERSE: Final = 3600.0  # reliability B20: hourly; a refund of the till's own that is refused likewise
# Between a refund that was taken and its queries, the last over and over: alipay.md §6 "≥10 s", wechat.md §3
# "start ~1 min after, slow down after 5 min"; a bank may take days.
_REFUND_POLL: Final = (10.0, 20.0, 30.0, 60.0, 60.0, 120.0, 300.0)
_STUCK_REFUND: Final = 300.0  # a refund that waits for a top-up: whoever stands there need not press anything
_TOO_MANY_PAUSE: Final = 60.0  # wechat.md §2.5 FREQUENCY_LIMITED: "wait 1 min"
_MARGIN: Final = 900.0  # reliability I-26: 15 min
_WECHAT_WINDOW: Final = 7 * 86_400.0  # wechat.md §2.3
_ALIPAY_WINDOW: Final = 86_400.0  # design §7.10b
_CHECK_PAUSE: Final = 1.0  # "check now" at most once a second

_CONNECT: Final = 5.0  # design §7.2: "网络不通" within 5 s
_PAY: Final = 30.0  # design §7.4, wechat.md §2.1: cards are tried in turn
_QUERY: Final = 10.0
_REVERSE: Final = 30.0
_REFUND: Final = 30.0
_STOP_QUERY: Final = 1.0  # design §7.3
_CODE_LIFE: Final = 60.0  # codes.md §2
_WARM_LIFE: Final = 4.0  # design §7 Connections: pay uses a connection only if it was idle for less
_WARM_AGAIN: Final = 3.0  # below the warm life, so that there is always one ready
_WARM_AT_MOST: Final = 60.0  # an amount left standing stops costing queries
_CODE_MEMORY: Final = 600.0  # design §7.11: the same code within 10 min attaches to its sale


@dataclass(frozen=True, slots=True)
class Patience:
    """How one channel is waited for; seconds of monotonic time unless said otherwise."""

    first_query: float  # from sending, whether or not the pay reply came
    poll: float
    poll_grows: bool  # the first gap is ``first_query``, each is twice the one before, ``poll`` at most
    deadline: float  # from sending to D2
    pay_limit: float  # the pay request may still leave the till until then
    query_limit: float
    stop_query: float  # what a stop waits for its one query
    reverse_after: float  # from sending
    quarantine: float  # from the last possible send
    no_such_order_pause: float
    back_off: tuple[float, ...]
    accepted_alarm: float
    unsettled: float
    stuck_query: float
    stuck_reverse: float
    refund_poll: tuple[float, ...]  # from one query of a refund that was taken to the next
    too_many_pause: float
    stuck_refund: float
    check_pause: float
    window: float  # from D1 to the last reverse, channel time
    same_day: bool  # the reverse also ends with the Beijing day
    settlement_day: bool  # the reverse ends with the day that runs 23:00 to 23:00, and with nothing else
    accepted_holds: bool  # an accepted sale is not reversed merely for want of a query (Alipay, design §7.7)
    margin: float  # kept from the end of ``window``, granted past the end of a day

    def pause_before(self, tries: int) -> float:
        """How long to wait for the next try after ``tries`` in vain (0 for the first)."""
        return self.back_off[min(tries, len(self.back_off) - 1)]

    def poll_after(self, waited: float) -> float:
        """How long to wait for the next query of a sale ``waited`` seconds after its sending."""
        return min(self.poll, max(0.0, waited) + self.first_query) if self.poll_grows else self.poll

    def refund_poll_after(self, tries: int) -> float:
        """How long to wait for the next query of a refund that was taken, after ``tries`` of them."""
        return self.refund_poll[min(tries, len(self.refund_poll) - 1)]

    def reverse_ends_ms(self, order: Order) -> int:
        """Channel time (ms) from which ``order`` can no longer be reversed, by the strict reading (design §7.9).

        WeChat: 7 days less the margin. Alipay: 24 h less the margin, and the Beijing day plus the margin, as the
        channel's barcode page grants it (alipay.md §5); a sale of 23:59 can so still be cancelled. UnionPay: the
        settlement day plus the margin; one that comes too late is only refused (39, unionpay.md §4).
        """
        if self.settlement_day:
            return settlement_end_ms(order.began_ms) + int(self.margin * MS)
        ends = order.began_ms + int((self.window - self.margin) * MS)
        if self.same_day:
            return min(ends, next_midnight_ms(order.began_ms) + int(self.margin * MS))
        return ends


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds a call or a habit of the till may take, already divided by ``pace``."""

    connect: float
    pay: float
    query: float
    reverse: float
    refund: float
    stop_query: float
    code_life: float
    warm_life: float
    warm_again: float
    warm_at_most: float
    code_memory: float
    check_pause: float


@lru_cache(maxsize=8)  # asked for with each picture of a sale
def patience_for(channel: Channel, pace: float = 1.0) -> Patience:
    """The policy towards ``channel``, every duration divided by ``pace``. Raises ValueError unless ``pace`` > 0."""
    _check(pace)
    match channel:
        case Channel.WECHAT:
            poll, reverse_after, window, same_day = _WECHAT_POLL, _WECHAT_REVERSE_AFTER, _WECHAT_WINDOW, False
        case Channel.ALIPAY:
            poll, reverse_after, window, same_day = _ALIPAY_POLL, 0.0, _ALIPAY_WINDOW, True
        case Channel.UNIONPAY:
            poll, reverse_after, window, same_day = _UNIONPAY_POLL, _UNIONPAY_REVERSE_AFTER, _ALIPAY_WINDOW, False
        case _:
            assert_never(channel)
    unionpay = channel is Channel.UNIONPAY
    return Patience(
        first_query=(_UNIONPAY_FIRST if unionpay else _FIRST_QUERY) / pace,
        poll=poll / pace,
        poll_grows=unionpay,
        deadline=(_UNIONPAY_DEADLINE if unionpay else _DEADLINE) / pace,
        pay_limit=_PAY / pace,
        query_limit=_QUERY / pace,
        stop_query=_STOP_QUERY / pace,
        reverse_after=reverse_after / pace,
        quarantine=_QUARANTINE / pace,
        no_such_order_pause=_NO_SUCH_ORDER_PAUSE / pace,
        back_off=tuple(pause / pace for pause in _BACK_OFF),
        accepted_alarm=_ACCEPTED_ALARM / pace,
        unsettled=_UNSETTLED / pace,
        stuck_query=_STUCK_QUERY / pace,
        stuck_reverse=_STUCK_REVERSE / pace,
        refund_poll=tuple(pause / pace for pause in _REFUND_POLL),
        too_many_pause=_TOO_MANY_PAUSE / pace,
        stuck_refund=_STUCK_REFUND / pace,
        check_pause=_CHECK_PAUSE / pace,
        window=window / pace,
        same_day=same_day,
        settlement_day=unionpay,
        accepted_holds=channel is Channel.ALIPAY,
        margin=_MARGIN / pace,
    )


def limits_for(pace: float = 1.0) -> Limits:
    """The limits of calls, divided by ``pace``. Raises ValueError unless ``pace`` > 0."""
    _check(pace)
    return Limits(
        connect=_CONNECT / pace,
        pay=_PAY / pace,
        query=_QUERY / pace,
        reverse=_REVERSE / pace,
        refund=_REFUND / pace,
        stop_query=_STOP_QUERY / pace,
        code_life=_CODE_LIFE / pace,
        warm_life=_WARM_LIFE / pace,
        warm_again=_WARM_AGAIN / pace,
        warm_at_most=_WARM_AT_MOST / pace,
        code_memory=_CODE_MEMORY / pace,
        check_pause=_CHECK_PAUSE / pace,
    )


def _check(pace: float) -> None:
    if not 0 < pace < DAY_MS:
        raise ValueError("pace is a positive number")
