"""How a page asks a supervisor for one act. The dialog is the window's; it answers once, on the Qt thread."""

from collections.abc import Callable
from typing import Protocol

from app.core.staff import Approval
from ui.pages.approval import Request

Answer = Callable[[Approval | None], None]


class AskApproval(Protocol):
    def __call__(self, request: Request, answer: Answer) -> None:
        """Ask for a yes to exactly this; ``answer`` gets None where there was none. It may come before this returns."""
        ...
