"""May this code be charged now? The rules of design §7.11 and §7.12 that need the journal's memory. Pure otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.core.channel import Channel
from app.core.codes import NotTaken, OwnReceipt, PaymentCode, ScanRead
from app.core.sale import BEFORE_D2, Sale, State
from app.till.lamps import Health
from app.till.stage import Stage

Values = tuple[tuple[str, str], ...]
SAYABLE: Final = (Channel.WECHAT, Channel.ALIPAY, Channel.UNIONPAY)  # the order in which others are proposed


@dataclass(frozen=True, slots=True)
class No:
    """Why not: ``key`` without ``scan.``."""

    key: str
    values: Values = ()


def what_it_is(read: ScanRead, stage: Stage) -> PaymentCode | No:
    """The payment code that was read, or why nothing is charged. An ID look-alike is taken the second time."""
    match read:
        case PaymentCode():
            return read
        case OwnReceipt():
            return No("receipt")
        case NotTaken(key, values, payment):
            if payment is not None and (stage.lookalike or not stage.asking):
                return payment
            return No(key, values)


def whose_it_was(known: Sale | None, stage: Stage) -> No | None:
    """A code seen in the last minutes belongs to its sale. One that provably never left may be tried again (I-9)."""
    if known is None or known.state is State.NOT_SENT:
        return None
    if known.is_final:
        return No("used")
    return No("twice") if not stage.asking or known.order.purchase == stage.purchase else No("other")


def whether_asked(stage: Stage, shown: Sale | None, cap: str) -> No | None:
    """A scan counts only while the stage asks for a code."""
    if stage.asking:
        return None
    if stage.confirm_cap:
        return No("cap", (("amount", cap),))
    return No("open") if shown is not None and shown.state in BEFORE_D2 else No("noamount")


def which_way(channel: Channel, health: Mapping[Channel, Health]) -> No | None:
    """Whether ``channel`` is set up and answers; otherwise which others do. ``health`` has the channels set up here."""
    if channel in health and health[channel].sells:
        return None
    others = ",".join(other.value for other in SAYABLE if other in health and health[other].sells)
    values = (("channel", channel.value), ("channels", others))
    return No("chandown" if channel in health else "chanoff", values)
