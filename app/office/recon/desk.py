"""The reconciliation page's room: fetches and takes in bills, matches a day with what is kept, in a thread beside."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.channels.books import BillError, BillRow
from app.core.beijing import DAY_MS, business_day
from app.core.channel import Channel
from app.core.staff import Approval
from app.journal.days import open_days
from app.journal.errors import JournalError
from app.office.export import SIGNATURE
from app.office.recon.bills import Bill, Room, WrongFile, open_bill, wrong
from app.office.recon.closing import Seen, told_by_bills
from app.office.recon.day import ChannelDay, DayResult, Rates, Shop, reconcile
from app.office.recon.lost_days import is_lost, lost_epochs
from app.office.recon.no_bill import DENIED, NO_TRADES, told_of
from app.office.recon.others import PEM, OtherTills
from app.office.recon.shelf import Shelf
from app.office.recon.values import Difference, Kind
from app.office.recon.writing import Said, Writing

__all__ = ["DayPicture", "Facts", "ReconcileDesk", "Said"]

_log: Final = logging.getLogger("mashou.office")


@dataclass(frozen=True, slots=True)
class DayPicture:
    """A day as it stands. ``result`` None: the journal or a kept bill cannot be read, and ``said`` says why."""

    day: str
    result: DayResult | None
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the room needs to know of its till."""

    journal: Path
    bills: Path
    tills: Path  # keys and day logs of the shop's other tills
    terminal: str
    training: bool
    rates: Rates


