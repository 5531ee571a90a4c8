"""Sabotages of the till, one line each, for ``long mutants``: the simulation must find every one of them.

They stand in ``mutants.txt`` as patches: ``= name``, ``@ path``, then lines with ``-`` that go, ``+`` that come, and a
blank before those that stay and only say where.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_suffix(".txt")


@dataclass(frozen=True)
class Mutant:
    name: str
    path: str
    old: str  # whole lines, which stand once in the file
    new: str

    def on(self, text: str) -> str:
        """``text`` with the sabotage in it. Raises ValueError where the lines do not stand there once."""
        whole = f"\n{text}"
        if whole.count(f"\n{self.old}") != 1:
            raise ValueError(f"{self.path} has changed under {self.name!r}")
        return whole.replace(f"\n{self.old}", f"\n{self.new}")[1:]


def _read(text: str) -> Iterator[Mutant]:
    for part in text.split("\n= ")[1:]:
        name, where, *lines = part.split("\n")
        patch = [line for line in lines if line and not line.startswith("#")]
        old = "".join(f"{line[1:]}\n" for line in patch if line[0] in " -")
        new = "".join(f"{line[1:]}\n" for line in patch if line[0] in " +")
        yield Mutant(name, where.removeprefix("@ "), old, new)


ALL = tuple(_read(FILE.read_text("utf-8")))
