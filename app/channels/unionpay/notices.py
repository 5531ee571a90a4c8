"""Notifications: an ordinary form, signed like an answer. A notice about money is a reason to query, never a booking.

The channel asks for exactly this ("涉及资金类的交易，收到通知后请再发起查询", BackRcvResponse of the official demo).
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from app.channels import wording
from app.channels.books import NoNotice, Notice, NoticeKind, NoticeReply
from app.channels.unionpay import table
from app.channels.unionpay.answers import CNY, Us, evidence, fen, traced_ms
from app.channels.unionpay.wire import NotTheirsError, Signed, judge, parse_notice
from app.core.channel import Channel

TAKEN: Final = NoticeReply(200, "text/plain; charset=utf-8", b"ok")  # only the status counts: 200 or 302
AGAIN: Final = NoticeReply(500, "text/plain; charset=utf-8", b"fail")  # it is sent five times in all
_REFUNDS: Final = frozenset({"04", "31"})


def read_notice(body: bytes, us: Us, back_url: str, now_ms: int) -> Notice | NoNotice:
    """Verify and classify. Never raises for anything in ``body``."""
    try:
        fields = parse_notice(body, back_url)
    except NotTheirsError as bad:
        return NoNotice(str(bad))
    if not isinstance(judge(fields, us.key_of), Signed):
        return NoNotice("the signature does not hold")
    if fields.get("merId") != us.mer_id or fields.get("currencyCode", CNY) != CNY or not fields.get("orderId"):
        return NoNotice("not for this merchant")
    return _classified(fields, hashlib.sha256(body).hexdigest(), now_ms)


def _classified(fields: Mapping[str, str], digest: str, now_ms: int) -> Notice:
    code, back = fields["respCode"], fields.get("txnType") in _REFUNDS
    said = evidence(fields, code, None)
    own, amount = wording.clean_number(fields["orderId"]), fen(fields.get("txnAmt", ""))
    return Notice(
        kind=_kind(fields.get("txnType", ""), succeeded=code in {table.SUCCESS, table.FLAWED}),
        channel=Channel.UNIONPAY,
        out_trade_no=wording.clean_number(fields.get("origOrderId", "")) if back else own,
        channel_no=wording.clean_number(fields.get("origQryId", "")) if back else said.channel_no,
        amount_fen=None if back else amount,
        refunded_fen=amount if back else None,
        out_refund_no=own if back else "",
        at_ms=traced_ms(fields.get("traceTime", ""), now_ms),
        evidence=said,
        digest=digest,
    )


def _kind(txn_type: str, *, succeeded: bool) -> NoticeKind:
    """Whether a refund was the whole sum stands nowhere in it; a payment that failed is nothing we keep."""
    if txn_type in _REFUNDS:
        return NoticeKind.REFUND if succeeded else NoticeKind.REFUND_FAILED
    return NoticeKind.PAYMENT if txn_type == "01" and succeeded else NoticeKind.OTHER


def notice_reply(taken: bool) -> NoticeReply:
    """``taken``: the record is durable. Anything but 200 or 302 makes the channel send it again."""
    return TAKEN if taken else AGAIN
