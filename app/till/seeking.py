"""Asks the channels about order numbers that the journal has lost: those an earlier epoch used and this file lacks.

Newest first, since those may be in doubt, at most two questions a second, beside the selling. What money a channel
holds for one is written down as ``epoch.found``, for the manager and the reconciliation; the sale itself, with who sold
it and for what, is completed from the next bill. Nothing is given back here: a lost sale may well have been paid and
handed over, and only a person can tell.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.channels.api import Counterparty
from app.core.answers import Found, QueryAnswer
from app.core.beijing import DAY_MS, business_day
from app.core.channel import Channel
from app.core.numbers import order_number
from app.core.sale import Order
from app.journal.api import Entry, JournalBooks, Json
from app.journal.tail import EPOCH_BEGAN
from app.till.engine import Engine

FOUND: Final = "epoch.found"
SOUGHT: Final = "epoch.sought"  # how far down the numbers have been asked about, for the next start
BETWEEN: Final = 0.5  # seconds between two questions (design §7, Journal)
KEEP_EVERY: Final = 20  # numbers between two notes of how far it has come
REACH: Final = 500  # numbers asked about at most; what is older is in bills that exist already
DAYS: Final = 3  # days a number is looked for on, from the day the journal was last known backwards
# The memory of the journal is renewed every five minutes at least: what was sold after that has numbers beyond it.
LATE_MS: Final = 300_000
BEYOND: Final = 20
WAIT: Final = 30.0  # seconds before a question that nobody answered is asked again
# UnionPay is asked by number and time of sale together (unionpay.md §3), and the time is lost: its bill tells.
ASKED: Final = frozenset({Channel.WECHAT, Channel.ALIPAY})
_HELD: Final = frozenset({Found.PAID, Found.PARTLY_REFUNDED, Found.PENDING, Found.PAY_ERROR, Found.RETURNED})

_log: Final = logging.getLogger("mashou.till")
_UNANSWERED: Final = frozenset({Found.UNKNOWN, Found.MISCONFIGURED})


@dataclass(frozen=True, slots=True)
class Lost:
    """Running numbers ``low`` up to and without ``high`` of ``epoch``, made on the day of ``at_ms`` or before it."""

    epoch: int
    low: int
    high: int
    at_ms: int


def lost_numbers(books: JournalBooks) -> Lost | None:
    """What the newest gap still has to be asked about; None where nothing is."""
    began = books.newest_of(EPOCH_BEGAN)
    if began is None:
        return None
    epoch, known_ms = began.body["before"], began.body["known_ms"]
    assert isinstance(epoch, int)
    assert isinstance(known_ms, int)
    match began.body["numbers"]:
        case [int(low), int(end)]:
            lost = Lost(epoch, max(low, end - REACH), end + BEYOND, known_ms + LATE_MS)
        case _:
            return None
    sought = books.newest_of(SOUGHT)
    if sought is not None and sought.seq > began.seq:
        high, at_ms = sought.body["number"], sought.body["at_ms"]
        assert isinstance(high, int)
        assert isinstance(at_ms, int)
        lost = replace(lost, high=high, at_ms=at_ms)
    return lost if lost.low < lost.high else None


class Seeker:
    """One task beside the selling. ``terminal``: as in the lost numbers. ``pace`` divides the pauses (design §7.5)."""

    def __init__(self, engine: Engine, terminal: str, *, training: bool, pace: float) -> None:
        self._engine = engine
        self._terminal = terminal
        self._training = training
        self._pace = pace
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        with self._engine.keeper.reading():
            lost = lost_numbers(self._engine.keeper.journal)
        if lost is not None:
            self._task = asyncio.get_running_loop().create_task(self._seek(lost), name="mashou-seek")

    async def __aexit__(self, *_: object) -> None:
        """The next start goes on where this one ends."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _seek(self, lost: Lost) -> None:
        rooms = {channel: room for channel, room in self._engine.channels.items() if channel in ASKED}
        at_ms, found = lost.at_ms, 0
        for number in range(lost.high - 1, lost.low - 1, -1):
            for days in range(DAYS):
                if await self._ask(rooms, lost.epoch, number, at_ms - days * DAY_MS):
                    at_ms, found = at_ms - days * DAY_MS, found + 1  # an earlier number is of no later day
                    break
            if number == lost.low or (lost.high - number) % KEEP_EVERY == 0:
                self._keep(SOUGHT, {"epoch": lost.epoch, "number": number, "at_ms": at_ms})
        _log.info("%d lost numbers of epoch %04d asked about, %d known", lost.high - lost.low, lost.epoch, found)

    async def _ask(self, rooms: Mapping[Channel, Counterparty], epoch: int, number: int, at_ms: int) -> bool:
        """Whether any channel knows the number as of that day."""
        out_trade_no = order_number(
            training=self._training, at_ms=at_ms, terminal=self._terminal, epoch=epoch, running=number
        )
        for channel, room in rooms.items():
            order = _asked_for(out_trade_no, channel, at_ms, self._terminal, training=self._training)
            answer = await self._answer(room, order)
            fen = answer.evidence.paid_fen
            if answer.evidence.verified and (answer.kind in _HELD or (answer.kind is Found.MISMATCH and fen)):
                body = {"out_trade_no": out_trade_no, "channel": channel.value, "found": _told(answer.kind).value}
                facts = {"fen": fen, "channel_no": answer.evidence.channel_no, "paid_ms": answer.evidence.paid_ms}
                self._keep(FOUND, {**body, **facts, "refunded_fen": answer.refunded_fen})
                return True
        return False

    async def _answer(self, room: Counterparty, order: Order) -> QueryAnswer:
        while True:
            await asyncio.sleep(BETWEEN / self._pace)
            answer = await room.query(order)
            if answer.kind not in _UNANSWERED:
                return answer
            await asyncio.sleep(WAIT / self._pace)

    def _keep(self, kind: str, body: Mapping[str, Json]) -> None:
        self._engine.keeper.keep(Entry(kind, self._engine.clock.channel_ms(), body))


def _asked_for(out_trade_no: str, channel: Channel, at_ms: int, terminal: str, *, training: bool) -> Order:
    """An order as far as a query needs it. Its sum is lost: what the channel holds differs from the one fen here."""
    return Order(out_trade_no, out_trade_no, channel, 1, "", "", terminal, at_ms, business_day(at_ms), training)


def _told(kind: Found) -> Found:
    return Found.PAID if kind is Found.MISMATCH else kind
