"""The one writer of a journal. A plain object: it belongs to the thread that uses it (design §3, journal)."""

from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import apsw

from app.durable import sync_folder
from app.journal.api import Entry, Head, SaleLine
from app.journal.ballast import BALLAST_BYTES, Ballast
from app.journal.books import Books
from app.journal.chain import MAC_KEY_BYTES, Row, genesis, sealed, short_anchor
from app.journal.errors import (
    BadEntry,
    JournalBroken,
    JournalError,
    JournalForeign,
    JournalFull,
    JournalMissing,
)
from app.journal.files import touch_private
from app.journal.lock import WriterLock
from app.journal.migrate import VERSION, climb, is_altered, version_of
from app.journal.opening import open_current
from app.journal.outside import EPOCHS
from app.journal.store import INSERT_ENTRY, Transaction, in_our_words, translated
from app.journal.tail import CHECKPOINT, MADE, RESERVED, Link, prove_tail
from app.journal.upgrade import give_up_old

# A start proves at most this many entries: some 10 ms.
CHECKPOINT_EVERY: Final = 1000

_INSERT_META: Final = "INSERT INTO meta (one, journal_id, epoch, made_ms, training) VALUES (1, ?, ?, ?, ?)"
_NEWEST: Final = "SELECT seq FROM sale WHERE out_trade_no = ?"
# What was fixed when the sale began may not change: the update then touches no row, which is refused.
_UPSERT_SALE: Final = """
INSERT INTO sale (out_trade_no, born, seq, number, purchase, channel, amount_fen, state, is_open, refunded_fen, day,
                  began_ms, code_mark)
VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (out_trade_no) DO UPDATE
SET seq = excluded.seq, state = excluded.state, is_open = excluded.is_open, refunded_fen = excluded.refunded_fen
WHERE number = excluded.number AND purchase = excluded.purchase AND channel = excluded.channel
  AND amount_fen = excluded.amount_fen AND day = excluded.day AND began_ms = excluded.began_ms
  AND code_mark = excluded.code_mark
"""


class Journal(Books):
    """An open journal; see ``api.JournalWriter``. Made by ``open_writer``.

    After JournalBroken it refuses everything but ``close`` (I-39). A full disk is met once by giving back the
    ballast; from then on ``on_reserve`` is True and no new sale may be begun (I-42).
    """

    def __init__(self, db: apsw.Connection, mac_key: bytes, lock: WriterLock, ballast: Ballast) -> None:
        self._broken: JournalBroken | None = None
        super().__init__(db)
        self._mac_key = mac_key
        self._lock = lock
        self._ballast = ballast
        with self._reading():
            if is_altered(db):
                raise JournalBroken("the journal's tables or triggers were altered", key="journal.damaged.say")
            self._tail = prove_tail(db, self.genesis, mac_key)

    @property
    def on_reserve(self) -> bool:
        """The ballast has been given back: finish what is open, begin nothing new."""
        return self._ballast.is_spent

    def append(self, *entries: Entry) -> Head:
        """See ``api.JournalWriter``. Raises BadEntry for what no journal keeps; nothing is written then."""
        self._refuse_if_broken()
        links = self._links(entries)
        try:
            self._write(links)
        except JournalFull:
            if not self._ballast.release():
                raise
            self._write(links)
        return self.head()

    def head(self) -> Head:
        self._refuse_if_broken()
        return Head(self._tail.seq, self._tail.digest.hex())

    def anchor(self) -> str:
        """The head as it goes out with each pay request, ``SEQ-DIGEST8``; "" once the journal is broken."""
        tail = self._tail
        return "" if self._broken is not None else f"{tail.seq}-{short_anchor(Head(tail.seq, tail.digest.hex()))}"

    def next_number(self) -> int:
        self._refuse_if_broken()
        return self._tail.next_number

    def begin_epoch(self, said: Entry) -> None:
        """Make ``outside.epoch_entry`` durable; order numbers carry its epoch from now on."""
        epoch = said.body["epoch"]
        assert isinstance(epoch, int)
        self._refuse_if_broken()
        self._write([(sealed(self._mac_key, self._tail.digest, self._tail.seq + 1, said), None)])
        self._epoch = epoch

    def close(self) -> None:
        """Checkpoint, if anything was written since the last one, and let go of the file. May be called twice."""
        try:
            if self._broken is None and self._tail.since_checkpoint > 0:
                self._write([self._checkpoint()])
        except JournalError:
            pass  # nothing about money is lost: the next start proves a longer tail, or finds what is wrong
        finally:
            self._broken = self._broken or JournalBroken("the journal is closed")
            try:
                self._db.close()
            except apsw.Error:
                pass  # the WAL could not be folded in; it stays, and the next start reads it
            finally:
                self._lock.release()

    def _links(self, entries: tuple[Entry, ...]) -> list[Link]:
        links: list[Link] = []
        if entries and self._tail.since_checkpoint >= CHECKPOINT_EVERY:
            links.append(self._checkpoint())
        newest: dict[str, int] = {}
        for entry in entries:
            if entry.kind in RESERVED:
                raise BadEntry(f"{entry.kind} is the journal's own")
            prev, seq = (links[-1][0][8], links[-1][0][0]) if links else (self._tail.digest, self._tail.seq)
            before = None
            if entry.sale is not None:
                out_trade_no = entry.sale.out_trade_no
                before = newest[out_trade_no] if out_trade_no in newest else self._newest_of(out_trade_no)
                newest[out_trade_no] = seq + 1
            links.append((sealed(self._mac_key, prev, seq + 1, entry, before), entry.sale))
        return links

    def _newest_of(self, out_trade_no: str) -> int | None:
        known = self._tail.open_sales.get(out_trade_no)
        if known is not None:
            return known
        try:
            listed = self._db.execute(_NEWEST, (out_trade_no,)).fetchone()
        except apsw.Error as error:
            raise self._latched(translated(error)) from error
        return None if listed is None else int(listed[0])

    def _open_orders(self) -> Iterable[str]:
        return self._tail.open_sales

    def _checkpoint(self) -> Link:
        tail = self._tail
        entry = Entry(CHECKPOINT, tail.at_ms, tail.checkpoint())
        return sealed(self._mac_key, tail.digest, tail.seq + 1, entry), None

    def _write(self, links: list[Link]) -> None:
        if not links:
            return
        self._refuse_if_broken()
        try:
            with Transaction(self._db):
                for row, sale in links:
                    self._put(row, sale)
        except apsw.Error as error:
            raise self._latched(translated(error)) from error
        except BadEntry:
            raise
        except BaseException:
            # Interrupted somewhere between BEGIN and COMMIT: only the file knows which. The next start reads it.
            self._broken = JournalBroken("an append was interrupted")
            raise
        self._tail = self._tail.after(links)

    def _put(self, row: Row, sale: SaleLine | None) -> None:
        self._db.execute(INSERT_ENTRY, row)
        if sale is not None:
            self._db.execute(_UPSERT_SALE, _bindings(row[0], sale))
            if self._db.changes() != 1:
                raise BadEntry(f"sale {sale.out_trade_no} had other fixed facts when it began")

    @contextmanager
    def _reading(self) -> Generator[None]:
        self._refuse_if_broken()
        try:
            with super()._reading():
                yield
        except JournalError as error:
            raise self._latched(error) from error.__cause__

    def _latched(self, error: JournalError | BadEntry) -> JournalError | BadEntry:
        if isinstance(error, JournalBroken):
            self._broken = error
        return error

    def _refuse_if_broken(self) -> None:
        if self._broken is not None:
            raise JournalBroken(f"refused: {self._broken}", key=self._broken.key, values=self._broken.values)


