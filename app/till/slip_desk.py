"""Gives slips out. Each is written down before it leaves, so that one without 重印 on it exists once.

A crash between the two costs paper, not knowledge: the slip that was not printed comes again as a reprint.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.numbers import LENGTH
from app.core.sale import Sale
from app.journal.api import Entry, Json, Kept
from app.journal.reader import open_reader
from app.receipts.facts import Anchor, Copy, Heading
from app.receipts.layout import Slip
from app.till.clock import Clock
from app.till.entries import newest
from app.till.keeper import Keeper
from app.till.slips import SlipName, draw, names_of

PRINTED: Final = "receipt.printed"
REPRINTED: Final = "receipt.reprinted"
VERSION: Final = 1
KINDS: Final = (PRINTED, REPRINTED)


@dataclass(frozen=True, slots=True)
class Given:
    """How often a slip was given out, and what stood on the first."""

    times: int = 0
    anchor: Anchor | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """A slip as it would be shown: ``slip`` without any mark of a copy. ``names``: all slips of its sale."""

    name: SlipName
    slip: Slip
    names: tuple[SlipName, ...]
    given: Given


class SlipDesk:
    """Its methods are called on the worker's loop. ``path`` is the journal's, for reading beside the writer."""

    def __init__(self, keeper: Keeper, clock: Clock, heading: Heading, path: Path) -> None:
        self._keeper = keeper
        self._clock = clock
        self._heading = heading
        self._path = path
        self._given: dict[SlipName, Given] = {}  # of this run

    def give(self, sale: Sale, name: SlipName, by: str, out: str, given: Given) -> Slip | None:
        """The slip, when it is written down that ``by`` gets it over ``out`` (printer, png, pdf); None: it cannot be.

        ``given`` is how it stood before; the first is an original, the others are reprints and say so.
        """
        given = self._given.get(name, given)
        now_ms = self._clock.channel_ms()
        with self._keeper.reading():
            head = self._keeper.journal.head()
        anchor = given.anchor or Anchor(head.seq, head.digest)
        body = _body(name, given.times, by, out, anchor)
        if not self._keeper.keep(Entry(REPRINTED if given.times else PRINTED, now_ms, body)):
            return None
        copy = Copy(given.times, now_ms, by) if given.times else None
        self._given[name] = Given(given.times + 1, anchor, given.by or by)
        return draw(self._heading, sale, name, anchor=anchor, by=given.by or by, copy=copy)

    async def look(self, number: str) -> Look | None:
        """The slip of an order number or a refund number; of an order its newest. None where there is none."""
        with self._keeper.reading():
            story = self._keeper.journal.story(number[:LENGTH])
            sale = newest(story)
            head = self._keeper.journal.head()
        name = None if sale is None else wanted(sale, number)
        if sale is None or name is None:
            return None
        given = self._given.get(name)
        if given is None:
            given = await asyncio.to_thread(read_given, self._path, name, story[0].seq)
        anchor = given.anchor or Anchor(head.seq, head.digest)
        slip = draw(self._heading, sale, name, anchor=anchor, by=given.by)
        return Look(name, slip, names_of(sale), given)

    async def again(self, number: str, by: str, out: str) -> Slip | None:
        """As ``give``, by number, for whoever asks: the original where it was never given out, else a reprint."""
        look = await self.look(number)
        with self._keeper.reading():
            sale = newest(self._keeper.journal.story(number[:LENGTH]))
        if look is None or sale is None:
            return None
        return self.give(sale, look.name, by, out, look.given)


def wanted(sale: Sale, number: str) -> SlipName | None:
    """The slip that ``number`` names: a refund's own, or the newest of the order."""
    names = names_of(sale)
    if len(number) > LENGTH:
        return next((name for name in names if name.number == number), None)
    return names[-1] if names else None


def given_by(entries: Iterable[Kept], name: SlipName) -> Given:
    """How often the slip of ``name`` was given out by ``entries``, oldest first; other entries are skipped."""
    times, anchor, by = 0, None, ""
    for kept in entries:
        if (kept.body.get("slip"), kept.body.get("number")) != (name.kind.value, name.number):
            continue
        times += 1
        anchor = anchor or _anchor(kept.body)
        by = by or str(kept.body.get("by", ""))
    return Given(times, anchor, by)


def read_given(path: Path, name: SlipName, since_seq: int) -> Given:
    """From the journal at ``path``, beside its writer: an old sale has all later receipts after it."""
    reader = open_reader(path)
    try:
        return given_by(reader.entries_of(KINDS, since_seq), name)
    finally:
        reader.close()


def _body(name: SlipName, copy: int, by: str, out: str, anchor: Anchor) -> dict[str, Json]:
    return {
        "v": VERSION,
        "slip": name.kind.value,
        "number": name.number,
        "copy": copy,
        "by": by,
        "out": out,
        "anchor": [anchor.seq, anchor.digest],
    }


def _anchor(body: Mapping[str, Json]) -> Anchor | None:
    match body.get("anchor"):
        case [int(seq), str(digest)]:
            return Anchor(seq, digest)
        case _:
            return None
