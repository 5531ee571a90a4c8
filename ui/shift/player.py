"""Plays the stories one after another on the window's own event loop, and tells them."""

import sys
import time
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from app.cli.teller import Teller
from app.till.api import CounterView, PhoneView, PracticePhone
from app.words import say
from ui.main import Program
from ui.shift.hand import SIZE, Hand, Script, Until
from ui.shift.stories import STORIES, Story

STORY_PATIENCE: Final = 60.0  # seconds until a story that is stuck is given up; the longest takes about 12
START_PATIENCE: Final = 120.0  # the practice service makes its keys at the first start
LOOK_MS: Final = 50  # how often a story looks whether what it waits for is there


class Player(QObject):
    """``played``: every story ended as it should, and something was sold. ``ledger``: what the counterparties hold,
    order number -> fen.
    """

    def __init__(self, program: Program, folder: Path, language: str) -> None:
        super().__init__()
        self._program = program
        self.hand = Hand(program, folder)
        self.teller = Teller(sys.stdout, language)
        self.played = False
        self.ledger: dict[str, int] = {}
        self._language = language
        self._stories = iter(STORIES)
        self._script: Script | None = None
        self._name = ""
        self._is_whole = False  # the story that is played has come to its own end; one that stumbled never does
        self._sold: set[str] = set()
        self._waiting: Until | None = None
        self._patience = time.monotonic() + START_PATIENCE
        self._failed: list[str] = []
        self._refusal = 0
        self._told: list[tuple[tuple[str, int], ...]] = []
        self._closing = False
        program.window.resize(*SIZE)
        program.bridge.view.connect(self._see)
        program.bridge.phone.connect(self._see_phone)
        program.bridge.failed.connect(self._stop)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._step)
        self._timer.start()
        self.teller.say("shift.begin")

    @Slot(object)
    def _see(self, view: CounterView) -> None:
        self.hand.view = view
        known = {sale.out_trade_no: sale for sale in (*view.done, *view.open)}
        if view.sale is not None:
            known[view.sale.out_trade_no] = view.sale
            if self._script is not None:
                self._sold.add(view.sale.out_trade_no)
        for sale in sorted(known.values(), key=lambda sale: sale.number):
            if self._script is not None or sale.out_trade_no in {s.out_trade_no for s in view.open}:
                self.teller.tell(sale)
        if view.refusal is not None and view.refusal.serial > self._refusal:
            self._refusal = view.refusal.serial
            self.teller.line(self.teller.refusal(view.refusal))

    @Slot(object)
    def _see_phone(self, phone: PhoneView | None) -> None:
        self.hand.phone = phone or self.hand.phone

    @Slot(str, object)
    def _stop(self, key: str, _values: object) -> None:
        self.teller.line(say(key, self._language))
        self._failed.append(key)
        self._end()

    @Slot()
    def _step(self) -> None:
        """Go on with the story as far as it goes; give it up when what it waits for does not come."""
        if self._closing:
            if self._told or time.monotonic() > self._patience:
                self.ledger = dict(self._told[0]) if self._told else {}
                self._end()
        elif self._script is None:
            if self.hand.view is not None and self.hand.phone is not None:
                self._next_story()
            elif time.monotonic() > self._patience:
                self._stop("app.practice.say", ())
        elif self._waiting is not None and not self._waiting.reached():
            if time.monotonic() > self._patience:
                self._give_up(self._waiting.what)
        else:
            self._waiting = next(self._script, None)
            if self._waiting is None and self._is_whole:
                self._next_story()
            elif self._waiting is None:
                self._give_up("the end of the story")

    def _next_story(self) -> None:
        story = next(self._stories, None)
        self._waiting = None
        if story is None:
            self._close_shift()
            return
        self._name = story.__name__
        self._patience = time.monotonic() + STORY_PATIENCE
        self.teller.line("")
        self.teller.line(f"— {say(f'shift.{self._name}', self._language)}")
        self._is_whole = False
        self._script = self._mended(story)

    def _mended(self, story: Story) -> Script:
        """A story, with its faults mended before it."""
        yield from self.hand.fault("")
        yield from story(self.hand)
        self._is_whole = True

    def _give_up(self, what: str) -> None:
        self._failed.append(self._name)
        self.hand.picture(f"given-up-{self._name}")
        self.teller.say("shift.givenup", what=what)
        self._next_story()

    def _close_shift(self) -> None:
        """What the counterparties hold is asked before the practice service goes with the till."""
        self._closing = True
        self._patience = time.monotonic() + STORY_PATIENCE

        async def ask(phone: PracticePhone) -> None:
            self._told.append(await phone.ledger())

        if not self._program.bridge.ask_phone(ask):
            self._stop("app.practice.say", ())

    @Slot()
    def _end(self) -> None:
        self._timer.stop()
        self.played = not self._failed and bool(self._sold)
        if not self._sold:
            self.teller.say("shift.nothing")
        self._program.window.close()  # open sales are told first
        if self._program.window.isVisible():
            self.hand.picture("closing")
            self._program.window.close()
