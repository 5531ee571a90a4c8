"""Both channels of a shop on virtual time: a bank that keeps accounts, and does as a code's last digits say."""

import asyncio
from dataclasses import dataclass, field, replace

from app.channels.api import Contact
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
from app.core.reasons import Reason

MORNING_MS = 1_795_310_000_000  # 2026-11-22 09:13:20 in Beijing
GOOD = Evidence(verified=True)
ANSWERS = PayAnswer | QueryAnswer | ReverseAnswer | RefundAnswer


@dataclass
class Account:
    """One order as the bank keeps it."""

    amount_fen: int
    state: str = "none"  # none, asking, paid, revoked, declined
    pays_at: float | None = None
    refunds: dict = field(default_factory=dict)  # refund number -> (fen, moved)

    @property
    def back_fen(self):
        return sum(fen for fen, moved in self.refunds.values() if moved)


class Bank:
    """Both channels. What a code is worth stands in its last two digits; ``next`` scripts single answers instead."""

    def __init__(self, channel, shop):
        self.channel = channel
        self.shop = shop
        self.accounts = {}
        self.next = {"pay": [], "query": [], "reverse": [], "refund": [], "refund_query": []}
        self.delay = {"pay": 0.2, "query": 0.1, "reverse": 0.1, "refund": 0.2, "refund_query": 0.1}
        self.asked = []  # every refund call as it came
        self.calls = []
        self.warmed = 0
        self.line = True

    async def pay(self, order, code):
        return await self._answer("pay", order, lambda account: self._pay(account, code))

    async def query(self, order):
        return await self._answer("query", order, self._query)

    async def reverse(self, order):
        return await self._answer("reverse", order, self._reverse)

    async def refund(self, refund):
        self.asked.append(refund)
        return await self._answer("refund", refund.order, lambda account: self._refund(account, refund))

    async def refund_query(self, refund):
        return await self._answer("refund_query", refund.order, lambda account: self._refunded(account, refund))

    async def warm(self):
        self.warmed += 1
        return Contact(self.channel, True, True, False, 0.05, None, self.shop.loop.time())

    async def aclose(self):
        pass

    @property
    def held_fen(self):
        return sum(a.amount_fen - a.back_fen for a in self.accounts.values() if a.state == "paid")

    async def _answer(self, call, order, act):
        no = order.out_trade_no
        self.shop.log.append((call, no[-5:-2]))
        self.calls.append((call, no))
        scripted = self.next[call].pop(0) if self.next[call] else None
        if not self.line:
            await asyncio.sleep(self.delay[call])
            return self._silence(call)
        answer = scripted if isinstance(scripted, ANSWERS) else None
        if scripted != "lost-request":
            account = self.accounts.setdefault(no, Account(order.amount_fen))
            self._settle(account)
            answer = answer or act(account)
        if scripted == "bug":
            raise ZeroDivisionError
        if scripted == "hang":
            await asyncio.sleep(3600)
        await asyncio.sleep(self.delay[call])
        return self._silence(call) if scripted in ("lost-request", "lost-answer") else answer

    def _silence(self, call):
        return {
            "pay": PayAnswer(Pay.UNKNOWN),
            "query": QueryAnswer(Found.UNKNOWN),
            "reverse": ReverseAnswer(Undone.UNKNOWN),
            "refund": RefundAnswer(Repaid.UNKNOWN),
            "refund_query": RefundAnswer(Repaid.UNKNOWN),
        }[call]

    def _settle(self, account):
        if account.state == "asking" and account.pays_at is not None and account.pays_at <= self.shop.loop.time():
            account.state = "paid"

    def _pay(self, account, code):
        worth = code.reveal()[-2:]
        if worth == "01":
            account.state = "declined"
            return PayAnswer(Pay.DECLINED, replace(GOOD, reason=Reason.BALANCE, code="NOTENOUGH"))
        if worth == "02":
            account.state = "asking"
            return PayAnswer(Pay.PENDING, GOOD)
        if worth[0] == "1":
            account.state, account.pays_at = "asking", self.shop.loop.time() + 10 * int(worth[1])
            return PayAnswer(Pay.PENDING, GOOD)
        account.state = "paid"
        return PayAnswer(Pay.PAID, replace(GOOD, channel_no="T1", paid_ms=MORNING_MS))

    def _query(self, account):
        match account.state:
            case "paid" if account.back_fen == account.amount_fen:
                return QueryAnswer(Found.RETURNED, GOOD)
            case "paid" if account.back_fen:
                return QueryAnswer(Found.PARTLY_REFUNDED, GOOD, account.back_fen)
            case "paid":
                return QueryAnswer(Found.PAID, replace(GOOD, paid_ms=MORNING_MS))
            case "asking":
                return QueryAnswer(Found.PENDING, GOOD)
            case "revoked" | "declined":
                return QueryAnswer(Found.RETURNED, GOOD)
        return QueryAnswer(Found.NO_SUCH_ORDER, replace(GOOD, code="ORDERNOTEXIST"))

    def _refund(self, account, refund):
        """As the channels do: the same number is the same refund. WeChat takes it, Alipay has done it."""
        known = account.refunds.get(refund.out_refund_no)
        if known is None and (account.state != "paid" or account.back_fen + refund.amount_fen > account.amount_fen):
            return RefundAnswer(Repaid.REFUSED, replace(GOOD, reason=Reason.NOREFUND, code="NO"))
        account.refunds[refund.out_refund_no] = (refund.amount_fen, True)
        done = self.channel is Channel.ALIPAY and known is None
        return RefundAnswer(Repaid.DONE if done else Repaid.ACCEPTED, GOOD, "R" + refund.out_refund_no[-2:])

    def _refunded(self, account, refund):
        known = account.refunds.get(refund.out_refund_no)
        return RefundAnswer(Repaid.NO_SUCH_REFUND if known is None else Repaid.DONE, GOOD)

    def _reverse(self, account):
        account.state = "revoked" if account.state != "none" else "none"
        return ReverseAnswer(Undone.DONE, GOOD)
