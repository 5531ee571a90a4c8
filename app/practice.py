"""Training's other side of the counter: the practice service in a child process, and its customer's phone."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.channel import Channel
from app.journal.lock import WriterLock
from app.secrets import Vault
from app.settings import DataFolder, Settings, SettingsError, keep_place, load, save, take_client
from app.sim.child import Child, start_child
from app.sim.client_file import NoSimulatorError
from app.sim.phone import PhoneView as SimView
from app.sim.phone import SimPhone
from app.till.api import Customer, PhoneView

_log: Final = logging.getLogger("mashou.practice")


@dataclass(frozen=True, slots=True)
class PracticeService:
    """A running practice service whose keys the folder has taken in."""

    child: Child
    phone: "Phone"

    async def aclose(self) -> None:
        await asyncio.to_thread(self.child.stop)


class NoPracticeError(Exception):
    """Training cannot start here; ``key`` is the words key of the sentence."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Phone:
    """``api.PracticePhone`` over the simulator's. Where the simulator is gone the phone is offline, nothing else."""

    def __init__(self, phone: SimPhone) -> None:
        self._phone = phone

    async def fresh_code(self, channel: Channel, customer: Customer) -> PhoneView:
        try:
            return _shown(await self._phone.fresh_code(channel, customer.value))
        except NoSimulatorError:
            return await self.look()

    async def look(self) -> PhoneView:
        return _shown(await self._phone.look())

    async def enter_password(self) -> None:
        await self._try("the password", self._phone.enter_password())

    async def refuse(self) -> None:
        await self._try("the refusal", self._phone.refuse())

    async def line(self, up: bool) -> None:
        await self._try("the line", self._phone.line(up))

    async def fault(self, script: str) -> None:
        await self._try("the faults", self._phone.fault(script))

    async def ledger(self) -> tuple[tuple[str, int], ...]:
        return await self._phone.ledger()

    async def _try(self, what: str, asked: Awaitable[None]) -> None:
        try:
            await asked
        except NoSimulatorError:
            _log.info("the practice service is gone; %s went nowhere", what)


def _shown(view: SimView) -> PhoneView:
    return PhoneView(view.channel, view.code, view.balance_fen, view.asks_fen, view.state)


async def start_practice(folder: Path, pace: float = 1.0) -> PracticeService:
    """Start the practice service of ``folder`` and take its keys in; at the first start this sets the folder up.

    Raises NoPracticeError for a folder with real keys, ``JournalError`` for one in use, ``ChildError``,
    ``ClientError``, ``VaultError``, OSError.
    """
    place = DataFolder(folder)
    before = _present(place)
    if before is not None and not before.simulator:
        raise NoPracticeError("keys.mixed.say")
    place.make()
    # A window that is open here has its own practice service: two would write over each other's addresses.
    alone = WriterLock(place.journal.with_name(place.journal.name + ".lock"))
    try:
        child = await asyncio.to_thread(start_child, place.simulator, pace)
        try:
            await asyncio.to_thread(_take_in, place, before, child.client_file)
            return PracticeService(child, Phone(SimPhone.of(place.simulator)))
        except BaseException:
            await asyncio.to_thread(child.stop)
            raise
    finally:
        alone.release()


def _present(place: DataFolder) -> Settings | None:
    try:
        return load(place.path).settings
    except SettingsError:
        return None


def _take_in(place: DataFolder, before: Settings | None, client_file: Path) -> None:
    """The service's address and keys; who stands where, and with which devices, stays. Written only where changed."""
    client = take_client(client_file)
    settings = client.settings
    if before is not None:
        settings = keep_place(before, settings)
    if not place.keys.exists() or not _same_keys(place, client.secrets):
        Vault.create(place.path, client.secrets, simulator=True)
    if settings != before:
        save(place.path, settings)


def _same_keys(place: DataFolder, taken: Mapping[str, str]) -> bool:
    held = Vault.unlock(place.path)
    return all(name in held and held[name].reveal() == text for name, text in taken.items())
