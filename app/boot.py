"""Ties the concrete parts together; the only place that names them. Start and stop order is one list, read downwards.

``open_house`` and ``open_training`` run on the loop that will carry the till: the worker's, or the command line's own.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_bytes
from typing import Final

from app import logs
from app.channels.api import BadConfigError, Contact, Counterparty, Terminal
from app.channels.registry import configured, open_channels
from app.core.channel import Channel
from app.core.policy import limits_for
from app.journal.errors import JournalError
from app.journal.foreign import set_aside_foreign
from app.journal.machine import machine_name
from app.journal.writer import Journal, open_writer
from app.practice import NoPracticeError, start_practice
from app.secrets import Secrets, Vault, VaultError
from app.secrets.passphrase import Prompt
from app.settings import ClientError, DataFolder, Settings, SettingsError, Trouble, load
from app.sim.child import ChildError
from app.staff import People
from app.till.api import Desk, PracticePhone
from app.till.back import TillMoneyBack
from app.till.clock import Clock
from app.till.counter import CashCounter
from app.till.effects import channel_limits
from app.till.engine import Engine
from app.till.keeper import OnFatal
from app.till.memory import Memory, remembered
from app.till.noticebox import NoticeBox
from app.till.notices import NoticeTaker
from app.till.orders import Orders
from app.till.poles import Poles
from app.till.printing import Printing
from app.till.recover import resume_open
from app.till.scanners import Scanners
from app.till.seeking import Seeker
from app.till.slip_desk import SlipDesk
from app.till.slips import heading_of
from app.till.staffing import people_of

NOWHERE: Final = ("192.0.2.1", 9)  # RFC 5737: an address nobody has; naming it sends nothing

_log: Final = logging.getLogger("mashou.boot")


class CannotStart(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """``key`` is the words key of the sentence a person gets, ``values`` fill it."""

    def __init__(self, key: str, values: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class House:
    """A till that runs. ``phone`` is there in training only. ``trouble``: the last good settings stand in."""

    counter: CashCounter
    engine: Engine
    clock: Clock
    settings: Settings
    phone: PracticePhone | None
    trouble: Trouble | None
    recovered: int  # sales found open at this start
    people: People
    printing: Printing
    back: TillMoneyBack
    scanners: Scanners
    _undo: AsyncExitStack = field(repr=False)

    async def close(self) -> None:
        """Scanner, counter, calls in flight, channels, journal, log: in this order. Harmless twice."""
        await self._undo.aclose()


async def open_training(folder: Path, *, on_fatal: OnFatal, scanner: bool = True, pace: float = 1.0) -> House:
    """Start the practice service beside the till, set ``folder`` up with its keys where needed, open the house.

    Raises CannotStart.
    """
    async with AsyncExitStack() as undo:
        try:
            service = await start_practice(folder, pace)
        except (NoPracticeError, ClientError) as error:
            raise CannotStart(error.key) from error
        except (VaultError, JournalError) as error:
            raise CannotStart(error.key, error.values) from error
        except (ChildError, OSError) as error:
            raise CannotStart("app.practice.say") from error
        undo.push_async_callback(service.aclose)
        return await _open(folder, on_fatal=on_fatal, scanner=scanner, prompt=None, phone=service.phone, undo=undo)


async def open_house(folder: Path, *, on_fatal: OnFatal, scanner: bool = True, prompt: Prompt | None = None) -> House:
    """Open the till of a data folder that was set up. ``on_fatal`` is called when the journal breaks: end the process.

    Raises CannotStart: ``app.two.say``, ``keyring.*``, ``keys.*``, ``journal.*``, ``set.*``.
    """
    async with AsyncExitStack() as undo:
        return await _open(folder, on_fatal=on_fatal, scanner=scanner, prompt=prompt, phone=None, undo=undo)


async def _open(
    folder: Path,
    *,
    on_fatal: OnFatal,
    scanner: bool,
    prompt: Prompt | None,
    phone: PracticePhone | None,
    undo: AsyncExitStack,
) -> House:
    """What is opened is left on ``undo`` until all of it is; then the house carries it."""
    settings, trouble = _settings(folder)
    clock = Clock()
    undo.callback(logs.install(folder, clock.channel_ms))
    secrets = await _unlock(folder, settings, prompt)
    journal = _journal(folder, settings, secrets, clock)
    undo.callback(journal.close)
    memory = _memory(journal, secrets, clock)
    undo.callback(memory.close)
    ear = _Ear(clock)
    rooms, shut = _channels(settings, secrets, clock, ear, journal.anchor)
    for room in rooms.values():
        undo.push_async_callback(room.aclose)
    engine = Engine(journal, rooms, clock, on_fatal=on_fatal, pace=settings.pace, on_reserve=lambda: journal.on_reserve)
    undo.push_async_callback(engine.aclose)
    people = people_of(folder, settings, secrets, engine.keeper, clock)
    orders = _orders(journal, clock, secrets, settings, people)
    counter = CashCounter(engine, orders, _desk(settings), settings.pace, shut)
    undo.push_async_callback(counter.aclose)
    ear.listeners.append(counter.board.contact)
    people.subscribe(lambda _: counter.board.stands_here(people.name))
    printing = _printing(folder, settings, engine, people, counter)
    undo.push_async_callback(printing.aclose)
    back = TillMoneyBack(engine, settings.pace, people.approvals.spend)
    recovered = resume_open(engine)
    memory.begin(lambda: bool(engine.running))
    terminal, training = settings.till.terminal, settings.simulator
    await undo.enter_async_context(Seeker(engine, terminal, training=training, pace=settings.pace))
    if memory.why is not None:
        counter.board.tell_journal(f"epoch.{memory.why}", memory.values)
    taker = NoticeTaker(NoticeBox(DataFolder(folder).notices, secrets.mac_key), engine)
    taker.begin()
    undo.callback(taker.close)
    scanners = Scanners(settings.scanner, settings.display, counter.scan, counter.board.scanner)
    undo.push_async_callback(scanners.stop)
    poles = Poles(settings.scanner, settings.display, counter.board.device, settings.till.language)
    undo.push_async_callback(poles.aclose)
    if scanner:
        scanners.start()
        poles.follow(counter)
    _log.info("the till is open: %s, %d sales to settle", ", ".join(rooms) or "no channel", recovered)
    return House(
        counter, engine, clock, settings, phone, trouble, recovered, people, printing, back, scanners, undo.pop_all()
    )


class _Ear:
    """Hears every exchange of every channel: the clock learns from it, then the lamps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.listeners: list[Callable[[Contact], None]] = []

    def __call__(self, contact: Contact) -> None:
        self._clock.heard(contact)
        for listener in self.listeners:
            listener(contact)


