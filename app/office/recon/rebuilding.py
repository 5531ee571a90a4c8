"""A sale that the journal lost, entered again from its row of the bill by a manager's yes."""

from collections.abc import Sequence
from typing import Final

from app.channels.books import BillRow
from app.core.beijing import business_day
from app.core.channel import Channel
from app.core.record import to_body
from app.core.sale import Order, Sale, State
from app.core.staff import Approval
from app.journal.api import Entry
from app.office.recon.lines import of_sale, payments, returns, with_sums
from app.office.recon.signing import resolution
from app.office.recon.source import REBUILT, booked_of
from app.office.recon.values import Care, Kind
from app.till.entries import entry_of

NO_MARK: Final = ""  # which code paid for it is lost


class NotLostError(Exception):
    """The rows are of no payment that could be entered again."""


def rebuilt(rows: Sequence[BillRow], terminal: str, operator: str, *, training: bool) -> Sale:
    """The sale that ``rows``, all of one order number, tell of. Raises NotLostError.

    ``operator``: who enters it. Who sold it is lost, and a sum without anybody's name is nobody's to answer for.
    """
    rows = with_sums(list(rows), None)
    paid = payments(rows)
    if len(paid) != 1 or paid[0].amount_fen <= 0:
        raise NotLostError
    row, amount = paid[0], paid[0].amount_fen
    back = min(amount, sum(one.amount_fen for one in returns(rows)))
    order = Order(
        out_trade_no=row.out_trade_no,
        purchase=row.out_trade_no,
        channel=row.channel,
        amount_fen=amount,
        code_mark=NO_MARK,
        operator=operator,
        terminal=terminal,
        began_ms=row.at_ms,
        day=business_day(row.at_ms),
        training=training,
    )
    state = State.PAID if not back else State.PARTLY_REFUNDED if back < amount else State.REVERSED
    return Sale(
        order,
        state=state,
        channel_no=row.channel_no,
        paid_ms=row.at_ms,
        took_money=True,
        refunded_fen=back if state is State.PARTLY_REFUNDED else 0,
        elsewhere_fen=back if state is State.PARTLY_REFUNDED else 0,
        ended_ms=row.at_ms,
    )


def entries(sale: Sale, approval: Approval, now_ms: int) -> tuple[Entry, Entry]:
    """The sale, and that ``approval`` has looked at its line of the list; both or neither are written."""
    line = of_sale(Kind.REBUILT, booked_of(to_body(sale)), Care.ACT, 0, sale.order.amount_fen)
    channel: Channel = sale.order.channel
    return entry_of(sale, now_ms, REBUILT), resolution(channel, sale.order.day, line, approval, now_ms)
