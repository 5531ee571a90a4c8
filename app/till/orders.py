"""Makes the orders of this till: number, purchase, keyed hash of the code, business day."""

import hmac
from collections.abc import Callable
from typing import Final

from app.core.beijing import business_day
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.numbers import order_number
from app.core.sale import Order
from app.journal.api import JournalWriter
from app.till.clock import Clock

_DOMAIN: Final = b"mashou code mark 1\0"  # so that the key's other uses can never yield the same hash


class Orders:
    """Orders of one till. ``mark_key`` keys the hash of payment codes; it never leaves the sealed keys.

    ``operator``: who sells, or what says who does at the moment an order is made.
    """

    def __init__(
        self,
        journal: JournalWriter,
        clock: Clock,
        mark_key: bytes,
        *,
        terminal: str,
        operator: str | Callable[[], str],
        training: bool,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._marks = hmac.new(mark_key, _DOMAIN, "sha256")  # the key is worked in once, not before each first byte
        self._terminal = terminal
        self._operator = operator
        self._training = training

    def mark(self, code: AuthCode) -> str:
        """The keyed hash of a payment code (HMAC-SHA256, hex): tells a code again without keeping it."""
        made = self._marks.copy()
        made.update(code.reveal().encode())
        return made.hexdigest()

    def order(self, channel: Channel, amount_fen: int, code_mark: str, purchase: str = "") -> Order:
        """The next order; without ``purchase`` it opens one, which takes its name from this first attempt."""
        now_ms = self._clock.channel_ms()
        number = order_number(
            training=self._training,
            at_ms=now_ms,
            terminal=self._terminal,
            epoch=self._journal.epoch(),
            running=self._journal.next_number(),
        )
        return Order(
            out_trade_no=number,
            purchase=purchase or number,
            channel=channel,
            amount_fen=amount_fen,
            code_mark=code_mark,
            operator=self._operator if isinstance(self._operator, str) else self._operator(),
            terminal=self._terminal,
            began_ms=now_ms,
            day=business_day(now_ms),
            training=self._training,
        )
