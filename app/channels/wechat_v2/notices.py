"""WeChat V2's notifications (``wechat.md`` §2.8). Pure.

A payment's is signed like every answer. A refund's carries ``req_info``, encrypted by AES-256 in ECB mode under the
MD5 of our API key, and nobody signs it: blocks of old ones can be put together anew by whoever saw them pass. Its
evidence is therefore never called verified: it is a reason to ask, and what ends a refund is refundquery.

What is signed is ``name=value&name=value``; a value that itself holds ``&name=`` could be cut into other fields under
the same signature, so a body with such a value is no notification.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from app.channels import beijing, wording
from app.channels.books import NoNotice, Notice, NoticeKind, NoticeReply
from app.channels.wechat_v2.answers import FEN, Us, evidence_of, has
from app.channels.wechat_v2.wire import Failed, Forged, NotTheirsError, Signed, Unreadable, open_envelope, parse, write
from app.core.answers import Evidence
from app.core.channel import Channel

REFUND_STATUS: Final[Mapping[str, bool]] = {"SUCCESS": True, "CHANGE": False, "REFUNDCLOSE": False}  # did it arrive?
BLOCK: Final = 16
_NUMBER: Final = re.compile(r"[A-Za-z0-9_|*@-]{1,64}")
_HIDDEN_FIELD: Final = re.compile(r"&[A-Za-z0-9_]+=")
# None of these is in a payment's notification; an answer to another call, signed with the same key, is no payment.
_NOT_A_PAYMENT: Final = re.compile(r"refund.*|out_refund_no.*|.*refund_count|recall|prepay_id|code_url|auth_code")
_OF_A_PAYMENT: Final = ("appid", "mch_id", "out_trade_no", "total_fee", "transaction_id", "trade_type", "time_end")


def read_notice(body: bytes, us: Us) -> Notice | NoNotice:
    """Verify or decrypt, match the merchant, classify."""
    try:
        fields = parse(body)
    except NotTheirsError as bad:
        return NoNotice(str(bad))
    if any(_HIDDEN_FIELD.search(value) for value in fields.values()):
        return NoNotice("a field inside another")
    digest = hashlib.sha256(body).hexdigest()
    if "req_info" in fields:
        return _refund(fields, us, digest)
    envelope = open_envelope(body, us.signer)
    match envelope:
        case Signed(fields=signed):
            return _payment(signed, us, digest)
        case Forged():
            return NoNotice("the signature does not hold")
        case Failed() | Unreadable():
            return NoNotice("no notification")


def _payment(fields: Mapping[str, str], us: Us, digest: str) -> Notice | NoNotice:
    if us.names_another(fields) or not has(fields, "appid", "mch_id"):
        return NoNotice("for another merchant")
    foreign = any(value and _NOT_A_PAYMENT.fullmatch(name) for name, value in fields.items())
    amount = fields.get("total_fee", "")
    paid = (
        fields.get("result_code") == "SUCCESS"
        and has(fields, *_OF_A_PAYMENT)
        and not foreign
        and fields.get("trade_state", "") in {"SUCCESS", ""}
        and fields.get("fee_type", "") in {"CNY", ""}
        and bool(FEN.fullmatch(amount))
    )
    evidence = evidence_of(fields, fields.get("err_code") or fields.get("result_code", ""), None)
    return Notice(
        kind=NoticeKind.PAYMENT if paid else NoticeKind.OTHER,
        channel=Channel.WECHAT,
        out_trade_no=wording.clean_number(fields.get("out_trade_no", "")),
        channel_no=evidence.channel_no,
        amount_fen=int(amount) if FEN.fullmatch(amount) else None,
        refunded_fen=None,
        out_refund_no="",
        at_ms=evidence.paid_ms,
        evidence=evidence,
        digest=digest,
    )


def _refund(fields: Mapping[str, str], us: Us, digest: str) -> Notice | NoNotice:
    named = fields.get("return_code") == "SUCCESS" and has(fields, "appid", "mch_id")
    if not named or us.names_another(fields):
        return NoNotice("for another merchant")
    try:
        inner = parse(opened(fields["req_info"], us.signer.api_key), root="root")
    except ValueError:  # NotTheirsError is one
        return NoNotice("req_info cannot be opened with our key")
    numbers = [inner.get(name, "") for name in ("out_trade_no", "out_refund_no", "refund_id", "transaction_id")]
    sums = [inner.get(name, "") for name in ("total_fee", "refund_fee")]
    if not all(_NUMBER.fullmatch(n) for n in numbers) or not all(FEN.fullmatch(s) for s in sums):
        return NoNotice("req_info without its numbers or sums")
    total, back = (int(s) for s in sums)
    status = inner.get("refund_status", "")
    return Notice(
        kind=_refund_kind(status, total, back),
        channel=Channel.WECHAT,
        out_trade_no=numbers[0],
        channel_no=wording.clean_number(numbers[3]),
        amount_fen=total,
        refunded_fen=back,
        out_refund_no=numbers[1],
        at_ms=beijing.read(inner.get("success_time", ""), beijing.SPACED),
        evidence=Evidence(code=wording.clean_code(status), channel_no=wording.clean_number(numbers[3])),
        digest=digest,
    )


def _refund_kind(status: str, total: int, back: int) -> NoticeKind:
    arrived = REFUND_STATUS.get(status)
    if arrived is None or back > total:
        return NoticeKind.OTHER
    if not arrived:
        return NoticeKind.REFUND_FAILED
    return NoticeKind.REFUND if back == total else NoticeKind.PARTIAL_REFUND


def opened(req_info: str, api_key: str) -> bytes:
    """The plain text of ``req_info``. Raises ValueError for anything that our key does not open."""
    key = hashlib.md5(api_key.encode(), usedforsecurity=False).hexdigest().encode()
    return decrypted(req_info, key)


def decrypted(req_info: str, key: bytes) -> bytes:
    """``key``: the 32 ASCII characters of the lower-case hex MD5. Raises ValueError."""
    try:
        sealed = base64.b64decode("".join(req_info.split()), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if not sealed or len(sealed) % BLOCK:
        raise ValueError("not whole blocks")
    decryptor = Cipher(algorithms.AES256(key), modes.ECB()).decryptor()  # noqa: S305 - the channel's choice, not ours
    padded = decryptor.update(sealed) + decryptor.finalize()
    unpadder = PKCS7(BLOCK * 8).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def notice_reply(*, taken: bool) -> NoticeReply:
    fields = {"return_code": "SUCCESS", "return_msg": "OK"} if taken else {"return_code": "FAIL", "return_msg": "AGAIN"}
    return NoticeReply(200, "text/xml; charset=utf-8", write(fields))
