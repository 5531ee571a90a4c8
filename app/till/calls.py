"""Calls under way: each is begun once, and whatever comes of it is fed back as exactly one event."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from app.core.events import Event, Work
from app.core.policy import Limits
from app.core.sale import Call
from app.till.effects import call_of, limit_of, perform, silence
from app.till.running import Running

_log: Final = logging.getLogger("mashou.till")


class Calls:
    """``feed`` takes the events; ``closing`` says that nothing more begins, ``dead`` that nothing is recorded."""

    def __init__(
        self,
        feed: Callable[[Running, Event], None],
        limits: Limits,
        *,
        closing: Callable[[], bool],
        dead: Callable[[], bool],
    ) -> None:
        self._feed = feed
        self._limits = limits
        self._closing = closing
        self._dead = dead

    def begin(self, running: Running) -> None:
        """Start the work that waits; the step that asked for it is durable."""
        work, running.waiting = running.waiting, []
        for item in work:
            call = call_of(item)
            if call is not None and not self._closing():
                running.tasks[call] = asyncio.get_running_loop().create_task(self._call(running, call))
            elif item is Work.RING:
                _log.warning("a person is needed for sale %s: %s", running.out_trade_no, running.sale.alarm)

    async def _call(self, running: Running, call: Call) -> None:
        """One call and its answer, fed back; whatever goes wrong here is an answer that did not come."""
        life, code, running.code = running.life, running.code, None
        event = silence(call)
        try:
            async with asyncio.timeout(limit_of(call, running.sale, self._limits)) as running.cuts[call]:
                if running.counterparty is not None:
                    event = await perform(call, running.counterparty, running.sale, code)
        except TimeoutError:
            _log.info("the %s call of sale %s was cut off", call, running.out_trade_no)
        except asyncio.CancelledError:
            if self._closing() or self._dead() or running.life != life:
                raise
            _log.warning("the %s call of sale %s was cancelled", call, running.out_trade_no)
        except Exception:  # noqa: BLE001 - the outermost loop of one call: a bug there is silence here
            _log.exception("a bug in the %s call of sale %s; taken as no answer", call, running.out_trade_no)
        if running.life == life:
            running.tasks.pop(call, None)
            running.cuts.pop(call, None)
            self._feed(running, event)
