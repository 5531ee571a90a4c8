"""Notifications of WeChat V3: verified, decrypted, classified (``wechat.md`` §3.3). Pure.

What a notification is about is said three times, by ``event_type``, ``original_type`` and its own fields. All three
must agree, so that a refund's can never pass for a payment's.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.channels import wording
from app.channels.books import NoNotice, Notice, NoticeKind, NoticeReply
from app.channels.wechat_v3 import aead, wire
from app.channels.wechat_v3.answers import Us, evidence_of, is_other
from app.core.answers import Evidence
from app.core.channel import Channel

PAID_EVENT: Final = "TRANSACTION.SUCCESS"
REFUND_EVENTS: Final[Mapping[str, str]] = {  # the event and the refund_status inside that goes with it
    "REFUND.SUCCESS": "SUCCESS",
    "REFUND.ABNORMAL": "ABNORMAL",
    "REFUND.CLOSED": "CLOSED",
}
_WHY: Final[Mapping[wire.Proof, str]] = {
    wire.Proof.NONE: "not signed",
    wire.Proof.BAD: "the signature does not hold",
    wire.Proof.PROBE: "a signature probe",
    wire.Proof.STALE: "signed too far from now",
    wire.Proof.UNKNOWN_KEY: "signed by a key nobody knows yet",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What a notification is read with; ``skew_ms`` 0 takes any timestamp."""

    us: Us
    cipher: AESGCM = field(repr=False)
    key_for: wire.KeyFor = field(repr=False)
    now_ms: int
    skew_ms: int


def read_notice(headers: Mapping[str, str], body: bytes, desk: Desk) -> Notice | NoNotice:
    """Never raises for anything in ``headers`` (names in lower case) and ``body``."""
    proof = wire.proof_of(headers, body, desk.now_ms, desk.key_for, desk.skew_ms)
    if proof is not wire.Proof.HOLDS:
        return NoNotice(_WHY[proof])
    try:
        outer = wire.parse(body)
        resource = wire.inner(outer, "resource")
        plain = _plain(resource, desk.cipher)
        fields = wire.parse(plain) if plain is not None else None
    except wire.NotTheirsError as bad:
        return NoNotice(str(bad))
    if fields is None:
        return NoNotice("not encrypted for us")
    if is_other(fields, desk.us) or any(fields.get(n) != v for n, v in _merchants(desk.us, fields).items()):
        return NoNotice("for another merchant")
    return _classified(wire.text(outer, "event_type"), wire.text(resource, "original_type"), fields, body)


def _merchants(us: Us, fields: Mapping[str, Any]) -> Mapping[str, str]:
    """A refund's notification to a provider names both merchants as a payment's does; sp_mchid may be absent there."""
    return {n: v for n, v in us.merchants.items() if n in fields or n != "sp_mchid"}


def _plain(resource: Mapping[str, Any], cipher: AESGCM) -> bytes | None:
    if wire.text(resource, "algorithm") != aead.ALGORITHM:
        return None
    nonce, beside, ciphertext = (wire.text(resource, n) for n in ("nonce", "associated_data", "ciphertext"))
    return aead.decrypt(cipher, nonce, beside, ciphertext)


def _classified(event: str, original: str, fields: Mapping[str, Any], body: bytes) -> Notice | NoNotice:
    digest = hashlib.sha256(body).hexdigest()
    if event == PAID_EVENT:
        return _payment(original, fields, digest)
    if event in REFUND_EVENTS:
        return _refund(event, original, fields, digest)
    evidence = Evidence(code=wording.clean_code(event), verified=True)
    return Notice(NoticeKind.OTHER, Channel.WECHAT, "", "", None, None, "", None, evidence, digest)


def _payment(original: str, fields: Mapping[str, Any], digest: str) -> Notice | NoNotice:
    state, number = wire.text(fields, "trade_state"), wire.text(fields, "out_trade_no")
    amount = wire.inner(fields, "amount")
    total = wire.fen(amount, "total")
    refund_like = "out_refund_no" in fields or "refund_status" in fields
    if original != "transaction" or state != "SUCCESS" or refund_like or not number or total is None:
        return NoNotice("a payment's event about something else")
    if amount.get("currency", "CNY") != "CNY":
        return NoNotice("another currency")
    evidence = evidence_of(fields, state, None)
    return Notice(
        NoticeKind.PAYMENT,
        Channel.WECHAT,
        wording.clean_number(number),
        evidence.channel_no,
        total,
        None,
        "",
        evidence.paid_ms,
        evidence,
        digest,
    )


def _refund(event: str, original: str, fields: Mapping[str, Any], digest: str) -> Notice | NoNotice:
    status, amount = wire.text(fields, "refund_status"), wire.inner(fields, "amount")
    number, refund_number = wire.text(fields, "out_trade_no"), wire.text(fields, "out_refund_no")
    total, refunded = wire.fen(amount, "total"), wire.fen(amount, "refund")
    if original != "refund" or status != REFUND_EVENTS[event] or not number or not refund_number:
        return NoNotice("a refund's event about something else")
    if total is None or refunded is None or refunded > total:
        return NoNotice("a refund's event without its sums")
    if status != "SUCCESS":
        kind = NoticeKind.REFUND_FAILED
    else:
        kind = NoticeKind.REFUND if refunded == total else NoticeKind.PARTIAL_REFUND
    channel_no = wording.clean_number(wire.text(fields, "transaction_id"))
    return Notice(
        kind,
        Channel.WECHAT,
        wording.clean_number(number),
        channel_no,
        total,
        refunded,
        wording.clean_number(refund_number),
        wire.moment_ms(wire.text(fields, "success_time")),
        Evidence(code=wording.clean_code(status), verified=True, channel_no=channel_no),
        digest,
    )


def notice_reply(taken: bool) -> NoticeReply:
    """204 once the record is durable; anything else makes WeChat send it again."""
    if taken:
        return NoticeReply(204, wire.JSON, b"")
    return NoticeReply(500, wire.JSON, wire.write({"code": "FAIL", "message": "失败"}))
