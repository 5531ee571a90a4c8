"""Alipay's asynchronous notifications: verified, then told apart (``alipay.md`` §8). Pure.

The rule that tells a refund from a payment: a refund carries ``refund_fee`` above nothing *and* one of ``gmt_refund``
and ``trade_refund_time``; a payment may carry an empty ``refund_fee``; ``trade_status`` alone tells nothing, since a
partial refund says TRADE_SUCCESS again. One sign of a refund without the other is neither: it is told, and kept out.

What is signed is ``name=value&name=value`` of the decoded values. That text can be cut into fields in more than one
way when a value itself holds ``&name=``: a refund's marks could so be hidden inside another value under a signature
that holds. Such a value is therefore no notification.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from app.channels import beijing, wording
from app.channels.alipay.answers import Verified, fen
from app.channels.alipay.sign import verify
from app.channels.alipay.wire import KeyFor
from app.channels.books import NoNotice, Notice, NoticeKind, NoticeReply
from app.channels.outcome import BODY_LIMIT
from app.core.answers import Evidence
from app.core.channel import Channel

FIELDS_MOST: Final = 100
TRADE: Final = "trade_status_sync"
PAID: Final = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
_UNSIGNED: Final = frozenset({"sign", "sign_type"})  # taken out before the rest is verified; a request keeps sign_type
_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,64}")
_HIDDEN_FIELD: Final = re.compile(r"&[A-Za-z0-9_]+=")
_HALF_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class _NotTheirsError(ValueError):
    """These bytes are no notification. The text names the rule, never the content."""


def read_notice(body: bytes, app_id: str, key_for: KeyFor) -> Notice | NoNotice:
    """Decode once, verify, match the application, classify."""
    try:
        params = form(body)
    except _NotTheirsError as bad:
        return NoNotice(str(bad))
    if params.get("sign_type") != "RSA2" or params.get("charset", "utf-8").lower() != "utf-8":
        return NoNotice("another signature or charset than ours")
    key = key_for(params.get("alipay_cert_sn") or None)
    if key is None or not any(verify(key, content, params.get("sign", "")) for content in _signed(params)):
        return NoNotice("the signature does not hold")
    if params.get("app_id") != app_id:
        return NoNotice("for another application")
    return classified(params, hashlib.sha256(body).hexdigest())


def form(body: bytes) -> dict[str, str]:
    """The fields of a form, decoded once. Raises for a name twice, broken escapes, anything that is not UTF-8."""
    if len(body) > BODY_LIMIT:
        raise _NotTheirsError("too long")
    parts = body.split(b"&")
    if len(parts) > FIELDS_MOST:
        raise _NotTheirsError("too many fields")
    params: dict[str, str] = {}
    for part in parts:
        raw_name, equals, raw_value = part.partition(b"=")
        name, value = (_decoded(raw) for raw in (raw_name, raw_value))
        if not equals or not _NAME.fullmatch(name) or name in params or _HIDDEN_FIELD.search(value):
            raise _NotTheirsError("a field twice, without a name, or inside another")
        params[name] = value
    return params


def _decoded(raw: bytes) -> str:
    if _HALF_ESCAPE.search(raw):
        raise _NotTheirsError("a broken escape")
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise _NotTheirsError("not UTF-8") from None


def _signed(params: Mapping[str, str]) -> tuple[bytes, bytes]:
    """What may have been signed: Alipay's own programs disagree on whether an empty field counts.

    An empty field means the same as none wherever one is read below, so it does not matter which of the two holds.
    """
    names = [name for name in sorted(params) if name not in _UNSIGNED]
    filled = [name for name in names if params[name]]
    with_empty, without = ("&".join(f"{n}={params[n]}" for n in some).encode() for some in (names, filled))
    return with_empty, without


def classified(params: Mapping[str, str], digest: str = "") -> Notice:
    """What a verified notification is about."""
    said = Verified(params)
    kind, odd = _kind(said)
    status = wording.clean_code(said.text("trade_status") or said.text("msg_method"))
    refunding = kind in {NoticeKind.REFUND, NoticeKind.PARTIAL_REFUND}
    paid = kind is NoticeKind.PAYMENT
    evidence = Evidence(
        code=status,
        verified=True,
        channel_no=wording.clean_number(said.text("trade_no")),
        payer=wording.mask(said.text("buyer_logon_id") or said.text("buyer_id") or said.text("buyer_open_id")),
        paid_ms=_at_ms(said.text("gmt_payment")),
        paid_fen=fen(said.text("total_amount")) if paid else None,
        odd=odd,
    )
    return Notice(
        kind=kind,
        channel=Channel.ALIPAY,
        out_trade_no=wording.clean_number(said.text("out_trade_no")),
        channel_no=evidence.channel_no,
        amount_fen=fen(said.text("total_amount")),
        refunded_fen=fen(said.text("refund_fee")) if refunding else None,
        out_refund_no=wording.clean_number(said.text("out_biz_no")) if refunding else "",
        at_ms=_at_ms(_when(said, kind)),
        evidence=evidence,
        digest=digest,
    )


def _kind(said: Verified) -> tuple[NoticeKind, bool]:
    """(kind, contradiction?). ``alipay.trade.refund.depositback.completed`` and every other message is OTHER.

    A deposit back that failed at the bank goes to the payer's Alipay balance, so no refund of Alipay's ever fails here.
    """
    total, returned, status = fen(said.text("total_amount")), said.text("refund_fee"), said.text("trade_status")
    if said.text("notify_type") != TRADE:
        return NoticeKind.OTHER, False
    if not said.text("out_trade_no") or not said.text("trade_no") or total is None:
        return NoticeKind.OTHER, True
    refunded = fen(returned) if returned else 0
    dated = bool(said.text("gmt_refund") or said.text("trade_refund_time"))
    if refunded or refunded is None or dated:
        if not (refunded and dated) or refunded > total or status not in {*PAID, "TRADE_CLOSED"}:
            return NoticeKind.OTHER, True
        return (NoticeKind.REFUND if refunded == total else NoticeKind.PARTIAL_REFUND), False
    if status == "TRADE_CLOSED":
        return NoticeKind.CLOSE, False
    return (NoticeKind.PAYMENT, False) if status in PAID else (NoticeKind.OTHER, status != "WAIT_BUYER_PAY")


def _when(said: Verified, kind: NoticeKind) -> str:
    match kind:
        case NoticeKind.REFUND | NoticeKind.PARTIAL_REFUND:
            return said.text("gmt_refund") or said.text("trade_refund_time")
        case NoticeKind.CLOSE:
            return said.text("gmt_close") or said.text("notify_time")
        case _:
            return said.text("gmt_payment") or said.text("notify_time")


def _at_ms(text: str) -> int | None:
    """``2020-11-10 15:23:56`` or, for refunds, ``2020-11-10 15:23:56.491``."""
    second, _, part = text.partition(".")
    at = beijing.read(second, beijing.SPACED)
    if at is None or (part and not re.fullmatch(r"[0-9]{1,3}", part)):
        return None
    return at + int(part.ljust(3, "0") or "0")


def notice_reply(*, taken: bool) -> NoticeReply:
    """Exactly ``success``; anything else is sent again (4 min to 15 h)."""
    return NoticeReply(200, "text/plain; charset=utf-8", b"success" if taken else b"fail")
