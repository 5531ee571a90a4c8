"""The amount as it is typed: a pure value from key to key. Nothing is a float, and nothing wraps or rounds."""

from dataclasses import dataclass, replace
from typing import Final

from app.core.money import FEN_PER_YUAN

WHOLE_FIGURES: Final = 8  # 99,999,999: more than any till charges, and the display still holds it
FRACTION_FIGURES: Final = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """``text`` holds figures and at most one point; ``sent``: Enter was pressed and the till has it."""

    text: str = ""
    sent: bool = False

    @classmethod
    def of(cls, fen: int) -> "Entry":
        """The entry that would have made ``fen``, without needless zeros."""
        yuan, rest = divmod(fen, FEN_PER_YUAN)
        fraction = f".{rest:02d}".rstrip("0") if rest else ""
        return cls(f"{yuan}{fraction}")

    def press(self, key: str) -> "Entry":
        """After a figure, ``00`` or ``.``; a key that does not fit changes nothing."""
        whole, point, fraction = self.text.partition(".")
        if key == ".":
            return self if point else Entry(f"{whole or '0'}.")
        if point:
            room = FRACTION_FIGURES - len(fraction)
            return Entry(self.text + key[:room]) if room else self
        grown = (whole + key).lstrip("0")
        if not grown:
            return Entry("0") if key == "0" or whole else self
        return Entry(grown) if len(grown) <= WHOLE_FIGURES else self

    def back(self) -> "Entry":
        return Entry(self.text[:-1])

    def submitted(self) -> "Entry":
        return replace(self, sent=True)

    @property
    def fen(self) -> int:
        whole, _, fraction = self.text.partition(".")
        return int(whole or "0") * FEN_PER_YUAN + int(fraction.ljust(FRACTION_FIGURES, "0"))

    def shown(self) -> tuple[str, str]:
        """What stands (with thousands commas) and the figures still missing, as the display sets them apart."""
        if not self.text:
            return "", "0.00"
        whole, point, fraction = self.text.partition(".")
        grouped = f"{int(whole or '0'):,}"
        if not point:
            return grouped, ".00"
        return f"{grouped}.{fraction}", "0" * (FRACTION_FIGURES - len(fraction))
