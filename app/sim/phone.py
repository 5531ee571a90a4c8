"""The practice customer's phone: the other side of the counter in training mode.

Its shape is ``app.till.api.PracticePhone``; the simulator may not import the till, so the value is written again here.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.channel import Channel
from app.sim.client_file import Control, NoSimulatorError, read_control
from app.sim.remote import ask


@dataclass(frozen=True, slots=True)
class PhoneView:
    """Fields of ``app.till.api.PhoneView``. ``state``: code, password, paid, refused, expired or offline.

    A payment that was given back reads "refused" again; the balance shows the money.
    """

    channel: Channel
    code: str
    balance_fen: int
    asks_fen: int | None
    state: str

    def __repr__(self) -> str:
        return f"PhoneView({self.channel}, {self.state})"


class SimPhone:
    """One practice phone. Every method but ``look`` raises NoSimulatorError where the simulator is gone."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._last = PhoneView(Channel.WECHAT, "", 0, None, "expired")

    @classmethod
    def of(cls, folder: Path) -> "SimPhone":
        """The phone of the simulator that serves ``folder``; NoSimulatorError where none does."""
        return cls(read_control(folder))

    async def fresh_code(self, channel: Channel, customer: str) -> PhoneView:
        """A new code. ``customer``: instant (asks above 1,000 yuan), password (asks always), never, poor."""
        asked = {"channel": channel.value, "customer": str(customer)}
        return self._see(await ask(self._control, "POST", "/phone/code", asked))

    async def look(self) -> PhoneView:
        """How the last code stands now; ``offline`` where the line is cut or the simulator does not answer."""
        try:
            return self._see(await ask(self._control, "GET", "/phone"))
        except NoSimulatorError:
            last = self._last
            return PhoneView(last.channel, last.code, last.balance_fen, None, "offline")

    async def enter_password(self) -> None:
        """The right password. Nothing happens where none is asked for any more."""
        await ask(self._control, "POST", "/phone/password")

    async def refuse(self) -> None:
        """Close the password dialogue. Nothing happens where none is open."""
        await ask(self._control, "POST", "/phone/refuse")

    async def line(self, up: bool) -> None:
        """Cut the practice channels' line (connections refused), or mend it."""
        await ask(self._control, "POST", "/line", {"up": up})

    async def fault(self, script: str) -> None:
        """Set the fault script; an empty one mends everything. AskedWrongError for a script nobody understands."""
        await ask(self._control, "POST", "/fault", {"script": script})

    async def ledger(self) -> tuple[tuple[str, int], ...]:
        """(out_trade_no, fen held) of every order, as ``mashou sim ledger`` prints them."""
        orders = (await ask(self._control, "GET", "/ledger"))["orders"]
        return tuple((str(order["out_trade_no"]), int(order["net_fen"])) for order in orders)

    def _see(self, answer: dict[str, Any]) -> PhoneView:
        self._last = PhoneView(
            Channel(answer["channel"]), answer["code"], answer["balance_fen"], answer["asks_fen"], answer["state"]
        )
        return self._last
