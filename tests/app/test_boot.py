"""The whole till against the real practice service: another process, real TLS, twenty times as fast as life."""

import asyncio
import logging
import os
import pty
import stat
import tty
from dataclasses import replace

import pytest

from app import boot
from app.core import policy
from app.core.channel import Channel
from app.core.numbers import parse_order_number
from app.core.sale import State
from app.settings import load, save
from app.till.api import Customer, Lamp, Light, Phase

PACE = 20
PATIENCE = 30  # real seconds for what takes two or three


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Whatever the pace, a connection may take as long as in life: a loaded machine shakes hands no faster for it."""
    monkeypatch.setattr(policy, "_CONNECT", PACE * policy._CONNECT)


class Onlooker:
    """Sees every picture."""

    def __init__(self, house):
        self.house = house
        self.views = []
        self._changed = asyncio.Event()
        house.counter.subscribe(self._seen)

    def _seen(self, view):
        self.views.append(view)
        self._changed.set()

    @property
    def view(self):
        return self.views[-1]

    async def until(self, holds):
        async with asyncio.timeout(PATIENCE):
            while not holds(self.view):
                self._changed.clear()
                await self._changed.wait()
        return self.view

    async def charge(self, channel, customer, fen):
        self.house.counter.next_customer()
        self.house.counter.enter_amount(fen)
        shown = await self.house.phone.fresh_code(channel, customer)
        self.house.counter.scan(shown.code, "practice")
        await self.until(lambda view: view.sale is not None)
        return shown.code, self.view.sale.out_trade_no


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "training"


def no_fatal(error):
    raise AssertionError(error)


@pytest.mark.asyncio
async def test_training_sells_revokes_and_remembers(folder):
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    try:
        seen = Onlooker(house)
        assert seen.view.desk.training
        lamps = {lamp.name: lamp.light for lamp in seen.view.lamps}
        assert lamps["scanner"] is Light.OK, "the window listens for a scanner on the keyboard's port"
        paid_code, paid = await seen.charge(Channel.WECHAT, Customer.INSTANT, 12850)
        assert (await house.engine.ended(paid)).state is State.PAID
        never_code, never = await seen.charge(Channel.ALIPAY, Customer.NEVER, 3200)
        await seen.until(lambda view: view.phase is Phase.PENDING)
        typed_code, typed = await seen.charge(Channel.WECHAT, Customer.PASSWORD, 990)
        await seen.until(lambda view: view.phase is Phase.PENDING)
        assert (await house.phone.look()).state == "password"
        await house.phone.enter_password()
        assert (await house.engine.ended(typed)).state is State.PAID
        assert (await house.engine.ended(never)).state is State.REVERSED
        await seen.until(lambda view: not view.open)
        assert (seen.view.totals.count, seen.view.totals.paid_fen) == (2, 13840)
        assert house.clock.measured
        assert all(lamp.light in (Light.OK, Light.OFF) for lamp in seen.view.lamps)
    finally:
        await house.close()
    written = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    written += b"".join(path.read_bytes() for path in (folder / "log").iterdir())
    for code in (paid_code, never_code, typed_code):
        assert code.encode() not in written

    again = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    try:
        assert (Onlooker(again).view.totals.paid_fen, again.recovered) == (13840, 0)
    finally:
        await again.close()


@pytest.mark.asyncio
async def test_a_till_that_was_dropped_finishes_its_sale_at_the_next_start(folder):
    first = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    seen = Onlooker(first)
    _, number = await seen.charge(Channel.WECHAT, Customer.NEVER, 500)
    await seen.until(lambda view: view.phase is Phase.PENDING)
    await first.close()

    second = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    try:
        assert second.recovered == 1
        async with asyncio.timeout(PATIENCE):
            assert [sale.state for sale in await second.engine.all_settled()] == [State.REVERSED]
        assert Onlooker(second).view.done[0].out_trade_no == number
    finally:
        await second.close()


@pytest.mark.asyncio
async def test_the_line_goes_down_and_comes_back(folder):
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    try:
        seen = Onlooker(house)
        await house.phone.line(up=False)
        _, number = await seen.charge(Channel.WECHAT, Customer.INSTANT, 500)
        assert (await house.engine.ended(number)).state is State.NOT_SENT
        assert (await house.phone.look()).state in {"offline", "code"}
        await house.phone.line(up=True)
        house.counter.next_customer()
        house.counter.enter_amount(500)
        await seen.until(lambda view: all(lamp.light is not Light.STOPPED for lamp in view.lamps))
        _, number = await seen.charge(Channel.WECHAT, Customer.INSTANT, 500)
        assert (await house.engine.ended(number)).state is State.PAID
    finally:
        await house.close()


@pytest.mark.asyncio
async def test_a_real_serial_line_charges_and_its_loss_shows(folder, expect_log):
    expect_log("devices.serial_scanner", "dropped")
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    await house.close()
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    settings = load(folder).settings
    save(folder, replace(settings, scanner=replace(settings.scanner, port=os.ttyname(theirs))))
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    try:
        os.close(theirs)
        seen = Onlooker(house)
        await seen.until(lambda view: view.lamps[0].light is Light.OK)
        house.counter.enter_amount(500)
        for n, spoilt in enumerate((b"1345\xff78901234567\r", b"\xf8\x80\x9e\xfe\x86\xe6\x98\xf8\r"), 1):
            os.write(ours, spoilt)
            told = await seen.until(lambda view, n=n: view.refusal is not None and view.refusal.serial == n)
            assert told.refusal.key == "garbled", "a code spoilt on the line, or at the wrong speed, is no silence"
        shown = await house.phone.fresh_code(Channel.WECHAT, Customer.INSTANT)
        os.write(ours, shown.code.encode() + b"\r")
        await seen.until(lambda view: view.phase is Phase.PAID)
        os.close(ours)
        await seen.until(lambda view: view.lamps[0].light is Light.STOPPED)
    finally:
        await house.close()


@pytest.mark.asyncio
async def test_a_second_till_on_the_same_journal_is_told_so(folder):
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    try:
        with pytest.raises(boot.CannotStart) as told:
            await boot.open_house(folder, on_fatal=no_fatal)
        assert told.value.key == "app.two.say"
        with pytest.raises(boot.CannotStart) as told:
            await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
        assert told.value.key == "app.two.say"
        seen = Onlooker(house)
        _, number = await seen.charge(Channel.ALIPAY, Customer.INSTANT, 500)
        assert (await house.engine.ended(number)).state is State.PAID, "the first window is undisturbed"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        await house.close()


@pytest.mark.asyncio
async def test_a_folder_that_was_never_set_up(tmp_path):
    with pytest.raises(boot.CannotStart) as told:
        await boot.open_house(tmp_path, on_fatal=no_fatal)
    assert told.value.key == "set.missing"


@pytest.mark.asyncio
async def test_a_start_that_fails_leaves_nothing_behind(folder):
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    await house.close()
    handlers = logging.getLogger().handlers[:]
    sealed = folder / "keys.sealed"
    kept = sealed.read_bytes()
    sealed.unlink()
    with pytest.raises(boot.CannotStart) as told:
        await boot.open_house(folder, on_fatal=no_fatal)
    assert told.value.key == "keys.missing.say"
    assert logging.getLogger().handlers == handlers
    sealed.write_bytes(kept)
    house = await boot.open_house(folder, on_fatal=no_fatal)
    await house.close()
    await house.close()


@pytest.mark.asyncio
async def test_training_never_starts_in_a_folder_with_real_keys(folder):
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    await house.close()
    save(folder, replace(load(folder).settings, simulator=False, pace=1.0))
    with pytest.raises(boot.CannotStart) as told:
        await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    assert told.value.key == "keys.mixed.say"
    with pytest.raises(boot.CannotStart) as told:
        await boot.open_house(folder, on_fatal=no_fatal)
    assert told.value.key == "keys.mixed.say"


@pytest.mark.asyncio
async def test_one_channels_bad_key_shuts_that_channel_alone(folder, expect_log):
    expect_log("mashou.boot", "stays shut")
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    await house.close()
    settings = load(folder).settings
    save(folder, replace(settings, alipay=replace(settings.alipay, alipay_public_key_pem="")))
    house = await boot.open_house(folder, on_fatal=no_fatal)
    try:
        lights = {lamp.name: lamp.light for lamp in Onlooker(house).view.lamps}
        assert (lights["wechat"], lights["alipay"]) == (Light.OK, Light.STOPPED)
        house.counter.enter_amount(500)
        house.counter.scan("280000000000000000", "practice")
        assert house.counter.board.front.refusal.key == "chandown"
    finally:
        await house.close()


@pytest.mark.asyncio
async def test_a_journal_that_vanished_or_came_back_old_is_told_and_selling_goes_on(folder, tmp_path, expect_log):
    async def sell() -> tuple[str, Lamp]:
        house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
        try:
            seen = Onlooker(house)
            _, number = await seen.charge(Channel.WECHAT, Customer.INSTANT, 100)
            assert (await house.engine.ended(number)).state is State.PAID
            await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "mashou-seek"))
            found.extend(kept.body["out_trade_no"] for kept in house.engine.keeper.journal.entries_of(["epoch.found"]))
            return number, next(lamp for lamp in seen.view.lamps if lamp.name == "journal")
        finally:
            await house.close()

    def epoch(number: str) -> int:
        parsed = parse_order_number(number)
        assert parsed is not None
        return parsed.epoch

    found = []
    journal = folder / "journal.db"
    first, lamp = await sell()
    assert lamp.key == "journal.ok"
    backup = journal.read_bytes()
    second, lamp = await sell()
    assert lamp.key == "journal.ok"
    assert epoch(second) == epoch(first)

    journal.write_bytes(backup)
    expect_log("mashou.till", "not the one known (back)")
    expect_log("mashou.channels", "ODD")  # asked about a sale whose sum is lost
    third, lamp = await sell()
    assert (lamp.key, lamp.light) == ("epoch.back", Light.SLOW)
    assert epoch(third) != epoch(first)
    assert found == [second], "the sale that the old copy lacks is known to its channel"
    again, lamp = await sell()
    assert (lamp.key, epoch(again)) == ("journal.ok", epoch(third)), "told once"

    journal.unlink()
    expect_log("mashou.till", "not the one known (lost)")
    fourth, lamp = await sell()
    assert lamp.key == "epoch.lost"
    assert epoch(fourth) not in {epoch(first), epoch(third)}


@pytest.mark.asyncio
async def test_every_channel_is_told_where_the_journal_stands(folder, monkeypatch):
    opened = []

    def watched(configs, *rest, **named):
        opened.extend(configs)
        return open_channels(opened, *rest, **named)

    open_channels = boot.open_channels
    monkeypatch.setattr(boot, "open_channels", watched)
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
    try:
        seen = Onlooker(house)
        before = opened[0].anchor()
        _, number = await seen.charge(Channel.WECHAT, Customer.INSTANT, 100)
        await house.engine.ended(number)
        head = house.engine.keeper.journal.head()
        assert {config.anchor() for config in opened} == {f"{head.seq}-{head.digest[:8]}"}
        assert opened[0].anchor() != before
    finally:
        await house.close()
