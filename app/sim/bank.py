r"""The rule book of the counterparties: what may be paid, queried, reversed, and when. Pure: time is an argument.

::

                  bad code            poor
    pay --> REFUSED (attempt)  NOT_PAID --.
     |                                    |
     |---> WAITING --password--> PAID ----+--reverse--> REVERSED  (money back at once)
     |        |  \--refuses, expires--> FAILED | CLOSED (Alipay)
     \--------------------------> PAID

A reverse of an order the bank never heard of succeeds and, unless a tombstone is asked for, prevents nothing:
a pay request that arrives afterwards is carried out, as ``reliability.md`` B16 warns.
A paid order is given back in parts by ``refund``; it stays PAID, and ``refunds.py`` keeps what is on its way.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, assert_never

from app.core.channel import Channel
from app.sim.book import Code, Customer, Entry, Kind, Order, OrderState, Refund
from app.sim.outcomes import PayRequest, Pays, Reverses
from app.sim.refunds import AS_USUAL, Course, RefundBook, RefundRequest, Repays
from app.sim.rules import SPOKEN, beijing, day_ends, rules_for, settlement_ends
from app.sim.vault import Vault

# a number that is over, whatever comes with it; and one that is not, repeated with the same parameters
_OVER: Final[Mapping[OrderState, Pays]] = {
    OrderState.PAID: Pays.NUMBER_PAID,
    OrderState.REVERSED: Pays.NUMBER_REVERSED,
    OrderState.CLOSED: Pays.NUMBER_CLOSED,
}
_REPEATED: Final[Mapping[OrderState, Pays]] = {
    OrderState.WAITING: Pays.WAITING,
    OrderState.NOT_PAID: Pays.NO_FUNDS,
    OrderState.REFUSED: Pays.BAD_CODE,
}


class Bank:
    """One shop at all channels. Every method settles what is due at ``now`` first (seconds since the epoch)."""

    def __init__(self, pace: float, vault: Vault) -> None:
        self.vault = vault
        self._pace = pace
        self._rules = {channel: rules_for(channel, pace) for channel in SPOKEN}
        self._orders: dict[tuple[Channel, str], Order] = {}
        self._numbers: dict[str, tuple[Channel, str]] = {}
        self._waiting: set[tuple[Channel, str]] = set()
        self.refunds = RefundBook(self._rules, vault, self._orders, self._keep)

    def restore(self, entry: Entry) -> None:
        """Take one entry of an earlier run; the last of a kind holds."""
        if isinstance(entry, Order):
            self._put(entry)
        elif isinstance(entry, Refund):
            self.refunds.restore(entry)
        else:
            self.vault.restore(entry)

    @property
    def orders(self) -> tuple[Order, ...]:
        """Every order and attempt, oldest first, as of the last settlement."""
        return tuple(self._orders.values())

    def pay(self, request: PayRequest, now: float) -> tuple[Pays, Order]:
        """Carry out a pay request, or answer for the number's earlier use. Each code and each number serve once."""
        self.settle(now)
        earlier = self._orders.get((request.channel, request.out_trade_no))
        if earlier is not None:
            return self._again(earlier, request), earlier
        code = self.vault.code(request.auth_code)
        if code is None or code.channel is not request.channel or not self.vault.is_fresh(code, now):
            return Pays.BAD_CODE, self._open(request, None, OrderState.REFUSED, now)
        self.vault.use(code, request.out_trade_no)
        at_once = not self._rules[request.channel].settles
        if at_once and self.vault.balance_fen(code.wallet) < request.amount_fen:
            state = OrderState.NOT_PAID if request.channel is Channel.WECHAT else OrderState.REFUSED
            return Pays.NO_FUNDS, self._open(request, code, state, now)
        order = self._open(request, code, OrderState.WAITING, now)
        after = self._pays_after(code.customer, request)
        if after is None:
            return Pays.WAITING, order
        if after == 0 and code.customer.kind is not Kind.PASSWORD:
            return Pays.PAID, self._take(order, now)
        return Pays.WAITING, self._keep(replace(order, pays_at=now + after))

    def _pays_after(self, customer: Customer, request: PayRequest) -> float | None:
        """Seconds until the money is asked for; None where nobody knows."""
        settles = self._rules[request.channel].settles
        match customer.kind:
            case Kind.INSTANT | Kind.POOR:
                return settles
            case Kind.PHONE:
                return settles if request.amount_fen <= customer.free_fen else None
            case Kind.PASSWORD:
                return customer.seconds / self._pace + settles
            case Kind.NEVER:
                return None
            case _:
                assert_never(customer.kind)

    def find(
        self, channel: Channel, out_trade_no: str, channel_no: str, now: float, on_behalf: str = ""
    ) -> Order | None:
        """The order by the channel's own number, which wins, or ours. None for an attempt, or another shop's order."""
        self.settle(now)
        key = self._numbers.get(channel_no) if channel_no else (channel, out_trade_no)
        order = self._orders.get(key) if key is not None else None
        if order is None or order.channel is not channel or order.state is OrderState.REFUSED:
            return None
        return order if order.on_behalf == on_behalf else None

    def known(self, channel: Channel, out_trade_no: str) -> Order:
        """The order of a number this bank has given out before, whosever it is, as of the last settlement."""
        return self._orders[channel, out_trade_no]

    def reverse(
        self,
        channel: Channel,
        out_trade_no: str,
        channel_no: str,
        now: float,
        *,
        tombstone: bool = False,
        on_behalf: str = "",
    ) -> tuple[Reverses, Order | None]:
        """Close an unpaid order, give a paid one back at once. Repeating it changes nothing."""
        order = self.find(channel, out_trade_no, channel_no, now, on_behalf)
        if order is None:
            if tombstone and out_trade_no and (channel, out_trade_no) not in self._orders:
                self._bury(channel, out_trade_no, now)
            return Reverses.UNKNOWN_ORDER, None
        if order.state in (OrderState.REVERSED, OrderState.CLOSED):
            return (Reverses.GAVE_BACK if order.paid_fen else Reverses.CLOSED), order
        refusal = self._not_now(order, now)
        if refusal is not None:
            return refusal, order
        if order.paid_fen == 0:
            return Reverses.CLOSED, self._keep(self._ended(order, OrderState.REVERSED, now))
        if not self.vault.move(order.wallet, channel, -order.net_fen):
            return Reverses.SHOP_FUNDS, order
        back = replace(self._ended(order, OrderState.REVERSED, now), refunded_fen=order.paid_fen)
        return Reverses.GAVE_BACK, self._keep(back)

    def refund(self, request: RefundRequest, now: float, course: Course = AS_USUAL) -> tuple[Repays, Refund | None]:
        """Give a paid order back, whole or in part. The same number again is the same refund."""
        order = self.find(request.channel, request.out_trade_no, request.channel_no, now, request.on_behalf)
        return self.refunds.refund(order, request, now, course)

    def close(
        self, channel: Channel, out_trade_no: str, channel_no: str, now: float, on_behalf: str = ""
    ) -> Order | None:
        """Close an order that waits for its payer; whatever else it is, it stays. None for an unknown order."""
        order = self.find(channel, out_trade_no, channel_no, now, on_behalf)
        if order is not None and order.state is OrderState.WAITING:
            return self._keep(self._ended(order, OrderState.CLOSED, now))
        return order

    def roll_back(self, channel: Channel, out_trade_no: str, now: float) -> None:
        """The channel takes back a payment it has just accepted, as Alipay's quick start warns (alipay.md §2)."""
        self.settle(now)
        order = self._orders.get((channel, out_trade_no))
        is_whole = order is not None and order.net_fen and not order.refunded_fen
        if order is not None and is_whole and self.vault.move(order.wallet, channel, -order.net_fen):
            self._keep(replace(self._ended(order, OrderState.REVERSED, now), refunded_fen=order.paid_fen))

    def settle(self, now: float) -> None:
        """Let everything due by ``now`` happen: refunds land, passwords come, orders expire, as their time comes."""
        self.refunds.settle(now)
        if not self._waiting:
            return
        due = [order for order in map(self._orders.__getitem__, self._waiting) if self._due_at(order) <= now]
        for order in sorted(due, key=lambda one: (self._due_at(one), one.out_trade_no)):
            if order.pays_at is not None and order.pays_at <= order.expires_at:
                self._take(order, order.pays_at)
            else:
                self._give_up(order, order.expires_at, "expired")

    # --- what the customer does at the phone

    def order_of(self, auth_code: str, now: float) -> Order | None:
        """The order or attempt this code was used for."""
        self.settle(now)
        code = self.vault.code(auth_code)
        return self._orders.get((code.channel, code.used_by)) if code is not None and code.used_by else None

    def enter_password(self, auth_code: str, now: float) -> bool:
        """A person typed it. False where nothing waits for a password, or the wallet has become too empty."""
        order = self._waiting_for(auth_code, now)
        return order is not None and self._take(order, now).state is OrderState.PAID

    def refuse(self, auth_code: str, now: float) -> bool:
        """A person closed the password dialogue. False where nothing waits."""
        order = self._waiting_for(auth_code, now)
        if order is not None:
            self._give_up(order, now, "refused")
        return order is not None

    # --- inside

    def _waiting_for(self, auth_code: str, now: float) -> Order | None:
        order = self.order_of(auth_code, now)
        return order if order is not None and order.state is OrderState.WAITING else None

    def _put(self, order: Order) -> None:
        key = (order.channel, order.out_trade_no)
        self._orders[key] = order
        if order.channel_no:
            self._numbers[order.channel_no] = key
        (self._waiting.add if order.state is OrderState.WAITING else self._waiting.discard)(key)

    def _keep(self, order: Order) -> Order:
        self._put(order)
        self.vault.note(order)
        return order

    @staticmethod
    def _due_at(order: Order) -> float:
        return min(order.expires_at, order.pays_at if order.pays_at is not None else order.expires_at)

    @staticmethod
    def _again(earlier: Order, request: PayRequest) -> Pays:
        if earlier.state in _OVER:
            return _OVER[earlier.state]
        if earlier.fingerprint != request.fingerprint or earlier.state not in _REPEATED:
            return Pays.NUMBER_USED
        is_poor = earlier.state is OrderState.REFUSED and earlier.code_mark
        return Pays.NO_FUNDS if is_poor else _REPEATED[earlier.state]

    def _open(self, request: PayRequest, code: Code | None, state: OrderState, now: float) -> Order:
        expiry = self._rules[request.channel].order_expiry
        order = Order(
            channel=request.channel,
            out_trade_no=request.out_trade_no,
            channel_no="" if state is OrderState.REFUSED else self._next_number(request.channel, now),
            amount_fen=request.amount_fen,
            state=state,
            code_mark=code.mark if code else "",
            wallet=code.wallet if code else "",
            fingerprint=request.fingerprint,
            created_at=now,
            expires_at=now + expiry if request.expires_at is None else request.expires_at,
            title=request.title,
            attach=request.attach,
            terminal=request.terminal,
            store=request.store,
            txn_time=request.txn_time,
            on_behalf=request.on_behalf,
        )
        return self._keep(order)

    def _next_number(self, channel: Channel, now: float) -> str:
        """The shape of the channels' own numbers: 28 digits, UnionPay's queryId 21."""
        if channel is Channel.UNIONPAY:
            return f"{beijing(now):%Y%m%d%H%M%S}{len(self._orders) + 1:07d}"
        day, serial = beijing(now).strftime("%Y%m%d"), f"{len(self._orders) + 1:014d}"
        return f"420000{day}{serial}" if channel is Channel.WECHAT else f"{day}220000{serial}"

    def _take(self, order: Order, at: float) -> Order:
        if not self.vault.move(order.wallet, order.channel, order.amount_fen):
            return self._give_up(order, at, "funds")
        return self._keep(replace(order, state=OrderState.PAID, paid_at=at, paid_fen=order.amount_fen))

    def _give_up(self, order: Order, at: float, why: str) -> Order:
        state = OrderState.CLOSED if order.channel is Channel.ALIPAY else OrderState.FAILED
        return self._keep(replace(self._ended(order, state, at), why=why))

    @staticmethod
    def _ended(order: Order, state: OrderState, at: float) -> Order:
        return replace(order, state=state, ended_at=at, pays_at=None)

    def _not_now(self, order: Order, now: float) -> Reverses | None:
        """The first rule against a reverse at this time."""
        rules, age = self._rules[order.channel], now - order.created_at
        waits = order.pays_at is not None and order.state is OrderState.WAITING
        day_over = rules.day_grace is not None and now > day_ends(order.created_at) + rules.day_grace
        settled = rules.by_settlement_day and now >= settlement_ends(order.created_at)
        against = {
            Reverses.REFUNDED: order.refunded_fen > 0,
            Reverses.TOO_EARLY: age < rules.reverse_not_before,
            Reverses.TOO_LATE: age > rules.reverse_window or day_over or settled,
            Reverses.TYPING: waits and order.pays_at is not None and order.pays_at - now <= rules.typing,
        }
        return next((refusal for refusal, holds in against.items() if holds), None)

    def _bury(self, channel: Channel, out_trade_no: str, now: float) -> None:
        stone = self._open(PayRequest(channel, out_trade_no, 0, ""), None, OrderState.NOT_PAID, now)
        self._keep(self._ended(stone, OrderState.REVERSED, now))
