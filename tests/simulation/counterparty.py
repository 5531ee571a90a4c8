"""The other end: the simulator's own desk, bank and dialects, without sockets, folder or ledger file.

``Script`` stands where the simulator has its fault script and throws dice instead. Which faults exist and what they do
is the simulator's; how often they strike is here.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from simulation import keys
from simulation.world import World

from app.core.channel import Channel
from app.sim import wechat_v2
from app.sim.alipay import Alipay, Partner
from app.sim.bank import Bank
from app.sim.book import Customer, Entry
from app.sim.desk import Desk, Dialect
from app.sim.exchange import Request
from app.sim.faults import Call, Faults, Firing
from app.sim.ledger import Ledger
from app.sim.links import Links
from app.sim.rules import rules_for
from app.sim.vault import Vault
from app.sim.wechat_v2 import Merchant, WechatV2

# name -> how often it strikes one request, in a middling seed
LINE = {
    "lose-request": 0.02, "lose-answer": 0.03, "rst": 0.01, "rst-after": 0.01, "silence": 0.015, "silence-after": 0.015,
    "delay": 0.02, "drip": 0.005, "truncate": 0.01,
    "http": 0.01, "http-after": 0.01, "html": 0.005, "html-after": 0.005, "redirect": 0.003, "redirect-after": 0.003,
    "gzip-bomb": 0.001, "big-body": 0.0005, "forged": 0.02,
}  # fmt: skip
WORDS = {
    "bad-signature": 0.01, "no-signature": 0.01, "corrupt": 0.01, "unknown-code": 0.007, "unknown-code-after": 0.007,
    "system-error": 0.01, "system-error-after": 0.01, "bank-error": 0.007, "bank-error-after": 0.007,
    "wrong-amount": 0.004, "foreign-order": 0.004, "clock-skew": 0.002,
}  # fmt: skip
OF_CALL: Mapping[Call, Mapping[str, float]] = {
    Call.PAY: LINE | WORDS | {"late-pay": 0.03},
    Call.QUERY: LINE | WORDS | {"invisible": 0.02},
    Call.REVERSE: LINE
    | {name: rate for name, rate in WORDS.items() if name != "wrong-amount"}
    | {"recall": 0.02, "lie-ok": 0.03, "lie-fail": 0.02, "user-paying-on-reverse": 0.01, "no-balance": 0.005,
       "tombstone": 0.02},
}  # fmt: skip
STATUS = (400, 401, 403, 404, 413, 429, 500, 502, 503, 504)
SECONDS = {"delay": (1.0, 90.0), "drip": (0.001, 0.2), "late-pay": (1.0, 170.0), "invisible": (3.0, 150.0)}
SECOND_FAULT = 0.15  # how many requests that were struck once may be struck again
SKEW = 50.0  # seconds a Date header may be wrong by
LONG_CODES = 0.3  # seeds whose codes are good for almost as long as the quarantine


@dataclass(frozen=True)
class Asked:
    """What a request is about, to those who throw the dice: ``entity`` is its sale, by customer and attempt."""

    channel: Channel
    call: Call
    number: str
    entity: str


class Script:
    """In place of the simulator's fault script."""

    line_is_off = False

    def __init__(self, world: World) -> None:
        self._world = world
        self.about: Asked | None = None
        self.forged = False  # the answer on its way is a stranger's
        self.other_sum = False  # it is the channel's own, and names another sum or order

    def fire(self, channel: Channel, call: Call) -> dict[str, Firing]:
        """What strikes this request. Nothing strikes one that nobody watches, such as the warming query."""
        asked, dice = self.about, self._world.dice
        self.forged = self.other_sum = False
        if asked is None or not asked.number or call not in OF_CALL:
            return {}
        fired: dict[str, Firing] = {}
        for again in ("", "+"):
            name = dice.one_of(f"{channel}.{call}{again}", self._rates(channel, call), asked.entity)
            if name is None:
                break
            plain = name.removesuffix("-after")
            if plain not in fired:
                fired[plain] = self._firing(name, plain, asked)
                self._world.say("fault", f"{asked.entity} {call}: {name} {fired[plain].seconds:.0f}")
                self._world.seen(f"{call}.{name}")
            self.forged = self.forged or name == "forged"
            self.other_sum = self.other_sum or name in ("wrong-amount", "foreign-order")
            if dice.u("second", asked.entity, call, len(dice.deeds)) >= SECOND_FAULT:
                break
        return fired

    def _rates(self, channel: Channel, call: Call) -> Mapping[str, float]:
        rates = OF_CALL[call]
        if channel is Channel.ALIPAY and call is Call.PAY:
            return {**rates, "rollback": 0.05}  # WeChat names no such thing
        return rates

    def _firing(self, name: str, plain: str, asked: Asked) -> Firing:
        dice, place = self._world.dice, (asked.entity, asked.call, len(self._world.dice.deeds))
        low, high = SECONDS.get(plain, (0.0, 0.0))
        if plain == "clock-skew":
            low, high = -SKEW, SKEW
        return Firing(
            seconds=dice.between(low, high, "seconds", *place),
            status=cast("int", dice.pick(STATUS, "status", *place)) if plain == "http" else 0,
            after=name != plain,
        )


class _NoFile:
    def read(self) -> Iterator[Entry]:
        return iter(())

    def append(self, entries: Sequence[Entry], now: float) -> None:
        pass


class Counterparty(Desk):
    """The desk as it is, over a vault and dialects made here."""

    def __init__(self, world: World, own: keys.Keys) -> None:
        chance = random.Random(world.dice.seed)
        self._ledger = cast("Ledger", _NoFile())
        self._pace = 1.0
        self.bank = Bank(1.0, Vault(1.0, bytes(32), chance))
        self.script = Script(world)
        self.faults = cast("Faults", self.script)
        self.counts: Counter[str] = Counter()
        self._world = world
        self.code_life = rules_for(Channel.WECHAT, 1.0).code_life
        if world.dice.u("long codes") < LONG_CODES:
            self.code_life = self.bank.vault._code_life = 172.0
        merchant = Merchant(keys.APPID, keys.MCH_ID, keys.API_KEY)
        partner = Partner(keys.APP_ID, own.public("app"), own.private("alipay"), "", "", "")
        self._dialects: dict[Channel, Dialect] = {
            Channel.WECHAT: WechatV2(self.bank, merchant, chance, self.code_life),
            Channel.ALIPAY: Alipay(self.bank, partner, 1.0, Links(bytes(32))),
        }

    def _whose(self, request: Request) -> tuple[Channel, Dialect]:
        channel = Channel.WECHAT if request.path in wechat_v2.PATHS else Channel.ALIPAY
        return channel, self._dialects[channel]

    def issue(self, channel: Channel, customer: Customer, age: float) -> str:
        """A payment code on a customer's phone, shown ``age`` seconds ago."""
        return self.bank.vault.issue(channel, customer, self._world.channel_s() - age)

    def net_fen(self, number: str) -> int:
        """What the shop holds of an order now, over both channels."""
        self.bank.settle(self._world.channel_s())
        return sum(order.net_fen for order in self.orders(number))

    def orders(self, number: str) -> list[Any]:
        return [order for order in self.bank.orders if order.out_trade_no == number]
