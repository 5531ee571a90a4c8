"""Long work in a thread of its own, so that nobody at the counter waits for a report."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

NAME: Final = "mashou-office"

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """What ``work`` returns or raises. It opens and closes whatever it reads, in this one thread."""
    office = ThreadPoolExecutor(max_workers=1, thread_name_prefix=NAME)
    try:
        return await asyncio.get_running_loop().run_in_executor(office, work)
    finally:
        office.shutdown(wait=False)
