"""One sale of this run: what is durable, what is known beyond that, and what is under way for it."""

import asyncio
from dataclasses import dataclass, field

from app.channels.api import Counterparty
from app.core.codes import AuthCode
from app.core.events import Work
from app.core.policy import Patience
from app.core.sale import Call, Sale, State
from app.till.api import Happened


@dataclass(slots=True, eq=False)
class Running:
    """``sale`` is what the machine goes on from; ``durable`` is what the journal holds, and all that may be told."""

    sale: Sale
    durable: Sale
    counterparty: Counterparty | None  # None: the channel was taken out of the settings
    patience: Patience
    story: list[Happened] = field(default_factory=list)
    code: AuthCode | None = field(default=None, repr=False)  # until the pay call has it
    unsaved: bool = False  # ``sale`` is ahead of the journal: the disk is full
    waiting: list[Work] = field(default_factory=list)  # work of steps that are not durable yet
    tasks: dict[Call, asyncio.Task[None]] = field(default_factory=dict)
    cuts: dict[Call, asyncio.Timeout] = field(default_factory=dict)
    wake: asyncio.TimerHandle | None = None
    life: int = 0  # grows when the sale is taken up anew: what the earlier life still answers is dropped
    broken: bool = False  # a bug stopped it; it is taken up again from the journal

    @property
    def out_trade_no(self) -> str:
        return self.sale.order.out_trade_no

    @property
    def held(self) -> bool:
        """The channel has paid and the journal cannot take it down (reliability.md D2 of the disk faults)."""
        return self.unsaved and self.sale.state is State.PAID

    @property
    def is_over(self) -> bool:
        """Final, durable, and nothing under way that could still answer."""
        return self.durable.at_rest and not self.unsaved and not self.tasks and not self.broken

    def cancel_wake(self) -> None:
        if self.wake is not None:
            self.wake.cancel()
            self.wake = None

    def forget_this_run(self) -> None:
        """Back to what is durable. Calls in flight are cancelled, and what they still answer is dropped."""
        self.life += 1
        self.cancel_wake()
        for task in self.tasks.values():
            task.cancel()
        self.tasks, self.cuts, self.waiting = {}, {}, []
        self.sale, self.unsaved = self.durable, False
