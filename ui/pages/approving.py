"""How a page asks a supervisor for one act. The dialog is the window's; it answers once, on the Qt thread."""

from collections.abc import Callable
from typing import Protocol

from app.core.staff import Act, Approval

Answer = Callable[[Approval | None], None]


class AskApproval(Protocol):
    def __call__(
        self, act: Act, subject: str, amount_fen: int, reason: str, answer: Answer, *, operator: str = ""
    ) -> None:
        """Ask for a yes to exactly this act; ``answer`` gets None where there was none. May answer before it returns.

        ``operator``: who rang the sale up, by staff number: nobody approves their own.
        """
        ...
