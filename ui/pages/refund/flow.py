"""One visit to the refund page: from what was typed to the money on its way. No widgets, one question at a time.

Nothing is asked for twice: from the confirmation until the till has answered, every way in is shut, and an answer that
belongs to an earlier question falls on the floor.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from app.core.adviser import Way
from app.core.money import BadAmount, parse_yuan
from app.core.sale import Sale
from app.core.staff import Act, Approval
from app.core.told import Told, sum_words, told
from app.office.desk_api import Desk, SalePicture
from app.office.search import Findings
from ui.pages.approving import AskApproval
from ui.pages.page import Asker
from ui.pages.refund.faces import OTHER, REASONS

REASON_MOST: Final = 80  # characters; the payer may read it
LOST: Final = "desk.lost"  # the till gave no reply to a refund that it may be making


class Stage(StrEnum):
    EMPTY = "empty"
    LOOKING = "looking"
    LIST = "list"
    SALE = "sale"
    ASKING = "asking"  # a supervisor is asked
    SENDING = "sending"  # the till is asked


class RefundFlow:
    """``changed`` is called after every change of what is to be seen."""

    def __init__(self, asker: Asker, desk: Desk, approve: AskApproval, changed: Callable[[], None]) -> None:
        self._asker, self._desk, self._approve, self._changed = asker, desk, approve, changed
        self._turn = 0  # answers to earlier questions are told by it
        self.clear()

    def clear(self) -> None:
        self._turn += 1
        self.stage = Stage.EMPTY
        self.rows: tuple[Sale, ...] = ()
        self.at_ms = 0  # when they were found
        self.picture: SalePicture | None = None
        self.said: Told | None = None  # what became of the last thing asked for
        self.watched = 0  # ordinal of the refund that was asked for here
        self._start_over()

    def _start_over(self) -> None:
        self.way = Way.NOTHING
        self.typed, self.reason, self.own_words = "", -1, ""

    @property
    def busy(self) -> bool:
        return self.stage in (Stage.ASKING, Stage.SENDING)

    @property
    def waits(self) -> bool:
        """Whether the picture will change by itself: the till is at work, or a pause runs out."""
        if self.picture is None:
            return False
        return self.picture.is_moving or any(w.why.key.startswith("adv.refund.wait") for w in self.picture.advice.ways)

    # --- looking for it

    def search(self, text: str) -> None:
        if self.busy:
            return
        self.clear()
        self.stage = Stage.LOOKING
        turn = self._turn
        self._asker.ask(
            lambda: self._desk.find(text), lambda found: self._found(turn, found), lambda _: self._lost(turn)
        )
        self._changed()

    def _found(self, turn: int, found: Findings) -> None:
        if turn != self._turn:
            return
        self.rows, self.said, self.at_ms = found.rows, found.why, found.at_ms
        self.stage = Stage.LIST if len(found.rows) > 1 else Stage.EMPTY
        if len(found.rows) == 1:
            self.open(found.rows[0].order.out_trade_no)
        self._changed()

    def open(self, out_trade_no: str) -> None:
        """Look at one sale; the list it was chosen from is left."""
        if self.busy:
            return
        self._turn += 1
        self.picture, self.watched, self.said = None, 0, None
        self._start_over()
        self.stage = Stage.LOOKING
        self._look(out_trade_no)

    def look_again(self) -> None:
        """The same sale as it stands by now."""
        if self.picture is not None and not self.busy:
            self._look(self.picture.sale.order.out_trade_no)

    def _look(self, out_trade_no: str) -> None:
        turn = self._turn
        self._asker.ask(
            lambda: self._desk.look(out_trade_no), lambda got: self._looked(turn, got), lambda _: self._lost(turn)
        )

    def _looked(self, turn: int, picture: SalePicture | None) -> None:
        if turn != self._turn or self.busy:
            return
        if picture is None:
            self.stage, self.said = Stage.EMPTY, told("adv.notfound")
        else:
            self.stage, self.picture = Stage.SALE, picture
            chosen = picture.advice.of(self.way)
            if chosen is None or not chosen.is_open or chosen.by_itself:
                self.way = picture.advice.recommended
        self._changed()

    def _lost(self, turn: int) -> None:
        """The worker or the journal gave no answer; the window says why."""
        if turn == self._turn and self.stage is Stage.LOOKING:
            self.stage, self.said = Stage.EMPTY, told("desk.unread")
            self._changed()

    def tell(self, said: Told) -> None:
        self.said = said
        self._changed()

    def check(self) -> None:
        """F5: the channel is asked, then the sale is looked at."""
        if self.picture is not None and not self.busy:
            number = self.picture.sale.order.out_trade_no
            self._asker.ask(lambda: self._desk.check(number), lambda _: self.look_again(), lambda _: None)

    # --- what is to be done

    def choose(self, way: Way) -> None:
        if not self.busy and self.picture is not None:
            self.way = way
            self._changed()

    def amount(self) -> tuple[int, Told | None]:
        """What goes back, in fen, and what stands against the sum as it is typed; 0 where there is none yet."""
        picture = self.picture
        left = picture.advice.left_fen if picture is not None else 0
        if self.way is not Way.PART:
            return (left, None) if self.way is Way.FULL else (0, None)
        if not self.typed.strip():
            return 0, None
        try:
            fen = parse_yuan(self.typed)
        except BadAmount as error:
            return 0, told(f"{error.key}.head") if error.key != "scan.over" else told(
                "adv.refund.toomuch", left=sum_words(left)
            )
        return (fen, None) if fen <= left else (0, told("adv.refund.toomuch", left=sum_words(left)))

    def reason_words(self) -> str:
        """The reason as the journal keeps it: a words key, or a person's own words; "" for none yet."""
        if self.reason == OTHER:
            return " ".join(self.own_words.split())[:REASON_MOST]
        return f"ap.reason.{REASONS[self.reason]}" if self.reason >= 0 else ""

    @property
    def ready(self) -> bool:
        """Whether F8 would ask for an approval now."""
        return self.stage is Stage.SALE and self.amount()[0] > 0 and bool(self.reason_words())

    # --- doing it

    def confirm(self) -> None:
        """F8, once: the supervisor is asked, then the till."""
        if not self.ready or self.picture is None:
            return
        self._turn += 1
        turn, (fen, _), reason = self._turn, self.amount(), self.reason_words()
        order = self.picture.sale.order
        self.stage, self.said = Stage.ASKING, told("desk.asking")
        self._changed()
        what = (order.out_trade_no, fen, reason)
        self._approve(Act.REFUND, *what, lambda yes: self._answered(turn, what, yes), operator=order.operator)

    def _answered(self, turn: int, what: tuple[str, int, str], yes: Approval | None) -> None:
        if turn != self._turn or self.stage is not Stage.ASKING:
            return
        if yes is None:
            self.stage, self.said = Stage.SALE, told("ap.cancelled")
            self._changed()
            return
        self.stage, self.said = Stage.SENDING, told("desk.going", amount=sum_words(what[1]))
        self._asker.ask(
            lambda: self._desk.refund(*what, yes),
            lambda refusal: self._sent(turn, refusal),
            lambda _: self._sent(turn, told(LOST)),
        )
        self._changed()

    def _sent(self, turn: int, refusal: Told | None) -> None:
        if turn != self._turn or self.stage is not Stage.SENDING or self.picture is None:
            return
        self.stage, self.said = Stage.SALE, refusal
        if refusal is None or refusal.key == LOST:
            self.watched = len(self.picture.sale.refunds) + 1
            self.way = Way.NOTHING  # nothing can be confirmed before the sale has been looked at again
            self.typed, self.reason, self.own_words = "", -1, ""
        self._changed()
        self.look_again()
