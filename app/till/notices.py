"""The till takes up what the channels have told by themselves: it writes it down once, and asks.

A notification decides nothing. One about a payment makes the till query; one about a refund is written down and books
nothing, whatever order they come in and however often.

One fact is one record, whoever tells it first. While a query can still find what a notification says, it waits in the
box, where it is as durable as in the journal; once the sale says the same, it is let go. What no query has confirmed
by the sale's end, or in ``UNCONFIRMED`` seconds, is evidence of its own and is written down.
"""

import asyncio
import logging
from pathlib import Path
from typing import Final

from app.channels.books import Notice, NoticeKind
from app.core.events import CheckAsked
from app.core.refund_rules import REFUNDABLE
from app.core.refunds import NOTHING_MOVED, RefundState
from app.core.sale import PAST_D2, Sale, State
from app.journal.api import Entry
from app.journal.errors import JournalBroken
from app.till.engine import Engine
from app.till.entries import readable, story_of
from app.till.noticebox import NoticeBox, body_of, fact_of

KIND: Final = "notice"
EVERY: Final = 5.0  # seconds between two looks into the box: a notification is never the first to know
AT_A_TIME: Final = 10  # each is a durable commit of some milliseconds, on the loop that also sells
SOON: Final = 0.2  # seconds to the next look while more wait
UNCONFIRMED: Final = 600.0  # seconds a query gets to find it too; an open sale is a person's matter by then (I-31)

_REFUNDS: Final = frozenset({NoticeKind.REFUND, NoticeKind.PARTIAL_REFUND})
_ORDINAL: Final = 2  # digits behind the sale's number (core.refunds.refund_number)
_SAYS_SO: Final = {  # states of our own refund, as a query found it, that say what the notification says
    NoticeKind.REFUND: frozenset({RefundState.DONE}),
    NoticeKind.PARTIAL_REFUND: frozenset({RefundState.DONE}),
    NoticeKind.REFUND_FAILED: NOTHING_MOVED | {RefundState.ABNORMAL},
}
_NET_ZERO: Final = frozenset({State.REVERSED, State.DECLINED, State.NOT_SENT})
_WAS_PAID: Final = frozenset({State.PAID, State.PARTLY_REFUNDED, State.REFUNDED, State.VOIDING, State.VOIDED})
_ALL_BACK: Final = frozenset({State.REFUNDED, State.VOIDED})
_GIVEN_BACK: Final = PAST_D2 | {State.REVERSED}  # where ``took_money`` says that the payment is known

_log: Final = logging.getLogger("mashou.notices")


def says_nothing_new(sale: Sale | None, notice: Notice) -> bool:  # noqa: PLR0911 - one return per kind of notice
    """Whether ``sale``, as it is durable, holds the fact already: a poll was first."""
    if sale is None or sale.order.channel is not notice.channel:
        return False
    if notice.amount_fen not in {sale.order.amount_fen, None}:  # UnionPay's of a refund names the refund's sum only
        return False
    if notice.channel_no and sale.channel_no and notice.channel_no != sale.channel_no:
        return False
    ours = next((refund for refund in sale.refunds if refund.out_refund_no == notice.out_refund_no), None)
    if ours is not None and ours.state in _SAYS_SO.get(notice.kind, ()):
        return True
    match notice.kind:
        case NoticeKind.PAYMENT:
            return sale.state in _WAS_PAID or (sale.state in _GIVEN_BACK and sale.took_money is True)
        case NoticeKind.CLOSE:
            return sale.state in _NET_ZERO
        case NoticeKind.REFUND:
            return sale.state in _ALL_BACK or (sale.state is State.REVERSED and sale.took_money is True)
        case NoticeKind.PARTIAL_REFUND | NoticeKind.REFUND_FAILED | NoticeKind.OTHER:
            return False


def sale_number(notice: Notice) -> str:
    """The sale's number. UnionPay's of a refund may name the refund only, whose number begins with the sale's."""
    return notice.out_trade_no or notice.out_refund_no[:-_ORDINAL]


class NoticeTaker:
    """Empties the box into the journal. Belongs to the till's loop."""

    def __init__(self, box: NoticeBox, engine: Engine) -> None:
        self._box = box
        self._engine = engine
        self._known: set[str] | None = None  # facts that entries of their own hold; read when a first file is there
        self._waits: dict[str, tuple[Notice, float]] = {}  # by file name: since when a query may find the same
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
        """Take up what waits, ``AT_A_TIME`` new ones at most; how many. What the journal cannot take now waits on."""
        taken = 0
        try:
            for path in self._box.waiting():
                if path.name in self._waits:
                    self._look_again(path)
                elif taken < AT_A_TIME:
                    if not self._take(path):
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

    def _take(self, path: Path) -> bool:
        notice = self._box.read(path)
        if notice is None:
            _log.warning("a file among the notifications is not ours and was put aside: %s", path.name[:80])
            self._box.refuse(path)
            return True
        if self._engine.keeper.dead:
            return False
        sale = self._sale(notice)
        if fact_of(notice) in self._facts() or says_nothing_new(sale, notice):
            self._box.done(path)
        elif sale is not None and self._asks(sale, notice):
            self._waits[path.name] = (notice, self._engine.clock.mono())
        else:
            return self._write(path, notice)
        return True

    def _look_again(self, path: Path) -> None:
        """Whether the sale says it too by now; else it is written down once nothing is to be expected any more."""
        notice, since = self._waits[path.name]
        if self._engine.keeper.dead:
            return
        if says_nothing_new(self._sale(notice), notice):
            del self._waits[path.name]
            self._box.done(path)
            return
        over = self._engine.get(sale_number(notice)) is None or self._engine.clock.mono() - since > UNCONFIRMED
        if over and self._write(path, notice):
            del self._waits[path.name]

    def _write(self, path: Path, notice: Notice) -> bool:
        if not self._engine.keeper.keep(Entry(KIND, self._engine.clock.channel_ms(), body_of(notice))):
            return False
        self._facts().add(fact_of(notice))
        _log.info("%s notice from %s about %s", notice.kind, notice.channel, notice.out_trade_no)
        self._box.done(path)
        return True

    def _sale(self, notice: Notice) -> Sale | None:
        """The sale as it is durable; None where there is none, or where it is another channel's."""
        keeper = self._engine.keeper
        with keeper.reading():
            sale = next(readable(keeper.journal.story(sale_number(notice))[-1:]), None)
        return sale if sale is not None and sale.order.channel is notice.channel else None

    def _facts(self) -> set[str]:
        if self._known is None:
            keeper = self._engine.keeper
            with keeper.reading():
                self._known = {str(kept.body.get("fact")) for kept in keeper.journal.entries_of((KIND,))}
        return self._known

    def _asks(self, sale: Sale, notice: Notice) -> bool:
        """Whether a query is under way now that may find the same: of an open sale; and of one that ended without
        money, where a payment is spoken of (design §7.10), or with money, where a refund is.
        """
        number = sale.order.out_trade_no
        if self._engine.get(number) is not None:
            self._engine.check(number)
            return True
        paid = notice.kind is NoticeKind.PAYMENT and sale.state in _NET_ZERO
        back = notice.kind in _REFUNDS and sale.state in REFUNDABLE  # given back by somebody else
        if paid or back:
            self._engine.resume(sale, story_of(self._engine.keeper.journal, number), CheckAsked())
            return True
        return False
