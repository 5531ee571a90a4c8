"""Asking somebody who they are: staff number, then PIN, on one pad. Shared by sign-in, lock and approval."""

import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.staff import No, PeopleView, Proof, read_badge
from app.words import say
from ui.errands import NoWorkerError
from ui.tokens import Theme
from ui.widgets.pin_pad import PadFace, PinPad

SECOND_MS: Final = 1000

_log: Final = logging.getLogger("mashou.window")


def fault(error: Exception) -> No:
    """What a page says of an answer that never came; a bug is in the log."""
    if not isinstance(error, NoWorkerError):
        _log.error("the people's room failed", exc_info=error)
    return No("staff.fault.say")


class Asking(QObject):
    """Drives a pad. ``proven`` carries a Proof, to be tried; ``answered`` says what came of it.

    ``who`` is known where only one person may answer: the locked screen. Otherwise their number is asked first.
    """

    proven = Signal(object)
    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        language: str,
        parent: QWidget,
        *,
        badge_alone: Callable[[], bool],
        words: tuple[str, str] = ("staff.in.pin", "staff.in.enter"),
    ) -> None:
        super().__init__(parent)
        self.pad = PinPad(theme, parent)
        self.language = language
        self.people: PeopleView | None = None
        self.who = ""
        self._fixed = False
        self._badge = ""
        self._note = ""
        self._wait_s = 0
        self._waits_for = ""  # words key of the sentence while a wait runs
        self._busy = False
        self._sent_badge = ""
        self._badge_alone = badge_alone
        self._words = words  # over the PIN, on its key
        self._tick = QTimer(self)
        self._tick.setObjectName("pad")
        self._tick.setInterval(SECOND_MS)
        self._tick.timeout.connect(self._pass_second)
        self.pad.entered.connect(self._entered)

    @property
    def name(self) -> str:
        """Who is asked for the PIN, as people call them."""
        members = self.people.members if self.people else ()
        return next((one.person.name for one in members if one.person.number == self.who), self.who)

    def begin(self, people: PeopleView | None, who: str = "") -> None:
        """Ask anew; ``who`` is then the only one who may answer."""
        self.people = people
        self.who, self._fixed, self._badge = who, bool(who), ""
        self._note, self._wait_s, self._busy = "", 0, False
        self._tick.stop()
        self.pad.clear()
        self.refresh()

    def stop(self) -> None:
        """The page is left or covered: nothing typed stays, and no countdown that would stand still."""
        self._tick.stop()
        self._wait_s, self._note = 0, ""
        self.pad.clear()
        self.refresh()

    def key(self, event: QKeyEvent) -> bool:
        return self.pad.take(event)

    def back(self) -> bool:
        """Esc: from the PIN back to the number. False: there is nothing to go back to."""
        if not self.who or self._fixed:
            return False
        self.begin(self.people)
        return True

    def scan(self, text: str) -> bool:
        """A badge says who; whatever else a scanner reads is no PIN."""
        badge = read_badge(text)
        if badge is None or self._fixed:
            self._note = say("pin.hand", self.language)
        elif self._badge_alone():
            self._send(Proof(badge=badge))
        else:
            self._badge, self.who, self._note = badge, say("staff.badge", self.language), ""
        self.refresh()
        return True

    def answered(self, no: No | None) -> None:
        """What came of the proof; None: it was right."""
        self._busy = False
        self._waits_for = "" if no is None or not no.wait_s else no.key
        self._note = "" if no is None else say(no.key, self.language, **dict(no.values))
        self._wait_s = 0 if no is None else no.wait_s
        if no is not None and no.key in {"staff.unknown.say", "staff.badge.say"} and not self._fixed:
            self.who, self._badge = "", ""
        if no is not None and no.key == "pin.hand" and self._sent_badge:
            self._badge, self.who, self._note = self._sent_badge, say("staff.badge", self.language), ""
        if self._wait_s:
            self._tick.start()
        self.refresh()

    def refresh(self) -> None:
        asks_pin = bool(self.who)
        key, ok = self._words if asks_pin else ("staff.in.number", "staff.in.next")
        shut = self.people is not None and bool(self.people.trouble)  # the page says why
        closed = shut or self._busy or (asks_pin and self._wait_s > 0)
        self.pad.set_face(PadFace(say(key, self.language), say(ok, self.language), asks_pin, self._note, closed))
        self.changed.emit()

    @Slot(str)
    def _entered(self, typed: str) -> None:
        if not self.who:
            self.who, self._note = typed, ""
        elif self._badge:
            self._send(Proof(pin=typed, badge=self._badge))
        else:
            self._send(Proof(self.who, typed))
        self.refresh()

    def _send(self, proof: Proof) -> None:
        self._busy, self._note, self._sent_badge = True, "", proof.badge
        self.proven.emit(proof)

    @Slot()
    def _pass_second(self) -> None:
        """The wait runs down; the pad opens by itself when it is over."""
        self._wait_s -= 1
        if self._wait_s > 0:
            self._note = say(self._waits_for, self.language, n=-(-self._wait_s // 60))
        else:
            self._tick.stop()
            self._note = ""
        self.refresh()
