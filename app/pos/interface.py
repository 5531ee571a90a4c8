"""The interface of an open till: its books always, its door where the settings say so."""

import logging
from collections.abc import Callable
from typing import Final

from app.loopback import HOST
from app.pos.charges import Charges
from app.pos.door import Door
from app.settings import Pos
from app.till.keeper import Keeper
from app.till.pos_api import AskedCounter

TAKEN: Final = "pos.taken"  # words key: another program listens at the port

_log: Final = logging.getLogger("mashou.pos")


class Interface:
    """Belongs to the worker's loop. ``away``: nobody may sell now, the till is locked or in its office.

    The books are there with the door shut too: what another program was once told stays true.
    """

    def __init__(
        self,
        counter: AskedCounter,
        keeper: Keeper,
        channel_ms: Callable[[], int],
        settings: Pos,
        *,
        training: bool,
        away: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self.charges = Charges(counter, keeper, channel_ms, away)
        self.door = Door(self.charges, settings.token_hash, training=training)
        counter.register = self.charges

    async def open(self) -> str:
        """Open the door where the settings say so. "" or the words key of what is wrong; the till sells without it."""
        if not self._settings.interface:
            return ""
        try:
            port = await self.door.open(self._settings.port)
        except OSError as error:
            _log.error("the interface has no port %d: %s", self._settings.port, error.strerror)
            return TAKEN
        _log.info("the interface listens at %s:%d", HOST, port)
        return ""

    async def aclose(self) -> None:
        """No request is taken or answered from now on; charges go on as the sales they are."""
        await self.door.aclose()
