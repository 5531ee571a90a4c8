"""Two scanners heard as one, on a real loop with real pseudo terminals."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.settings.model import Display, Scanner
from app.till.scanners import TWICE_SECONDS, UNREADABLE, Last, Scanners, is_echo, wanted, where
from devices import serial_scanner
from devices.api import DeviceState
from devices.ports import Port
from tests.devices.cables import Cable

CODE, OTHER = "134919586213926735", "28763443825664394"
READY, LOST = DeviceState.READY, DeviceState.LOST


def usb(cable, serial):
    return Port(cable.name, "scanner", 0x0403, 0x6001, serial, None)


class Till:
    """What the scanners tell, and waiting for it."""

    def __init__(self):
        self.scans, self.states = [], ()
        self.told = asyncio.Event()

    def take(self, text, source):
        self.scans.append(text)
        self.told.set()

    def stands(self, *states):
        self.states = states
        self.told.set()

    async def until(self, true):
        async with asyncio.timeout(60):
            while not true():
                self.told.clear()
                await self.told.wait()


@pytest.fixture
def cables(tmp_path, monkeypatch):
    monkeypatch.setattr(serial_scanner, "REOPEN_SECONDS", 0.01)
    made = [Cable(tmp_path / name) for name in ("one", "two")]
    yield made
    for cable in made:
        cable.unplug()


@pytest.mark.asyncio
async def test_two_scanners_are_heard_and_the_same_code_held_before_both_counts_once(cables):
    till = Till()
    scanners = Scanners(Scanner(port=cables[0].name, port2=cables[1].name), Display(), till.take, till.stands)
    scanners.start()
    await till.until(lambda: till.states == (READY, READY))
    for cable in cables:
        cable.send(CODE.encode() + b"\r")
    cables[1].send(OTHER.encode() + b"\r")
    await till.until(lambda: OTHER in till.scans)
    assert till.scans == [CODE, OTHER]
    cables[0].send(OTHER.encode() + b"\r" + CODE.encode() + b"\r")
    await till.until(lambda: till.scans[-1] == CODE)
    await scanners.stop()
    assert till.scans.count(OTHER) <= 2


@pytest.mark.asyncio
async def test_one_unplugged_leaves_the_other_and_its_code_alone(cables):
    till = Till()
    scanners = Scanners(Scanner(port=cables[0].name, port2=cables[1].name), Display(), till.take, till.stands)
    scanners.start()
    await till.until(lambda: till.states == (READY, READY))
    cables[0].unplug()
    await till.until(lambda: till.states == (LOST, READY))
    cables[1].send(CODE.encode() + b"\r")
    await till.until(lambda: till.scans == [CODE])
    cables[0].plug()
    await till.until(lambda: till.states == (READY, READY))
    await scanners.stop()


@pytest.mark.asyncio
async def test_a_scanner_that_comes_back_under_another_name_is_found_again(cables):
    till, there = Till(), [usb(cables[0], "A1")]
    kept = Scanner(port=cables[0].name, known_as=there[0].known_as)
    scanners = Scanners(kept, Display(), till.take, till.stands, ports=lambda: tuple(there))
    scanners.start()
    await till.until(lambda: till.states == (READY,))
    there.clear()
    cables[0].unplug()
    await till.until(lambda: till.states == (LOST,))
    there.append(usb(cables[1], "A1"))
    await till.until(lambda: till.states == (READY,))
    cables[1].send(CODE.encode() + b"\r")
    await till.until(lambda: till.scans == [CODE])
    await scanners.stop()


@pytest.mark.asyncio
async def test_other_scanners_from_now_on(cables):
    till = Till()
    scanners = Scanners(Scanner(port=cables[0].name), Display(), till.take, till.stands)
    scanners.start()
    await till.until(lambda: till.states == (READY,))
    await scanners.change(Scanner(port=cables[1].name), Display())
    await till.until(lambda: till.states == (READY,))
    cables[0].send(OTHER.encode() + b"\r")
    cables[1].send(CODE.encode() + b"\r")
    await till.until(lambda: till.scans == [CODE])
    await scanners.stop()
    assert not scanners.running


@pytest.mark.asyncio
async def test_a_spoilt_code_is_told_and_sparks_are_not(cables, expect_log):
    expect_log("devices.serial_scanner", "dropped")
    till = Till()
    scanners = Scanners(Scanner(port=cables[0].name), Display(), till.take, till.stands)
    scanners.start()
    await till.until(lambda: till.states == (READY,))
    cables[0].send(b"\xff\r" + CODE[:9].encode() + b"\xf0" + CODE[9:].encode() + b"\r")
    await till.until(lambda: till.scans == [UNREADABLE])
    await scanners.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize(("wedge", "states"), [(True, (READY,)), (False, ())])
async def test_without_a_serial_scanner_the_keyboard_is_the_scanner_or_there_is_none(wedge, states):
    till = Till()
    scanners = Scanners(Scanner(wedge=wedge), Display(), till.take, till.stands)
    scanners.start()
    assert till.states == states
    await scanners.stop()


@pytest.mark.parametrize(
    ("scanner", "text", "later", "echo"),
    [(1, CODE, 0.2, True), (0, CODE, 0.2, False), (1, OTHER, 0.2, False), (1, CODE, TWICE_SECONDS, False)],
)
def test_an_echo_is_the_same_code_from_the_other_scanner_within_a_second(scanner, text, later, echo):
    assert is_echo(Last(0, hash(CODE), 100.0), scanner, text, 100.0 + later) is echo
    assert not is_echo(None, scanner, text, 100.0)


scans = st.lists(st.tuples(st.integers(0, 1), st.sampled_from([CODE, OTHER]), st.floats(0.0, 2.0)), max_size=12)


@given(scans)
@settings(deadline=None, derandomize=True, max_examples=300)
def test_no_customers_code_is_lost_to_an_echo(story):
    """Whatever is swallowed was taken within the second before."""
    last, taken, now = None, {}, 0.0
    for scanner, text, gap in story:
        now += gap
        if is_echo(last, scanner, text, now):
            by, at = taken[text]
            assert by != scanner
            assert now - at < TWICE_SECONDS
        else:
            taken[text] = (scanner, now)
            last = Last(scanner, hash(text), now)


def test_a_pole_is_not_taken_for_a_scanner():
    scanner = Scanner(port="/dev/ttyUSB0", known_as="0403:6001 - 1-1")
    display = Display(pole="led8", pole_port="/dev/ttyUSB1", pole_known_as="0403:6001 - 1-2")
    devices = wanted(scanner, display)
    ports = (Port("/dev/ttyUSB0", "", 0x0403, 0x6001, None, "1-2"),)
    assert [where(devices, at, lambda: ports) for at in range(3)] == ["", "", "/dev/ttyUSB0"]
    assert wanted(Scanner(known_as="left over"), Display(pole_port="COM1"))[2].device == ""
