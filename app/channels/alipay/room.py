"""The Alipay counterparty: builds, signs, sends, and hands the answer to ``answers``."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, assert_never
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from app.channels import beijing, tls, wording
from app.channels.alipay import answers, bill, bill_address, certs, notices, refunds, sign, wire
from app.channels.alipay.config import Alipay, CertificateMode, PublicKeyMode
from app.channels.api import BadConfigError, CallLimits, ChannelClock, Contact, OnContact, Terminal
from app.channels.bill_file import IncomingBill
from app.channels.books import BillError, BillFault, BillFile, BillRow, BillSums, NoNotice, Notice, NoticeReply
from app.channels.exchange import Exchange, Reporter, Told
from app.channels.http import Line
from app.channels.outcome import Post
from app.core.answers import (
    Evidence,
    Found,
    Pay,
    PayAnswer,
    QueryAnswer,
    RefundAnswer,
    ReverseAnswer,
    Undone,
)
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder
from app.core.sale import Order

SHORTEST_EXPIRY: Final = "1m"  # timeout_express takes 1m to 15d (alipay.md §3)
SUBJECT_CHARS: Final = 64  # of 256
PASSBACK_CHARS: Final = 512  # a field of trade.pay in Alipay's own SDK (AlipayTradePayModel)
NO_SUCH_NUMBER: Final = "0" * 32  # longer than any order number of ours: the warm-up's question
_FORBIDDEN_IN_SUBJECT: Final = re.compile(r"[/=&]")


class AlipayRoom:
    """A ``Counterparty`` with refunds, bills and notifications.

    Keys and certificates are loaded at construction; the first byte is sent by ``warm`` or pay.

    Raises BadConfigError with a sentence when key, certificate or address cannot be used.
    """

    def __init__(
        self, config: Alipay, terminal: Terminal, clock: ChannelClock, limits: CallLimits, on_contact: OnContact
    ) -> None:
        try:
            context = tls.trust(config.gateway_url, config.ca_pem)
            self._line = Line(config.gateway_url, context, connect=limits.connect, idle=limits.idle)
            self._key = sign.private_key(config.app_private_key)
            self._extra, self._key_for = _trusted(config.trust)
        except ValueError as bad:
            raise BadConfigError(Channel.ALIPAY, str(bad)) from None
        if not config.app_id:
            raise BadConfigError(Channel.ALIPAY, "app_id is missing")
        self._config = config
        self._path = urlsplit(config.gateway_url).path or "/"
        self._terminal = terminal
        self._clock = clock
        self._limits = limits
        self._reporter = Reporter(Channel.ALIPAY, on_contact)

    @property
    def channel(self) -> Channel:
        return Channel.ALIPAY

    async def pay(self, order: Order, code: AuthCode) -> PayAnswer:
        biz = {**self._order_fields(order), "scene": "bar_code", "auth_code": code.reveal()}
        # ``once``: a refusal may name no order, so an answer delivered twice must never meet a second payment.
        exchange = await self._send(answers.PAY_METHOD, biz, self._limits.pay, once=True)
        answer = answers.pay_answer(exchange.outcome, self._key_for, order)
        wrong = answer.kind is Pay.MISCONFIGURED
        self._tell(exchange, "pay", order.out_trade_no, answer.kind.value, answer.evidence, wrong=wrong)
        return answer

    async def query(self, order: Order) -> QueryAnswer:
        exchange = await self._send(answers.QUERY_METHOD, {"out_trade_no": order.out_trade_no}, self._limits.query)
        answer = answers.query_answer(exchange.outcome, self._key_for, order)
        wrong = answer.kind is Found.MISCONFIGURED
        self._tell(exchange, "query", order.out_trade_no, answer.kind.value, answer.evidence, wrong=wrong)
        return answer

    async def reverse(self, order: Order) -> ReverseAnswer:
        exchange = await self._send(answers.CANCEL_METHOD, {"out_trade_no": order.out_trade_no}, self._limits.reverse)
        answer = answers.cancel_answer(exchange.outcome, self._key_for, order)
        wrong = answer.kind is Undone.MISCONFIGURED
        self._tell(exchange, "cancel", order.out_trade_no, answer.kind.value, answer.evidence, wrong=wrong)
        return answer

    async def refund(self, refund: RefundOrder) -> RefundAnswer:
        biz = refunds.refund_fields(refund)
        # ``once`` for the same reason as a payment: a refusal may name no refund.
        exchange = await self._send(refunds.REFUND_METHOD, biz, self._limits.refund, once=True)
        answer = refunds.refund_answer(exchange.outcome, self._key_for, refund)
        wrong = answer.evidence.reason is Reason.KEYS  # a missing right to refund does not stop selling
        self._tell(exchange, "refund", refund.out_refund_no, answer.kind.value, answer.evidence, wrong=wrong)
        return answer

    async def refund_query(self, refund: RefundOrder) -> RefundAnswer:
        exchange = await self._send(refunds.QUERY_METHOD, refunds.query_fields(refund), self._limits.query)
        answer = refunds.refund_query_answer(exchange.outcome, self._key_for, refund)
        wrong = answer.evidence.reason is Reason.KEYS  # a missing right to refund does not stop selling
        self._tell(exchange, "refundquery", refund.out_refund_no, answer.kind.value, answer.evidence, wrong=wrong)
        return answer

    async def fetch_bill(self, day: str, folder: Path) -> BillFile:
        """The bill of ``day``, YYYY-MM-DD, from the address Alipay signs. Raises BillError, OSError."""
        exchange = await self._send(bill_address.METHOD, bill_address.bill_fields(day), self._limits.query)
        url, evidence = bill_address.address(exchange.outcome, self._key_for)
        wrong = isinstance(url, BillError) and url.fault is BillFault.KEYS
        self._tell(exchange, "billurl", day, "refused" if isinstance(url, BillError) else "ok", evidence, wrong=wrong)
        if isinstance(url, BillError):
            raise url
        source = bill_address.allowed(url, self._config.bill_hosts, self._config.gateway_url)
        if isinstance(source, BillError):
            raise source
        return await self._download(source, day, folder)

    async def _download(self, source: SplitResult, day: str, folder: Path) -> BillFile:
        base = urlunsplit((source.scheme, source.netloc, "", "", ""))
        own_ca = self._config.ca_pem if tls.is_loopback(base) else ""
        try:
            line = Line(base, tls.trust(base, own_ca), connect=self._limits.connect, idle=self._limits.idle)
        except ValueError as bad:
            raise BillError(BillFault.NO_ANSWER, str(bad)) from None
        target = urlunsplit(("", "", source.path or "/", source.query, ""))
        with IncomingBill(Channel.ALIPAY, day, folder) as incoming:
            post = Post(target, b"", "", self._limits.bill, method="GET", into=incoming.take)
            try:
                exchange = await self._reporter.send(line, post)
            finally:
                await line.aclose()
            incoming.check()
            received = bill_address.received(exchange.outcome, incoming.head)
            kind = received.fault.value if isinstance(received, BillError) else "received"
            self._reporter.note(exchange, Told("bill", day, kind, Evidence()))
            if isinstance(received, BillError):
                raise received
            return await asyncio.to_thread(incoming.keep, received)  # a slow disk must not hold up a sale

    def read_bill(self, path: Path) -> Iterator[BillRow | BillSums]:
        return bill.read_bill(path)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | NoNotice:  # noqa: ARG002 - it has none
        return notices.read_notice(body, self._config.app_id, self._key_for)

    def notice_reply(self, taken: bool) -> NoticeReply:
        return notices.notice_reply(taken=taken)

    async def warm(self) -> Contact:
        """Ask for a number nobody has; a verified ACQ.TRADE_NOT_EXIST proves line, keys and application."""
        asked = {"out_trade_no": NO_SUCH_NUMBER}
        exchange = await self._send(answers.QUERY_METHOD, asked, self._limits.query, warms=True)
        answer = answers.warm_answer(exchange.outcome, self._key_for)
        wrong = answer.kind is Found.MISCONFIGURED
        return self._tell(exchange, "warm", "-", answer.kind.value, answer.evidence, wrong=wrong)

    async def aclose(self) -> None:
        await self._line.aclose()

    async def _send(
        self, method: str, biz: Mapping[str, Any], deadline: float, *, once: bool = False, warms: bool = False
    ) -> Exchange:
        common = {
            "app_id": self._config.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": beijing.write(self._clock.channel_ms(), beijing.SPACED),
            "version": "1.0",
            "app_auth_token": self._config.app_auth_token,
            **self._extra,
        }
        query, body = wire.request(common, biz, self._key)
        return await self._reporter.send(
            self._line, Post(f"{self._path}?{query}", body, wire.FORM, deadline, once=once, warms=warms)
        )

    def _tell(
        self, exchange: Exchange, call: str, number: str, kind: str, evidence: Evidence, *, wrong: bool
    ) -> Contact:
        return self._reporter.tell(exchange, Told(call, number, kind, evidence, wrong))

    def _order_fields(self, order: Order) -> dict[str, Any]:
        """What trade.pay wants besides the code; the expiry is the shortest the channel takes (§7.4)."""
        terminal = self._terminal
        words = {
            "store_id": wording.ascii_word(terminal.store_id, 32),
            "terminal_id": wording.ascii_word(order.terminal or terminal.terminal, 32),
            "operator_id": wording.ascii_word(order.operator, 28),
        }
        fields: dict[str, Any] = {
            "out_trade_no": order.out_trade_no,
            "total_amount": answers.yuan(order.amount_fen),
            "subject": _FORBIDDEN_IN_SUBJECT.sub(" ", wording.clean(terminal.shop_name))[:SUBJECT_CHARS].strip()
            or "收款",
            "product_code": "FACE_TO_FACE_PAYMENT",
            "timeout_express": SHORTEST_EXPIRY,
            **{name: value for name, value in words.items() if value},
        }
        if terminal.device_ip:
            fields["business_params"] = {"mc_create_trade_ip": terminal.device_ip}
        if self._config.provider_id:
            fields["extend_params"] = {"sys_service_provider_id": self._config.provider_id}
        if anchor := quote(self._config.anchor()[: PASSBACK_CHARS // 3], safe=""):  # sent encoded, three for one
            fields["passback_params"] = anchor
        return fields


def _trusted(trust: PublicKeyMode | CertificateMode) -> tuple[dict[str, str], wire.KeyFor]:
    """The parameters a mode adds to each request, and how it finds the key of an answer."""
    match trust:
        case PublicKeyMode(alipay_public_key=text):
            only = sign.public_key(text)
            return {}, lambda _serial: only
        case CertificateMode():
            app = certs.certificates(trust.app_cert_pem, "the application's certificate")
            roots = certs.certificates(trust.alipay_root_cert_pem, "Alipay's root certificate")
            known = certs.signers(certs.certificates(trust.alipay_cert_pem, "Alipay's certificate"), roots)
            extra = {"app_cert_sn": certs.serial(app[0]), "alipay_root_cert_sn": certs.root_serial(roots)}

            def key_for(serial: str | None) -> rsa.RSAPublicKey | None:
                if serial is None:  # signed all the same, and by whom is clear when there is one
                    return next(iter(known.values())) if len(known) == 1 else None
                return known.get(serial)

            return extra, key_for
        case _:
            assert_never(trust)
