"""Reading beside the writer, in a thread of its own: nobody at the counter waits for a search."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from app.journal.reader import Reader, open_reader

NAME: Final = "mashou-reader"

T = TypeVar("T")


async def aside(path: Path, work: Callable[[Reader], T]) -> T:
    """What ``work`` makes of the journal at ``path``. Raises what it raises, and ``app.journal.errors``."""

    def read() -> T:
        reader = open_reader(path)
        try:
            return work(reader)
        finally:
            reader.close()

    readers = ThreadPoolExecutor(max_workers=1, thread_name_prefix=NAME)
    try:
        return await asyncio.get_running_loop().run_in_executor(readers, read)
    finally:
        readers.shutdown(wait=False)
