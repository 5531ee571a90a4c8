"""What the person at the window has typed and asked: state of this window, no widget and no rule of the till."""

from collections.abc import Callable
from typing import Final

from app.till.api import Counter, CounterView, Phase, Refusal
from app.words import language_after, languages
from ui.views import actions
from ui.views.actions import Act
from ui.views.entry import Entry
from ui.views.here import Here, may_type
from ui.widgets.keypad import BACK, CLEAR

WARM_EVERY: Final = 2.0  # seconds between two hints that an amount is being typed

Ask = Callable[[Callable[[Counter], None]], bool]


class Cashier:
    """``ask`` hands a call to the counter and says whether there is one; clocks are ``monotonic`` s and wall s."""

    def __init__(self, ask: Ask, language: str, mono: Callable[[], float], wall: Callable[[], float]) -> None:
        self._ask, self._mono, self._wall = ask, mono, wall
        self.view: CounterView | None = None
        self.on_language: Callable[[str], None] = lambda _language: None  # who else speaks: Qt's own texts
        self._language, self._language_chosen = language, False
        self.entry = Entry()
        self.dead_values: tuple[tuple[str, str], ...] = ()
        self.help = False
        self.dead = ""  # words key of what stopped the till
        self.phone_wanted = True  # in training: the phone, or the list of sales
        self._notice: Refusal | None = None
        self._refusal_seen = self._refusal_heard = 0
        self._view_at = 0.0
        self._warmed_at = float("-inf")

    @property
    def language(self) -> str:
        return self._language

    @language.setter
    def language(self, language: str) -> None:
        if language != self._language:
            self._language = language
            self.on_language(language)

    def keep_language(self) -> None:
        """A person chose it: the till's setting does not change it any more."""
        self._language_chosen = True

    def here(self) -> Here:
        return Here(
            self.language,
            self._mono(),
            int(self._wall() * 1000),
            self._view_at,
            self.entry,
            self._notice,
            self._refusal_seen,
            self.dead,
            self.dead_values,
        )

    def show_view(self, view: CounterView) -> bool:
        """Take the till's new picture; True where it holds a refusal not heard yet."""
        self.view, self._view_at = view, self._mono()
        if not self._language_chosen and view.desk.language in languages():
            self.language = view.desk.language
        if self.entry.sent and (view.phase is Phase.READY or view.confirm_cap):
            self.entry = Entry()
        if view.refusal is None or view.refusal.serial == self._refusal_heard:
            return False
        self._refusal_heard = view.refusal.serial
        self.entry = Entry(self.entry.text)
        return True

    def scan(self, text: str, source: str) -> None:
        """A scanner's text goes straight on to the till and is not kept."""
        self.answered()
        if not self._ask(lambda counter: counter.scan(text, source)):
            self._notice = Refusal("noamount")

    def type_key(self, key: str) -> None:
        """A figure, ``00``, ``.``, BACK or CLEAR, from the keyboard or the pad."""
        if not may_type(self.view) or self.dead:
            return
        self.answered()
        if key in (BACK, CLEAR):
            self.entry = self.entry.back() if key == BACK else Entry()
            return
        self.entry = self.entry.press(key)
        now = self._mono()
        if self.entry.text and now - self._warmed_at >= WARM_EVERY:
            self._warmed_at = now
            self._ask(lambda counter: counter.warm())

    def answered(self) -> None:
        """Any input takes the last refusal off the stage."""
        self._notice = None
        if self.view is not None and self.view.refusal is not None:
            self._refusal_seen = self.view.refusal.serial

    def first_allowed(self, acts: tuple[Act, ...]) -> Act | None:
        """Of the acts a key can mean, the one that means something now."""
        here = self.here()
        return next((act for act in acts if actions.allowed(act, self.view, here)), None)

    def do(self, act: Act) -> None:
        """One act, from a key or a button."""
        self.answered()
        match act:
            case Act.TAKE:
                self._take()
            case Act.CLEAR:
                self.entry = Entry()
            case Act.HELP:
                self.help = not self.help
            case Act.PHONE:
                self.phone_wanted = not self.phone_wanted
            case Act.OFFICE:
                pass  # the window opens it; the till is not asked
            case Act.LANGUAGE:
                self.keep_language()
                self.language = language_after(self.language)
            case _:
                self._ask_for(act)

    def _take(self) -> None:
        fen = self.entry.fen
        if fen == 0:
            self._notice = Refusal("zero")
        elif self.view is not None and self._ask(lambda counter: counter.enter_amount(fen)):
            self.entry = self.entry.submitted()

    def _ask_for(self, act: Act) -> None:
        view = self.view
        if view is None:
            return
        number = view.sale.out_trade_no if view.sale is not None else ""
        if act is Act.EDIT:
            self.entry = Entry.of(view.amount_fen or 0)
        elif act in (Act.NEXT, Act.DIGITS):
            self.entry = Entry()
        calls: dict[Act, Callable[[Counter], None]] = {
            Act.AGAIN: lambda counter: counter.other_tender(),
            Act.OTHER: lambda counter: counter.other_tender(),
            Act.STOP: lambda counter: counter.stop(),
            Act.EDIT: lambda counter: counter.stop(),
            Act.NEXT: lambda counter: counter.next_customer(),
            Act.DIGITS: lambda counter: counter.next_customer(),
            Act.CHECK: lambda counter: counter.check_now(),
            Act.REPRINT: lambda counter: counter.reprint(),
            Act.CONFIRM: lambda counter: counter.confirm_amount(),
            Act.KEEP: lambda counter: counter.acknowledge(number),
        }
        self._ask(calls[act])

    def choose(self, out_trade_no: str) -> None:
        """A row of the list was touched: onto the stage with it."""
        self.answered()
        self.entry = Entry()
        self._ask(lambda counter: counter.show(out_trade_no))