class ReconcileDesk:
    """``rooms``: those that have bills. All coroutines are awaited on the worker's loop; none holds it up.

    ``writing``: with it people explain and sign, and what the bills close is closed.
    """

    def __init__(
        self, facts: Facts, rooms: Sequence[Room], channel_ms: Callable[[], int], writing: Writing | None = None
    ) -> None:
        self._writing = writing
        self._facts = facts
        self._rooms = {room.channel: room for room in rooms}
        self._channel_ms = channel_ms
        self._shelf = Shelf(facts.bills)
        self._others = OtherTills(facts.tills)
        self._empty: set[tuple[Channel, str]] = set()  # days of which a channel said that there was no trade

    def yesterday(self) -> str:
        """The day that is due: its bills are out from ten o'clock."""
        return business_day(self._channel_ms() - DAY_MS)

    def latest(self) -> str:
        """The last day that can be matched: in practice there is a bill of today too."""
        return business_day(self._channel_ms()) if self._facts.training else self.yesterday()

    async def look(self, day: str, said: tuple[Said, ...] = ()) -> DayPicture:
        """``day`` with the bills that are kept."""
        picture, seen = await asyncio.to_thread(self._looked, day, said)
        if self._writing is not None:
            self._writing.close(seen)
        return picture

    async def explain(self, one: ChannelDay, line: Difference, approval: Approval) -> DayPicture:
        """Write why ``line`` is as it is; a sale that the journal lost is entered again from the bill."""
        assert self._writing is not None, "a desk that only reads"
        day = one.reckoning.day
        rows = await asyncio.to_thread(self._lost_rows, one, line)
        writing = self._writing
        no = writing.rebuild(one, line, rows, approval) if rows else writing.explain(one, line, approval)
        return await self.look(day, () if no is None else (no,))

    async def sign(self, seen: DayResult, approval: Approval) -> DayPicture:
        """Sign a day off as the manager has ``seen`` it."""
        assert self._writing is not None, "a desk that only reads"
        now = await self.look(seen.day)
        if now.result is None or [one.reckoning for one in now.result.channels] != [
            one.reckoning for one in seen.channels
        ]:
            return await self.look(seen.day, (Said("rc.sign.stale", is_wrong=True),))
        no = self._writing.sign(now.result, approval)
        return await self.look(seen.day, () if no is None else (no,))

    async def fetch(self, day: str) -> DayPicture:
        """Ask every channel for its bill of ``day``, then look."""
        said = [await self._fetch(room, day) for room in self._rooms.values()]
        picture = await self.look(day, tuple(said))
        lacking = () if picture.result is None else picture.result.lacking
        return replace(picture, said=tuple(_beside_the_log(one, lacking) for one in picture.said))

    async def take(self, day: str, paths: Iterable[Path]) -> DayPicture:
        """Take files in, keys before what they signed, then look at ``day``."""
        in_order = sorted(paths, key=lambda path: path.suffix != PEM)
        said = [await asyncio.to_thread(self._take, path) for path in in_order]
        return await self.look(day, tuple(said))

    async def _fetch(self, room: Room, day: str) -> Said:
        name = ("channel", f"name.{room.channel}")
        try:
            file = await room.fetch_bill(day, self._facts.bills)
            bill = await asyncio.to_thread(open_bill, file.path, [room])
        except BillError as error:
            refusal = wrong(error, room.channel)
            key = told_of(error.fault, day, self._channel_ms(), training=self._facts.training) or refusal.key
            if key == NO_TRADES:
                self._empty.add((room.channel, day))
            values = {"channel": f"name.{room.channel}", "date": day, **refusal.values}
            return Said(key, tuple(values.items()), is_wrong=key != NO_TRADES)
        except WrongFile as refusal:
            return Said(refusal.key, tuple(refusal.values.items()), is_wrong=True)
        except OSError as error:
            return Said("bill.full", (("why", error.strerror or type(error).__name__),), is_wrong=True)
        return Said("bill.imported", (name, ("date", day), ("n", bill.rows)))

    def _take(self, path: Path) -> Said:
        """A bill; another till's day log, which has its signature beside it; or such a till's public key."""
        try:
            if path.suffix == PEM:
                return Said("file.keytaken", (("id", self._others.register(path)),))
            if path.with_name(path.name + SIGNATURE).exists():
                about = self._others.take(path)
                return Said("file.logtaken", (("till", about.till), ("date", about.first_day), ("n", about.rows)))
            bill = open_bill(path, self._rooms.values())
            shelved = self._shelf.put(bill) if bill.day else None
        except WrongFile as refusal:
            return Said(refusal.key, tuple(refusal.values.items()), is_wrong=True)
        except OSError as error:
            return Said("bill.full", (("why", error.strerror or type(error).__name__),), is_wrong=True)
        key = "bill.again" if shelved is not None and shelved.again else "bill.imported"
        return Said(key, (("channel", f"name.{bill.channel}"), ("date", bill.day), ("n", bill.rows)))

    def _looked(self, day: str, said: tuple[Said, ...]) -> tuple[DayPicture, tuple[Seen, ...]]:
        picture = self._look(day, said)
        if self._writing is None or picture.result is None:
            return picture, ()
        try:
            return picture, told_by_bills(self._facts.journal, picture.result, self._newest, self._rooms.values())
        except (WrongFile, JournalError):  # the day itself is told; what it closes waits for the next look
            _log.exception("what the bills close could not be read")
            return picture, ()

    def _lost_rows(self, one: ChannelDay, line: Difference) -> list[BillRow]:
        """The bill's rows of a sale that is to be entered again; none for any other line."""
        if line.kind is not Kind.BILL_ONLY or one.bill is None:
            return []
        days = open_days(self._facts.journal)
        try:
            if not is_lost(line.out_trade_no, self._facts.terminal, lost_epochs(days)):
                return []
        finally:
            days.close()
        return [row for row in one.bill.read() if row.out_trade_no == line.out_trade_no]

    def _look(self, day: str, said: tuple[Said, ...]) -> DayPicture:
        facts = self._facts
        try:
            bills = [bill for channel in self._rooms if (bill := self._kept(channel, day)) is not None]
            days = open_days(facts.journal)
            try:
                other = self._others.log(day)
                logs = () if other is None else (other,)
                shop = Shop(facts.terminal, facts.training, facts.rates, logs, self._newest)
                empty = [channel for channel, one in self._empty if one == day]
                result = reconcile(days, day, bills, shop, rooms=tuple(self._rooms.values()), empty=empty)
            finally:
                days.close()
        except (WrongFile, JournalError) as error:
            values: Mapping[str, str | int] = dict(error.values)
            return DayPicture(day, None, (*said, Said(error.key, tuple(values.items()), is_wrong=True)))
        return DayPicture(day, result, said)

    def _kept(self, channel: Channel, day: str) -> Bill | None:
        path = self._newest(channel, day)
        return None if path is None else open_bill(path, [self._rooms[channel]])

    def _newest(self, channel: Channel, day: str) -> Path | None:
        return next(iter(self._shelf.of(channel, day)), None)


def _beside_the_log(said: Said, lacking: Iterable[Channel]) -> Said:
    """A channel that knows of no trades is not believed where the log has sales by it."""
    names = {f"name.{channel}" for channel in lacking}
    if said.key == NO_TRADES and dict(said.values)["channel"] in names:
        return Said(DENIED, said.values, is_wrong=True)
    return said
