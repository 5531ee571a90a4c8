-- Version 2. People, shifts, reports and the program's own doings are entries without a sale; the newest of a kind is
-- asked for at each start and each sign-in, and a day's journal holds thousands of sales between two of them. The
-- entries about sales are not in this index, so the commit that a customer waits for writes no page more.
CREATE INDEX entry_apart ON entry (kind, seq) WHERE out_trade_no IS NULL;

-- Money is given back on another day than it was taken: a day's log asks which sales were refunded at all, and reads
-- only those. A sale that keeps its money is not in this index either.
CREATE INDEX sale_refunded ON sale (day, out_trade_no) WHERE refunded_fen > 0;
