"""The writer against a plain list: whatever is appended, crashed, reopened or refused, the two agree."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.journal import writer
from app.journal.api import Entry, SaleLine
from app.journal.errors import BadEntry
from app.journal.reader import open_reader
from app.journal.verify import verify
from app.journal.writer import Journal, open_writer

from .conftest import DAY, KEY, NOW, make_line

STATES = ("INTENT", "PENDING", "PAID", "REVERSING", "REVERSED")


class Books(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="journal-"))
        self.kept: list[Entry] = []
        self.number = 1
        self.journal: Journal | None = None

    @initialize()
    def begin(self) -> None:
        self.journal = self.opened()

    def opened(self) -> Journal:
        return open_writer(self.folder / "j.db", KEY, training=True, now_ms=NOW, entropy=os.urandom, ballast_bytes=0)

    @rule(data=st.data(), count=st.integers(1, 4))
    def append(self, data: st.DataObject, count: int) -> None:
        entries = []
        for _ in range(count):
            n = data.draw(st.integers(max(1, self.number - 4), self.number))
            self.number = max(self.number, n + 1)
            state = data.draw(st.sampled_from(STATES))
            sale = make_line(n, state, is_open=state not in ("PAID", "REVERSED"), purchase=f"p{n // 3}")
            about = data.draw(st.sampled_from([sale, sale, None]))
            entries.append(Entry(f"sale.{state}", NOW + len(self.kept), {"n": n, "i": len(self.kept)}, about))
        self.journal.append(*entries)
        self.kept += entries

    @rule()
    def refused(self) -> None:
        with pytest.raises(BadEntry):
            self.journal.append(Entry("fine", NOW, {}, make_line(self.number)), Entry("bad", NOW, {"x": 0.5}))

    @precondition(lambda self: any(e.sale is not None for e in self.kept))
    @rule()
    def changed_its_mind(self) -> None:
        sale = next(e.sale for e in self.kept if e.sale is not None)
        with pytest.raises(BadEntry):
            self.journal.append(
                Entry("fine", NOW, {}),
                Entry("bad", NOW, {}, make_line(sale.number, purchase=sale.purchase, amount_fen=7)),
            )

    @rule()
    def reopened(self) -> None:
        self.journal.close()
        self.journal = self.opened()

    @rule()
    def crashed(self) -> None:
        """What is in the files at this instant is all that the next process gets."""
        copy = Path(tempfile.mkdtemp(prefix="journal-"))
        for suffix in ("", "-wal"):
            found = self.folder / f"j.db{suffix}"
            if found.exists():
                shutil.copyfile(found, copy / found.name)
        self.journal.close()
        shutil.rmtree(self.folder)
        self.folder = copy
        self.journal = self.opened()

    @invariant()
    def agrees(self) -> None:
        newest: dict[str, tuple[SaleLine, Entry]] = {}
        for entry in self.kept:
            if entry.sale is not None:
                newest.setdefault(entry.sale.out_trade_no, (entry.sale, entry))
                newest[entry.sale.out_trade_no] = (entry.sale, entry)
        kept = [k for k in self.journal.entries() if not k.kind.startswith("journal.")]
        assert [(k.kind, k.at_ms, k.body) for k in kept] == [(e.kind, e.at_ms, e.body) for e in self.kept]
        reader = open_reader(self.folder / "j.db")
        for books in (self.journal, reader):
            open_now = sorted(e.body["i"] for s, e in newest.values() if s.is_open)
            assert sorted(k.body["i"] for k in books.open_sales()) == open_now
            today = sorted(e.body["i"] for _, e in newest.values())
            assert sorted(k.body["i"] for k in books.sales_of(DAY, 10_000)) == today
            assert sorted(books.lines(), key=lambda s: s.number) == sorted(
                (s for s, _ in newest.values()), key=lambda s: s.number
            )
            paid = [s.amount_fen for s, _ in newest.values() if s.state == "PAID"]
            assert books.totals(DAY) == (len(paid), sum(paid))
            for no in newest:
                story = [e.body["i"] for e in self.kept if e.sale is not None and e.sale.out_trade_no == no]
                assert [k.body["i"] for k in books.story(no)] == story
        reader.close()
        assert self.journal.next_number() == max([s.number for s, _ in newest.values()], default=0) + 1

    def teardown(self) -> None:
        if self.journal is None:
            return
        self.journal.close()
        verdict = verify(self.folder / "j.db", KEY)
        assert verdict.is_sound, verdict
        assert verdict.sales == len({e.sale.out_trade_no for e in self.kept if e.sale is not None})
        shutil.rmtree(self.folder)


@pytest.fixture(autouse=True)
def short_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Periodic checkpoints must happen within a run of a few steps."""
    monkeypatch.setattr(writer, "CHECKPOINT_EVERY", 5)


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=15, stateful_step_count=20, deadline=None, derandomize=True)
