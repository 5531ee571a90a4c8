"""One exchange with a channel, timed, logged and reported: what every room does around its own wire."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from app.channels import stopwatch
from app.channels.api import Contact, OnContact
from app.channels.http import Line
from app.channels.outcome import NoAnswer, NotSent, Outcome, Post, Reply
from app.core.answers import Evidence
from app.core.channel import Channel


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of one ``Post`` and how long it took, in seconds."""

    outcome: Outcome
    seconds: float
    at_mono: float


@dataclass(frozen=True, slots=True)
class Told:
    """One log line's worth of an exchange; never a payment code, a key or a body."""

    call: str
    out_trade_no: str
    kind: str  # the class the answer was put in
    evidence: Evidence
    misconfigured: bool = False
    clock_wrong: bool = False  # the channel refused the request's time


class Reporter:
    """Sends, then tells the log and the lamp. One per channel."""

    def __init__(self, channel: Channel, on_contact: OnContact, mono: Callable[[], float] = stopwatch.seconds) -> None:
        self._channel = channel
        self._on_contact = on_contact
        self._mono = mono
        self._log = logging.getLogger(f"mashou.channels.{channel.value}")

    async def send(self, line: Line, post: Post) -> Exchange:
        began = self._mono()
        outcome = await line.post(post)
        ended = self._mono()
        return Exchange(outcome, ended - began, ended)

    def tell(self, exchange: Exchange, told: Told) -> Contact:
        """One line in the log, one contact for lamp and clock."""
        self.note(exchange, told)
        contact = self._contact(exchange, told)
        self._on_contact(contact)
        return contact

    def note(self, exchange: Exchange, told: Told) -> None:
        """One line in the log only: a long download says nothing about selling. A forged answer is a warning."""
        evidence = told.evidence
        level = logging.WARNING if evidence.forged or evidence.odd else logging.INFO
        note = " FORGED" if evidence.forged else " ODD" if evidence.odd else ""
        values = (told.call, told.out_trade_no, told.kind, evidence.code, exchange.seconds * 1000, note)
        self._log.log(level, "%s %s %s code=%s %.0f ms%s", *values)

    def _contact(self, exchange: Exchange, told: Told) -> Contact:
        outcome = exchange.outcome
        return Contact(
            channel=self._channel,
            answered=isinstance(outcome, Reply) or (isinstance(outcome, NoAnswer) and outcome.bytes_begun),
            verified=told.evidence.verified,
            misconfigured=told.misconfigured or (not isinstance(outcome, Reply) and outcome.tls_refused),
            seconds=exchange.seconds,
            date_ms=outcome.date_ms if isinstance(outcome, Reply) else None,
            at_mono=exchange.at_mono,
            tls_dates=told.clock_wrong or (isinstance(outcome, NotSent) and outcome.tls_dates),
            reason=told.evidence.reason,
            code=told.evidence.code,
            forged=told.evidence.forged,
            since=self._mono() - exchange.at_mono,
        )
