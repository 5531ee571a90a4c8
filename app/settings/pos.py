"""What is set where the till stands beside another POS."""

from dataclasses import dataclass

from app.settings.declared import setting
from app.settings.parsers import choice, text, whole, yes_no


@dataclass(frozen=True, slots=True)
class Pos:
    """The window at start, and the local interface. ``token_hash``: see ``app.pos.token``."""

    window: str = setting("full", choice("full", "mini"))
    interface: bool = setting(default=False, parser=yes_no)
    port: int = setting(18_150, whole(1_024, 65_535))
    token_hash: str = setting("", text(64, r"(?:[0-9a-f]{64})?"))
