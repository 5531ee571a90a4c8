"""What a PIN may be. Pure."""

from datetime import date
from itertools import pairwise
from typing import Final

SHORTEST: Final = 6  # reliability.md §4.2
LONGEST: Final = 12
FEWEST_FIGURES: Final = 3  # different ones
# The lines and corners of a number pad that people draw; a turn of them is found by reading backwards.
_DRAWN: Final = ("147258", "258369", "147369", "159357", "159753", "951753", "147852", "258963", "789456", "741852963")
_CENTURIES: Final = (1900, 2000)


def fault_of(pin: str, number: str = "") -> str:
    """The words key of what is wrong with ``pin`` for the person of staff number ``number``; empty: nothing is."""
    if len(pin) < SHORTEST:
        return "pin.short"
    if len(pin) > LONGEST:
        return "pin.long"
    if not (pin.isascii() and pin.isdigit()):
        return "pin.digits"
    return "pin.easy" if _is_easy(pin, number) else ""


def _is_easy(pin: str, number: str) -> bool:
    return (
        len(set(pin)) < FEWEST_FIGURES
        or pin == pin[::-1]
        or _is_run(pin)
        or _repeats(pin)
        or any(line in pin or line in pin[::-1] for line in _DRAWN)
        or _looks_like_date(pin)
        or (len(number) >= SHORTEST // 2 and number in pin)
    )


def _is_run(pin: str) -> bool:
    """123456, 987654, 246802, 112233, 445566: one step all the way, of single figures, pairs or threes."""
    for width in (1, 2, 3):
        blocks = [pin[at : at + width] for at in range(0, len(pin), width)]
        if width > 1 and any(len(set(block)) > 1 for block in blocks):
            continue
        steps = {(int(after[0]) - int(before[0])) % 10 for before, after in pairwise(blocks)}
        if len(steps) == 1:
            return True
    return False


def _repeats(pin: str) -> bool:
    """123123, 121212, 909090."""
    return any(pin == (pin[:width] * len(pin))[: len(pin)] for width in range(1, len(pin) // 2 + 1))


def _looks_like_date(pin: str) -> bool:
    """A day as it is written here or abroad: yymmdd, yyyymmdd, ddmmyy, mmddyy, yyyymm, ddmmyyyy, mmddyyyy."""
    p = pin
    match len(pin):
        case 6:
            shapes = [(p[:2], p[2:4], p[4:]), (p[4:], p[2:4], p[:2]), (p[4:], p[:2], p[2:4]), (p[:4], p[4:], "01")]
        case 8:
            shapes = [(p[:4], p[4:6], p[6:]), (p[4:], p[2:4], p[:2]), (p[4:], p[:2], p[2:4])]
        case _:
            return False
    return any(_is_day(*shape) for shape in shapes)


def _is_day(year: str, month: str, day: str) -> bool:
    years = (int(year),) if len(year) == 4 else tuple(century + int(year) for century in _CENTURIES)
    for one in years:
        try:
            found = date(one, int(month), int(day))
        except ValueError:
            continue
        if date(_CENTURIES[0], 1, 1) <= found <= date(2099, 12, 31):
            return True
    return False
