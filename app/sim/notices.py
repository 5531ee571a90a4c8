"""What each channel would tell a merchant unasked: the body of a notification and its headers. No I/O.

Sources: wechat.md §2.8 and §3.3, alipay.md §8, unionpay.md §2. Payment codes have no payment notification at WeChat;
one is made here all the same, as its other products send it.
"""

import base64
import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from app.core.channel import Channel
from app.sim import signing
from app.sim.alipay import Partner, pid_of
from app.sim.alipay_after import buyer
from app.sim.alipay_form import to_yuan
from app.sim.bank import Bank
from app.sim.book import Order, OrderState, Refund, RefundState
from app.sim.rules import beijing
from app.sim.unionpay.dialect import UnionPay
from app.sim.wechat_form import to_xml
from app.sim.wechat_v2 import Merchant, paid_fields
from app.sim.wechat_v2_after import STATES
from app.sim.wechat_v3.dialect import WechatV3
from app.sim.wechat_v3.provider import Provider, as_provided

_FORM: Final = "application/x-www-form-urlencoded; charset=utf-8"
_AT: Final = "%Y-%m-%d %H:%M:%S"
_UP_KINDS: Final = {False: ("04", "00"), True: ("31", "00")}


class Speech(StrEnum):
    """In which channel's words; values of ``mashou sim notify --channel``."""

    WECHAT = "wechat"
    WECHAT_V3 = "wechat-v3"
    WECHAT_V3_PLATFORM = "wechat-v3-platform"  # to a merchant that verifies with platform certificates
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"


class NothingToTellError(ValueError):
    """The order or refund is not such that the channel would send a notification; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Notification:
    content_type: str
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notification is about: a payment, or one refund of it."""

    order: Order
    refund: Refund | None = None


class Notices:
    """The channels' voices, over one bank."""

    def __init__(
        self, bank: Bank, merchant: Merchant, partner: Partner, wechat_v3: WechatV3, unionpay: UnionPay
    ) -> None:
        self._bank = bank
        self._merchant = merchant
        self._partner = partner
        self._wechat_v3 = wechat_v3
        self._unionpay = unionpay
        self._chance = random.SystemRandom()

    def make(self, speech: Speech, number: str, refund_number: str, now: float) -> Notification:
        """About order ``number``, or about its refund. Raises NothingToTellError."""
        third = speech in {Speech.WECHAT_V3, Speech.WECHAT_V3_PLATFORM}
        channel = Channel.WECHAT if third else Channel(speech.value)
        subject = self._subject(channel, number, refund_number, now)
        match speech:
            case Speech.WECHAT:
                return self._wechat(subject)
            case Speech.WECHAT_V3:
                return self._v3(subject, now, self._wechat_v3.public_key_id)
            case Speech.WECHAT_V3_PLATFORM:
                return self._v3(subject, now, "")
            case Speech.ALIPAY:
                return self._alipay(subject, now)
            case Speech.UNIONPAY:
                return self._up(subject, now)

    def _subject(self, channel: Channel, number: str, refund_number: str, now: float) -> Subject:
        self._bank.settle(now)
        order = next((one for one in self._bank.orders if (one.channel, one.out_trade_no) == (channel, number)), None)
        if order is None or order.paid_at is None:
            raise NothingToTellError(f"{channel} knows no paid order {number}")
        if not refund_number:
            if order.state is OrderState.REVERSED and channel is not Channel.ALIPAY:
                raise NothingToTellError(f"{channel} tells nothing of an order that was reversed")
            return Subject(order)
        refund = self._bank.refunds.find(channel, refund_number, out_trade_no=number)
        if refund is None or refund.out_trade_no != number:
            raise NothingToTellError(f"{channel} knows no refund {refund_number} of {number}")
        if refund.state is RefundState.PROCESSING:
            raise NothingToTellError(
                f"refund {refund_number} is still under way; {channel} tells of it when it has ended"
            )
        return Subject(order, refund)

    def _wechat(self, subject: Subject) -> Notification:
        merchant = self._merchant
        outer = {
            "return_code": "SUCCESS",
            "appid": merchant.appid,
            "mch_id": merchant.mch_id,
            **({"sub_mch_id": subject.order.on_behalf} if subject.order.on_behalf else {}),
            "nonce_str": f"{self._chance.getrandbits(128):032x}",
        }
        if subject.refund is None:
            paid = {**outer, "sign_type": signing.HMAC_SHA256, "result_code": "SUCCESS", **paid_fields(subject.order)}
            fields = {name: value for name, value in paid.items() if value}
            fields["sign"] = signing.v2_sign(fields, merchant.api_v2_key, signing.HMAC_SHA256)
        else:
            root = to_xml(_v2_refund(subject.order, subject.refund)).body
            plain = root.replace(b"<xml>", b"<root>").replace(b"</xml>", b"</root>")
            fields = {**outer, "req_info": _ecb(plain, merchant.api_v2_key)}
        return Notification("text/xml; charset=utf-8", to_xml(fields).body)

    def _v3(self, subject: Subject, now: float, key_id: str) -> Notification:
        """``key_id`` "": signed with the platform certificate's key."""
        order, refund = subject.order, subject.refund
        if refund is None:
            what, event, plain = "transaction", "TRANSACTION.SUCCESS", self._wechat_v3.sale.trade(order)
            plain |= {"trade_state": "SUCCESS", "trade_state_desc": "支付成功"}
        else:
            what, event = "refund", f"REFUND.{refund.state}"
            told = self._wechat_v3.after.refund_fields(refund)
            amounts = ("total", "refund", "payer_total", "payer_refund")
            kept = (
                "transaction_id",
                "out_trade_no",
                "refund_id",
                "out_refund_no",
                "user_received_account",
                "success_time",
            )
            plain = {"mchid": self._merchant.mch_id, **{name: told[name] for name in kept if name in told}}
            plain |= {"refund_status": told["status"], "amount": {name: told["amount"][name] for name in amounts}}
        if order.on_behalf:
            plain = as_provided(plain, Provider("", "", "", order.on_behalf))
        sealed = self._wechat_v3.seal.sealed(_json(plain), what)
        outer = {
            "id": f"{self._chance.getrandbits(128):032x}",
            "create_time": beijing(now).isoformat(timespec="seconds"),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": "支付成功" if refund is None else "退款通知",
            "resource": {"original_type": what, **sealed},
        }
        body = _json(outer)
        return Notification("application/json", body, self._wechat_v3.seal.headers(body, key_id, now))

    def _alipay(self, subject: Subject, now: float) -> Notification:
        partner = self._partner
        fields = {
            "notify_time": beijing(now).strftime(_AT),
            "notify_type": "trade_status_sync",
            "notify_id": f"{beijing(now):%Y%m%d}00222{self._chance.randrange(10**18):018d}",
            "app_id": partner.app_id,
            "auth_app_id": partner.app_id,
            "charset": "utf-8",
            "version": "1.0",
            "seller_id": pid_of(partner.app_id),
            **_alipay_fields(subject),
        }
        content = signing.joined(fields).encode("utf-8", "replace")
        full = {**fields, "sign_type": "RSA2", "sign": signing.rsa_sign(content, partner.alipay_key, "RSA2")}
        return Notification(_FORM, urlencode(full, errors="replace").encode())

    def _up(self, subject: Subject, now: float) -> Notification:
        order, refund = subject.order, subject.refund
        trades = self._unionpay.trades
        if refund is None:
            kind, number, txn_time, told = ("01", "06"), order.out_trade_no, order.txn_time, trades.order_fields(order)
        else:
            kind, number, txn_time = _UP_KINDS[refund.void], refund.out_refund_no, refund.txn_time
            told = trades.refund_fields(refund, now)
        said = {"respCode": told.pop("origRespCode"), "respMsg": told.pop("origRespMsg")}
        numbers = {"txnType": kind[0], "txnSubType": kind[1], "orderId": number, "txnTime": txn_time}
        return Notification(_FORM, urlencode(self._unionpay.told({**numbers, **told, **said})).encode())


