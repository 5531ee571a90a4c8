"""The WeChat V2 counterparty: builds, signs, sends, and hands the answer to ``answers``."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.channels import beijing, tls, wechat_bill, wording
from app.channels.api import BadConfigError, CallLimits, ChannelClock, Contact, OnContact, Terminal
from app.channels.bill_file import IncomingBill
from app.channels.books import BillError, BillFile, BillRow, BillSums, NoNotice, Notice, NoticeReply
from app.channels.exchange import Exchange, Reporter, Told
from app.channels.http import Line
from app.channels.outcome import Post
from app.channels.wechat_v2 import answers, downloadbill, notices, refunds, wire
from app.channels.wechat_v2.config import WechatV2
from app.channels.wechat_v2.sign import Signer
from app.core.answers import (
    Evidence,
    Found,
    Pay,
    PayAnswer,
    QueryAnswer,
    RefundAnswer,
    Repaid,
    ReverseAnswer,
    Undone,
)
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder
from app.core.sale import Order

SHORTEST_EXPIRY_MS: Final = 61_000  # the documents ask for more than one minute between time_start and time_expire
BODY_CHARS: Final = 40  # String(127) in bytes for some sizes of text: 40 Chinese characters always fit
ATTACH_CHARS: Final = 127
NO_SUCH_NUMBER: Final = "0" * 32  # longer than any order number of ours: the warm-up's question
NO_ADDRESS: Final = "127.0.0.1"  # spbill_create_ip is required, and a machine may not know its own
XML: Final = "text/xml; charset=utf-8"


class WechatRoom:
    """A ``Counterparty`` with refunds, bills and notifications.

    Keys and certificates are loaded at construction; the first byte is sent by ``warm`` or pay.

    Raises BadConfigError with a sentence when key, certificate or address cannot be used.
    """

    def __init__(
        self, config: WechatV2, terminal: Terminal, clock: ChannelClock, limits: CallLimits, on_contact: OnContact
    ) -> None:
        try:
            plain = tls.trust(config.base_url, config.ca_pem)
            certified = tls.trust(config.base_url, config.ca_pem)
            tls.show_certificate(certified, config.client_cert_pem, config.client_key_pem)
            self._line = Line(config.base_url, plain, connect=limits.connect, idle=limits.idle)
            self._reverse_line = Line(config.base_url, certified, connect=limits.connect, idle=limits.idle)
        except ValueError as bad:
            raise BadConfigError(Channel.WECHAT, str(bad)) from None
        if not (config.appid and config.mch_id and config.api_key.reveal()):
            raise BadConfigError(Channel.WECHAT, "appid, mch_id or the API key is missing")
        signer = Signer(config.api_key.reveal(), config.sign_type)
        self._us = answers.Us(config.appid, config.mch_id, signer, config.sub_mch_id, config.sub_appid)
        self._anchor = config.anchor
        self._path = urlsplit(config.base_url).path.rstrip("/")
        self._terminal = terminal
        self._clock = clock
        self._limits = limits
        self._reporter = Reporter(Channel.WECHAT, on_contact)

    @property
    def channel(self) -> Channel:
        return Channel.WECHAT

    async def pay(self, order: Order, code: AuthCode) -> PayAnswer:
        fields = self._order_fields(order)
        fields["auth_code"] = code.reveal()
        # ``once``: a refusal names no order, so an answer delivered twice must never meet a second payment.
        exchange = await self._send(self._line, "/pay/micropay", fields, self._limits.pay, once=True)
        answer = answers.pay_answer(exchange.outcome, self._us, order)
        wrong = answer.kind is Pay.MISCONFIGURED
        self._tell(exchange, "pay", order.out_trade_no, answer.kind.value, answer.evidence, wrong=wrong)
        return answer

    async def query(self, order: Order) -> QueryAnswer:
        exchange = await self._send(
            self._line, "/pay/orderquery", {"out_trade_no": order.out_trade_no}, self._limits.query
        )
        answer = answers.query_answer(exchange.outcome, self._us, order)
        wrong = answer.kind is Found.MISCONFIGURED
        self._tell(exchange, "query", order.out_trade_no, answer.kind.value, answer.evidence, wrong=wrong)
        return answer

    async def reverse(self, order: Order) -> ReverseAnswer:
        asked = {"out_trade_no": order.out_trade_no}
        exchange = await self._send(self._reverse_line, "/secapi/pay/reverse", asked, self._limits.reverse)
        answer = answers.reverse_answer(exchange.outcome, self._us, order)
        wrong = answer.kind is Undone.MISCONFIGURED
        self._tell(exchange, "reverse", order.out_trade_no, answer.kind.value, answer.evidence, wrong=wrong)
        return answer

    async def refund(self, refund: RefundOrder) -> RefundAnswer:
        asked = refunds.refund_fields(refund)
        # ``once`` for the same reason as a payment: a refusal names no refund.
        exchange = await self._send(self._reverse_line, "/secapi/pay/refund", asked, self._limits.refund, once=True)
        answer = refunds.refund_answer(exchange.outcome, self._us, refund)
        wrong = answer.evidence.reason is Reason.KEYS  # a missing right to refund does not stop selling
        self._tell(exchange, "refund", refund.out_refund_no, answer.kind.value, answer.evidence, wrong=wrong)
        return answer

    async def refund_query(self, refund: RefundOrder) -> RefundAnswer:
        """Asks by our refund's number; should a list of several come, it is followed to the page that holds ours."""
        asked = {"out_refund_no": refund.out_refund_no}
        for _ in range(refunds.PAGES_MOST):
            exchange = await self._send(self._line, "/pay/refundquery", asked, self._limits.query)
            answer = refunds.refund_query_answer(exchange.outcome, self._us, refund, int(asked.get("offset", "0")))
            if isinstance(answer, refunds.More):
                asked["offset"] = str(answer.offset)
                continue
            wrong = answer.evidence.reason is Reason.KEYS
            self._tell(exchange, "refundquery", refund.out_refund_no, answer.kind.value, answer.evidence, wrong=wrong)
            return answer
        return RefundAnswer(Repaid.UNKNOWN, Evidence(Reason.NOANSWER, says="a list without end", odd=True))

    async def fetch_bill(self, day: str, folder: Path) -> BillFile:
        """The bill of ``day``, YYYY-MM-DD. Nobody signs it; TLS alone says whose it is. Raises BillError, OSError."""
        with IncomingBill(Channel.WECHAT, day, folder) as incoming:
            asked, limit = downloadbill.bill_fields(day), self._limits.bill
            exchange = await self._send(self._line, "/pay/downloadbill", asked, limit, into=incoming.take)
            incoming.check()
            received = downloadbill.received(exchange.outcome, incoming.head)
            kind = received.fault.value if isinstance(received, BillError) else "received"
            self._reporter.note(exchange, Told("bill", day, kind, Evidence()))
            if isinstance(received, BillError):
                raise received
            return await asyncio.to_thread(incoming.keep, received)  # a slow disk must not hold up a sale

    def read_bill(self, path: Path) -> Iterator[BillRow | BillSums]:
        return wechat_bill.read_bill(path, self._us.mch_id, self._us.sub_mch_id)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | NoNotice:  # noqa: ARG002 - V2 has none
        return notices.read_notice(body, self._us)

    def notice_reply(self, taken: bool) -> NoticeReply:
        return notices.notice_reply(taken=taken)

    async def warm(self) -> Contact:
        """Ask for a number nobody has; a verified ORDERNOTEXIST proves line, key and merchant."""
        asked = {"out_trade_no": NO_SUCH_NUMBER}
        exchange = await self._send(self._line, "/pay/orderquery", asked, self._limits.query, warms=True)
        answer = answers.warm_answer(exchange.outcome, self._us)
        wrong = answer.kind is Found.MISCONFIGURED
        return self._tell(exchange, "warm", "-", answer.kind.value, answer.evidence, wrong=wrong)

    async def aclose(self) -> None:
        await self._line.aclose()
        await self._reverse_line.aclose()

    async def _send(
        self,
        line: Line,
        path: str,
        asked: Mapping[str, str],
        deadline: float,
        *,
        once: bool = False,
        warms: bool = False,
        into: Callable[[bytes], bool] | None = None,
    ) -> Exchange:
        fields = {
            "appid": self._us.appid,
            "mch_id": self._us.mch_id,
            "sub_appid": self._us.sub_appid,
            "sub_mch_id": self._us.sub_mch_id,
            "nonce_str": secrets.token_hex(16),
            "sign_type": self._us.signer.sign_type.value,
            **asked,
        }
        fields["sign"] = self._us.signer.sign(fields)
        post = Post(self._path + path, wire.write(fields), XML, deadline, once=once, warms=warms, into=into)
        return await self._reporter.send(line, post)

    def _tell(
        self, exchange: Exchange, call: str, number: str, kind: str, evidence: Evidence, *, wrong: bool
    ) -> Contact:
        return self._reporter.tell(exchange, Told(call, number, kind, evidence, wrong))

    def _order_fields(self, order: Order) -> dict[str, str]:
        """What micropay wants besides the envelope; the expiry is the shortest the channel takes (§7.4)."""
        terminal, now = self._terminal, self._clock.channel_ms()
        store = {
            "id": wording.ascii_word(terminal.store_id, 32),
            "name": wording.clean(terminal.shop_name)[:BODY_CHARS],
        }
        scene = {"store_info": store} if store["id"] else {}
        return {
            "body": wording.clean(terminal.shop_name)[:BODY_CHARS] or "收款",
            "out_trade_no": order.out_trade_no,
            "total_fee": str(order.amount_fen),
            "fee_type": "CNY",
            "spbill_create_ip": terminal.device_ip or NO_ADDRESS,
            "device_info": wording.ascii_word(order.terminal or terminal.terminal, 32),
            "time_start": beijing.write(now, beijing.COMPACT),
            "time_expire": beijing.write(now + SHORTEST_EXPIRY_MS, beijing.COMPACT),
            "attach": self._anchor()[:ATTACH_CHARS],
            "scene_info": json.dumps(scene, ensure_ascii=False, separators=(",", ":")) if scene else "",
        }
