"""After a start: every sale an earlier run left open is taken up again; none is presumed to be anything."""

import logging
from typing import Final

from app.core.record import BadRecord
from app.till.engine import Engine
from app.till.entries import sale_of, story_of

_log: Final = logging.getLogger("mashou.till")


def resume_open(engine: Engine) -> int:
    """Feed ``Recovered`` to every open sale of the journal; selling goes on meanwhile. Returns how many there were.

    An entry that cannot be read stays open in the journal, is logged, and does not keep the others from settling.
    """
    journal = engine.keeper.journal
    with engine.keeper.reading():
        left_open = journal.open_sales()
    resumed = 0
    for kept in left_open:
        try:
            sale = sale_of(kept)
            story = story_of(journal, sale.order.out_trade_no)
        except BadRecord:
            _log.exception("entry %d of the journal holds no sale this program can read; it stays open", kept.seq)
            continue
        engine.resume(sale, story)
        resumed += 1
    return resumed
