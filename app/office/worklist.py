"""Sales that need a person: one line what it is, one line what to do. Pure: rows follow from sales alone.

Nothing here closes a sale: the till goes on by itself, what a person writes down adds evidence, and the next query
closes it (words.md §5.3). A row that is only to be known of goes once somebody has noted what was done.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.core.adviser import MINUTE_MS, RefundWindows
from app.core.billed import owed_fen
from app.core.channel import Channel
from app.core.policy import Patience
from app.core.sale import BEFORE_D2, PAST_D2, Sale, State
from app.core.told import Told, sum_words, time_words, told
from app.office.troubles import TO_BE_KNOWN, Trouble, trouble_of

DAYS: Final = 31  # sales that ended longer ago are the reconciliation's
# Troubles whose words stand in the desk's own section.
_OURS: Final = frozenset(
    {Trouble.SILENT, Trouble.FUNDS, Trouble.NO, Trouble.TOOK, Trouble.HOLD, Trouble.CASH, Trouble.NOCASH, Trouble.TWICE}
    | {Trouble.REST}
)
_COUNTS_MINUTES: Final = frozenset({Trouble.WINDOW, Trouble.OFFLINE, Trouble.SILENT})


@dataclass(frozen=True, slots=True)
class Seen:
    """A sale and when its newest entry was written (channel time, ms)."""

    sale: Sale
    at_ms: int


@dataclass(frozen=True, slots=True)
class Note:
    """Who took it, and what was done; ``text`` is "" for a claim."""

    by: str
    at_ms: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    sale: Sale
    trouble: Trouble
    is_: Told
    do: Told
    tried: tuple[Told, ...]
    since_ms: int  # the newest entry about it
    due_ms: int | None  # when the channel's window shuts
    at_stake_fen: int
    notes: tuple[Note, ...] = ()

    @property
    def out_trade_no(self) -> str:
        return self.sale.order.out_trade_no

    @property
    def claimed(self) -> Note | None:
        """The newest word of anybody about it."""
        return self.notes[-1] if self.notes else None


PatienceOf = Callable[[Channel], Patience]


def tasks(  # noqa: PLR0917 - what is known, and by which rules it is judged
    seen: Iterable[Seen],
    notes: Mapping[str, Sequence[Note]],
    now_ms: int,
    patience: PatienceOf,
    windows: RefundWindows,
    lost: Iterable[Seen] = (),
) -> tuple[Task, ...]:
    """Those whose window shuts first stand first, then the oldest. ``notes`` by order number, oldest first.

    ``lost``: what channels hold and the journal has lost, as far as the channels tell of it.
    """
    known = list(seen)
    doubt = Counter(one.sale.order.channel for one in known if one.sale.state in BEFORE_D2 | PAST_D2)
    found: list[Task] = []
    for one in known:
        trouble = trouble_of(one.sale, now_ms, patience(one.sale.order.channel))
        said = tuple(notes.get(one.sale.order.out_trade_no, ()))
        if trouble is None or (_only_known(one.sale, trouble) and any(n.text and n.at_ms >= one.at_ms for n in said)):
            continue
        due_ms = _due_ms(one.sale, now_ms, patience(one.sale.order.channel), windows)
        values = _values(one, trouble, due_ms, now_ms, doubt[one.sale.order.channel])
        is_, do = (told(key, **values) for key in _keys(one.sale, trouble))
        at_stake = _at_stake(one.sale, trouble)
        found.append(Task(one.sale, trouble, is_, do, _tried(one, now_ms), one.at_ms, due_ms, at_stake, said))
    found += [_lost(one, tuple(notes.get(one.sale.order.out_trade_no, ())), now_ms) for one in lost]
    return tuple(sorted(_one_line_a_channel(found), key=_urgency))


def _lost(one: Seen, said: tuple[Note, ...], now_ms: int) -> Task:
    """It goes when the sale is entered again from the bill."""
    is_, do = told("wk.unknownorder.is"), told("wk.unknownorder.do")
    fen = one.sale.order.amount_fen
    return Task(one.sale, Trouble.UNKNOWN_ORDER, is_, do, (_last(one, now_ms),), one.at_ms, None, fen, said)


def head(listed: Sequence[Task]) -> Told:
    """``wk.head``, or that there is nothing."""
    if not listed:
        return told("wk.empty")
    return told("wk.head", n=len(listed), amount=sum_words(sum(task.at_stake_fen for task in listed)))


def solved(before: Sequence[Task], now: Sequence[Task]) -> tuple[Task, ...]:
    """Those of ``before`` that are listed no more: struck out, and kept in sight a while."""
    left = {task.out_trade_no for task in now}
    return tuple(task for task in before if task.out_trade_no not in left)


def _urgency(task: Task) -> tuple[bool, int, int]:
    return (task.due_ms is None, task.due_ms or 0, task.sale.order.began_ms)


def _only_known(sale: Sale, trouble: Trouble) -> bool:
    return trouble in (Trouble.CASH, Trouble.TWICE) or (trouble in TO_BE_KNOWN and sale.is_final)


def _one_line_a_channel(found: Sequence[Task]) -> list[Task]:
    """A silent channel is one matter however many sales wait for it: the oldest stands for all."""
    kept: dict[object, Task] = {}
    for task in sorted(found, key=lambda task: task.sale.order.began_ms):
        key: object = task.sale.order.channel if task.trouble is Trouble.OFFLINE else task.out_trade_no
        first = kept.get(key)
        kept[key] = task if first is None else replace(first, at_stake_fen=first.at_stake_fen + task.at_stake_fen)
    return list(kept.values())


def _keys(sale: Sale, trouble: Trouble) -> tuple[str, str]:
    match trouble:
        case Trouble.ACCEPTED:
            return "st.accepted.is", "st.accepted.do"
        case Trouble.MISMATCH if sale.said_fen is None:
            return "win.mismatch.is", "wk.mismatch.do"
        case Trouble() if trouble in _OURS:
            return f"desk.wk.{trouble}.is", f"desk.wk.{trouble}.do"
        case _:
            return f"wk.{trouble}.is", f"wk.{trouble}.do"


def _values(one: Seen, trouble: Trouble, due_ms: int | None, now_ms: int, doubt: int) -> dict[str, str | int]:
    """Everything any of the sentences asks for."""
    sale = one.sale
    running = sale.refund
    last = sale.refunds[-1] if sale.refunds else None
    since_ms = running.began_ms if running is not None else sale.order.began_ms
    left_ms = 0 if due_ms is None else due_ms - now_ms
    minutes = max(0, left_ms if trouble is Trouble.WINDOW else now_ms - since_ms) // MINUTE_MS
    fen = running.amount_fen if running is not None else sale.hand.amount_fen if sale.hand else sale.order.amount_fen
    fen = owed_fen(sale) or fen
    return {
        "amount": sum_words(fen),
        "amount2": sum_words(sale.said_fen or 0),
        "id": sale.channel_no or sale.order.out_trade_no,
        "n": minutes if trouble in _COUNTS_MINUTES else sale.reverses,
        "m": doubt,
        "time": time_words(due_ms, now_ms) if due_ms is not None else "—",
        "text": (last.says if last is not None else "") or sale.says or (last.code if last else "") or sale.code or "—",
        "channel": sale.order.channel,
    }


def _tried(one: Seen, now_ms: int) -> tuple[Told, ...]:
    """How often and when: what a person on the telephone is asked first."""
    sale, lines = one.sale, list[Told]()
    if sale.reverses:
        lines.append(told("desk.wk.tried", n=sale.reverses, m=sale.reverses_answered))
    if sale.refunds and sale.refunds[-1].calls:
        last = sale.refunds[-1]
        lines.append(told("desk.wk.calls", n=last.calls, date=time_words(last.began_ms, now_ms)))
    return (*lines, told("desk.wk.since", time=time_words(sale.order.began_ms, now_ms)), _last(one, now_ms))


def _last(one: Seen, now_ms: int) -> Told:
    return told("desk.wk.last", time=time_words(one.at_ms, now_ms))


def _due_ms(sale: Sale, now_ms: int, patience: Patience, windows: RefundWindows) -> int | None:
    """When the way the till is on shuts; None where it has shut, or nothing is under way."""
    if sale.state in PAST_D2:
        ends_ms = patience.reverse_ends_ms(sale.order)
        return ends_ms if ends_ms > now_ms else windows.ends_ms(sale)
    return windows.ends_ms(sale) if sale.refund is not None else None


def _at_stake(sale: Sale, trouble: Trouble) -> int:
    if sale.refund is not None:
        return sale.refund.amount_fen
    if sale.state in (State.REVERSED, State.VOIDED, State.REFUNDED, State.DECLINED, State.NOT_SENT):
        return owed_fen(sale)
    if trouble in (Trouble.CLOSED, Trouble.NO) and sale.refunds:
        return sale.refunds[-1].amount_fen
    return max(0, sale.order.amount_fen - sale.refunded_fen)
