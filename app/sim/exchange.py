"""One request and one answer, as the dialects see them: bytes in, bytes out, no socket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.sim.faults import Call

OK: Final = 200
UNHEARD_OF: Final = "SIMULATED_UNHEARD_OF"  # the code of the fault unknown-code


@dataclass(frozen=True, slots=True)
class Request:
    """``path`` and ``query`` of the target, absolute form taken apart; ``certificate`` the client's common name."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = field(default=b"", repr=False)
    certificate: str | None = None

    @property
    def base(self) -> str:
        """The address this server was called by."""
        return f"https://{self.headers.get('host', '127.0.0.1')}"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as one dialect read it: either refused at the door, or fit to be acted on."""

    call: Call | None  # None: not one of the calls
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    refusal: Reply | None = None
    request: Request = field(default=Request("GET", ""), repr=False)


NOT_FOUND: Final = Reply(404, "text/html; charset=utf-8", b"<html><body><h1>404 Not Found</h1></body></html>\n")
