"""The other end: the simulator's own desk, bank and dialects, without sockets, folder or ledger file.

``Script`` stands where the simulator has its fault script and throws dice instead. Which faults exist and what they do
is the simulator's; how often they strike is in ``rates``.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from simulation import keys
from simulation.rates import SECONDS, SKEW, STATUS, rates_of
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
from app.sim.unionpay.dialect import UnionPay
from app.sim.unionpay.seal import MerchantUp
from app.sim.vault import Vault
from app.sim.wechat_v2 import Merchant, WechatV2
from app.sim.wechat_v3.dialect import PREFIX, WechatV3
from app.sim.wechat_v3.seal import MerchantV3

CHANNELS = tuple(Channel)
SECOND_FAULT = 0.15  # how many requests that were struck once may be struck again
VERY_LATE = 0.35  # of the late pay requests come in the last half minute they could
LONG_CODES = 0.4  # seeds whose codes are good for almost as long as the quarantine
LONG_LIFE = 172.0
STRANGERS = frozenset({"html", "redirect", "gzip-bomb", "big-body"})
SLOW_WARMING = 0.03
STUBBORN = 0.02  # of the sales that are reversed at all
LONG_HIDDEN = 120.0  # seconds that an order was not found for, as seen in public


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is about, to those who throw the dice: ``entity`` is its sale, by customer and attempt."""

    channel: Channel
    call: Call
    number: str
    entity: str
    refund: str = ""  # the refund's own number
    txn_time: str = ""  # UnionPay: part of the number, for all to see


class Script:
    """In place of the simulator's fault script."""

    line_is_off = False

    def __init__(self, world: World) -> None:
        self._world = world
        self.about: Asked | None = None
        self.forged = False  # the answer on its way is a stranger's, who plays the channel
        self.stranger = False  # or one who does not, and whose clock is wrong
        self.other_sum = False  # it is the channel's own, and names another sum or order
        self.stubborn: set[str] = set()  # orders whose reverse is promised and never done
        self._hidden: dict[str, Firing] = {}  # orders that queries do not show yet: all of them, not one
        self._lied_about: set[str] = set()  # orders that were promised to be reversed and were not

    def fire(self, channel: Channel, call: Call) -> dict[str, Firing]:
        """What strikes this request. Nothing strikes one that nobody watches, such as the warming query."""
        asked, dice = self.about, self._world.dice
        self.forged = self.other_sum = self.stranger = False
        if asked is None:
            return {}
        if not asked.number:
            return self._slow_warming(asked)
        if call is Call.REVERSE and self._is_stubborn(asked):
            self._lied_about.add(asked.number)
            return {"lie-ok": Firing()}
        if not dice.troubles(asked.entity):
            return {}
        fired: dict[str, Firing] = {}
        if call is Call.QUERY and asked.number in self._hidden:
            fired["invisible"] = self._hidden[asked.number]
        rates = rates_of(channel, call)
        for again in ("", "+"):
            name = dice.one_of(f"{channel}.{call}{again}", rates, asked.entity)
            if name is None:
                break
            plain = name.removesuffix("-after")
            if plain not in fired:
                fired[plain] = self._firing(name, plain, asked)
                self._world.say("fault", f"{asked.entity} {call}: {name} {fired[plain].seconds:.0f}")
                self._world.seen(f"{call}.{name}")
                if name == "invisible":
                    self._hidden[asked.number] = fired[plain]
                if name == "invisible" and fired[plain].seconds > LONG_HIDDEN:
                    self._world.seen("hidden for 120 s")
            self.forged = self.forged or name == "forged"
            self.stranger = self.stranger or plain in STRANGERS
            self.other_sum = self.other_sum or name in ("wrong-amount", "foreign-order")
            if dice.draw(0, 1, "second", asked.entity, call) >= SECOND_FAULT:
                break
        if "lie-ok" in fired and call is Call.REVERSE:
            self._lied_about.add(asked.number)
        if call is Call.QUERY and asked.number in self._lied_about:
            fired.pop("invisible", None)  # two lies that agree are known by the bill alone
        return fired

    def _slow_warming(self, asked: Asked) -> dict[str, Firing]:
        """The harmless query may be slow: it is what most lives learn the time from."""
        dice = self._world.dice
        if not dice.troubles(asked.entity) or not dice.strikes("warm.delay", SLOW_WARMING, asked.entity):
            return {}
        self._world.seen("a slow first answer")
        return {"delay": Firing(dice.draw(3.0, 9.0, "slow", asked.entity))}

    def _is_stubborn(self, asked: Asked) -> bool:
        """Whether the channel promises to reverse this sale and never does, whatever the weather (reliability B19)."""
        dice = self._world.dice
        if dice.faultless or dice.u("stubborn", asked.entity) >= STUBBORN or not dice.happens("stubborn", asked.entity):
            return False
        self._world.seen("a reverse that never works")
        self.stubborn.add(asked.number)
        return True

    def _firing(self, name: str, plain: str, asked: Asked) -> Firing:
        dice, place = self._world.dice, (asked.entity, asked.call)
        low, high = SECONDS.get(plain, (0.0, 0.0))
        if plain == "late-pay" and dice.draw(0, 1, "very late", *place) < VERY_LATE:
            low = high - 30.0
        if plain == "clock-skew":
            low, high = -SKEW, SKEW
        status = STATUS[int(dice.draw(0, len(STATUS), "status", *place))] if plain == "http" else 0
        return Firing(dice.draw(low, high, "seconds", *place) if high else 0.0, status, name != plain)


