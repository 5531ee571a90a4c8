"""What this program is: version, and, where it was built, from which commit and with which digest; its licences."""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Final

from app import VERSION

BUILT: Final = "build.json"  # written by packaging/build.sh into the frozen program only
LICENCES: Final = "licences.txt"


@dataclass(frozen=True, slots=True)
class Build:
    """``commit`` and ``digest`` (SHA-256 of the sources that were frozen, hex) are "" in a source tree."""

    version: str = VERSION
    commit: str = ""
    digest: str = ""

    def __str__(self) -> str:
        """As ``mashou --version`` and the page About show it."""
        if not self.commit:
            return f"mashou {self.version}"
        return f"mashou {self.version} ({self.commit[:12]}, {self.digest[:16]})"


def build() -> Build:
    """Of this program. One with an unreadable record was built by nobody: its blanks say so."""
    try:
        told = json.loads(resources.files("app").joinpath(BUILT).read_text("utf-8"))
        return Build(str(told["version"]), str(told["commit"]), str(told["digest"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Build()


def licences() -> str:
    """The licences of everything that was bundled, one page of text; "" in a source tree, where nothing is bundled."""
    try:
        return resources.files("app").joinpath(LICENCES).read_text("utf-8")
    except OSError:
        return ""