def _settings(folder: Path) -> tuple[Settings, Trouble | None]:
    try:
        loaded = load(folder)
    except SettingsError as error:
        trouble = error.trouble
        values = (("name", trouble.name), ("path", trouble.path or str(folder)), ("place", ""), ("want", ""))
        raise CannotStart(trouble.key, (*values, ("line", str(trouble.line)))) from error
    if loaded.settings.pace != 1 and not loaded.settings.only_loopback:
        raise CannotStart("set.pace.real", (("name", "pace"), ("place", "")))
    return loaded.settings, loaded.trouble


async def _unlock(folder: Path, settings: Settings, prompt: Prompt | None) -> Secrets:
    """In a thread: a keyring may take its time and scrypt takes half a second."""
    try:
        secrets = await asyncio.to_thread(Vault.unlock, folder, prompt=prompt)
    except VaultError as error:
        raise CannotStart(error.key, error.values) from error
    if secrets.simulator != settings.simulator:
        raise CannotStart("keys.mixed.say")
    return secrets


def _journal(folder: Path, settings: Settings, secrets: Secrets, clock: Clock) -> Journal:
    path = DataFolder(folder).journal
    try:
        if aside := set_aside_foreign(path, secrets.mac_key, remembered(secrets)):
            _log.error("a journal that another till sealed lay in ours' place; it is kept as %s", aside.name)
        return open_writer(
            path,
            secrets.mac_key,
            training=settings.simulator,
            now_ms=clock.channel_ms(),
            entropy=token_bytes,
        )
    except JournalError as error:
        raise CannotStart(error.key, error.values) from error


def _memory(journal: Journal, secrets: Secrets, clock: Clock) -> Memory:
    try:
        return Memory(journal, secrets, clock, machine_name())
    except JournalError as error:
        raise CannotStart(error.key, error.values) from error


def _channels(
    settings: Settings, secrets: Secrets, clock: Clock, ear: _Ear, anchor: Callable[[], str]
) -> tuple[Mapping[Channel, Counterparty], frozenset[Channel]]:
    """The rooms that could be opened, and the channels whose keys are unusable: those are shut, the others sell."""
    shut: set[Channel] = set()

    def on_bad(bad: BadConfigError) -> None:
        _log.error("channel %s stays shut: %s", bad.channel, bad.sentence)
        shut.add(bad.channel)

    terminal = Terminal(settings.shop.name, settings.shop.store_id, settings.till.terminal, _own_address())
    limits = channel_limits(limits_for(settings.pace))
    configs = [replace(config, anchor=anchor) for config in configured(settings, secrets)]
    rooms = open_channels(configs, terminal, clock, limits, ear, on_bad=on_bad)
    return rooms, frozenset(shut)


def _orders(journal: Journal, clock: Clock, secrets: Secrets, settings: Settings, people: People) -> Orders:
    return Orders(
        journal,
        clock,
        secrets.code_mark_key,
        terminal=settings.till.terminal,
        operator=people.operator,
        training=settings.simulator,
    )


def _desk(settings: Settings) -> Desk:
    till = settings.till
    return Desk(settings.shop.name, till.terminal, till.operator, settings.simulator, till.language, till.cap_fen)


def _printing(folder: Path, settings: Settings, engine: Engine, people: People, counter: CashCounter) -> Printing:
    desk = SlipDesk(engine.keeper, engine.clock, heading_of(settings), DataFolder(folder).journal)
    printing = Printing(desk, settings.printer, people.operator, counter.board.device)
    printing.serve(engine, counter)
    return printing


def _own_address() -> str:
    """The address this computer would send from; the channels' rules ask for it (银发〔2021〕259号)."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(NOWHERE)
            return str(probe.getsockname()[0])
    except OSError:
        return "127.0.0.1"
