"""What a story can do and wait for: keys on the window, touches on the practice phone, pictures of the window."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.channel import Channel
from app.till.api import CounterView, Customer, Phase, PhoneView, PracticePhone
from ui.main import Program
from ui.views.actions import Act
from ui.views.practice import BEHAVIOURS

SIZE: Final = (1366, 768)


@dataclass(frozen=True, slots=True)
class Until:
    """A story waits until ``reached`` is true of what the window and the phone show."""

    what: str  # for the line that says what was never seen
    reached: Callable[[], bool]


Script = Generator[Until, None, None]


class Hand:
    """One person playing both sides of the counter."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.window = program.window
        self.bridge = program.bridge
        self.view: CounterView | None = None
        self.phone: PhoneView | None = None
        self.pictures: list[str] = []
        self._folder = folder
        self._spent: set[str] = set()  # codes this shift has shown already; they pay nothing any more

    # --- waiting

    def phase(self, *phases: Phase) -> Until:
        return Until(
            " / ".join(phases),
            lambda: self.view is not None and self.view.phase in phases,
        )

    def phone_shows(self, state: str, channel: Channel | None = None) -> Until:
        return Until(
            f"phone: {state}",
            lambda: (
                self.phone is not None
                and self.phone.state == state
                and channel in (None, self.phone.channel)
                and (state != "code" or self.phone.code not in self._spent)
            ),
        )

    def settled(self) -> Until:
        return Until("every sale settled", lambda: self.view is not None and not self.view.open)

    def refused(self, key: str) -> Until:
        return Until(
            f"scan.{key}",
            lambda: self.view is not None and self.view.refusal is not None and self.view.refusal.key == key,
        )

    # --- doing

    def key(self, act: Act) -> None:
        self.window.do(act)

    def type(self, yuan: str) -> None:
        for figure in yuan:
            self.window.type_key(figure)

    def amount(self, yuan: str) -> Script:
        """A free stage, the sum typed and taken."""
        if self.view is not None and self.view.phase not in (Phase.IDLE, Phase.READY):
            self.key(Act.NEXT)
            yield self.phase(Phase.IDLE)
        self.type(yuan)
        self.key(Act.TAKE)
        yield self.phase(Phase.READY)

    def customer(self, channel: Channel, customer: Customer) -> Script:
        """The practice customer opens a wallet; a fresh code shows."""
        self._spend()
        self.window.practice.panel.touched.emit(channel.value)
        yield self.phone_shows("code", channel)
        if customer in BEHAVIOURS:
            self._spend()
            self.window.practice.behave(BEHAVIOURS.index(customer))
            yield self.phone_shows("code", channel)

    def scan(self) -> None:
        """The code on the practice phone, as a scanner would read it."""
        self._spend()
        self.window.practice.panel.touched.emit("scan")

    def pay(self, yuan: str, channel: Channel, customer: Customer) -> Script:
        """A sum, a customer, a scan."""
        yield from self.amount(yuan)
        yield from self.customer(channel, customer)
        self.scan()

    def enter_password(self) -> Script:
        yield self.phone_shows("password")
        self.window.practice.panel.touched.emit("pay")

    def fault(self, script: str) -> Script:
        """Set the practice service's fault script; an empty one mends everything."""
        done: list[bool] = []

        async def ask(phone: PracticePhone) -> None:
            await phone.fault(script)
            done.append(True)

        self.bridge.ask_phone(ask)
        yield Until("the fault is set", lambda: bool(done))

    def picture(self, name: str) -> None:
        """The window as it stands, as a PNG."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = f"{len(self.pictures) + 1:02d}-{name}.png"
        if self.window.grab().save(str(self._folder / file)):
            self.pictures.append(file)

    def _spend(self) -> None:
        if self.phone is not None:
            self._spent.add(self.phone.code)
