"""The till takes up what the channels have told by themselves: it writes it down once, and asks.

A notification decides nothing. One about a payment makes the till query; one about a refund is written down and books
nothing, whatever order they come in and however often. What the journal says already is not written a second time.
"""

import asyncio
import logging
from itertools import islice
from pathlib import Path
from typing import Final

from app.channels.books import Notice, NoticeKind
from app.core.events import CheckAsked
from app.core.sale import Sale, State
from app.journal.api import Entry
from app.journal.errors import JournalBroken
from app.till.engine import Engine
from app.till.entries import readable, story_of
from app.till.noticebox import NoticeBox, body_of, fact_of

KIND: Final = "notice"
EVERY: Final = 5.0  # seconds between two looks into the box: a notification is never the first to know
AT_A_TIME: Final = 10  # each is a durable commit of some milliseconds, on the loop that also sells
SOON: Final = 0.2  # seconds to the next look while more wait
# Entries looked back for a fact that was written down just before a crash; a start takes the box up before it sells.
LOOK_BACK: Final = 1_000

_NET_ZERO: Final = frozenset({State.REVERSED, State.DECLINED, State.NOT_SENT})
_WAS_PAID: Final = frozenset({State.PAID, State.PARTLY_REFUNDED, State.REFUNDED, State.VOIDING, State.VOIDED})
_ALL_BACK: Final = frozenset({State.REFUNDED, State.VOIDED})

_log: Final = logging.getLogger("mashou.notices")


def says_nothing_new(sale: Sale | None, notice: Notice) -> bool:
    """Whether ``sale``, as it is durable, holds the fact already: a poll was first."""
    if sale is None or sale.order.channel is not notice.channel or sale.order.amount_fen != notice.amount_fen:
        return False
    if notice.channel_no and sale.channel_no and notice.channel_no != sale.channel_no:
        return False
    match notice.kind:
        case NoticeKind.PAYMENT:
            return sale.state in _WAS_PAID
        case NoticeKind.CLOSE:
            return sale.state in _NET_ZERO
        case NoticeKind.REFUND:
            return sale.state in _ALL_BACK or (sale.state is State.REVERSED and sale.took_money is True)
        case NoticeKind.PARTIAL_REFUND | NoticeKind.REFUND_FAILED | NoticeKind.OTHER:
            return False


class NoticeTaker:
    """Empties the box into the journal. Belongs to the till's loop."""

    def __init__(self, box: NoticeBox, engine: Engine) -> None:
        self._box = box
        self._engine = engine
        self._known: set[str] | None = None  # facts of the journal's end; read when a first file is there
        self._next: asyncio.TimerHandle | None = None
        self._complained = False

    def begin(self) -> None:
        """Now, and then every few seconds."""
        delay = SOON if self.take() == AT_A_TIME else EVERY
        self._next = asyncio.get_running_loop().call_later(delay, self.begin)

    def close(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def take(self) -> int:
        """Take up what waits, ``AT_A_TIME`` at most; how many. What the journal cannot take now waits on."""
        taken = 0
        try:
            for path, notice in islice(self._box.waiting(), AT_A_TIME):
                if notice is None:
                    _log.warning("a file among the notifications is not ours and was put aside: %s", path.name[:80])
                    self._box.refuse(path)
                elif not self._take(path, notice):
                    break
                taken += 1
            self._complained = False
        except JournalBroken:
            pass  # the keeper has told whoever ends the process
        except OSError as error:
            if not self._complained:
                _log.warning("notifications cannot be taken up: %s", error.strerror)
            self._complained = True
        return taken

    def _take(self, path: Path, notice: Notice) -> bool:
        keeper = self._engine.keeper
        if keeper.dead:
            return False
        with keeper.reading():
            known = self._facts()
            sale = next(readable(keeper.journal.story(notice.out_trade_no)[-1:]), None)
        fact = fact_of(notice)
        if fact not in known and not says_nothing_new(sale, notice):
            if not keeper.keep(Entry(KIND, self._engine.clock.channel_ms(), body_of(notice))):
                return False
            known.add(fact)
            _log.info("%s notice from %s about %s", notice.kind, notice.channel, notice.out_trade_no)
        self._box.done(path)
        if sale is not None and sale.order.channel is notice.channel:
            self._ask(sale, notice)
        return True

    def _facts(self) -> set[str]:
        if self._known is None:
            journal = self._engine.keeper.journal
            first = max(1, journal.head().seq - LOOK_BACK)
            self._known = {str(kept.body.get("fact")) for kept in journal.entries(first) if kept.kind == KIND}
        return self._known

    def _ask(self, sale: Sale, notice: Notice) -> None:
        """A query of an open sale; and of one that ended without money, where a payment is spoken of (design §7.10)."""
        number = sale.order.out_trade_no
        if self._engine.get(number) is not None:
            self._engine.check(number)
        elif notice.kind is NoticeKind.PAYMENT and sale.state in _NET_ZERO:
            self._engine.resume(sale, story_of(self._engine.keeper.journal, number), CheckAsked())
