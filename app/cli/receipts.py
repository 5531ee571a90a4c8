"""``mashou receipt`` and ``mashou print-test``. Looking works beside the window; printing writes.

What is drawn into a file here is always marked as a reprint: no entry of the journal stands behind it.
"""

import asyncio
import importlib
import threading
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final

from app import words
from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.core.numbers import LENGTH
from app.core.sale import Sale
from app.journal.errors import JournalError
from app.journal.reader import Reader, open_reader
from app.journal.writer import Journal, open_writer
from app.receipts.facts import Anchor, Copy
from app.receipts.layout import Slip, as_text
from app.receipts.printed import printed
from app.receipts.reports import trial_slip
from app.secrets import Vault, VaultError
from app.settings import DataFolder, Settings
from app.till.clock import Clock
from app.till.entries import newest
from app.till.keeper import Keeper
from app.till.printing import PAPER
from app.till.slip_desk import KINDS, Given, SlipDesk, given_by, wanted
from app.till.slips import SlipName, draw, heading_of
from devices.printers import PrinterError, PrinterState
from devices.printers_cables import cable_to
from devices.printers_queue import Job, PrintQueue
from devices.printers_usb import usb_printers

PATIENCE: Final = 20.0  # seconds for a slip to come out, two tries at a printer that is being switched on included
_DRAWING: Final = "ui.paper.files"  # asked for by name: ui is above app, and a till without Qt still has its receipts
_SAYS: Final = {
    PrinterState.PAPER: "printer.paper.say",
    PrinterState.COVER: "printer.cover.say",
    PrinterState.LIBRARY: "printer.library.say",
    PrinterState.ACCESS: "printer.access.say",
    PrinterState.BUSY: "printer.busy.say",
    PrinterState.SEVERAL: "printer.several.say",
}


def receipt(ask: Ask, args: Namespace) -> Exit:
    """Show the slip of an order or refund number, draw it into files, print it. Raises Refused."""
    settings = _settings(ask)
    if args.print:
        return _print(ask, settings, args.number)
    sale, name, given, anchor = _find(ask, args.number)
    heading = heading_of(settings)
    if args.png is None and args.pdf is None:
        print(as_text(draw(heading, sale, name, anchor=anchor, by=given.by)))
        return Exit.PAID
    copy = Copy(max(1, given.times), Clock().channel_ms(), settings.till.operator)
    slip = draw(heading, sale, name, anchor=anchor, by=given.by or copy.by, copy=copy)
    for path, kind in ((args.png, "png"), (args.pdf, "pdf")):
        if path is not None:
            _save(slip, path, kind)
            print(words.say("slip.saved", ask.language, path=str(path)))
    return Exit.PAID


def print_test(ask: Ask) -> Exit:
    """Print a page with every width and shape, and say what the printer says. Raises Refused."""
    settings = _settings(ask)
    if settings.printer.connection == "usb":
        _list_usb(ask.language)
    slip = trial_slip(heading_of(settings), Clock().channel_ms(), settings.till.terminal)
    return _out(ask, settings, slip, "printer.tested.say")


def _list_usb(language: str) -> None:
    """As the setting names them, so that one of several can be named."""
    with suppress(PrinterError):  # what is wrong is said of the slip
        names = usb_printers()
        print(words.say("printer.plugged", language, names=", ".join(names) or "–"))


def _settings(ask: Ask) -> Settings:
    settings = ask.settings
    if settings is None:
        raise Refused("set.missing", path=str(ask.folder))
    return settings


def _find(ask: Ask, number: str) -> tuple[Sale, SlipName, Given, Anchor]:
    place = DataFolder(ask.folder)
    if not place.journal.exists():
        raise Refused("adv.notfound")
    try:
        reader = open_reader(place.journal)
        try:
            return _read(reader, number)
        finally:
            reader.close()
    except JournalError as error:
        raise Refused(error.key, **dict(error.values)) from None


def _read(reader: Reader, number: str) -> tuple[Sale, SlipName, Given, Anchor]:
    story = reader.story(number[:LENGTH])
    sale = newest(story)
    if sale is None:
        raise Refused("adv.notfound")
    name = wanted(sale, number)
    if name is None:
        raise Refused("slip.none")
    given = given_by(reader.entries_of(KINDS, story[0].seq), name)
    head = reader.head()
    return sale, name, given, given.anchor or Anchor(head.seq, head.digest)


def _print(ask: Ask, settings: Settings, number: str) -> Exit:
    """Written down first, as at the till: so it needs the journal for itself."""
    if settings.printer.connection == "none":
        raise Refused("printer.none.say")
    _find(ask, number)
    clock = Clock()
    journal = _journal(ask, settings, clock)
    broken: list[BaseException] = []
    try:
        keeper = Keeper(journal, broken.append, _nothing)
        desk = SlipDesk(keeper, clock, heading_of(settings), DataFolder(ask.folder).journal)
        slip = asyncio.run(desk.again(number, settings.till.operator, PAPER))
        keeper.close()
    finally:
        journal.close()
    if slip is None:
        raise Refused("disk.full.say" if not broken else "disk.error.say")
    return _out(ask, settings, slip, "slip.printed.say")


def _nothing() -> None:
    """A full disk is not waited for here."""


def _journal(ask: Ask, settings: Settings, clock: Clock) -> Journal:
    try:
        key = Vault.unlock(ask.folder, prompt=ask.prompt).mac_key
        return open_writer(
            DataFolder(ask.folder).journal,
            key,
            training=settings.simulator,
            now_ms=clock.channel_ms(),
            entropy=token_bytes,
        )
    except VaultError as error:
        raise Refused(error.key, **dict(error.values)) from None
    except JournalError as error:
        key_of = "cli.taken" if error.key == "app.two.say" else error.key
        raise Refused(key_of, **dict(error.values)) from None


def _out(ask: Ask, settings: Settings, slip: Slip, told: str) -> Exit:
    """Onto paper within ``PATIENCE``; else what the printer lacks, and exit 2."""
    place = settings.printer
    if place.connection == "none":
        raise Refused("printer.none.say")
    done, states = threading.Event(), [PrinterState.LOST]
    queue = PrintQueue(
        lambda: cable_to(place.connection, place.address, place.baud),
        lambda state, _: states.append(state),
        lambda _: done.set(),
        asks=place.asks,
    )
    queue.start()
    queue.submit(Job(slip.name, lambda: printed(slip, cut=place.cut)))
    try:
        came = done.wait(PATIENCE)
        queue.cancel()
    finally:
        queue.stop()
    if came:
        print(words.say(told, ask.language))
        return Exit.PAID
    print(words.say(_SAYS.get(states[-1], "printer.off.say"), ask.language, n=1))
    return Exit.PERSON


def _save(slip: Slip, path: Path, kind: str) -> None:
    try:
        module: Any = importlib.import_module(_DRAWING)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"ui", "PySide6"}:
            raise
        raise Refused("cli.notbuilt", name=error.name) from None
    save: Callable[[Slip, Path, str], None] = module.draw_file
    try:
        save(slip, path, kind)
    except OSError as error:
        raise Refused("cli.output", why=str(error.strerror or error)) from None
