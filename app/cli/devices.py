"""``mashou scanner`` and ``mashou display``: devices tried without the window. Nothing is charged and nothing kept."""

import queue
import secrets
import time
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.cli.noting import note
from app.core.beijing import at_beijing
from app.settings import Settings, SettingsError, load, save
from app.setup.diary import Change
from app.setup.scanning import with_port
from app.till.clock import Clock
from app.till.poles import pole_line, trial_face
from app.till.readings import Reading, controls, reading, with_trace
from app.till.scanners import wanted, where
from app.words import say
from devices.api import DeviceState, Scan
from devices.finding import Finder, Found, Garbled, Listening, News, OtherCode, Shut
from devices.ports import Wanted, serial_ports
from devices.serial_scanner import SerialScanner
from devices.traces import Trace

T = TypeVar("T")
MARK_DIGITS: Final = 8
BAR_ROWS: Final = 8  # lines of the terminal; a hand scanner wants about a finger's width
QUIET: Final = 10  # modules either side (ISO/IEC 15417)


def scanner(ask: Ask, args: Namespace) -> Exit:
    match args.action:
        case "list":
            return _list(ask.language)
        case "find":
            return _find(ask, args)
        case _:
            return _test(ask, args)


def _list(language: str) -> Exit:
    ports = serial_ports()
    for port in ports:
        print("\t".join((port.device, port.known_as or "-", port.description)))
    if not ports:
        print(say("find.noports", language))
    return Exit.PAID


def _settings(ask: Ask) -> Settings:
    try:
        return load(ask.folder).settings
    except SettingsError as error:
        trouble = error.trouble
        raise Refused(trouble.key, name=trouble.name, path=trouble.path, place="", want="") from error


def _find(ask: Ask, args: Namespace) -> Exit:
    language = ask.language
    mark = args.code or "".join(secrets.choice("0123456789") for _ in range(MARK_DIGITS))
    if not mark.isascii() or not mark.isprintable():
        raise Refused("find.badcode")
    print(say("find.title", language))
    if args.code is None:
        print(bars(mark))
    news: queue.Queue[News] = queue.Queue()
    finder = Finder(mark, news.put)
    finder.start()
    try:
        found = _heard(news, args.seconds, language)
    finally:
        finder.stop()
    if found is None:
        print(say("find.nothing", language))
        return Exit.PERSON
    end = " ".join(found.end) or say("find.noend", language)
    for key, value in (
        ("find.port", found.port.device),
        ("find.baud", str(found.baud)),
        ("find.end", end),
        ("find.device", found.port.known_as or say("find.nodevice", language)),
    ):
        print(f"{say(key, language)}\t{value}")
    if args.use:
        _use(ask.folder, found, args.use - 1)
        print(say("find.saved", language))
    return Exit.PAID


def _heard(news: "queue.Queue[News]", seconds: float, language: str) -> Found | None:
    for told in _until(news, seconds):
        match told:
            case Found():
                return told
            case Garbled(_, baud):
                print(say("find.garbled", language, baud=baud))
            case OtherCode():
                print(say("find.other", language))
            case Shut(port, no_right):
                print(say("find.noright" if no_right else "find.shut", language, port=port.device))
            case Listening(port, baud):
                print(f"{port.device}\t{baud}")
    return None


def _until(queue_: "queue.Queue[T]", seconds: float) -> Iterator[T]:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            yield queue_.get(timeout=left)
        except queue.Empty:
            return


def _use(folder: Path, found: Found, slot: int) -> None:
    try:
        before = load(folder).settings
        after = replace(before, scanner=with_port(before.scanner, slot, found.port, found.baud))
        save(folder, after)
    except (SettingsError, OSError) as error:
        raise Refused("find.unsaved") from error
    note(folder, Change(before, after))


def bars(mark: str) -> str:
    """``mark`` as a Code 128 in block characters, two modules to a character, dark on light."""
    from barcode.codex import Code128  # noqa: PLC0415 - only where one is drawn

    modules = "0" * QUIET + str(Code128(mark).build()[0]) + "0" * QUIET
    modules += "0" * (len(modules) % 2)
    blocks = {"00": " ", "01": "▐", "10": "▌", "11": "█"}
    row = "".join(blocks[modules[at : at + 2]] for at in range(0, len(modules), 2))
    return "\n".join(f"\x1b[30;107m{row}\x1b[0m" for _ in range(BAR_ROWS))


def _test(ask: Ask, args: Namespace) -> Exit:
    settings, language = _settings(ask), ask.language
    devices = wanted(settings.scanner, settings.display)
    told: queue.Queue[Scan | Trace | str] = queue.Queue()
    bauds = (settings.scanner.baud, settings.scanner.baud2)
    scanners = [_scanner(devices, at, baud, told) for at, baud in enumerate(bauds) if devices[at].device]
    if not scanners:
        raise Refused("find.none")
    for one in scanners:
        one.start()
    try:
        return _readings(told, args.seconds, args.count, language)
    finally:
        for one in scanners:
            one.stop()


def _scanner(devices: tuple[Wanted, ...], at: int, baud: int, told: "queue.Queue[Scan | Trace | str]") -> SerialScanner:
    name = devices[at].device
    return SerialScanner(
        name,
        told.put,
        lambda state, _: told.put(f"{name}\t{state}"),
        baud=baud,
        on_trace=told.put,
        find=lambda: where(devices, at),
    )


def _readings(told: "queue.Queue[Scan | Trace | str]", seconds: float, count: int, language: str) -> Exit:
    clock = Clock()
    print(say("trial.title", language))
    waiting: tuple[Reading, ...] = ()
    shown = 0
    for one in _until(told, seconds):
        if isinstance(one, str):
            print(one, flush=True)
        elif isinstance(one, Scan):
            today = at_beijing(clock.channel_ms()).date()
            waiting = (reading(one.text, today, language), *waiting)
        else:
            waiting = with_trace(waiting, one, language)
            done = [each for each in waiting if each.trace is not None]
            waiting = tuple(each for each in waiting if each.trace is None)
            for each in done:
                print(_line(each, language), flush=True)
            shown += len(done)
            if count and shown >= count:
                break
    return Exit.PAID if shown else Exit.PERSON


def _line(one: Reading, language: str) -> str:
    trace = one.trace
    assert trace is not None, "only a reading that is traced is shown"
    end = " ".join(trace.end) or say("trial.none", language)
    gap = say("trial.ms", language, n=trace.longest_gap_ms)
    return "\t".join((one.what, str(one.length), end, gap, controls(trace, language)))


def display(ask: Ask, args: Namespace) -> Exit:
    """The pole's trial. Raises Refused where none is set up."""
    settings = _settings(ask)
    if settings.display.pole == "none" or not settings.display.pole_port:
        raise Refused("cus.test.nopole")
    states: queue.Queue[DeviceState] = queue.Queue()
    pole = pole_line(settings.scanner, settings.display, lambda state, _: states.put(state))
    pole.show(trial_face("zh" if settings.display.pole_chinese else "en"))
    pole.start()
    try:
        reached = [state for state in _until(states, args.seconds) if state in (DeviceState.READY, DeviceState.LOST)]
    finally:
        pole.stop()
    well = bool(reached) and reached[-1] is DeviceState.READY
    print(say("cus.test.pole" if well else "display.off.say", ask.language))
    return Exit.PAID if well else Exit.PERSON
