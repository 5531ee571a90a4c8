"""The whole till with a printer at its side, over real practice channels: a jam is a lamp, never a wait."""

import asyncio

import pytest

from app import boot
from app.core import policy
from app.core.channel import Channel
from app.core.sale import State
from app.settings import Printer, Settings, save
from app.till.api import Customer, Light
from devices import printers, printers_queue
from tests.app.receipts.thermal import read
from tests.devices.paper_machine import PaperMachine

PACE = 20
PATIENCE = 20


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(printers, "STATUS_SECONDS", 0.2)
    monkeypatch.setattr(printers_queue, "RETRY_SECONDS", 0.05)
    # whatever the pace, a connection may take as long as in life: a loaded machine shakes hands no faster for it
    monkeypatch.setattr(policy, "_CONNECT", PACE * policy._CONNECT)


async def until(holds):
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - the printer's thread sets no event of this loop
            await asyncio.sleep(0.01)


def no_fatal(error):
    raise AssertionError(error)


@pytest.mark.asyncio
async def test_a_printer_that_hangs_holds_no_sale_and_prints_when_it_wakes(tmp_path):
    folder = tmp_path / "training"
    with PaperMachine() as machine:
        machine.reads = False
        printer = Printer(connection="network", address=f"127.0.0.1:{machine.port}")
        save(folder, Settings(simulator=True, printer=printer))
        house = await boot.open_training(folder, on_fatal=no_fatal, pace=PACE)
        views = []
        try:
            house.counter.subscribe(views.append)
            paid = []
            for fen in (1250, 990):
                house.counter.next_customer()
                house.counter.enter_amount(fen)
                shown = await house.phone.fresh_code(Channel.WECHAT, Customer.INSTANT)
                house.counter.scan(shown.code, "practice")
                await until(lambda: views[-1].sale is not None)
                paid.append(views[-1].sale.out_trade_no)
                async with asyncio.timeout(PATIENCE):  # the printer stands until it is told otherwise below
                    assert (await house.engine.ended(paid[-1])).state is State.PAID
            await until(lambda: [one.light for one in views[-1].lamps if one.name == "printer"] == [Light.SLOW])
            assert machine.slips == []
            machine.reads = True
            await until(lambda: len(machine.slips) == 2)
            await until(lambda: [one.light for one in views[-1].lamps if one.name == "printer"] == [Light.OK])
        finally:
            await house.close()
    for number, slip in zip(paid, machine.slips, strict=True):
        lines = read(slip).lines
        assert f"单号 {number}" in lines
        assert not [line for line in lines if "重印" in line]
