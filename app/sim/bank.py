r"""The rule book of both counterparties: codes, wallets, orders, money. Pure: time and chance are arguments.

::

                  bad code            poor
    pay --> REFUSED (attempt)  NOT_PAID --.
     |                                    |
     |---> WAITING --password--> PAID ----+--reverse--> REVERSED  (money back at once)
     |        |  \--refuses, expires--> FAILED (WeChat) | CLOSED (Alipay)
     \--------------------------> PAID

A reverse of an order the bank never heard of succeeds and, unless a tombstone is asked for, prevents nothing:
a pay request that arrives afterwards is carried out, as ``reliability.md`` B16 warns.
Money is conserved: wallets + shops = all that was ever minted, after every call.
"""

import hashlib
import hmac
import random
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.core.channel import Channel
from app.sim.book import Code, Customer, Entry, Kind, Order, OrderState, Shop, Wallet
from app.sim.rules import SPOKEN, beijing, day_ends, rules_for

PURSE_FEN: Final = 20_000_000_000  # more than any one payment a channel takes
PHONE_PURSE_FEN: Final = 500_000  # the practice phone's 5,000 yuan
PHONE_LOW_FEN: Final = 200_000  # below it, the next code of the phone brings a fresh 5,000
_ID_YEARS: Final = frozenset({"18", "19", "20"})  # keeps fresh codes from looking like identity cards (design §7.12)


class Pays(StrEnum):
    """What came of a pay request."""

    PAID = "paid"
    WAITING = "waiting"
    NO_FUNDS = "no_funds"
    BAD_CODE = "bad_code"
    NUMBER_PAID = "number_paid"
    NUMBER_REVERSED = "number_reversed"
    NUMBER_CLOSED = "number_closed"
    NUMBER_USED = "number_used"  # the same number with other parameters


class Reverses(StrEnum):
    """What came of a reverse (WeChat) or cancel (Alipay)."""

    UNKNOWN_ORDER = "unknown_order"  # said to have worked
    TOO_EARLY = "too_early"
    TYPING = "typing"
    TOO_LATE = "too_late"
    SHOP_FUNDS = "shop_funds"
    CLOSED = "closed"  # was unpaid
    GAVE_BACK = "gave_back"  # was paid


@dataclass(frozen=True, slots=True)
class PayRequest:
    channel: Channel
    out_trade_no: str
    amount_fen: int
    auth_code: str
    fingerprint: str = ""
    expires_at: float | None = None  # seconds since the epoch; None: the channel's own default
    title: str = ""
    attach: str = ""

    def __repr__(self) -> str:
        return f"PayRequest({self.channel}, {self.out_trade_no}, {self.amount_fen})"


