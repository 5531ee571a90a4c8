"""Keeps what is known of the journal outside its file up to date, out of the way of sales (see ``journal.outside``)."""

import asyncio
import logging
from collections.abc import Callable
from secrets import token_bytes
from typing import Final

from app.journal.errors import JournalError
from app.journal.outside import SEEN, Seen, Why, doubt, epoch_entry, recalled, seen_now
from app.journal.writer import Journal
from app.secrets import Secrets, VaultError
from app.till.clock import Clock

RENEW: Final = 60.0  # seconds between two renewals while no sale is open
RENEW_BUSY: Final = 300.0  # and at most, however busy the till: a renewal takes some milliseconds of the loop

_log: Final = logging.getLogger("mashou.till")


def remembered(secrets: Secrets) -> Seen | None:
    """What was sealed last; None for a till whose first journal is yet to begin."""
    held = secrets.get(SEEN)
    return None if held is None else recalled(held.reveal())


class Memory:
    """Made once the journal is open: compares, begins a new epoch where the file does not agree, and remembers.

    ``why`` says what was found, None for nothing. Raises JournalError.
    """

    def __init__(self, journal: Journal, secrets: Secrets, clock: Clock, machine: str) -> None:
        self._journal = journal
        self._secrets = secrets
        self._clock = clock
        self._machine = machine
        self._timer: asyncio.TimerHandle | None = None
        self._waited = 0.0
        self.seen = remembered(secrets)
        self._known = 0 if self.seen is None else self.seen.seq
        self.why: Why | None = doubt(journal, self.seen, machine)
        if self.why is not None and self.seen is not None:
            head = journal.head()
            now_ms = clock.channel_ms()
            journal.begin_epoch(epoch_entry(journal, self.why, self.seen, now_ms, token_bytes))
            _log.error(
                "the journal is not the one known (%s): it ends at entry %d, entry %d was known; epoch %04d begins",
                *(self.why, head.seq, self.seen.seq, journal.epoch()),
            )
        self.renew()

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """What fills the sentence ``epoch.<why>.say``."""
        return (("n", str(self._known)), ("epoch", f"{self._journal.epoch():04d}"))

    def begin(self, is_busy: Callable[[], bool]) -> None:
        """Renew from time to time. ``is_busy``: whether sales are open now."""
        self._timer = asyncio.get_running_loop().call_later(RENEW, self._due, is_busy)

    def close(self) -> None:
        """Renew a last time; before the journal is closed."""
        if self._timer is not None:
            self._timer.cancel()
        self.renew()

    def renew(self) -> None:
        """Seal how far the journal has come. A disk that takes nothing costs nothing but a longer gap."""
        try:
            now = seen_now(self._journal, self._machine, self._clock.channel_ms())
            if self.seen is None or now.digest != self.seen.digest or now.machine != self.seen.machine:
                self._secrets.keep(SEEN, now.text())
                self.seen = now
        except JournalError:
            pass  # whoever writes into it meets the same, and ends the till
        except VaultError as error:
            _log.warning("how far the journal has come could not be sealed: %s", error)

    def _due(self, is_busy: Callable[[], bool]) -> None:
        self._waited += RENEW
        if not is_busy() or self._waited >= RENEW_BUSY:
            self._waited = 0.0
            self.renew()
        self.begin(is_busy)
