"""The shipping till and the bare script, sale by sale in turns: one process, one loop, one practice service."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from app import boot
from app.bench.asks import Alipay, Dialect, Wechat
from app.bench.bare import Commits, RawWrite, Taken, ThroughHttpx, Way, sell
from app.bench.sends import Sends
from app.channels import tls
from app.channels.alipay import sign
from app.core.channel import Channel
from app.core.sale import State
from app.secrets import Vault
from app.till.api import Customer
from app.till.running import Running

AMOUNT_FEN: Final = 1250
UNCOUNTED: Final = 5  # sales of each kind before the first that counts: caches fill, connections open
BUDGET: Final = 20.0  # seconds for one channel; on a loaded machine fewer sales are made than were asked for
SALE_PATIENCE: Final = 30.0  # seconds; a practice sale takes some 20 ms
# What an entry holds beside its body: two digests and a seal of 32 bytes each, kind, numbers, times, the sale's line.
BESIDE_BODY: Final = 400
TILL: Final = "till"
RAW: Final = "raw"
HTTPX: Final = "httpx"

Samples = Mapping[str, list[Taken]]  # by TILL, RAW, HTTPX: one for each sale


def measure(folder: Path, rounds: int) -> Mapping[Channel, Samples]:
    """Up to ``rounds`` sales of each kind at WeChat and at Alipay, the till's through the training house of ``folder``.

    Runs a loop of its own. Raises boot.CannotStart, WentWrongError.
    """
    return asyncio.run(_measured(folder, rounds))


async def _measured(folder: Path, rounds: int) -> Mapping[Channel, Samples]:
    sends = Sends(asyncio.get_running_loop())
    house = await boot.open_training(folder, on_fatal=_end, scanner=False)
    try:
        rush = Rush(house, sends)
        return {
            channel: await _one_channel(rush, folder, channel, rounds) for channel in (Channel.WECHAT, Channel.ALIPAY)
        }
    finally:
        await house.close()


class Rush:
    """One practice sale after another over the shipping till, each stamped."""

    def __init__(self, house: boot.House, sends: Sends) -> None:
        self._house = house
        self.sends = sends
        self._paid: asyncio.Future[float] | None = None
        self.last = ""
        house.engine.listen(self._changed, lambda: None)

    def _changed(self, running: Running) -> None:
        """The engine tells this as soon as the step is durable."""
        if running.durable.state is State.PAID and self._paid is not None and not self._paid.done():
            self.last = running.out_trade_no
            self._paid.set_result(time.perf_counter())

    async def code(self, channel: Channel) -> str:
        assert self._house.phone is not None, "training has a phone"
        return (await self._house.phone.fresh_code(channel, Customer.INSTANT)).code

    async def sell(self, channel: Channel, dialect: Dialect) -> Taken:
        """From the scan to PAID. Before it the till's own warming has left a connection, as when an amount stands."""
        counter = self._house.counter
        counter.next_customer()
        counter.enter_amount(AMOUNT_FEN)
        code = await self.code(channel)
        await self._house.engine.channels[channel].warm()
        self._paid = asyncio.get_running_loop().create_future()
        self.sends.expect(dialect.mark)
        began = time.perf_counter()
        counter.scan(code, "bench")
        async with asyncio.timeout(SALE_PATIENCE):
            paid = await self._paid
        assert self.sends.at is not None, "a paid sale whose request was not seen on the wire"
        return Taken(self.sends.at - began, paid - began)

    def size(self) -> int:
        """Bytes of the entry that the last sale's D1 left in the journal."""
        first, *_ = self._house.engine.keeper.journal.story(self.last)
        return len(json.dumps(first.body, ensure_ascii=False, separators=(",", ":")).encode()) + BESIDE_BODY

    def address(self, channel: Channel) -> str:
        settings = self._house.settings
        if channel is Channel.WECHAT:
            assert settings.wechat is not None, "training has both channels"
            return settings.wechat.base_url
        assert settings.alipay is not None, "training has both channels"
        return settings.alipay.gateway_url

    @property
    def ca_pem(self) -> str:
        return self._house.settings.line.ca_pem


async def _one_channel(rush: Rush, folder: Path, channel: Channel, rounds: int) -> Samples:
    dialect = _dialect(folder, channel)
    taken: dict[str, list[Taken]] = {TILL: [], RAW: [], HTTPX: []}
    url = rush.address(channel)
    context = tls.trust(url, rush.ca_pem)
    ways: dict[str, Way] = {RAW: RawWrite(url, context), HTTPX: ThroughHttpx(url, context)}
    await rush.sell(channel, dialect)
    dialect.learn(rush.sends.wire)
    async with AsyncExitStack() as undo:
        commits = Commits(folder / f"bare-{channel}.db", rush.size())
        undo.callback(commits.close)
        for way in ways.values():
            undo.push_async_callback(way.aclose)
        ends_at = time.monotonic() + BUDGET
        for n in range(UNCOUNTED + rounds):
            if n > UNCOUNTED and time.monotonic() > ends_at:
                break
            for kind in _turn(n):
                if kind == TILL:
                    one = await rush.sell(channel, dialect)
                else:
                    asks = dialect.asks(await rush.code(channel))
                    one = await sell(commits, dialect, ways[kind], rush.sends, asks)
                taken[kind].append(one)
    return {kind: samples[UNCOUNTED:] for kind, samples in taken.items()}


def _turn(n: int) -> tuple[str, ...]:
    """Each kind comes first as often as the others, so that none has the other's caches."""
    kinds = (TILL, RAW, HTTPX)
    return kinds[n % 3 :] + kinds[: n % 3]


def _dialect(folder: Path, channel: Channel) -> Dialect:
    """The channel's bare script with its key loaded once."""
    secrets = Vault.unlock(folder)
    if channel is Channel.WECHAT:
        return Wechat(secrets["wechat.api_v2_key"].reveal())
    return Alipay(sign.private_key(secrets["alipay.app_private_key_pem"]))


def _end(error: BaseException) -> None:
    """The journal broke under the bench: there is nothing to save in its own folder."""
    sys.exit(f"the bench's journal broke: {error}")