class Bank:
    """One shop at both channels. Every method settles what is due at ``now`` first (seconds since the epoch)."""

    def __init__(self, pace: float, code_key: bytes, chance: random.Random) -> None:
        self._code_key = code_key
        self._chance = chance
        self._pace = pace
        self._rules = {channel: rules_for(channel, pace) for channel in SPOKEN}
        self._codes: dict[str, Code] = {}
        self._wallets: dict[str, Wallet] = {}
        self._shops = {channel: Shop(channel) for channel in SPOKEN}
        self._orders: dict[tuple[Channel, str], Order] = {}
        self._numbers: dict[str, tuple[Channel, str]] = {}
        self._waiting: set[tuple[Channel, str]] = set()
        self._changes: list[Entry] = []

    # --- what is kept

    def restore(self, entry: Entry) -> None:
        """Take one entry of an earlier run; the last of a kind holds."""
        if isinstance(entry, Code):
            self._codes[entry.mark] = entry
        elif isinstance(entry, Wallet):
            self._wallets[entry.name] = entry
        elif isinstance(entry, Shop):
            self._shops[entry.channel] = entry
        else:
            key = (entry.channel, entry.out_trade_no)
            self._orders[key] = entry
            if entry.channel_no:
                self._numbers[entry.channel_no] = key
            (self._waiting.add if entry.state is OrderState.WAITING else self._waiting.discard)(key)

    def take_changes(self) -> tuple[Entry, ...]:
        """What changed since the last call, oldest first; the caller makes it durable before it answers anyone."""
        changes, self._changes = tuple(self._changes), []
        return changes

    @property
    def orders(self) -> tuple[Order, ...]:
        """Every order and attempt, oldest first, as of the last settlement."""
        return tuple(self._orders.values())

    @property
    def minted_fen(self) -> int:
        return sum(wallet.minted_fen for wallet in self._wallets.values())

    @property
    def held_fen(self) -> int:
        """All money there is: in wallets and at the shop. Always equal to ``minted_fen``."""
        wallets = sum(wallet.balance_fen for wallet in self._wallets.values())
        return wallets + sum(shop.balance_fen for shop in self._shops.values())

    def shop_fen(self, channel: Channel) -> int:
        return self._shops[channel].balance_fen

    def _keep(self, entry: Entry) -> None:
        self.restore(entry)
        self._changes.append(entry)

    # --- codes

    def issue(self, channel: Channel, customer: Customer, now: float) -> str:
        """A fresh payment code: the only time its digits are known. Good for one order, for the code's life."""
        digits = self._fresh_digits(channel)
        mark = self._mark(digits)
        wallet = self._wallet_for(channel, customer, mark)
        self._keep(Code(mark, channel, customer, wallet, issued_at=now))
        return digits

    def code(self, auth_code: str) -> Code | None:
        return self._codes.get(self._mark(auth_code))

    def is_fresh(self, code: Code, now: float) -> bool:
        """Not used and not past its life."""
        return not code.used_by and 0 <= now - code.issued_at < self._rules[code.channel].code_life

    def balance_fen(self, code: Code) -> int:
        return self._wallets[code.wallet].balance_fen

    def fingerprint(self, auth_code: str, *parameters: str) -> str:
        """What a repeat of the same order number must not change, without telling the code."""
        text = "\0".join((self._mark(auth_code), *parameters))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]

    def _mark(self, auth_code: str) -> str:
        return hmac.new(self._code_key, auth_code.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]

    def _fresh_digits(self, channel: Channel) -> str:
        while True:
            prefix = (
                f"1{self._chance.randrange(6)}" if channel is Channel.WECHAT else f"{self._chance.randrange(25, 31)}"
            )
            digits = prefix + "".join(str(self._chance.randrange(10)) for _ in range(16))
            if digits[6:8] not in _ID_YEARS and self._mark(digits) not in self._codes:
                return digits

    def _wallet_for(self, channel: Channel, customer: Customer, mark: str) -> str:
        if customer.kind is Kind.PHONE:
            name, low, full = f"phone-{channel}", PHONE_LOW_FEN, PHONE_PURSE_FEN
        else:
            name, low, full = f"code-{mark[:12]}", 0, 0 if customer.kind is Kind.POOR else PURSE_FEN
        wallet = self._wallets.get(name)
        if wallet is None:
            self._keep(Wallet(name, full, full))
        elif wallet.balance_fen < low:
            added = full - wallet.balance_fen
            self._keep(replace(wallet, balance_fen=full, minted_fen=wallet.minted_fen + added))
        return name

    # --- orders

    def pay(self, request: PayRequest, now: float) -> tuple[Pays, Order]:
        """Carry out a pay request, or answer for the number's earlier use. Each code and each number serve once."""
        self.settle(now)
        earlier = self._orders.get((request.channel, request.out_trade_no))
        if earlier is not None:
            return self._again(earlier, request), earlier
        code = self.code(request.auth_code)
        if code is None or code.channel is not request.channel or not self.is_fresh(code, now):
            return Pays.BAD_CODE, self._open(request, None, OrderState.REFUSED, now)
        self._keep(replace(code, used_by=request.out_trade_no))
        if self.balance_fen(code) < request.amount_fen:
            state = OrderState.NOT_PAID if request.channel is Channel.WECHAT else OrderState.REFUSED
            return Pays.NO_FUNDS, self._open(request, code, state, now)
        order = self._open(request, code, OrderState.WAITING, now)
        match code.customer.kind:
            case Kind.INSTANT:
                return Pays.PAID, self._take(order, now)
            case Kind.PHONE if request.amount_fen <= code.customer.free_fen:
                return Pays.PAID, self._take(order, now)
            case Kind.PASSWORD:
                order = replace(order, pays_at=now + code.customer.seconds / self._pace)
                self._keep(order)
            case Kind.NEVER | Kind.POOR | Kind.PHONE:
                pass
        return Pays.WAITING, order

    def find(self, channel: Channel, out_trade_no: str, channel_no: str, now: float) -> Order | None:
        """The order by the channel's own number, which wins, or ours. An attempt is not an order: None."""
        self.settle(now)
        key = self._numbers.get(channel_no) if channel_no else (channel, out_trade_no)
        order = self._orders.get(key) if key is not None else None
        if order is None or order.channel is not channel or order.state is OrderState.REFUSED:
            return None
        return order

    def reverse(
        self, channel: Channel, out_trade_no: str, channel_no: str, now: float, *, tombstone: bool = False
    ) -> tuple[Reverses, Order | None]:
        """Close an unpaid order, give a paid one back at once. Repeating it changes nothing."""
        order = self.find(channel, out_trade_no, channel_no, now)
        if order is None:
            if tombstone and (channel, out_trade_no) not in self._orders:
                self._bury(channel, out_trade_no, now)
            return Reverses.UNKNOWN_ORDER, None
        if order.state in (OrderState.REVERSED, OrderState.CLOSED):
            return (Reverses.GAVE_BACK if order.paid_fen else Reverses.CLOSED), order
        refusal = self._not_now(order, now)
        if refusal is not None:
            return refusal, order
        if order.state is not OrderState.PAID:
            order = replace(order, state=OrderState.REVERSED, ended_at=now, pays_at=None)
            self._keep(order)
            return Reverses.CLOSED, order
        return self._give_back(order, now)

    def settle(self, now: float) -> None:
        """Let everything due by ``now`` happen: passwords land, orders expire, in the order of their time."""
        due = [order for order in map(self._orders.__getitem__, self._waiting) if self._due_at(order) <= now]
        for order in sorted(due, key=lambda one: (self._due_at(one), one.out_trade_no)):
            if order.pays_at is not None and order.pays_at <= order.expires_at:
                self._take(order, order.pays_at)
            else:
                self._give_up(order, order.expires_at)

    def enter_password(self, auth_code: str, now: float) -> bool:
        """A person typed it. False where nothing waits for a password."""
        order = self.waiting_for(auth_code, now)
        return order is not None and self._take(order, now).state is OrderState.PAID

    def refuse(self, auth_code: str, now: float) -> bool:
        """A person closed the password dialogue. False where nothing waits."""
        order = self.waiting_for(auth_code, now)
        if order is not None:
            self._give_up(order, now)
        return order is not None

    def order_of(self, auth_code: str, now: float) -> Order | None:
        """The order or attempt this code was used for."""
        self.settle(now)
        code = self.code(auth_code)
        return self._orders.get((code.channel, code.used_by)) if code is not None and code.used_by else None

    def waiting_for(self, auth_code: str, now: float) -> Order | None:
        order = self.order_of(auth_code, now)
        return order if order is not None and order.state is OrderState.WAITING else None

    # --- inside

    @staticmethod
    def _due_at(order: Order) -> float:
        return min(order.expires_at, order.pays_at if order.pays_at is not None else order.expires_at)

    @staticmethod
    def _again(earlier: Order, request: PayRequest) -> Pays:
        match earlier.state:
            case OrderState.PAID:
                return Pays.NUMBER_PAID
            case OrderState.REVERSED:
                return Pays.NUMBER_REVERSED
            case OrderState.CLOSED:
                return Pays.NUMBER_CLOSED
            case OrderState.WAITING if earlier.fingerprint == request.fingerprint:
                return Pays.WAITING
            case OrderState.NOT_PAID if earlier.fingerprint == request.fingerprint:
                return Pays.NO_FUNDS
            case OrderState.REFUSED if earlier.fingerprint == request.fingerprint:
                return Pays.NO_FUNDS if earlier.code_mark else Pays.BAD_CODE
            case _:
                return Pays.NUMBER_USED

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
        )
        self._keep(order)
        return order

    def _next_number(self, channel: Channel, now: float) -> str:
        """28 digits, the shape of both channels' own numbers."""
        lead = "4200" if channel is Channel.WECHAT else "2200"
        serial = f"{len(self._orders) + 1:014d}"
        day = beijing(now).strftime("%Y%m%d")
        return f"{lead}00{day}{serial}" if channel is Channel.WECHAT else f"{day}{lead}00{serial}"

    def _take(self, order: Order, at: float) -> Order:
        wallet = self._wallets[order.wallet]
        if wallet.balance_fen < order.amount_fen:
            return self._give_up(order, at)
        shop = self._shops[order.channel]
        paid = replace(order, state=OrderState.PAID, paid_at=at, paid_fen=order.amount_fen)
        self._keep(replace(wallet, balance_fen=wallet.balance_fen - order.amount_fen))
        self._keep(replace(shop, balance_fen=shop.balance_fen + order.amount_fen))
        self._keep(paid)
        return paid

    def _give_up(self, order: Order, at: float) -> Order:
        state = OrderState.FAILED if order.channel is Channel.WECHAT else OrderState.CLOSED
        ended = replace(order, state=state, ended_at=at, pays_at=None)
        self._keep(ended)
        return ended

    def _not_now(self, order: Order, now: float) -> Reverses | None:
        rules = self._rules[order.channel]
        if now - order.created_at < rules.reverse_not_before:
            return Reverses.TOO_EARLY
        if now - order.created_at > rules.reverse_window:
            return Reverses.TOO_LATE
        if rules.day_grace is not None and now > day_ends(order.created_at) + rules.day_grace:
            return Reverses.TOO_LATE
        if order.pays_at is not None and order.state is OrderState.WAITING and order.pays_at - now <= rules.typing:
            return Reverses.TYPING
        return None

    def _give_back(self, order: Order, now: float) -> tuple[Reverses, Order]:
        shop, wallet = self._shops[order.channel], self._wallets[order.wallet]
        sum_fen = order.net_fen
        if shop.balance_fen < sum_fen:
            return Reverses.SHOP_FUNDS, order
        self._keep(replace(shop, balance_fen=shop.balance_fen - sum_fen))
        self._keep(replace(wallet, balance_fen=wallet.balance_fen + sum_fen))
        back = replace(order, state=OrderState.REVERSED, ended_at=now, refunded_fen=order.paid_fen)
        self._keep(back)
        return Reverses.GAVE_BACK, back

    def _bury(self, channel: Channel, out_trade_no: str, now: float) -> None:
        request = PayRequest(channel, out_trade_no, 0, "")
        self._keep(
            replace(self._open(request, None, OrderState.NOT_PAID, now), state=OrderState.REVERSED, ended_at=now)
        )
