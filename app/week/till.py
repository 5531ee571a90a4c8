"""A shipping till over the street: its own folder, keys and journal, put together as ``app.boot`` does it."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.channels.api import Contact, Terminal
from app.channels.registry import configured, open_channels
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.policy import limits_for
from app.core.sale import Order, Sale
from app.core.staff import Act, Approval, Person, Role
from app.journal.writer import open_writer
from app.secrets import Vault
from app.settings import DataFolder, load, save, take_client
from app.till.back import TillMoneyBack
from app.till.clock import Clock
from app.till.effects import channel_limits
from app.till.engine import Engine
from app.till.orders import Orders
from app.week.street import Street

SUPERVISOR = Person("2001", "2001", Role.SUPERVISOR)
_CLIENT = "client.json"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a till stands and which of WeChat's APIs its merchant has there."""

    folder: Path
    terminal: str
    wechat: str  # "v2" or "v3"


def set_up(place: Place, client: Mapping[str, Any]) -> None:
    """What ``mashou setup`` does with the simulator's ``client.json``. Raises ClientError, VaultError, OSError."""
    data = DataFolder(place.folder)
    data.make()
    file = place.folder / _CLIENT
    file.write_text(json.dumps({**client, "wechat": {**client["wechat"], "api": place.wechat}}), encoding="utf-8")
    try:
        taken = take_client(file)
    finally:
        file.unlink()
    Vault.create(place.folder, taken.secrets, simulator=True)
    save(place.folder, replace(taken.settings, till=replace(taken.settings.till, terminal=place.terminal)))


class WeekTill:
    """One running till. Belongs to the loop of its street."""

    def __init__(self, place: Place, client: Mapping[str, Any], street: Street, chance: random.Random) -> None:
        set_up(place, client)
        data, self._chance, loop = DataFolder(place.folder), chance, street.loop
        settings, secrets = load(place.folder).settings, Vault.unlock(place.folder)
        self.terminal = place.terminal
        self.clock = Clock(mono=loop.time, wall=street.channel_s, monotonic=loop.time)
        self._journal = open_writer(
            data.journal, secrets.mac_key, training=True, now_ms=self.clock.channel_ms(), entropy=chance.randbytes
        )
        terminal = Terminal(settings.shop.name, settings.shop.store_id, place.terminal, "127.0.0.1")
        limits = channel_limits(limits_for())
        self._rooms = open_channels(configured(settings, secrets), terminal, self.clock, limits, self._hear)
        self._engine = Engine(self._journal, self._rooms, self.clock, on_fatal=_give_up)
        self._back = TillMoneyBack(self._engine)
        self._cashier = ""
        self._orders = Orders(
            self._journal,
            self.clock,
            secrets.code_mark_key,
            terminal=place.terminal,
            operator=lambda: self._cashier,
            training=True,
        )

    def _hear(self, contact: Contact) -> None:
        self.clock.heard(contact)

    def charge(self, channel: Channel, amount_fen: int, code: str, cashier: str, purchase: str = "") -> Order:
        """Make the order and start it."""
        self._cashier = cashier
        auth_code = AuthCode(code)
        order = self._orders.order(channel, amount_fen, self._orders.mark(auth_code), purchase)
        self._engine.start(order, auth_code)
        return order

    def stop(self, out_trade_no: str) -> None:
        """F2."""
        self._engine.stop(out_trade_no)

    async def ended(self, out_trade_no: str) -> Sale:
        return await self._engine.ended(out_trade_no)

    async def refund(self, out_trade_no: str, amount_fen: int) -> bool:
        """A supervisor gives back; whether that was begun. Returns when it has ended."""
        reason = "ap.reason.return"
        now = self.clock.now()
        nonce = self._chance.randbytes(16).hex()
        approval = Approval(Act.REFUND, out_trade_no, amount_fen, reason, SUPERVISOR, nonce, now.mono, now.ms)
        if self._back.refund(out_trade_no, amount_fen, reason, approval) is not None:
            return False
        await self._back.refunded(out_trade_no)
        return True

    async def settled(self) -> None:
        """Until nothing is open."""
        await self._engine.all_settled()

    async def close(self) -> None:
        await self._engine.aclose()
        for room in self._rooms.values():
            await room.aclose()
        self._journal.close()


def _give_up(error: BaseException) -> None:
    raise error
