"""The self-test: asks every part whether it works, and says in one line each who mends what does not.

It reads, and asks each channel about a number nobody has: it may run beside the window, and sells nothing.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from app import words
from app.channels.api import BadConfigError, Contact, Counterparty, Terminal
from app.channels.registry import Config, configured, open_channel
from app.core.channel import Channel
from app.core.policy import limits_for
from app.core.sale import Order
from app.journal.errors import JournalBroken, JournalError, JournalTaken
from app.journal.lock import WriterLock
from app.journal.reader import open_reader, prove
from app.secrets import Secrets, Vault, VaultError
from app.secrets.passphrase import Prompt
from app.settings import DataFolder, Settings, SettingsError, load
from app.settings.model import Display, Scanner
from app.setup import checkup
from app.setup.checkup import Finding, Who, bad, both, good, warned
from app.till.clock import Clock
from app.till.effects import channel_limits
from app.till.entries import last_orders
from app.till.scanners import wanted, where
from devices.ports import serial_ports


def findings(folder: Path, prompt: Prompt | None, held: Secrets | None = None) -> Iterator[Finding]:
    """A line per part, as it is found; blocks for as long as the slowest channel. Never on a running loop.

    ``held``: the keys, where this process has them open already; nobody is asked for a passphrase then.
    """
    place = DataFolder(folder)
    settings, about_settings = _settings(folder)
    yield about_settings
    secrets, about_vault = _vault(folder, prompt, settings) if held is None else (held, good("vault", "doc.vault.ok"))
    yield about_vault
    yield _journal(place, secrets)
    if folder.exists():
        yield checkup.disk(shutil.disk_usage(folder).free)
    if settings is None:
        return
    yield _scanner(settings.scanner)
    clock = Clock()
    if secrets is not None:
        yield from asyncio.run(_channels(settings, secrets, clock, _orders(place, clock)))
    yield from checkup.certificates(settings, clock.channel_ms())


def _settings(folder: Path) -> tuple[Settings | None, Finding]:
    try:
        loaded = load(folder)
    except SettingsError as error:
        says = (error.trouble.say("zh"), error.trouble.say("en"))
        if error.trouble.key == "set.missing":
            says = both("set.missing", path=str(folder))
        return None, Finding("settings", checkup.Light.BAD, Who.MANAGER, says)
    if loaded.trouble is not None:
        zh, en = (
            words.say("doc.settings.last", language, why=loaded.trouble.say(language)) for language in words.LANGUAGES
        )
        return loaded.settings, Finding("settings", checkup.Light.WARN, Who.MANAGER, (zh, en))
    return loaded.settings, good("settings", "doc.settings.ok")


def _vault(folder: Path, prompt: Prompt | None, settings: Settings | None) -> tuple[Secrets | None, Finding]:
    try:
        secrets = Vault.unlock(folder, prompt=prompt)
    except VaultError as error:
        return None, bad("vault", Who.MANAGER, error.key, **dict(error.values))
    if settings is not None and secrets.simulator != settings.simulator:
        return secrets, bad("vault", Who.MANAGER, "keys.mixed.say")
    return secrets, good("vault", "doc.vault.ok")


def _journal(place: DataFolder, secrets: Secrets | None) -> Finding:
    """The end of the chain; whether it can be written is tried only where no window is writing."""
    if not place.journal.exists():
        return good("journal", "doc.journal.none")
    try:
        if secrets is None:
            reader = open_reader(place.journal)
            entries = reader.head().seq
            reader.close()
            return warned("journal", Who.MANAGER, "doc.journal.unlocked", n=entries)
        head = prove(place.journal, secrets.mac_key)
        if _is_written(place):
            return good("journal", "doc.journal.beside", n=head.seq)
    except JournalError as error:
        return bad("journal", Who.MANAGER, error.key, **dict(error.values))
    try:
        _write_something(place.path)
    except OSError:
        return bad("journal", Who.MANAGER, "doc.journal.readonly", path=str(place.path))
    return good("journal", "doc.journal.ok", n=head.seq)


def _is_written(place: DataFolder) -> bool:
    try:
        WriterLock(place.journal.with_name(place.journal.name + ".lock")).release()
    except JournalTaken:
        return True
    except JournalBroken:
        return False  # the lock's file cannot be opened: the folder is not ours to write, which is told by the next try
    return False


def _write_something(folder: Path) -> None:
    """Raises OSError where the folder takes no file or the disk does not make it durable."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(4096))
        file.flush()
        os.fsync(file.fileno())
    if not os.access(DataFolder(folder).journal, os.W_OK):
        raise PermissionError


def _scanner(scanner: Scanner) -> Finding:
    if not scanner.port:
        return good("scanner", "doc.scanner.wedge")
    port = where(wanted(scanner, Display()), 0)
    if not port or not (Path(port).exists() or port in {one.device for one in serial_ports()}):
        return bad("scanner", Who.MANAGER, "doc.scanner.gone", port=scanner.port)
    if Path(port).exists() and not os.access(port, os.R_OK | os.W_OK):
        return bad("scanner", Who.MANAGER, "scanner.perm.say")
    return good("scanner", "doc.scanner.ok", port=port)


def _orders(place: DataFolder, clock: Clock) -> dict[Channel, Order]:
    """The newest order of each channel, of the last two days: one that the channel must know."""
    try:
        reader = open_reader(place.journal)
    except JournalError:
        return {}
    try:
        return {order.channel: order for order in last_orders(reader, clock.channel_ms())}
    except JournalError:
        return {}
    finally:
        reader.close()


async def _channels(
    settings: Settings, secrets: Secrets, clock: Clock, orders: Mapping[Channel, Order]
) -> list[Finding]:
    """All channels at once. ``clock`` learns the time of those whose answer was verified."""
    try:
        configs = list(configured(settings, secrets))
    except KeyError:  # the settings speak of a channel whose keys were never sealed
        return [bad("vault", Who.MANAGER, "doc.vault.lacks")]
    if not configs:
        return [bad("settings", Who.MANAGER, "doc.channel.none")]
    asked = await asyncio.gather(*(_channel(config, settings, clock, orders) for config in configs))
    about_clock = checkup.clock(skew for _, skew in asked if skew is not None)
    return [finding for finding, _ in asked] + ([about_clock] if about_clock else [])


async def _channel(
    config: Config, settings: Settings, clock: Clock, orders: Mapping[Channel, Order]
) -> tuple[Finding, float | None]:
    """One harmless query; the finding, and by how many seconds this computer is ahead of the answer's ``Date``.

    Where the refusal that it provokes comes unsigned, a last order of ours is asked about: its answer is signed.
    """
    compared = Clock()
    contacts: list[Contact] = []

    def heard(contact: Contact) -> None:
        contacts.append(contact)
        clock.heard(contact)
        compared.heard(replace(contact, verified=True))  # a wrong clock may be why a signature was refused

    terminal = Terminal(settings.shop.name, settings.shop.store_id, settings.till.terminal, "")
    try:
        room: Counterparty = open_channel(config, terminal, clock, channel_limits(limits_for(settings.pace)), heard)
    except BadConfigError as error:
        return checkup.shut(error.channel.value, error.sentence), None
    try:
        warmed = await room.warm()
        told = next((contact for contact in contacts if contact.misconfigured), warmed)  # why nothing could be verified
        found = checkup.judged(told, simulator=settings.simulator)
        if found.unproven and room.channel in orders:
            await room.query(orders[room.channel])
            found = checkup.proven(contacts[-1]) or found
    finally:
        await room.aclose()
    return found, compared.skew() if compared.measured else None
