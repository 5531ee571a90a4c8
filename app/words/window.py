"""What only the window says: labels, steps of a sale, the practice phone."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {}
