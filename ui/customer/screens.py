"""Which screen the customer looks at. Pure."""

from collections.abc import Sequence
from typing import Final

AUTO: Final = "auto"
OFF: Final = "off"


def pick(names: Sequence[str], own: str, wanted: str) -> str | None:
    """The name of the customer's screen among ``names``; None where there is none.

    ``own`` is the screen the till stands on: the customer's display never covers it, not even where it is ``wanted``.
    """
    others = [name for name in names if name != own]
    if wanted == OFF:
        return None
    if wanted == AUTO:
        return others[0] if others else None
    return wanted if wanted in others else None
