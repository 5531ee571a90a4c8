"""What the customer may see of the stage. Pure: the second screen and the pole show the same, each in its own way.

A customer sees the purchase that is being paid, never what the cashier looks up: an old sale on the stage is somebody
else's. What went wrong is not told either, only whether it was paid and what can be done.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.till.api import CounterView, Phase, SaleView


class Moment(StrEnum):
    """The value is the words key ``cus.<value>``."""

    IDLE = "idle"
    WAIT = "wait"
    READY = "ready"
    SENT = "sent"
    PENDING = "pending"
    UNKNOWN = "unknown"
    PAID = "paid"
    NOTPAID = "notpaid"
    LETGO = "letgo"
    RETURNING = "returning"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Scene:
    """``sale`` only where its channel or countdown may be shown; ``amount_fen`` 0 where no sum stands."""

    moment: Moment
    amount_fen: int = 0
    sale: SaleView | None = None
    training: bool = False


@dataclass(frozen=True, slots=True)
class Following:
    """Which sale is this customer's: the last one that was seen running, or asked for, on the stage."""

    out_trade_no: str = ""
    asked: bool = False

    def after(self, view: CounterView) -> "Following":
        """What is known once ``view`` has been seen."""
        if view.sale is None:
            return Following(asked=view.phase is Phase.READY)
        number = view.sale.out_trade_no
        running = any(sale.out_trade_no == number for sale in view.open)
        new = running or self.asked or number == self.out_trade_no
        return Following(number) if new and not view.sale.recovered else replace(self, asked=False)


_MOMENTS: Final = {
    Phase.INTENT: Moment.SENT,
    Phase.SENT: Moment.SENT,
    Phase.PENDING: Moment.PENDING,
    Phase.UNKNOWN: Moment.UNKNOWN,
    Phase.OFFLINE: Moment.UNKNOWN,
    Phase.UNSAFE: Moment.UNKNOWN,
    Phase.STOPPING: Moment.UNKNOWN,
    Phase.PAID: Moment.PAID,
    Phase.DECLINED: Moment.NOTPAID,
    Phase.NOTSENT: Moment.NOTPAID,
    Phase.REVERSED0: Moment.NOTPAID,
    Phase.REVERSEDQ: Moment.NOTPAID,
    Phase.REVERSING: Moment.LETGO,
    Phase.WAIT15: Moment.LETGO,
    Phase.QUARANTINE: Moment.LETGO,
    Phase.LATEPAID: Moment.RETURNING,
    Phase.REFUNDING: Moment.RETURNING,
    Phase.VOIDING: Moment.RETURNING,
    Phase.REVERSED1: Moment.RETURNED,
    Phase.LATEBACK: Moment.RETURNED,
    Phase.VOIDED: Moment.RETURNED,
    Phase.PARTIAL: Moment.RETURNED,
    Phase.PAIDHELD: Moment.WAIT,
    Phase.STUCK: Moment.WAIT,
    Phase.MISMATCH: Moment.WAIT,
    Phase.CONTRADICT: Moment.WAIT,
}


def scene(view: CounterView | None, following: Following) -> Scene:
    """``following`` is what is known after ``view``. None: the till is not open, or stands still."""
    if view is None:
        return Scene(Moment.WAIT)
    training = view.desk.training
    if view.confirm_cap:
        return Scene(Moment.WAIT, view.amount_fen or 0, training=training)
    if view.sale is None:
        moment = Moment.READY if view.phase is Phase.READY else Moment.IDLE
        return Scene(moment, view.amount_fen or 0 if moment is Moment.READY else 0, training=training)
    if view.sale.out_trade_no != following.out_trade_no:
        return Scene(Moment.IDLE, training=training)
    moment = _MOMENTS[view.sale.phase]
    return Scene(moment, _sum(moment, view.sale), view.sale, training)


def _sum(moment: Moment, sale: SaleView) -> int:
    if moment is Moment.RETURNED:
        return sale.refunded_fen or sale.amount_fen
    if moment is Moment.RETURNING and sale.refunds:
        return sale.refunds[-1].amount_fen
    return sale.amount_fen
