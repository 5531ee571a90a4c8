"""What stands round the stage: the amount above it, the lamps below it, and the page of keys."""

from typing import Final

from app.core.money import show_yuan
from app.till.api import CounterView, Lamp, Light, Phase
from app.words import has, language_after, say
from ui.bridge import DEAD
from ui.text import clock, short_number, worded
from ui.views.actions import CHIPS, Act
from ui.views.here import Here, entering
from ui.widgets.amount import AmountFace
from ui.widgets.help_card import HelpFace
from ui.widgets.status_bar import Hint, LampFace, StatusFace

HELP: Final = (
    ("0–9", "help.digits"),
    ("Enter", "help.enter"),
    ("F2", "help.f2"),
    ("F3", "help.f3"),
    ("F4", "help.f4"),
    ("F5", "help.f5"),
    ("F6", "help.f6"),
    ("F7", "help.f7"),
    ("F9", "help.f9"),
    ("Esc", "help.esc"),
    ("↑ ↓", "help.arrows"),
    ("Ctrl L", "help.language"),
    ("Ctrl M", "help.mini"),
)
HELP_TRAINING: Final = ("Alt 0–4", "help.phone")


def amount_face(view: CounterView | None, here: Here) -> AmountFace:
    language = here.language
    training = view is not None and view.desk.training
    badge = say("win.training", language) if training else ""
    if entering(view, here):
        typed, missing = here.entry.shown()
        label = say("win.due", language)
        under = say("win.training.note", language) if training else ""
        return AmountFace(label, under, typed, missing, caret=not here.entry.sent, training=badge)
    fen = view.amount_fen if view is not None else None
    if fen is None:  # nothing is due: figures to be typed, as in an empty entry
        return AmountFace(say("win.due", language), "", "", show_yuan(0), training=badge)
    paid = view is not None and view.phase is Phase.PAID
    label = say("win.received" if paid else "win.due", language)
    under = say("win.training.note", language) if training else _number(view, language)
    return AmountFace(label, under, show_yuan(fen), training=badge)


def _number(view: CounterView | None, language: str) -> str:
    if view is None or view.sale is None:
        return ""
    number = short_number(view.sale.number)
    if view.attempt > 1:
        return say("win.attempt", language, n=number, m=view.attempt)
    return say("win.number", language, n=number)


def lamp_face(lamp: Lamp, language: str) -> LampFace:
    """A lamp's own word, or the channel's name before a reason's headline (``r.keys``)."""
    if has(f"{lamp.key}.lamp"):
        word = worded(f"{lamp.key}.lamp", language, lamp.values)
    else:
        name = say(f"name.{lamp.name}", language) + " " if has(f"name.{lamp.name}") else ""
        word = name + (say(f"{lamp.key}.head", language) if has(f"{lamp.key}.head") else "")
    told = next((key for key in (f"{lamp.key}.say", f"{lamp.key}.do") if has(key)), "")
    return LampFace(lamp.light, word, worded(told, language, lamp.values) if told else "")


def lamp_faces(view: CounterView | None, here: Here) -> tuple[LampFace, ...]:
    if here.dead == DEAD:
        return (LampFace(Light.STOPPED, say("win.dead.lamp", here.language)),)
    if here.dead:
        return ()  # it never started: the stage says why, and no lamp would be true
    if view is None:
        return (LampFace(Light.SLOW, say("win.opening.lamp", here.language)),)
    return tuple(lamp_face(lamp, here.language) for lamp in view.lamps if lamp.light is not Light.OFF)


def status_face(view: CounterView | None, here: Here) -> StatusFace:
    language = here.language
    desk = ""
    if view is not None:
        operator = say("win.operator", language, name=view.desk.operator)
        desk = f"{operator} · {say('win.terminal', language, n=view.desk.terminal.lstrip('0') or '0')}"
    other = Hint(CHIPS[Act.LANGUAGE], say("lang.self", language_after(language)), Act.LANGUAGE)
    hints = (other, *(Hint(CHIPS[act], say(f"act.{act}", language), act) for act in (Act.OFFICE, Act.HELP)))
    training = view is not None and view.desk.training
    return StatusFace(lamp_faces(view, here), desk, clock(here.wall_ms), hints, training)


def help_face(view: CounterView | None, here: Here) -> HelpFace:
    training = view is not None and view.desk.training
    rows = (*HELP, HELP_TRAINING) if training else HELP
    return HelpFace(
        say("help.title", here.language),
        tuple((chip, say(key, here.language)) for chip, key in rows),
        tuple(f.sentence for f in lamp_faces(view, here) if f.light is not Light.OK and f.sentence),
    )
