"""What the window knows beside the till's picture, and the questions every view asks of both."""

import math
from dataclasses import dataclass
from typing import Final

from app.till.api import CounterView, Light, Phase, Refusal, SaleView
from ui.views.entry import Entry

AMBER: Final = frozenset(
    {
        Phase.INTENT,
        Phase.SENT,
        Phase.PENDING,
        Phase.UNKNOWN,
        Phase.OFFLINE,
        Phase.STOPPING,
        Phase.UNSAFE,
        Phase.REVERSING,
        Phase.WAIT15,
        Phase.QUARANTINE,
        Phase.REFUNDING,
        Phase.VOIDING,
        Phase.LATEPAID,
    }
)
RED: Final = frozenset({Phase.PAIDHELD, Phase.STUCK, Phase.MISMATCH, Phase.CONTRADICT})
GREY: Final = frozenset(
    {Phase.NOTSENT, Phase.DECLINED, Phase.REVERSED0, Phase.REVERSED1, Phase.REVERSEDQ, Phase.LATEBACK, Phase.VOIDED}
)
GREEN: Final = frozenset({Phase.PAID, Phase.PARTIAL})  # the money is ours and durable; of PARTIAL, the rest of it
BEFORE_D2: Final = frozenset(
    {Phase.INTENT, Phase.SENT, Phase.PENDING, Phase.UNKNOWN, Phase.OFFLINE, Phase.STOPPING, Phase.UNSAFE}
)
PAST_D2: Final = frozenset({Phase.REVERSING, Phase.WAIT15, Phase.QUARANTINE, Phase.REFUNDING, Phase.LATEPAID})
NOT_TYPED_OVER: Final = BEFORE_D2 | {Phase.READY, Phase.PAIDHELD}
STILL: Final = "win.still"  # words for a till that stands still, where the key has no headline of its own
NOTHING_TYPED: Final = Entry()
COUNTED: Final = BEFORE_D2 - {Phase.STOPPING}  # phases with a ring; past D2 nobody need wait, so nothing is counted


@dataclass(frozen=True, slots=True)
class Here:
    """One instant of the window: ``mono`` is ``time.monotonic()``, ``wall_ms`` this computer's clock."""

    language: str = "zh"
    mono: float = 0.0
    wall_ms: int = 0
    view_at: float = 0.0  # mono at which the till's picture came
    entry: Entry = NOTHING_TYPED
    notice: Refusal | None = None  # the window's own: an amount that cannot be entered
    refusal_seen: int = 0  # the serial of the till's refusal that a key has answered
    dead: str = ""  # words key of what stopped the till for good, or kept it from starting
    dead_values: tuple[tuple[str, str], ...] = ()


def entering(view: CounterView | None, here: Here) -> bool:
    """Whether the stage belongs to the amount: nothing is charged, or the next sum is being typed."""
    if here.dead:
        return False
    if view is None:
        return True
    if view.confirm_cap:
        return False
    return view.phase is Phase.IDLE or (bool(here.entry.text) and view.phase not in NOT_TYPED_OVER)


def may_type(view: CounterView | None) -> bool:
    """Figures begin a new amount when nothing is asked of this customer any more."""
    return view is None or (not view.confirm_cap and view.phase not in NOT_TYPED_OVER)


def refusal_of(view: CounterView | None, here: Here) -> Refusal | None:
    if here.notice is not None:
        return here.notice
    refusal = view.refusal if view is not None else None
    return None if refusal is None or refusal.serial == here.refusal_seen else refusal


def seconds_left(sale: SaleView, here: Here) -> int | None:
    """Whole seconds until it goes on by itself; None without a countdown."""
    return None if sale.deadline is None else max(0, math.ceil(sale.deadline - here.mono))


def ring(sale: SaleView, here: Here) -> int | None:
    """The seconds in the ring; None where the turning arrow stands: nothing to count, or time is up."""
    return (seconds_left(sale, here) or None) if sale.phase in COUNTED else None


def silent_seconds(sale: SaleView, here: Here) -> int:
    """Since the channel was last heard about ``sale``, or since it began."""
    if sale.silent_for is None:
        return max(0, (here.wall_ms - sale.began_ms) // 1000)
    return int(sale.silent_for + max(0.0, here.mono - here.view_at))


def wake_ms(view: CounterView | None, here: Here) -> int:
    """Until the ring's next second, else the clock's."""
    sale = view.sale if view is not None else None
    if sale is not None and sale.deadline is not None and sale.deadline > here.mono:
        return int((sale.deadline - here.mono) % 1.0 * 1000)
    return 1000 - here.wall_ms % 1000


def journal_stopped(view: CounterView) -> str:
    """The words key of a stopped journal, "" while it works."""
    lamps = (lamp for lamp in view.lamps if lamp.name == "journal" and lamp.light is Light.STOPPED)
    return next((lamp.key for lamp in lamps), "")