class _NoFile:
    def read(self) -> Iterator[Entry]:
        return iter(())

    def append(self, entries: Sequence[Entry], now: float) -> None:
        pass


class Counterparty(Desk):
    """The desk as it is, over a vault and dialects made here."""

    def __init__(self, world: World, own: keys.Keys, *, v3: bool) -> None:
        chance = random.Random(world.dice.seed)
        self._ledger = cast("Ledger", _NoFile())
        self._pace = 1.0
        self.bank = Bank(1.0, Vault(1.0, bytes(32), chance))
        self.script = Script(world)
        self.faults = cast("Faults", self.script)
        self.counts: Counter[str] = Counter()
        self.shut: dict[str, float] = {}  # orders of which no refund is taken, until when
        self._world = world
        self.code_life = rules_for(Channel.WECHAT, 1.0).code_life
        if world.dice.u("long codes") < LONG_CODES:
            self.code_life = self.bank.vault._code_life = LONG_LIFE
        self._dialects = _dialects(self.bank, own, chance, self.code_life, v3=v3)

    def _whose(self, request: Request) -> tuple[Channel, Dialect]:
        if request.path in wechat_v2.PATHS or request.path.startswith(PREFIX):
            return Channel.WECHAT, self._dialects[Channel.WECHAT]
        channel = Channel.ALIPAY if request.path == "/gateway.do" else Channel.UNIONPAY
        return channel, self._dialects[channel]

    def issue(self, channel: Channel, customer: Customer, age: float) -> str:
        """A payment code on a customer's phone, shown ``age`` seconds ago."""
        return self.bank.vault.issue(channel, customer, self._world.channel_s() - age)

    def was_shut(self, number: str) -> bool:
        """Whether the channel took no refund of this order for a while."""
        return self.shut.get(number, 0.0) > 0.0

    def net_fen(self, number: str) -> int:
        """What the shop holds of an order now, over all channels."""
        self.bank.settle(self._world.channel_s())
        return sum(order.net_fen for order in self.orders(number))

    def orders(self, number: str) -> list[Any]:
        known = self.bank._orders
        return [known[channel, number] for channel in CHANNELS if (channel, number) in known]


def _dialects(
    bank: Bank, own: keys.Keys, chance: random.Random, code_life: float, *, v3: bool
) -> Mapping[Channel, Dialect]:
    app = own.public("app")
    partner = Partner(keys.APP_ID, app, own.private("alipay"), "", "", "")
    links = Links(bytes(32))
    own_wechat = own.private("wechat")
    wechat: Dialect = (
        WechatV3(
            bank,
            MerchantV3(
                keys.APPID, keys.MCH_ID, keys.API_KEY, app, keys.MERCHANT_SERIAL, keys.KEY_ID, own_wechat, own_wechat,
                "PLATFORM", "",
            ),
            chance,
            links,
        )
        if v3
        else WechatV2(bank, Merchant(keys.APPID, keys.MCH_ID, keys.API_KEY), chance, code_life)
    )  # fmt: skip
    unionpay = UnionPay(bank, MerchantUp(keys.MER_ID, keys.CERT_ID, app, own.private("unionpay"), keys.UP_CERT))
    return {
        Channel.WECHAT: wechat,
        Channel.ALIPAY: Alipay(bank, partner, 1.0, links),
        Channel.UNIONPAY: unionpay,
    }
