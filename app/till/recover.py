"""After a start: every sale an earlier run left open is taken up again; none is presumed to be anything."""

from app.till.engine import Engine
from app.till.entries import readable, story_of


def resume_open(engine: Engine) -> int:
    """Feed ``Recovered`` to every open sale of the journal; selling goes on meanwhile. Returns how many there were.

    An entry that cannot be read stays open in the journal and does not keep the others from settling.
    """
    journal = engine.keeper.journal
    with engine.keeper.reading():
        left_open = list(readable(journal.open_sales()))
    for sale in left_open:
        engine.resume(sale, story_of(journal, sale.order.out_trade_no))
    return len(left_open)
