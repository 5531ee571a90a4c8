"""Tasks as the worklist shows them. Pure: words and shapes, no widgets."""

from dataclasses import dataclass
from typing import Final

from app.core.channel import Channel
from app.core.told import time_words
from app.office.telling import spoken
from app.office.troubles import TO_BE_KNOWN, Trouble
from app.office.worklist import Task, head
from app.words import say
from ui.pages.worklist.flow import WorkFlow
from ui.text import channel_name, in_fours, money

# The till settles these by itself as soon as the cause is gone; amber, not red.
SETTLES: Final = frozenset({Trouble.OFFLINE, Trouble.WINDOW, Trouble.ACCEPTED, Trouble.SILENT, Trouble.HOLD})


@dataclass(frozen=True, slots=True)
class TaskFace:
    """``tone``: "red", "amber", "grey"; ``solved`` strikes it out."""

    number: str
    channel: Channel
    name: str
    is_: str
    under: str
    amount: str
    due: str
    tone: str
    solved: bool


@dataclass(frozen=True, slots=True)
class DetailFace:
    is_: str = ""
    do: str = ""
    lines: tuple[str, ...] = ()
    due: str = ""
    notes: tuple[str, ...] = ()
    number: str = ""
    solved: str = ""


def rows(flow: WorkFlow, language: str) -> tuple[TaskFace, ...]:
    """Open ones first, as the list has them; solved ones of this visit below."""
    now_ms = flow.picture.at_ms if flow.picture is not None else 0
    listed = [_row(task, now_ms, language, solved=False) for task in flow.tasks]
    return (*listed, *(_row(task, now_ms, language, solved=True) for task in flow.gone))


def _row(task: Task, now_ms: int, language: str, *, solved: bool) -> TaskFace:
    order = task.sale.order
    under = f"{time_words(order.began_ms, now_ms)} · …{order.out_trade_no[-4:]}"
    if solved:
        under = _solved(task, language)
    elif task.claimed is not None:
        taken = say("desk.wk.taken", language, staff=task.claimed.by, time=time_words(task.claimed.at_ms, now_ms))
        under += f" · {taken}"
    due = "" if task.due_ms is None or solved else say("wk.deadline", language, time=time_words(task.due_ms, now_ms))
    known = task.trouble in TO_BE_KNOWN - {Trouble.CASH, Trouble.NOCASH, Trouble.REST}
    tone = "grey" if solved or known else "amber" if task.trouble in SETTLES else "red"
    name, amount = channel_name(order.channel, language), money(task.at_stake_fen)
    number = order.out_trade_no
    return TaskFace(number, order.channel, name, spoken(task.is_, language), under, amount, due, tone, solved)


def _solved(task: Task, language: str) -> str:
    """A person's word ends what is only to be known; all else the channel has confirmed."""
    by_person = task.trouble in TO_BE_KNOWN | {Trouble.ACKPAID}
    return say("desk.wk.done" if by_person else "wk.solved", language)


def detail(flow: WorkFlow, language: str) -> DetailFace:
    task, picture = flow.task, flow.picture
    if task is None or picture is None:
        return DetailFace()
    now_ms = picture.at_ms
    notes = tuple(
        say("desk.wk.noted", language, staff=note.by, text=note.text)
        if note.text
        else say("desk.wk.taken", language, staff=note.by, time=time_words(note.at_ms, now_ms))
        for note in task.notes[-3:]
    )
    due = "" if task.due_ms is None else say("wk.deadline", language, time=time_words(task.due_ms, now_ms))
    return DetailFace(
        spoken(task.is_, language),
        spoken(task.do, language),
        tuple(spoken(line, language) for line in task.tried),
        due,
        notes,
        in_fours(task.out_trade_no),
        _solved(task, language) if flow.is_solved else "",
    )


def head_words(flow: WorkFlow, language: str) -> str:
    return spoken(head(flow.tasks), language) if flow.picture is not None else say("desk.find.busy", language)
