"""A counter that a story is played on, and a terminal to read it from."""

import asyncio
import io
from dataclasses import replace

import pytest

from app.cli.interrupts import Interrupts
from app.cli.selling import resolve, sell
from app.cli.teller import Teller
from app.core.channel import Channel
from app.core.sale import FINAL, State
from app.till.api import CounterView, Desk, Phase, PhoneView, Refusal, SaleView, Totals

START = SaleView(
    out_trade_no="700326112258170004170000",
    number=1,
    channel=Channel.WECHAT,
    amount_fen=1250,
    state=State.INTENT,
    phase=Phase.INTENT,
    reason=None,
    says="",
    began_ms=1_790_000_000_000,
    ended_ms=None,
    refunded_fen=0,
    deadline=None,
    patience=45.0,
    release=None,
    silent_for=None,
    story=(),
    recovered=False,
    alarm="",
)
EMPTY = CounterView(
    desk=Desk("示例商店", "0001", "1001", training=True, language="zh", cap_fen=500_000),
    phase=Phase.IDLE,
    amount_fen=None,
    attempt=0,
    sale=None,
    refusal=None,
    confirm_cap=False,
    open=(),
    done=(),
    totals=Totals(0, 0),
    lamps=(),
    recovering=0,
)


def order(number):
    return f"7003261122581700041700{number:02d}"


class FakeCounter:
    """Keeps what it was asked; ``play`` moves a sale and publishes, as the till does on its loop."""

    def __init__(self, *, cap=False, refuse=None, recovered=()):
        self.view = replace(EMPTY, open=tuple(recovered), recovering=len(recovered))
        self.asked = []
        self.listeners = []
        self.on_scan = []  # what follows a scan: (state, phase, changes) of the new sale
        self.on_stop = []
        self._cap = cap
        self._refuse = refuse

    def subscribe(self, on_view):
        self.listeners.append(on_view)
        on_view(self.view)

    def publish(self, **changes):
        self.view = replace(self.view, **changes)
        for listener in self.listeners:
            listener(self.view)

    def soon(self, act):
        asyncio.get_running_loop().call_soon(act)

    def put(self, number, state, phase, **changes):
        """Show sale ``number`` as given: among the open ones, or done."""
        old = {sale.out_trade_no: sale for sale in (*self.view.open, *self.view.done)}
        base = old.get(order(number), replace(START, out_trade_no=order(number), number=number))
        sale = replace(base, state=state, phase=phase, **changes)
        rest = tuple(s for s in self.view.open if s.out_trade_no != sale.out_trade_no)
        done = tuple(s for s in self.view.done if s.out_trade_no != sale.out_trade_no)
        final = state in FINAL
        staged = self.view.sale is not None and self.view.sale.out_trade_no == sale.out_trade_no
        self.publish(
            open=rest if final else (sale, *rest),
            done=(sale, *done) if final else done,
            sale=sale if staged or number == 1 else self.view.sale,
            phase=phase,
        )

    def play(self, steps, number=1):
        for state, phase, changes in steps:
            self.put(number, state, phase, **changes)

    def warm(self):
        self.asked.append("warm")

    def enter_amount(self, fen):
        self.asked.append(("amount", fen))
        if self._refuse:
            self.soon(lambda: self.publish(refusal=Refusal(self._refuse, (), 1)))
        elif self._cap:
            self.soon(lambda: self.publish(confirm_cap=True))
        else:
            self.soon(lambda: self.publish(phase=Phase.READY, amount_fen=fen))

    def confirm_amount(self):
        self.asked.append("confirm")
        self.soon(lambda: self.publish(confirm_cap=False, phase=Phase.READY))

    def scan(self, text, source):
        self.asked.append(("scan", text, source))
        answer = self.on_scan.pop(0)
        if isinstance(answer, Refusal):
            self.soon(lambda: self.publish(refusal=answer))
        else:
            for step in answer:
                self.soon(lambda step=step: self.play([step]))

    def stop(self):
        self.asked.append("stop")
        for step in self.on_stop:
            self.soon(lambda step=step: self.play([step]))

    def next_customer(self):
        self.asked.append("next")

    def acknowledge(self, out_trade_no):
        self.asked.append(("acknowledge", out_trade_no))
        self.publish(done=tuple(sale for sale in self.view.done if sale.out_trade_no != out_trade_no))


class FakePhone:
    def __init__(self):
        self.asked = []
        self.on_password = lambda: None

    async def fresh_code(self, channel, customer):
        self.asked.append((channel, customer))
        return PhoneView(channel, "134567890123456789", 100_000, None, "code")

    async def enter_password(self):
        self.asked.append("password")
        self.on_password()


class FakeHouse:
    def __init__(self, counter, phone=None):
        self.counter = counter
        self.phone = phone


class Scene:
    """A counter, a terminal and the hand on Ctrl-C."""

    def __init__(self, **counter):
        self.counter = FakeCounter(**counter)
        self.phone = FakePhone()
        self.told = Interrupts()
        self.fatal = asyncio.Event()
        self.terminal = io.StringIO()
        self.teller = Teller(self.terminal, "zh", now=lambda: 1000.0)

    @property
    def out(self):
        return self.terminal.getvalue()

    def found_at_start(self, *numbers, state=State.UNKNOWN, phase=Phase.UNKNOWN):
        for number in numbers:
            self.counter.put(number, state, phase, recovered=True)
        self.counter.publish(sale=None)

    async def sell(self, wanted):
        house = FakeHouse(self.counter, self.phone)
        return await sell(house, wanted, self.teller, self.told, self.fatal)

    async def resolve(self, look=0.0):
        return await resolve(FakeHouse(self.counter), self.teller, self.told, self.fatal, look=look)

    async def begin(self, wanted, until):
        """A sale under way whose story has come to ``until``."""
        task = asyncio.ensure_future(self.sell(wanted))
        await self.until(until)
        return task

    async def until(self, text):
        for _ in range(1000):
            if text in self.out:
                return
            await asyncio.sleep(0)
        raise AssertionError(f"{text} was never told:\n{self.out}")


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def make_scene():
    return Scene