def _json(value: Mapping[str, Any] | list[dict[str, str]]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _v2_refund(order: Order, refund: Refund) -> dict[str, str]:
    fields = {
        "out_refund_no": refund.out_refund_no,
        "out_trade_no": order.out_trade_no,
        "refund_account": "REFUND_SOURCE_UNSETTLED_FUNDS",
        "refund_fee": str(refund.amount_fen),
        "refund_id": refund.refund_no,
        "refund_recv_accout": "支付用户零钱",
        "refund_request_source": "API",
        "refund_status": STATES[refund.state],
        "settlement_refund_fee": str(refund.amount_fen),
        "settlement_total_fee": str(order.amount_fen),
        "total_fee": str(order.amount_fen),
        "transaction_id": order.channel_no,
    }
    if refund.state is RefundState.SUCCESS and refund.done_at is not None:
        fields["success_time"] = beijing(refund.done_at).strftime(_AT)
    return fields


def _ecb(plain: bytes, api_key: str) -> str:
    """req_info: AES-256-ECB under the hex MD5 of the key, base64."""
    key = hashlib.md5(api_key.encode(), usedforsecurity=False).hexdigest().encode()
    padder = PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES256(key), modes.ECB()).encryptor()  # noqa: S305 - the channel's own choice
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return base64.b64encode(sealed).decode("ascii")


def _alipay_fields(subject: Subject) -> dict[str, str]:
    order, refund = subject.order, subject.refund
    total = to_yuan(order.amount_fen)
    paid_on = beijing(order.paid_at or order.created_at).strftime(_AT)
    fields = {
        "trade_no": order.channel_no,
        "out_trade_no": order.out_trade_no,
        "subject": order.title,
        "total_amount": total,
        "gmt_create": beijing(order.created_at).strftime(_AT),
        "gmt_payment": paid_on,
        "trade_status": "TRADE_SUCCESS",
        **{name: str(value) for name, value in buyer(order).items()},
    }
    if refund is None and order.state is not OrderState.REVERSED:
        sums = {"receipt_amount": total, "invoice_amount": total, "buyer_pay_amount": total, "point_amount": "0.00"}
        bills = _json([{"amount": total, "fundChannel": "ALIPAYACCOUNT"}]).decode()
        return {**fields, **sums, "refund_fee": "", "fund_bill_list": bills}
    back = order.amount_fen if refund is None else refund.before_fen + refund.amount_fen
    at = (order.ended_at if refund is None else refund.done_at) or order.created_at
    fields |= {"refund_fee": to_yuan(back), "gmt_refund": f"{beijing(at).strftime(_AT)}.{int(at % 1 * 1000):03d}"}
    fields["out_biz_no"] = order.channel_no if refund is None else refund.out_refund_no
    if back == order.amount_fen:
        fields |= {"trade_status": "TRADE_CLOSED", "gmt_close": beijing(at).strftime(_AT)}
    return fields
