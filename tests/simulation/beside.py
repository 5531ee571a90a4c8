"""What goes on beside the selling: the channel's refund right that is shut, its notifications, the receipt printer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from simulation.counterparty import Asked, Counterparty
from simulation.watch import Watch

from app.channels.books import Notice, NoticeKind
from app.core.answers import Evidence
from app.core.channel import Channel
from app.core.sale import State
from app.receipts.facts import Heading
from app.receipts.layout import Slip, as_text
from app.settings import Printer
from app.sim.book import Order, OrderState
from app.sim.exchange import Request
from app.sim.faults import Call
from app.sim.rules import Rules
from app.till.engine import Engine
from app.till.noticebox import NoticeBox, fact_of
from app.till.printing import Printing
from app.till.slip_desk import SlipDesk

SHUT = 0.02  # refunds a channel takes none of for a while, in a middling seed
NOTICES = 0.1  # seeds whose channels also speak by themselves
PRINTS = 0.15  # seeds whose till prints
LOOKS = (0.1, 4.0, 100.0)  # seconds after a request at which the channel may have something to tell
COPY = "重印"
_COLLECTED = frozenset({State.PAID, State.VOIDING, State.VOIDED, State.REFUNDED, State.PARTLY_REFUNDED, State.REVERSED})


class Box:
    """In place of the folder of waiting notifications: whatever lies in it survives the program."""

    def __init__(self) -> None:
        self._held: dict[str, Notice] = {}

    def put(self, notice: Notice) -> None:
        self._held[fact_of(notice)] = notice

    def waiting(self) -> Iterator[Path]:
        return map(Path, sorted(self._held))

    def read(self, path: Path) -> Notice:
        return self._held[path.name]

    def done(self, path: Path) -> None:
        self._held.pop(path.name, None)


class Channels(Counterparty):
    """The counterparty, which also tells of payments by itself, and shuts its refunds for a while."""

    box: NoticeBox | None = None  # where notifications are left, by somebody else's process

    def begin(self) -> None:
        if self._world.dice.u("notices") < NOTICES and not self._world.dice.faultless:
            self.box = cast("NoticeBox", Box())
            self._world.seen("notices")

    def answer(self, request: Request, now: float) -> Any:
        asked = self.script.about
        if asked is not None and asked.call is Call.REFUND:
            self._shuts(asked, now)
        answered = super().answer(request, now)
        if self.box is not None and asked is not None and asked.number and asked.call is not Call.QUERY:
            for n, latest in enumerate(LOOKS):
                delay = self._world.dice.draw(0.05, latest, "notice", asked.entity, n)
                self._world.at(delay, lambda: self._tells(asked))
        return answered

    def _shuts(self, asked: Asked, now: float) -> None:
        """Risk control, a frozen account, a contract that ran out: the first request for a refund may begin it."""
        dice = self._world.dice
        if asked.number not in self.shut:
            struck = dice.troubles(asked.entity) and dice.strikes("refund.shut", SHUT, asked.entity)
            self.shut[asked.number] = now + dice.draw(5, 400, "shut for", asked.entity) if struck else 0.0
            if struck:
                self._world.say(
                    "fault", f"{asked.entity}: no refund is taken for {self.shut[asked.number] - now:.0f} s"
                )
                self._world.seen("refunds are shut")
        ours = cast("dict[Channel, Rules]", dict(self.bank.refunds._rules))
        usual = self.bank._rules[asked.channel]
        shut = now < self.shut[asked.number]
        ours[asked.channel] = replace(usual, refund_window=-1.0) if shut else usual
        self.bank.refunds._rules = cast("Mapping[Channel, Rules]", ours)

    def _tells(self, asked: Asked) -> None:
        assert self.box is not None
        self.bank.settle(self._world.channel_s())
        for order in self.orders(asked.number):
            for notice in _notices(order, self.bank.refunds.of(order)):
                self._world.seen(f"notice.{notice.kind}")
                self.box.put(notice)


def _notices(order: Order, refunds: tuple[Any, ...]) -> Iterator[Notice]:
    """What the channel tells of ``order`` as it stands: the room that reads a notification is not in the story."""

    def told(kind: NoticeKind, back_fen: int | None = None, number: str = "") -> Notice:
        evidence = Evidence(verified=True, channel_no=order.channel_no)
        return Notice(
            kind, order.channel, order.out_trade_no, order.channel_no, order.amount_fen, back_fen, number, None,
            evidence, "0" * 64,
        )  # fmt: skip

    if order.paid_fen and order.state is OrderState.PAID:
        yield told(NoticeKind.PAYMENT)
    for refund in refunds:
        if refund.done_at is not None and refund.amount_fen == order.amount_fen:
            yield told(NoticeKind.REFUND, refund.amount_fen, refund.out_refund_no)


class Printer58(Printing):
    """The till's own printing with a printer that takes every slip, and an eye on what lies in the tray."""

    def __init__(self, engine: Engine, watch: Watch, tray: dict[str, int], on_bad: Callable[[str, str], None]) -> None:
        """``tray``: how many slips of each name lie there that are no copies."""
        heading = Heading(shop="码收便利店", columns=32, language="zh", training=False, address="", text="")
        desk = SlipDesk(engine.keeper, engine.clock, heading, Path("/nowhere"))
        settings = Printer(connection="usb", prints="always")
        super().__init__(desk, settings, lambda: "李", lambda _: None)
        self._queue = cast("Any", self)
        self._watch = watch
        self._tray = tray
        self._on_bad = on_bad
        engine.listen(self.changed, lambda: None)

    def shut(self) -> None:
        """The window closes: nothing is printed by itself any more."""
        self._queue = None

    def submit(self, slip: Slip, *, kick: bool = False, on_printed: object = None) -> bool:
        """D3 for paper: only what is durable is printed, and one without the mark of a copy once."""
        number = slip.name.rpartition("-")[2]
        line = self._watch.lines.get(number[:24])
        if line is None or State(line.state) not in _COLLECTED:
            self._on_bad("D3", f"{slip.name} was printed of a sale that is {line.state if line else 'unknown'}")
        self._tray[slip.name] = self._tray.get(slip.name, 0) + (COPY not in as_text(slip))
        if self._tray[slip.name] > 1:
            self._on_bad("D3", f"{slip.name} was printed twice without {COPY}")
        return True