def _bindings(seq: int, sale: SaleLine) -> tuple[str | int, ...]:
    return (
        sale.out_trade_no,
        seq,
        sale.number,
        sale.purchase,
        sale.channel,
        sale.amount_fen,
        sale.state,
        sale.is_open,
        sale.refunded_fen,
        sale.day,
        sale.began_ms,
        sale.code_mark,
    )


def open_writer(
    path: Path,
    mac_key: bytes,
    *,
    training: bool,
    now_ms: int,
    entropy: Callable[[int], bytes],
    create: bool = True,
    ballast_bytes: int = BALLAST_BYTES,
    vfs: str | None = None,
) -> Journal:
    """Open the journal at ``path`` as its one writer, making it if ``create`` and there is none.

    ``mac_key`` has 32 bytes. ``now_ms`` and ``entropy`` serve only a new file. ``vfs`` names an SQLite VFS, for
    disks that fail on purpose. A journal of an earlier version is brought up to date first (see ``upgrade``). Raises
    JournalTaken, JournalMissing, JournalNewer, JournalForeign (training opened as real or the other way round),
    JournalBusy, JournalCramped or JournalBroken.
    """
    if len(mac_key) != MAC_KEY_BYTES:
        raise ValueError(f"the journal's key has {MAC_KEY_BYTES} bytes")
    with ExitStack() as undo:
        lock = WriterLock(path.with_name(path.name + ".lock"))
        undo.callback(lock.release)
        is_new = vfs is None and not path.exists()
        if is_new and not create:
            raise JournalMissing(f"there is no journal {path}")
        if is_new:
            touch_private(path)
        ballast = path.with_name(path.name + ".ballast")
        db = open_current(path, vfs, ballast, mac_key, now_ms)
        undo.callback(db.close)
        give_up_old(path, now_ms)
        with in_our_words():
            _begin(db, mac_key, training=training, now_ms=now_ms, entropy=entropy, create=create)
        if is_new:
            sync_folder(path.parent)
        journal = Journal(db, mac_key, lock, Ballast(ballast, ballast_bytes))
        if journal.training() != training:
            raise JournalForeign(f"{path.name} was made for {'training' if journal.training() else 'real sales'}")
        undo.pop_all()
    return journal


def _begin(
    db: apsw.Connection, mac_key: bytes, *, training: bool, now_ms: int, entropy: Callable[[int], bytes], create: bool
) -> None:
    """For a new file: this program's schema, the file's facts and entry 1, in one transaction."""
    if version_of(db) == VERSION:
        return
    if not create:
        raise JournalMissing("the file is empty: no journal was ever begun in it")
    with Transaction(db):
        climb(db, 0)
        journal_id, epoch = entropy(16), int.from_bytes(entropy(8), "big") % EPOCHS
        db.execute(_INSERT_META, (journal_id, epoch, now_ms, training))
        start = genesis(journal_id, epoch, now_ms, training=training)
        made = Entry(MADE, now_ms, {"epoch": epoch, "journal_id": journal_id.hex(), "training": training})
        db.execute(INSERT_ENTRY, sealed(mac_key, start, 1, made))
