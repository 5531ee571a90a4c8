"""The UnionPay counterparty: builds, signs, sends, and hands the answer to ``answers`` and ``refunds``."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.channels import tls, wording
from app.channels.api import BadConfigError, CallLimits, ChannelClock, Contact, OnContact, Terminal
from app.channels.books import BillError, BillFile, BillRow, BillSums, NoNotice, Notice, NoticeReply
from app.channels.exchange import Exchange, Reporter, Told
from app.channels.http import Line
from app.channels.outcome import Post
from app.channels.unionpay import answers, bill, files, notices, refunds, wire
from app.channels.unionpay.config import BACK_PATH, QUERY_PATH, Unionpay
from app.channels.unionpay.sign import signer
from app.channels.unionpay.trust import Trust
from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer, RefundAnswer, Repaid, ReverseAnswer, Undone
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder
from app.core.sale import Order

BIZ_TYPE: Final = "000000"
FILE_SECONDS: Final = 120.0  # a file may be megabytes over a shop's line
NO_SUCH_NUMBER: Final = "0" * 32  # longer than any order number of ours: the warm-up's question
TERM_ID: Final = 8
FACT: Final = 50  # a serial number's length in the rules (银发〔2021〕259号); the longest of what is filled in
RESERVED: Final = 32  # of 1024: what the day's file shows; no ``&={}[]"'``, which its readers may stumble over
_MER_ID: Final = re.compile(r"[0-9A-Za-z]{15}")


class UnionpayRoom:
    """A ``Counterparty``, ``RefundRoom``, ``BillRoom`` and ``NoticeRoom``. Keys are loaded at construction.

    Raises BadConfigError with a sentence when key, certificate or address cannot be used.
    """

    def __init__(
        self, config: Unionpay, terminal: Terminal, clock: ChannelClock, limits: CallLimits, on_contact: OnContact
    ) -> None:
        try:
            _check(config)
            base, file_url = config.back_url_base, config.file_address
            self._line = Line(base, tls.trust(base, config.ca_pem), connect=limits.connect, idle=limits.idle)
            self._file_line = Line(
                file_url, tls.trust(file_url, config.ca_pem), connect=limits.connect, idle=limits.idle
            )
            self._signer = signer(config.sign_cert_pem, config.sign_key_pem)
            self._trust = Trust(config.root_cert_pem, config.middle_cert_pem, test=config.test_environment)
        except ValueError as bad:
            raise BadConfigError(Channel.UNIONPAY, str(bad)) from None
        self._us = answers.Us(config.mer_id, lambda pem: self._trust.key_of(pem, clock.channel_ms()))
        self._config = config
        self._path = urlsplit(base).path.rstrip("/")
        self._file_path = urlsplit(file_url).path or "/"
        self._terminal = terminal
        self._clock = clock
        self._limits = limits
        self._reporter = Reporter(Channel.UNIONPAY, on_contact)

    @property
    def channel(self) -> Channel:
        return Channel.UNIONPAY

    async def pay(self, order: Order, code: AuthCode) -> PayAnswer:
        asked = {
            **self._back("01", "06"),
            "orderId": order.out_trade_no,
            "txnTime": answers.txn_time(order.began_ms),
            "txnAmt": str(order.amount_fen),
            "currencyCode": answers.CNY,
            "qrNo": code.reveal(),
            "termId": self._term_id(order),
            "termInfo": self._filled(self._config.term_info, order),
            "riskRateInfo": self._filled(self._config.risk_rate_info, order),
            "backUrl": self._config.back_url,
            "reqReserved": wording.ascii_word(self._config.anchor(), RESERVED),
        }
        # ``once``: an answer delivered twice must never meet a second payment.
        exchange = await self._send(BACK_PATH, asked, self._limits.pay, once=True)
        answer = answers.pay_answer(exchange.outcome, self._us, order)
        wrong = answer.kind is Pay.MISCONFIGURED
        self._reporter.tell(exchange, Told("pay", order.out_trade_no, answer.kind.value, answer.evidence, wrong))
        return answer

    async def query(self, order: Order) -> QueryAnswer:
        exchange = await self._ask(order.out_trade_no, answers.txn_time(order.began_ms))
        answer = answers.query_answer(exchange.outcome, self._us, order)
        wrong = answer.kind is Found.MISCONFIGURED
        self._reporter.tell(exchange, Told("query", order.out_trade_no, answer.kind.value, answer.evidence, wrong))
        return answer

    async def reverse(self, order: Order) -> ReverseAnswer:
        """冲正: the same orderId and txnTime as the payment, no sum, no backUrl."""
        asked = {
            **self._back("99", "01"),
            "orderId": order.out_trade_no,
            "txnTime": answers.txn_time(order.began_ms),
        }
        exchange = await self._send(BACK_PATH, asked, self._limits.reverse)
        answer = answers.reverse_answer(exchange.outcome, self._us, order)
        wrong = answer.kind is Undone.MISCONFIGURED
        self._reporter.tell(exchange, Told("reverse", order.out_trade_no, answer.kind.value, answer.evidence, wrong))
        return answer

    async def refund(self, refund: RefundOrder) -> RefundAnswer:
        """退货, or 消费撤销 where ``refund.void`` says so."""
        order = refund.order
        pair = {"origOrderId": order.out_trade_no, "origTxnTime": answers.txn_time(order.began_ms)}
        asked = {
            **self._back(*refunds.kind_of(refund)),
            "orderId": refund.out_refund_no,
            "txnTime": answers.txn_time(refund.began_ms),
            "txnAmt": str(refund.amount_fen),
            "currencyCode": answers.CNY,
            "backUrl": self._config.back_url,
            **({"origQryId": refund.channel_no} if refund.channel_no else pair),
        }
        exchange = await self._send(BACK_PATH, asked, self._limits.refund)
        return self._told("refund", exchange, refund, refunds.refund_answer(exchange.outcome, self._us, refund))

    async def refund_query(self, refund: RefundOrder) -> RefundAnswer:
        exchange = await self._ask(refund.out_refund_no, answers.txn_time(refund.began_ms))
        answer = refunds.refund_query_answer(exchange.outcome, self._us, refund)
        return self._told("refund query", exchange, refund, answer)

    async def warm(self) -> Contact:
        """Ask for a number nobody has; a verified 34 proves line, keys and merchant."""
        exchange = await self._ask(NO_SUCH_NUMBER, answers.txn_time(self._clock.channel_ms()), warms=True)
        answer = answers.warm_answer(exchange.outcome, self._us)
        wrong = answer.kind is Found.MISCONFIGURED
        return self._reporter.tell(exchange, Told("warm", "-", answer.kind.value, answer.evidence, wrong))

    async def fetch_bill(self, day: str, folder: Path) -> BillFile:
        """Download the file of the settlement ``day``. Raises BillError; OSError where the disk fails."""
        settle_date, now = files.settle_date(day), self._clock.channel_ms()
        fields = {
            **self._common("76", "01"),
            "settleDate": settle_date,
            "fileType": "00",
            "txnTime": answers.txn_time(now),
        }
        collected = files.Collected()
        body = wire.write(self._signer.signed(fields))
        post = Post(self._file_path, body, wire.FORM, FILE_SECONDS, into=collected)
        exchange = await self._reporter.send(self._file_line, post)
        came = bytes(collected.body)
        wanted = files.Wanted(self._us.mer_id, day, now)
        try:
            text = await asyncio.to_thread(files.content, exchange.outcome, came, self._us.key_of, wanted)
        except BillError as bad:
            self._reporter.tell(exchange, Told("file", day, bad.fault.value, Evidence()))
            raise
        self._reporter.tell(exchange, Told("file", day, "signed", Evidence(verified=True)))
        return await asyncio.to_thread(files.store, text, day, folder)

    def read_bill(self, path: Path) -> Iterator[BillRow | BillSums]:
        asked = bill.Asked(self._us.mer_id, self._clock.channel_ms(), self._config.bill_void_code)
        return bill.read_bill(path, asked)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | NoNotice:  # noqa: ARG002 - the protocol's
        return notices.read_notice(body, self._us, self._config.back_url, self._clock.channel_ms())

    def notice_reply(self, taken: bool) -> NoticeReply:
        return notices.notice_reply(taken)

    async def aclose(self) -> None:
        await self._line.aclose()
        await self._file_line.aclose()

    def _common(self, txn_type: str, txn_sub_type: str, biz_type: str = BIZ_TYPE) -> dict[str, str]:
        return {
            "txnType": txn_type,
            "txnSubType": txn_sub_type,
            "bizType": biz_type,
            "accessType": "0",
            "merId": self._us.mer_id,
        }

    def _back(self, txn_type: str, txn_sub_type: str) -> dict[str, str]:
        """What every transaction that moves money has; a query has no channelType."""
        return {**self._common(txn_type, txn_sub_type), "channelType": self._config.channel_type}

    def _term_id(self, order: Order) -> str:
        own = wording.ascii_word(order.terminal or self._terminal.terminal, TERM_ID)
        return self._config.term_id or own.rjust(TERM_ID, "0")

    def _filled(self, form: str, order: Order) -> str:
        """What the acquirer handed out, with this till's own facts in it; "" is left out of the request."""
        terminal = self._terminal
        number, store = order.terminal or terminal.terminal, terminal.store_id
        form = form.replace("{terminal}", wording.ascii_word(number, FACT))
        return form.replace("{store}", wording.ascii_word(store, FACT)).replace("{ip}", terminal.device_ip)

    async def _ask(self, order_id: str, txn_time: str, *, warms: bool = False) -> Exchange:
        fields = {
            **self._common("00", "00", self._config.query_biz_type),
            "orderId": order_id,
            "txnTime": txn_time,
        }
        return await self._send(QUERY_PATH, fields, self._limits.query, warms=warms)

    async def _send(
        self, path: str, fields: Mapping[str, str], deadline: float, *, once: bool = False, warms: bool = False
    ) -> Exchange:
        body = wire.write(self._signer.signed(fields))
        return await self._reporter.send(
            self._line, Post(self._path + path, body, wire.FORM, deadline, once=once, warms=warms)
        )

    def _told(self, call: str, exchange: Exchange, refund: RefundOrder, answer: RefundAnswer) -> RefundAnswer:
        """Any other fault of ours than a wrong key is about this one refund, so the channel stays open for sales."""
        wrong = answer.kind is Repaid.MISCONFIGURED and answer.evidence.reason is Reason.KEYS
        self._reporter.tell(exchange, Told(call, refund.out_refund_no, answer.kind.value, answer.evidence, wrong))
        return answer


def _check(config: Unionpay) -> None:
    """Raises ValueError with a sentence for what no certificate can mend."""
    if not _MER_ID.fullmatch(config.mer_id):
        raise ValueError("the merchant number has 15 characters")
    if config.test_environment and config.is_production:
        raise ValueError("the test environment's signer is not believed at the production gateway")
