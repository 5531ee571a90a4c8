"""What is sent to a channel and what can come of it: values only, so that reading an answer needs no network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Final

BODY_LIMIT: Final = 64 * 1024  # bytes; the longest documented answer is below 10 KiB (reliability.md I-22)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer; ``headers`` in lower case, ``date_ms`` from ``Date`` in ms since the epoch."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    date_ms: int | None


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proven: no byte of the request was begun. ``tls_dates``: the certificate's dates do not fit our clock."""

    why: str
    tls_dates: bool = False
    tls_refused: bool = False  # see NoAnswer


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The request was begun and no whole answer came. ``bytes_begun``: some bytes of an answer did."""

    why: str
    bytes_begun: bool
    tls_refused: bool = False  # the other side did not take our client certificate, or wanted one


Outcome = Reply | NotSent | NoAnswer


@dataclass(frozen=True, slots=True)
class Post:
    """One request. ``target`` may carry signed parameters, ``body`` a payment code: neither is ever shown.

    ``into`` is given the answer's body piece by piece, of any length and whatever the status, and ``Reply.body`` stays
    empty; it says False to end the exchange, and never raises.
    """

    target: str = field(repr=False)  # path and query
    body: bytes = field(repr=False)
    content_type: str  # "" where there is no body
    deadline: float  # seconds from the call to the last byte of the answer
    once: bool = False  # no connection ever carries two of these
    warms: bool = False  # leaves a connection behind that may carry one of those
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # beside those every request carries
    into: Callable[[bytes], bool] | None = field(default=None, repr=False)


def date_ms(header: str | None) -> int | None:
    """An HTTP ``Date`` in ms since the epoch; None where there is none or it cannot be read."""
    try:
        moment = parsedate_to_datetime(header or "")
        return None if moment.tzinfo is None else int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
