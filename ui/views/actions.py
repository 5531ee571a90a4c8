"""Which three buttons stand under the stage, and what each key does now. A key without use is not shown."""

from enum import StrEnum
from typing import Final

from app.till.api import CounterView, Phase
from app.words import say
from ui.views.here import BEFORE_D2, GREY, PAST_D2, Here, entering
from ui.widgets.buttons import ButtonFace


class Act(StrEnum):
    TAKE = "take"  # Enter: the amount stands, ask for the code
    AGAIN = "again"  # Enter: the same sum once more
    STOP = "stop"  # F2
    NEXT = "next"  # F3
    CHECK = "check"  # F5
    KEEP = "keep"  # F7: a recovered sale was seen
    CONFIRM = "confirm"  # F7: the sum above the cap is right; Enter never says so, scanners send it
    OTHER = "other"  # F9
    REPRINT = "reprint"  # F6: the slip of the sale that stands there, else the last one
    EDIT = "edit"  # Esc
    CLEAR = "clear"  # Esc
    DIGITS = "digits"
    HELP = "help"  # F1
    LANGUAGE = "language"  # Ctrl+L
    PHONE = "phone"  # Alt+0: phone or list, in training
    OFFICE = "office"  # F4: supervisor and manager, behind a PIN


CHIPS: Final = {
    Act.TAKE: "Enter",
    Act.AGAIN: "Enter",
    Act.STOP: "F2",
    Act.NEXT: "F3",
    Act.OFFICE: "F4",
    Act.CHECK: "F5",
    Act.REPRINT: "F6",
    Act.KEEP: "F7",
    Act.CONFIRM: "F7",
    Act.OTHER: "F9",
    Act.EDIT: "Esc",
    Act.CLEAR: "Esc",
    Act.DIGITS: "0–9",
    Act.HELP: "F1",
    Act.LANGUAGE: "Ctrl L",
    Act.PHONE: "Alt 0",
}

WORDS: Final = {Act.OFFICE: "act.find"}  # words keys of buttons that say more than the foot of the window can

Three = tuple[Act | None, Act | None, Act | None]


def acts(view: CounterView | None, here: Here) -> tuple[Three, Act | None]:
    """The three buttons' acts and the filled one among them; at most one is filled."""
    if here.dead:
        return (None, None, None), None
    if entering(view, here):
        middle = Act.CLEAR if here.entry.text else Act.REPRINT if prints(view) else None
        return (Act.OFFICE if view is not None else None, middle, Act.TAKE), Act.TAKE
    assert view is not None
    if view.confirm_cap:
        return (Act.STOP, None if view.request else Act.EDIT, Act.CONFIRM), Act.CONFIRM
    if view.sale is None:
        return (Act.STOP, None if view.request else Act.EDIT, None), None
    row, filled = _of_sale(view.phase, recovered=view.sale.recovered)
    if view.phase is Phase.PAID and prints(view):
        row = (Act.REPRINT, *row[1:])
    return row, filled


def prints(view: CounterView | None) -> bool:
    """Whether there is a printer: then it has a lamp, whatever that says."""
    return view is not None and any(lamp.name == "printer" for lamp in view.lamps)


def _of_sale(phase: Phase, *, recovered: bool) -> tuple[Three, Act | None]:
    row: tuple[Three, Act | None] = ((Act.OTHER, Act.NEXT, Act.CHECK), None)  # red: a person looks, the queue goes on
    if phase is Phase.STOPPING:
        row = (None, Act.NEXT, Act.CHECK), Act.NEXT
    elif phase in BEFORE_D2:
        row = (Act.STOP, Act.NEXT, Act.CHECK), Act.NEXT
    elif phase is Phase.VOIDING:
        row = (None, Act.NEXT, Act.CHECK), Act.NEXT
    elif phase in (Phase.VOIDED, Phase.PARTIAL):
        row = (None, Act.NEXT, Act.DIGITS), Act.DIGITS
    elif phase in PAST_D2:
        row = (Act.CHECK, Act.NEXT, Act.OTHER), Act.OTHER
    elif phase in GREY:
        row = (Act.OTHER, Act.NEXT, Act.AGAIN), Act.AGAIN
    elif phase is Phase.PAID:
        last = Act.KEEP if recovered else Act.DIGITS
        row = (None, Act.NEXT, last), last
    elif phase is Phase.PAIDHELD:
        row = (None, None, Act.CHECK), None
    return row


def faces(view: CounterView | None, here: Here) -> tuple[ButtonFace | None, ...]:
    three, filled = acts(view, here)
    ready = view is not None and bool(here.entry.fen)
    return tuple(
        None
        if act is None
        else ButtonFace(
            CHIPS[act],
            say(WORDS.get(act, f"act.{act}"), here.language),
            filled=act is filled,
            enabled=act is not Act.TAKE or ready,
        )
        for act in three
    )


def allowed(act: Act, view: CounterView | None, here: Here) -> bool:
    """Whether the act means something now, button or key. F9 and Enter are one act where both stand."""
    three, _ = acts(view, here)
    if act is Act.REPRINT:
        return prints(view) and not here.dead
    return act in three or act in (Act.HELP, Act.LANGUAGE, Act.PHONE, Act.OFFICE)
