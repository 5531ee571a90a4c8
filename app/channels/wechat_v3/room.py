"""The WeChat V3 counterparty: builds, signs, sends, and hands the answer to ``answers``."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.channels import wechat_bill
from app.channels.api import BadConfigError, CallLimits, ChannelClock, Contact, OnContact, Terminal
from app.channels.bill_file import IncomingBill
from app.channels.books import BillFile, BillRow, BillSums, NoNotice, Notice, NoticeReply
from app.channels.wechat_v3 import answers, bill, calls, notices, refunds
from app.channels.wechat_v3.config import WechatV3
from app.channels.wechat_v3.speaker import Speaker
from app.core.answers import PayAnswer, QueryAnswer, RefundAnswer, ReverseAnswer
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.refund_order import RefundOrder
from app.core.sale import Order


class WechatV3Room:
    """A ``Counterparty``, ``RefundRoom``, ``BillRoom`` and ``NoticeRoom``. Keys are loaded at construction.

    Raises BadConfigError with a sentence when key, id or address cannot be used.
    """

    def __init__(
        self, config: WechatV3, terminal: Terminal, clock: ChannelClock, limits: CallLimits, on_contact: OnContact
    ) -> None:
        try:
            self._speaker = Speaker(config, clock, limits, on_contact)
        except ValueError as bad:
            raise BadConfigError(Channel.WECHAT, str(bad)) from None
        self._us = answers.Us(config.mchid, config.appid, config.partner, config.unsigned_not_found)
        self._anchor = config.anchor
        self._base_url = config.base_url
        self._notice_skew_ms = int(config.notice_window * 1000)
        self._terminal = terminal
        self._limits = limits
        self._heard = False

    @property
    def channel(self) -> Channel:
        return Channel.WECHAT

    async def pay(self, order: Order, code: AuthCode) -> PayAnswer:
        call = calls.pay(self._us, order, code, self._terminal, self._anchor())
        # ``once``: a refusal names no order, so an answer delivered twice must never meet a second payment.
        exchange, came = await self._speaker.ask(call, self._limits.pay, once=True)
        answer = answers.pay_answer(came, self._us, order)
        self._speaker.tell(exchange, "pay", order.out_trade_no, answer.kind, answer.evidence)
        return answer

    async def query(self, order: Order) -> QueryAnswer:
        exchange, came = await self._speaker.ask(calls.query(self._us, order.out_trade_no), self._limits.query)
        answer = answers.query_answer(came, self._us, order)
        self._speaker.tell(exchange, "query", order.out_trade_no, answer.kind, answer.evidence)
        return answer

    async def reverse(self, order: Order) -> ReverseAnswer:
        exchange, came = await self._speaker.ask(calls.reverse(self._us, order), self._limits.reverse)
        answer = answers.reverse_answer(came, self._us, order)
        self._speaker.tell(exchange, "reverse", order.out_trade_no, answer.kind, answer.evidence)
        return answer

    async def warm(self) -> Contact:
        """Ask for a number nobody has; a verified ORDER_NOT_EXIST proves line, keys and merchant."""
        exchange, came = await self._speaker.ask(
            calls.query(self._us, calls.NO_SUCH_NUMBER), self._limits.query, warms=True
        )
        answer = answers.warm_answer(came, self._us)
        return self._speaker.tell(exchange, "warm", "-", answer.kind, answer.evidence)

    async def learn(self) -> None:
        """Ask for the channel's time, against which a notification's is held, and for certificates that are due."""
        if not self._heard or self._speaker.is_due():
            self._heard = (await self.warm()).answered

    async def refund(self, refund: RefundOrder) -> RefundAnswer:
        # ``once``, as for a payment: a refusal may name no refund.
        exchange, came = await self._speaker.ask(calls.refund(self._us, refund), self._limits.refund, once=True)
        answer = refunds.refund_answer(came, refund)
        self._speaker.tell(exchange, "refund", refund.out_refund_no, answer.kind, answer.evidence)
        return answer

    async def refund_query(self, refund: RefundOrder) -> RefundAnswer:
        exchange, came = await self._speaker.ask(calls.refund_query(self._us, refund), self._limits.query)
        answer = refunds.refund_query_answer(came, refund)
        self._speaker.tell(exchange, "refund_query", refund.out_refund_no, answer.kind, answer.evidence)
        return answer

    async def fetch_bill(self, day: str, folder: Path) -> BillFile:
        """Download the bill of ``day`` into ``folder``, kept only with the hash it was promised with."""
        with IncomingBill(Channel.WECHAT, day, folder) as incoming:
            exchange, came = await self._speaker.ask(calls.trade_bill(self._us, day), self._limits.query)
            self._speaker.note(exchange, "bill ticket", day)
            ticket = bill.read_ticket(came, self._base_url)
            proof = bill.Fingerprint()

            def take(data: bytes) -> bool:
                return proof.take(data) and incoming.take(data)

            exchange = await self._speaker.download(ticket.target, self._limits.bill, take)
            self._speaker.note(exchange, "bill", day)
            incoming.check()
            suffix = bill.received(exchange.outcome, proof, ticket)
            return await asyncio.to_thread(incoming.keep, suffix)  # a slow disk must not hold up a sale

    def read_bill(self, path: Path) -> Iterator[BillRow | BillSums]:
        sub_mchid = self._us.partner.sub_mchid if self._us.partner else ""
        return wechat_bill.read_bill(path, self._us.mchid, sub_mchid)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | NoNotice:
        """A key nobody knows is looked up with the next call, or by ``learn``; WeChat sends the notification again."""
        self._speaker.heard_of(headers.get("wechatpay-serial", ""))
        desk = notices.Desk(self._us, self._speaker.cipher, *self._speaker.keys_now(), self._notice_skew_ms)
        return notices.read_notice(headers, body, desk)

    def notice_reply(self, taken: bool) -> NoticeReply:
        return notices.notice_reply(taken)

    async def aclose(self) -> None:
        await self._speaker.aclose()
