"""Where a till keeps its things."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VARIABLE: Final = "MASHOU_DATA"
PRIVATE: Final = 0o700


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Everything of one till lies in one folder that only its owner may enter."""

    path: Path

    @property
    def settings(self) -> Path:
        return self.path / "settings.toml"

    @property
    def last_good(self) -> Path:
        return self.path / "settings.last-good.toml"

    @property
    def keys(self) -> Path:
        return self.path / "keys.sealed"

    @property
    def journal(self) -> Path:
        return self.path / "journal.db"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def notices(self) -> Path:
        """Notifications that wait for the till."""
        return self.path / "notices"

    @property
    def bills(self) -> Path:
        """The channels' bills as they came."""
        return self.path / "bills"

    @property
    def tills(self) -> Path:
        """Public keys and day logs of the shop's other tills."""
        return self.path / "tills"

    @property
    def simulator(self) -> Path:
        """The practice counterparties of a training folder."""
        return self.path / "simulator"

    def make(self) -> None:
        """Make the folder where it is missing, for its owner alone. Raises OSError."""
        self.path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)


def default_folder(environ: Mapping[str, str] | None = None) -> Path:
    """``MASHOU_DATA``, else the place the system keeps for a program's data."""
    named = (os.environ if environ is None else environ).get(VARIABLE, "")
    if named:
        return Path(named)
    from platformdirs import user_data_path  # noqa: PLC0415 - only needed where nothing was named

    return user_data_path("mashou", appauthor=False)
