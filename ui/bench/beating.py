"""``python -m ui.bench.beating till FOLDER SECONDS PACE`` or ``bare SECONDS``: one beating window, its gaps as JSON."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import cycle
from pathlib import Path
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from app.core.channel import Channel
from app.core.sale import FINAL
from app.till.api import CounterView, Customer, Phase, PhoneView
from ui import main as window_program
from ui.bench.heartbeat import SALES_A_MINUTE, Gaps, Heart, beat_bare, gaps_of
from ui.shift.hand import Hand, Script, Until
from ui.views.actions import Act

LOOK_MS: Final = 20  # how often the script looks whether what it waits for is there
# A day's mixture: of ten customers seven pay at once, one types a password, one has too little, one never types.
CUSTOMERS: Final = (
    *(Customer.INSTANT,) * 4,
    Customer.PASSWORD,
    *(Customer.INSTANT,) * 3,
    Customer.POOR,
    Customer.NEVER,
)


class Seller(QObject):
    """Sells on the window of one program, a sale every ``60 / SALES_A_MINUTE / pace`` seconds, for ``seconds``."""

    def __init__(self, program: window_program.Program, folder: Path, seconds: float, pace: float) -> None:
        super().__init__(program)
        self.heart, self.sales = Heart(self), 0
        self._program, self._hand = program, Hand(program, folder)
        self._seconds, self._every = seconds, 60 / SALES_A_MINUTE / pace
        self._began = 0.0
        self._script: Script | None = None
        self._waiting: Until | None = None
        self._customers: Iterator[Customer] = cycle(CUSTOMERS)
        self._channels: Iterator[Channel] = cycle((Channel.WECHAT, Channel.ALIPAY))
        program.bridge.view.connect(self._see)
        program.bridge.phone.connect(self._see_phone)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._step)
        self._timer.start()

    @Slot(object)
    def _see(self, view: CounterView) -> None:
        self._hand.view = view

    @Slot(object)
    def _see_phone(self, phone: PhoneView | None) -> None:
        self._hand.phone = phone or self._hand.phone

    @Slot()
    def _step(self) -> None:
        now = monotonic()
        if not self._began:
            if self._hand.view is None or self._hand.phone is None:
                return
            self._began = now
            self.heart.start()
        if now - self._began >= self._seconds:
            self._timer.stop()
            self.heart.stop()
            QApplication.exit(0)
        elif self._script is None:
            if now >= self._began + self.sales * self._every:
                self._script = self._sell(next(self._channels), next(self._customers))
        elif self._waiting is None or self._waiting.reached():
            self._waiting = next(self._script, None)
            if self._waiting is None:
                self._script = None
                self.sales += 1

    def _sell(self, channel: Channel, customer: Customer) -> Script:
        """One sale as a cashier makes it; who never types is left to the list, the next customer comes."""
        hand = self._hand
        yield from hand.pay("12.50", channel, customer)
        if customer is Customer.PASSWORD:
            yield hand.phone_shows("password")
            yield from hand.enter_password()
        if customer is Customer.NEVER:
            yield hand.phase(Phase.PENDING)
            hand.key(Act.NEXT)
        else:
            yield Until("an end", self._ended)

    def _ended(self) -> bool:
        view = self._hand.view
        return view is not None and view.sale is not None and view.sale.state in FINAL


def beat_till(folder: Path, seconds: float, pace: float) -> Gaps:
    sellers: list[Seller] = []

    def on_program(program: window_program.Program) -> None:
        sellers.append(Seller(program, folder, seconds, pace))

    code = window_program.run(folder, training=True, language="zh", pace=pace, on_program=on_program)
    if code != 0:
        raise SystemExit(code)
    (seller,) = sellers
    return gaps_of(seller.heart.gaps, seller.heart.busy, seller.sales)


def main(argv: list[str]) -> int:
    match argv:
        case ["till", folder, seconds, pace]:
            told = beat_till(Path(folder), float(seconds), float(pace))
        case ["bare", seconds]:
            told = beat_bare(QApplication(sys.argv[:1]), float(seconds))
        case _:
            raise SystemExit(__doc__)
    sys.stdout.write(json.dumps(asdict(told)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
