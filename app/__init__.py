"""The till without a window: it decides, speaks, remembers and runs."""

from typing import Final

VERSION: Final = "0.1.0"
