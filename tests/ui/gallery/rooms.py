"""What the pages are given for a picture: askers that answer at once or never, and folders that go with the process."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from functools import cache
from pathlib import Path


class Now:
    """An asker that does not wait."""

    def ask(self, work, done, failed=None) -> None:
        done(asyncio.run(work()))


class Never:
    """An asker that is still waiting."""

    def ask(self, work, done, failed=None) -> None: ...


@cache
def folder() -> Path:
    """A folder that is gone with the process."""
    made = tempfile.TemporaryDirectory(prefix="gallery-")
    _kept.append(made)
    return Path(made.name)


_kept: list[tempfile.TemporaryDirectory[str]] = []
_counts = itertools.count()


def fresh_folder() -> Path:
    place = folder() / str(next(_counts))
    place.mkdir()
    return place
