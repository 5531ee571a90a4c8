"""``mashou bench``: what the till adds to the least a payment could cost, measured on the shipping program.

Everything happens in a folder of its own beside the till's data, against a practice service of its own; nothing is
charged. The figures are printed whatever they are.
"""

from pathlib import Path


def run(folder: Path, *, training: bool = True, language: str | None = None) -> int:
    """Measure and print. Returns 0 when everything could be measured, 1 when something stood in the way."""
    del training, language  # the bench is practice always, and its table speaks both languages at once
    from ui.bench.bench import FULL, bench  # noqa: PLC0415 - the bench's own processes start without what measures them

    return bench(folder, FULL)
