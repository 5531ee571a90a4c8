"""What keeps a shift from being sealed (design §7.16): sentences, and the sales behind each. Pure.

Reconciliation is not among them: it is the next day's task.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.sale import State
from app.core.shift_sums import Facts

MINUTE_MS: Final = 60_000
DOUBT_MINUTES: Final = 3  # a sale in doubt is released at the latest then (design §7.1)
_REVERSING: Final = frozenset({State.REVERSING, State.REFUNDING})


@dataclass(frozen=True, slots=True)
class Block:
    """``key`` is a words key ``sh.block.*``; ``values`` fill it."""

    key: str
    values: tuple[tuple[str, int | str], ...]
    sales: tuple[Facts, ...] = ()


def blocks_of(
    unsettled: Iterable[Facts], unclaimed: Sequence[Facts], now_ms: int, lost_days: Sequence[str] = ()
) -> tuple[Block, ...]:
    """One block for each way of being unsettled that there is, in the order a person can do something about them.

    A sale whose cash was recorded by hand is taken over by the name of who approved that: it waits for a bill only.
    ``lost_days``: see ``recon.lost_days``.
    """
    groups: dict[str, list[Facts]] = {}
    for facts in unsettled:
        if facts.by_hand:
            continue
        groups.setdefault(_key(facts), []).append(facts)
    if unclaimed:
        groups["sh.block.ack"] = list(unclaimed)
    order = ("stuck", "ack", "refund", "reversing", "doubt")
    found = [(f"sh.block.{name}", groups.get(f"sh.block.{name}", [])) for name in order]
    blocks = [
        Block(key, (("n", len(sales)), ("m", _minutes(sales, now_ms))), tuple(sales)) for key, sales in found if sales
    ]
    if lost_days:
        blocks.append(Block("sh.gap", (("date", lost_days[0]), ("n", len(lost_days)))))
    return tuple(blocks)


def _key(facts: Facts) -> str:
    if facts.state is State.STUCK:
        return "sh.block.stuck"
    if facts.state in _REVERSING:
        return "sh.block.reversing"
    if facts.refunds_running:
        return "sh.block.refund"
    return "sh.block.doubt"  # one that has ended and still owes a query is among them


def _minutes(sales: Sequence[Facts], now_ms: int) -> int:
    """About how long the youngest of them may still take, at least one minute."""
    youngest = max(facts.began_ms for facts in sales)
    return max(1, DOUBT_MINUTES - max(0, now_ms - youngest) // MINUTE_MS)
