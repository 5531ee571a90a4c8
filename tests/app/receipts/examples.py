"""The slips of words.md §9, as facts."""

from datetime import datetime

from app.core.beijing import ms_at
from app.core.channel import Channel
from app.core.numbers import order_number
from app.receipts.facts import (
    Anchor,
    Copy,
    Heading,
    OpenSale,
    Reconciled,
    RefundFacts,
    RefundState,
    ReturnFacts,
    SaleFacts,
    ShiftFacts,
    Tally,
)

ORDER = "700326112258170004173582"


def at(text):
    return ms_at(datetime.fromisoformat(text))


def number(running):
    return order_number(training=False, at_ms=at("2026-11-22T08:01:00"), terminal="0003", epoch=17, running=running)


def heading(columns=32, language="zh", **changes):
    return Heading("示例商店" if language == "zh" else "Example Shop", columns, language, **changes)


def shift(language):
    return "早班" if language == "zh" else "early"


def sale(language="zh", **changes):
    given = {
        "out_trade_no": ORDER,
        "at_ms": at("2026-11-22T14:02:17"),
        "terminal": "0003",
        "operator": "1003",
        "shift": shift(language),
        "channel": Channel.WECHAT,
        "amount_fen": 128_50,
        "offer_fen": 5_00,
        "channel_no": "4200009999202611220000000417",
        "anchor": Anchor(4182, "7f3a91c2" + "0" * 56),
    }
    return SaleFacts(**given | changes)


REPRINT = Copy(2, at("2026-11-22T16:05:40"), "1003")


def refund(**changes):
    given = {
        "out_refund_no": ORDER + "01",
        "out_trade_no": ORDER,
        "at_ms": at("2026-11-22T15:20:44"),
        "paid_ms": at("2026-11-22T14:02:17"),
        "paid_fen": 128_50,
        "amount_fen": 28_50,
        "refunded_fen": 28_50,
        "channel": Channel.WECHAT,
        "state": RefundState.ACCEPTED,
        "reason": "顾客退货",
        "terminal": "0003",
        "operator": "1003",
        "approved_by": "2001",
        "anchor": Anchor(4197, "d05b3e8a" + "0" * 56),
    }
    return RefundFacts(**given | changes)


def returned():
    return ReturnFacts(
        out_trade_no=ORDER,
        at_ms=at("2026-11-22T14:05:02"),
        terminal="0003",
        operator="1003",
        channel=Channel.ALIPAY,
        amount_fen=9_90,
        anchor=Anchor(4190, "00ff00ff" + "0" * 56),
    )


def report(*, z, language="zh"):
    return ShiftFacts(
        terminal="0003",
        operator="1003",
        shift=shift(language),
        opened_ms=at("2026-11-22T08:00:03"),
        at_ms=at("2026-11-22T16:00:11"),
        taken=(
            (Channel.WECHAT, Tally(21, 1_985_40)),
            (Channel.ALIPAY, Tally(17, 1_102_20)),
            (Channel.UNIONPAY, Tally(3, 120_00)),
        ),
        voids=Tally(1, 32_00),
        parts=Tally(1, 28_50),
        unpaid=Tally(4, 96_00),
        revoked=Tally(2, 41_00),
        returned=Tally(1, 9_90),
        open=()
        if z
        else (
            OpenSale(Channel.WECHAT, "state.reversing", 9_90),
            OpenSale(Channel.ALIPAY, "slip.password", 32_00),
        ),
        head=Anchor(4203, "7f3a91c2" + "0" * 56),
        z_number=128 if z else None,
        first_order=number(370),
        last_order=number(1_000_417),
        first_seq=3977,
        previous_z=(127, "b8e044d1"),
        reconciled=Reconciled("11-21", 0),
    )
