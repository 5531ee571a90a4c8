"""The supervisor's desk on the worker's loop: reads beside the till, acts through its doorways."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar

from app.core.adviser import RefundWindows, advise
from app.core.channel import Channel
from app.core.policy import Patience
from app.core.sale import Sale
from app.core.staff import Approval
from app.core.told import Told
from app.journal.api import Entry, Kept
from app.journal.reader import Reader, open_reader
from app.office.desk_api import SalePicture, WorkPicture
from app.office.flagged import Flagged
from app.office.question import read_question
from app.office.search import SWEEP_SECONDS, Findings, find
from app.office.story import APART, NOTED, speaks_of, story_of
from app.office.threads import in_thread
from app.office.worklist import tasks
from app.till.api import Refusal
from app.till.back_api import MoneyBack
from app.till.entries import readable

CHECK_PAUSE: Final = 1.0  # seconds between two questions about sales, whoever presses how often
NOTE_MOST: Final = 200  # characters
APART_REACH: Final = 500_000  # entries after a sale's first that are looked through for its slips and notices
APART_MOST: Final = 50  # of each kind
T = TypeVar("T")


class ChannelTime(Protocol):
    def channel_ms(self) -> int: ...


class Acts(Protocol):
    """What the desk needs of the counter."""

    def acknowledge(self, out_trade_no: str) -> None: ...


class SaleDesk:
    """See ``desk_api.Desk``. ``keep`` makes an entry durable, False where the journal is full."""

    def __init__(
        self,
        journal: Path,
        *,
        terminal: str,
        clock: ChannelTime,
        patience: Callable[[Channel], Patience],
        back: MoneyBack,
        acts: Acts,
        keep: Callable[[Entry], bool],
        pace: float = 1.0,
        windows: RefundWindows | None = None,
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal, self._terminal, self._clock = journal, terminal, clock
        self._patience, self._back, self._acts, self._keep = patience, back, acts, keep
        self._pace, self._windows, self._mono = pace, windows or RefundWindows(), mono
        self._checked: float | None = None
        self._flagged = Flagged()

    async def find(self, text: str) -> Findings:
        now_ms = self._clock.channel_ms()
        question = read_question(text, now_ms)
        if isinstance(question, Told):
            return Findings(why=question)
        going = partial(self._before, self._mono() + SWEEP_SECONDS)
        found = await self._aside(lambda reader: find(reader, question, self._terminal, now_ms, going))
        return replace(found, at_ms=now_ms)

    async def look(self, out_trade_no: str) -> SalePicture | None:
        kept = await self._aside(lambda reader: whole_story(reader, out_trade_no))
        sale = self._back.find(out_trade_no) or newest_sale(kept)
        if sale is None:
            return None
        now_ms = self._clock.channel_ms()
        advice = advise(sale, now_ms, self._windows, self._patience(sale.order.channel), self._pace)
        return SalePicture(sale, story_of(kept), advice, now_ms)

    async def refund(self, out_trade_no: str, amount_fen: int, reason: str, approval: Approval) -> Told | None:
        return _told(self._back.refund(out_trade_no, amount_fen, reason, approval))

    async def work(self) -> WorkPicture:
        now_ms = self._clock.channel_ms()
        seen, notes, lost = await self._aside(lambda reader: self._flagged.read(reader, now_ms))
        return WorkPicture(tasks(seen, notes, now_ms, self._patience, self._windows, lost), now_ms)

    async def check(self, out_trade_no: str) -> None:
        now = self._mono()
        if self._checked is None or now - self._checked >= CHECK_PAUSE:
            self._checked = now
            self._back.ask(out_trade_no)

    async def seen(self, out_trade_no: str) -> None:
        self._acts.acknowledge(out_trade_no)

    async def note(self, out_trade_no: str, by: str, text: str) -> bool:
        body = {"out_trade_no": out_trade_no, "by": by, "text": text[:NOTE_MOST]}
        return self._keep(Entry(NOTED, self._clock.channel_ms(), body))

    async def hold(
        self, out_trade_no: str, amount_fen: int, reason: str, voucher: str, approval: Approval
    ) -> Told | None:
        return _told(self._back.hold(out_trade_no, amount_fen, reason, voucher, approval))

    def _before(self, ends_at: float) -> bool:
        return self._mono() < ends_at

    async def _aside(self, work: Callable[[Reader], T]) -> T:
        return await in_thread(lambda: _read(self._journal, work))


def _read(journal: Path, work: Callable[[Reader], T]) -> T:
    reader = open_reader(journal)
    try:
        return work(reader)
    finally:
        reader.close()


def whole_story(reader: Reader, out_trade_no: str) -> tuple[Kept, ...]:
    """Every entry about a sale in the journal's order, with the slips, notices and notes that speak of it."""
    story = reader.story(out_trade_no)
    if not story:
        return ()
    first = story[0].seq
    near = reader.apart(APART, out_trade_no, first, first + APART_REACH, APART_MOST)
    apart = [one for one in near if speaks_of(one, out_trade_no)]
    return tuple(sorted((*story, *apart), key=lambda one: one.seq))


def newest_sale(kept: Sequence[Kept]) -> Sale | None:
    """The sale as the last entry that is one has it; None where there is none."""
    of_sales = (one for one in reversed(kept) if "order" in one.body)
    return next(readable(of_sales), None)


def _told(refusal: Refusal | None) -> Told | None:
    return None if refusal is None else Told(refusal.key, refusal.values)
