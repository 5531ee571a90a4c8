"""A data folder opened for its people alone: keys and journal, no channel, no sale taken up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from secrets import token_bytes

from app import logs
from app.cli.ask import Ask
from app.cli.exits import Refused
from app.journal.errors import JournalError
from app.journal.writer import open_writer
from app.secrets import Secrets, Vault, VaultError
from app.settings import DataFolder, Settings
from app.staff import People
from app.till.clock import Clock
from app.till.keeper import Keeper
from app.till.staffing import people_of


@dataclass(frozen=True, slots=True)
class Room:
    """What can be done in a folder without its channels: write the journal, for a person who is known."""

    people: People
    keeper: Keeper
    clock: Clock
    settings: Settings
    secrets: Secrets


@asynccontextmanager
async def open_people(ask: Ask) -> AsyncIterator[People]:
    """As ``open_room``."""
    async with open_room(ask) as room:
        yield room.people


@asynccontextmanager
async def open_room(ask: Ask) -> AsyncIterator[Room]:
    """Raises Refused: no such folder, keys that cannot be had, a journal that the window uses or that is broken."""
    settings = ask.settings
    if settings is None:
        raise Refused("set.missing", path=str(ask.folder))
    secrets = await asyncio.to_thread(_unlocked, ask)
    clock = Clock()
    async with AsyncExitStack() as undo:
        undo.callback(logs.install(ask.folder, clock.channel_ms))
        try:
            journal = open_writer(
                DataFolder(ask.folder).journal,
                secrets.mac_key,
                training=settings.simulator,
                now_ms=clock.channel_ms(),
                entropy=token_bytes,
            )
        except JournalError as error:
            key = "cli.taken" if error.key == "app.two.say" else error.key
            raise Refused(key, **dict(error.values)) from None
        undo.callback(journal.close)
        keeper = Keeper(journal, on_fatal=lambda _: None, on_room=lambda: None)  # what is not written is refused
        undo.callback(keeper.close)
        people = people_of(ask.folder, settings, secrets, keeper, clock)
        yield Room(people, keeper, clock, settings, secrets)


def _unlocked(ask: Ask) -> Secrets:
    try:
        return Vault.unlock(ask.folder, prompt=ask.prompt)
    except VaultError as error:
        raise Refused(error.key, **dict(error.values)) from None
