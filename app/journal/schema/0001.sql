-- Version 1 of the journal. A version's file is never edited; the next one is 0002.sql (see migrate.py).

-- One row, made with the file. The chain begins with its hash, so an edited row breaks entry 1.
CREATE TABLE meta (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    journal_id BLOB    NOT NULL CHECK (length(journal_id) = 16),
    epoch      INTEGER NOT NULL CHECK (epoch BETWEEN 0 AND 9999),
    made_ms    INTEGER NOT NULL,
    training   INTEGER NOT NULL CHECK (training IN (0, 1))
) STRICT;

-- The books. `before` is the entry of the same sale before this one (null for its first, and without a sale): a story
-- is followed backwards from the newest, for which no index need be written. `line` is null, or what the entry says of its sale, as the canonical JSON list
-- [number, purchase, channel, amount_fen, state, is_open, refunded_fen, day, began_ms, code_mark].
CREATE TABLE entry (
    seq          INTEGER PRIMARY KEY,
    at_ms        INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
    out_trade_no TEXT,
    before       INTEGER CHECK (before < seq AND (out_trade_no IS NOT NULL OR before IS NULL)),
    line         TEXT    CHECK ((line IS NULL) = (out_trade_no IS NULL)),
    body         TEXT    NOT NULL,
    prev         BLOB    NOT NULL CHECK (length(prev) = 32),
    digest       BLOB    NOT NULL CHECK (length(digest) = 32),
    mac          BLOB    NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE INDEX entry_checkpoint ON entry (seq) WHERE kind = 'journal.checkpoint';

-- The newest entry of each sale: derived, kept in the same transaction, compared by verify. Every page written lengthens
-- the commit that a customer waits for, so there are two indices and no more: which sales are open is read from the
-- chain (tail.py), and marks of codes are found by time, since an index over random marks would scatter the writes.
-- `born` is the sale's first entry: the one order of sales that no clock can disturb.
CREATE TABLE sale (
    out_trade_no TEXT    NOT NULL PRIMARY KEY CHECK (length(out_trade_no) BETWEEN 1 AND 64),
    born         INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    purchase     TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    amount_fen   INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    is_open      INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    refunded_fen INTEGER NOT NULL,
    day          TEXT    NOT NULL,
    began_ms     INTEGER NOT NULL,
    code_mark    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sale_day ON sale (day, began_ms, code_mark);
CREATE INDEX sale_purchase ON sale (purchase, born);

CREATE TRIGGER meta_stays BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER meta_remains BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
-- INSERT OR REPLACE fires no delete trigger; this one refuses it, and any gap.
CREATE TRIGGER entry_follows BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
BEGIN SELECT RAISE(ABORT, 'out of order'); END;
