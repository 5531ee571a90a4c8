"""What of the settings is the window's own, and counts at once: brightness, hot keys, language."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ui.hotkeys import STANDARD_KEYS, Hotkeys, hotkeys_of

if TYPE_CHECKING:
    from app.settings import Settings  # 20 ms that the first paint need not wait for


@dataclass(slots=True)
class Looks:
    """``system_dark``: how the system has it now; it counts where no brightness was chosen."""

    system_dark: bool = False
    theme: str = "system"
    keys: Hotkeys = STANDARD_KEYS
    language: str = ""

    @property
    def dark(self) -> bool:
        return self.theme == "dark" or (self.theme == "system" and self.system_dark)

    def take(self, settings: "Settings") -> bool:
        """From the till's settings; True where they want another language than before."""
        before, self.language = self.language, settings.till.language
        self.theme, self.keys = settings.looks.theme, hotkeys_of(asdict(settings.keys))
        return before not in ("", self.language)
