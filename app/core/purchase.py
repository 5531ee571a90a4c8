"""What a customer owes once, and the attempts to collect it: pure rules over the attempts of one purchase."""

from collections.abc import Sequence
from typing import Final

from app.core.sale import BEFORE_D2, Sale, State

HELD: Final = frozenset(  # the money was ours, whatever a person did with it afterwards
    {State.PAID, State.VOIDING, State.VOIDED, State.REFUNDED, State.PARTLY_REFUNDED}
)


def may_start(attempts: Sequence[Sale]) -> bool:
    """Whether another attempt may begin: none is paid and none could still become so (reliability I-3)."""
    return not any(sale.state in HELD or sale.state in BEFORE_D2 for sale in attempts)


def is_recharged(sale: Sale, attempts: Sequence[Sale]) -> bool:
    """Whether the purchase of ``sale`` was collected by another attempt, or a later one may still collect it.

    Then ``sale`` must be given back, whatever a query finds (reliability I-45). Of two attempts that may both still
    be paid the later one wins, so that exactly one of them is given back.
    """
    others = [other for other in attempts if other.order.out_trade_no != sale.order.out_trade_no]
    return any(
        other.state in HELD or (other.state in BEFORE_D2 and _age(other) > _age(sale))
        for other in others
        if other.order.purchase == sale.order.purchase
    )


def on_top(attempts: Sequence[Sale]) -> Sale | None:
    """The attempt that speaks for the purchase: the paid one, else one that may still be paid, else the newest."""
    if not attempts:
        return None
    return max(attempts, key=lambda sale: (sale.state in HELD, sale.state in BEFORE_D2, _age(sale)))


def _age(sale: Sale) -> tuple[int, str]:
    """Later attempts compare greater; the running number inside the order number breaks a tie within a millisecond."""
    return sale.order.began_ms, sale.order.out_trade_no
