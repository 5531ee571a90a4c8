"""The limits each counterparty keeps, as named values, and Beijing time."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final, assert_never

from app.core.channel import Channel

BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
SPOKEN: Final = (Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY)

CODE_LIFE_S: Final = 60.0  # a payment code is refreshed each minute (wechat.md §1, alipay.md §3)
TYPING_S: Final = 2.0  # the last seconds before a password lands, when WeChat answers a reverse USERPAYING
WECHAT_REVERSE_NOT_BEFORE_S: Final = 15.0  # wechat.md §2.3
TRAVEL_S: Final = 0.25  # never divided by pace: a till counts from its sending, the channel from the arrival
WECHAT_REVERSE_WINDOW_S: Final = 7 * 86_400.0  # wechat.md §2.3
WECHAT_ORDER_EXPIRY_S: Final = 7_200.0  # without time_expire; the documents give no number
ALIPAY_CANCEL_WINDOW_S: Final = 86_400.0  # reliability.md §2.2: documents differ, the earlier of both is kept
ALIPAY_DAY_GRACE_S: Final = 900.0  # the same Beijing day plus 15 minutes (alipay.md §5)
ALIPAY_ORDER_EXPIRY_S: Final = 10_800.0  # timeout_express defaults to 3 h (alipay.md §3)
WECHAT_REFUND_WINDOW_S: Final = 365 * 86_400.0  # wechat.md §2.5: TRADE_OVERDUE afterwards
WECHAT_REFUND_GAP_S: Final = 60.0  # wechat.md §2.5: at least a minute between two refunds of one order
WECHAT_REFUNDS_AT_MOST: Final = 50  # wechat.md §2.5
WECHAT_REFUND_TAKES_S: Final = 5.0  # PROCESSING before SUCCESS; real ones take up to days
ALIPAY_REFUND_WINDOW_S: Final = 365 * 86_400.0  # alipay.md §6: twelve months
ALIPAY_REFUND_GAP_S: Final = 3.0  # alipay.md §6
UNIONPAY_ORDER_EXPIRY_S: Final = 300.0  # the documents give no number
UNIONPAY_SETTLES_S: Final = 1.0  # the first answer only accepts; the outcome is known this much later (unionpay.md §3)
UNIONPAY_DAY_EARLIER_S: Final = 3_600.0  # its settlement day begins at 23:00 of the day before (unionpay.md §3)
UNIONPAY_REVERSE_WINDOW_S: Final = 86_400.0  # never the limit: its settlement day ends sooner
UNIONPAY_REFUND_WINDOW_S: Final = 330 * 86_400.0  # eleven months; another copy says 30 days (unionpay.md §3)
UNIONPAY_REFUND_TAKES_S: Final = 3.0
BILL_READY_S: Final = 9 * 3_600.0  # after the day's end, calendar time: from 09:00 (wechat.md §2.7, alipay.md §9)
FEE_RATE: Final = {Channel.WECHAT: 60, Channel.ALIPAY: 60, Channel.UNIONPAY: 38}  # of 10,000; told in client.json
PASSWORD_FREE_FEN: Final = 100_000  # above 1,000 yuan both wallets ask for the password (wechat.md §5.3)


@dataclass(frozen=True, slots=True)
class Rules:
    """Durations in seconds, already divided by ``pace``. Calendar rules are not divided."""

    code_life: float
    typing: float  # 0: the channel does not mind
    reverse_not_before: float
    reverse_window: float
    day_grace: float | None  # None: no rule of the same Beijing day
    order_expiry: float
    refund_window: float  # from the payment
    refund_gap: float  # between two refunds of one order
    refund_takes: float  # until the money has landed; 0: at once
    refunds_at_most: int | None = None
    settles: float = 0.0  # from a payment to its outcome
    by_settlement_day: bool = False  # a reverse must come on the payment's own


def rules_for(channel: Channel, pace: float) -> Rules:
    """The rules of ``channel`` with every duration divided by ``pace``."""
    match channel:
        case Channel.WECHAT:
            return _wechat(pace)
        case Channel.ALIPAY:
            return _alipay(pace)
        case Channel.UNIONPAY:
            return _unionpay(pace)
        case _:
            assert_never(channel)


def _wechat(pace: float) -> Rules:
    return Rules(
        code_life=CODE_LIFE_S / pace,
        typing=TYPING_S / pace,
        reverse_not_before=max(0.0, WECHAT_REVERSE_NOT_BEFORE_S / pace - TRAVEL_S),
        reverse_window=WECHAT_REVERSE_WINDOW_S / pace,
        day_grace=None,
        order_expiry=WECHAT_ORDER_EXPIRY_S / pace,
        refund_window=WECHAT_REFUND_WINDOW_S / pace,
        refund_gap=max(0.0, WECHAT_REFUND_GAP_S / pace - TRAVEL_S),
        refund_takes=WECHAT_REFUND_TAKES_S / pace,
        refunds_at_most=WECHAT_REFUNDS_AT_MOST,
    )


def _alipay(pace: float) -> Rules:
    return Rules(
        code_life=CODE_LIFE_S / pace,
        typing=0.0,
        reverse_not_before=0.0,
        reverse_window=ALIPAY_CANCEL_WINDOW_S / pace,
        day_grace=ALIPAY_DAY_GRACE_S,
        order_expiry=ALIPAY_ORDER_EXPIRY_S / pace,
        refund_window=ALIPAY_REFUND_WINDOW_S / pace,
        refund_gap=max(0.0, ALIPAY_REFUND_GAP_S / pace - TRAVEL_S),
        refund_takes=0.0,
    )


def _unionpay(pace: float) -> Rules:
    return Rules(
        code_life=CODE_LIFE_S / pace,
        typing=0.0,
        reverse_not_before=0.0,
        reverse_window=UNIONPAY_REVERSE_WINDOW_S,
        day_grace=None,
        order_expiry=UNIONPAY_ORDER_EXPIRY_S / pace,
        refund_window=UNIONPAY_REFUND_WINDOW_S / pace,
        refund_gap=0.0,
        refund_takes=UNIONPAY_REFUND_TAKES_S / pace,
        settles=UNIONPAY_SETTLES_S / pace,
        by_settlement_day=True,
    )


def beijing(now: float) -> datetime:
    """``now`` (seconds since the epoch) on the channels' clock, whatever this computer's time zone is."""
    return datetime.fromtimestamp(now, BEIJING)


def day_begins(text: str) -> float | None:
    """The start of the Beijing day ``yyyy-mm-dd``, seconds since the epoch; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=BEIJING).timestamp()
    except ValueError:
        return None


def fee_rate(channel: Channel) -> str:
    """As a percentage with two decimals, the way bills print it."""
    return f"{FEE_RATE[channel] / 100:.2f}%"


def day_ends(now: float) -> float:
    """The end of the Beijing day ``now`` lies in, seconds since the epoch."""
    start = beijing(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return (start + timedelta(days=1)).timestamp()


def settlement_ends(now: float) -> float:
    """The end of the UnionPay settlement day ``now`` lies in: 23:00, seconds since the epoch."""
    return day_ends(now + UNIONPAY_DAY_EARLIER_S) - UNIONPAY_DAY_EARLIER_S
