import contextlib
import itertools
import queue
import random
import socket
import threading
import time
from types import SimpleNamespace

import pytest
import serial

from devices import serial_scanner
from devices.api import DeviceState, Scan
from devices.framing import Noise
from devices.ports import Port, Wanted, places
from devices.serial_scanner import REOPEN_SECONDS, SerialScanner
from tests.devices.cables import Cable

CODE = "134919586213926735"
OTHER = "28763443825664394"
PATIENCE = 10.0  # seconds a loaded machine may take for what takes milliseconds


class Heard:
    def __init__(self):
        self.scans = queue.Queue()
        self.states = queue.Queue()
        self.dropped = queue.Queue()

    def code(self):
        return self.scans.get(timeout=PATIENCE).text

    def state(self):
        return self.states.get(timeout=PATIENCE)[0]

    def until(self, state):
        while self.state() is not state:
            pass


@contextlib.contextmanager
def listening(url, **more):
    heard = Heard()
    scanner = SerialScanner(
        url, heard.scans.put, lambda *told: heard.states.put(told), on_dropped=heard.dropped.put, **more
    )
    scanner.start()
    try:
        yield heard, scanner
    finally:
        scanner.stop()


@pytest.fixture
def cable(tmp_path):
    made = Cable(tmp_path / "scanner")
    yield made
    with contextlib.suppress(OSError):
        made.unplug()


@pytest.fixture
def quick_reopen(monkeypatch):
    monkeypatch.setattr(serial_scanner, "REOPEN_SECONDS", 0.01)


@pytest.mark.parametrize("baud", [9600, 38400, 115200])
def test_codes_arrive_at_every_baud_rate(cable, baud):
    with listening(cable.name, baud=baud) as (heard, _):
        heard.until(DeviceState.READY)
        cable.send(CODE.encode() + b"\r\n")
        scan = heard.scans.get(timeout=PATIENCE)
        assert (scan.text, scan.source) == (CODE, "serial")
        assert abs(scan.at_mono - time.monotonic()) < PATIENCE
        assert CODE not in repr(scan)


def test_states_are_told_in_order_and_once(cable):
    with listening(cable.name) as (heard, scanner):
        assert [heard.state(), heard.state()] == [DeviceState.OPENING, DeviceState.READY]
        scanner.start()
        scanner.stop()
        scanner.stop()
        assert heard.state() is DeviceState.OFF
        assert heard.states.empty()


def test_a_code_without_end_comes_by_its_pause(cable):
    with listening(cable.name) as (heard, _):
        heard.until(DeviceState.READY)
        cable.send(CODE.encode())
        assert heard.code() == CODE


def test_split_and_joined_codes(cable):
    with listening(cable.name) as (heard, _):
        heard.until(DeviceState.READY)
        cable.send(CODE[:7].encode())
        cable.send(CODE[7:].encode() + b"\r" + OTHER.encode() + b"\r" + CODE.encode())
        cable.send(b"\r")
        assert [heard.code(), heard.code(), heard.code()] == [CODE, OTHER, CODE]


def test_what_was_scanned_before_the_till_listened_is_not_taken(cable):
    cable.send(OTHER.encode() + b"\r")
    with listening(cable.name) as (heard, _):
        heard.until(DeviceState.READY)
        cable.send(CODE.encode() + b"\r")
        assert heard.code() == CODE


def test_noise_is_dropped_told_and_costs_no_other_code(cable, expect_log):
    expect_log("devices.serial_scanner", "dropped")
    with listening(cable.name) as (heard, _):
        heard.until(DeviceState.READY)
        cable.send(b"\xff\x00" + CODE.encode() + b"\r" + CODE[:4].encode() + b"\xf3" + CODE[4:].encode() + b"\r")
        cable.send(OTHER.encode() + b"\r")
        assert [heard.code(), heard.code()] == [CODE, OTHER]
        assert not heard.dropped.get(timeout=PATIENCE).spoilt
        garbled = heard.dropped.get(timeout=PATIENCE)
        assert (garbled.reason, garbled.spoilt) == (Noise.NOT_ASCII, True)


def test_unplugged_and_plugged_in_again_while_scanning_thirty_times(cable, quick_reopen):
    with listening(cable.name) as (heard, _):
        for turn in range(30):
            heard.until(DeviceState.READY)
            code = str(10**17 + turn)
            cable.send(code.encode() + b"\r\n")
            assert heard.code() == code
            cable.send(OTHER[: turn % 10].encode())  # the cable is pulled in the middle of a code
            cable.unplug()
            heard.until(DeviceState.LOST)
            cable.plug()
        heard.until(DeviceState.READY)
        cable.send(CODE.encode() + b"\r")
        assert heard.code() == CODE
        assert heard.scans.empty()


def usb_port(cable):
    return Port(cable.name, "scanner", 0x0403, 0x6001, "A1", "1-1")


@pytest.mark.parametrize("baud", [9600, 38_400, 115_200])
def test_a_hundred_times_unplugged_and_back_under_another_name_with_noise_and_codes_in_pieces(
    tmp_path, baud, quick_reopen, expect_log
):
    expect_log("devices.serial_scanner", "dropped")
    rng = random.Random(baud)
    there: list[Port] = []
    sent, got = [], []
    wanted = (Wanted("/dev/gone", usb_port(SimpleNamespace(name="")).known_as),)
    with listening("/dev/gone", baud=baud, find=lambda: places(tuple(there), wanted)[0]) as (heard, _):
        for turn in range(100):
            cable = Cable(tmp_path / f"ttyUSB{turn % 7}")
            there[:] = [usb_port(cable)]
            heard.until(DeviceState.READY)
            codes = [str(rng.randrange(10**17, 10**18)) for _ in range(rng.randint(1, 3))]
            sent += codes
            stream = (b"\xff\x80" if turn % 5 == 0 else b"") + b"".join(code.encode() + b"\r\n" for code in codes)
            while stream:  # joined and split anywhere
                cut = rng.randint(1, len(stream))
                cable.sends_at(baud, stream[:cut])
                stream = stream[cut:]
            got += [heard.code() for _ in codes]
            cable.send(OTHER[: turn % 12].encode())  # pulled in the middle of a code
            there.clear()
            cable.unplug()
            heard.until(DeviceState.LOST)
        assert heard.scans.empty()
    assert got == sent


def test_how_a_code_came_is_told_beside_it(cable, expect_log):
    expect_log("devices.serial_scanner", "dropped")
    traces = queue.Queue()
    with listening(cable.name, on_trace=traces.put) as (heard, _):
        heard.until(DeviceState.READY)
        cable.send(b"\x02" + CODE.encode() + b"\r\n")
        assert heard.code() == CODE
        trace = traces.get(timeout=PATIENCE)
    assert (trace.length, trace.before, trace.end, trace.inside) == (18, ("STX",), ("CR", "LF"), ())


def test_a_missing_scanner_is_waited_for_and_said_once(tmp_path, quick_reopen):
    with listening(str(tmp_path / "scanner")) as (heard, _):
        assert [heard.state(), heard.state()] == [DeviceState.OPENING, DeviceState.LOST]
        late = Cable(tmp_path / "scanner")
        assert heard.state() is DeviceState.READY
        late.send(CODE.encode() + b"\r")
        assert heard.code() == CODE
        late.unplug()


def test_opening_is_tried_at_most_once_a_second(monkeypatch):
    assert REOPEN_SECONDS == 1.0
    shorter = 0.15
    monkeypatch.setattr(serial_scanner, "REOPEN_SECONDS", shorter)
    tries = queue.Queue()

    def refuse(*_, **__):
        tries.put(time.monotonic())
        raise serial.SerialException("no such port")

    monkeypatch.setattr(serial, "serial_for_url", refuse)
    with listening("COM9"):
        times = [tries.get(timeout=PATIENCE) for _ in range(4)]
    assert all(after - before > 0.99 * shorter for before, after in itertools.pairwise(times))


@pytest.mark.parametrize("url", ["nonsense://x", "/no/such/port", "socket://127.0.0.1:1"])
def test_a_wrong_port_is_said_and_stopping_is_quick(url):
    with listening(url) as (heard, scanner):
        heard.until(DeviceState.LOST)
        began = time.monotonic()
        scanner.stop()
        assert time.monotonic() - began < PATIENCE / 2
        assert not [thread for thread in threading.enumerate() if thread.name == f"scanner {url}"]


def test_a_scanner_on_the_network(quick_reopen):
    server = socket.create_server(("127.0.0.1", 0))
    with server, listening(f"socket://127.0.0.1:{server.getsockname()[1]}") as (heard, _):
        for _ in range(2):  # the far end hangs up and takes us again
            far, _ = server.accept()
            heard.until(DeviceState.READY)
            far.sendall(CODE.encode() + b"\r")
            assert heard.code() == CODE
            far.close()
            heard.until(DeviceState.LOST)


def test_any_pyserial_url_opens(quick_reopen):
    with listening("loop://") as (heard, _):
        heard.until(DeviceState.READY)


def test_stop_from_its_own_callback_ends_it(cable):
    done = threading.Event()

    def once(scan: Scan):
        scanner.stop()
        done.set()

    ready = threading.Event()
    scanner = SerialScanner(cable.name, once, lambda state, _: state is DeviceState.READY and ready.set())
    scanner.start()
    assert ready.wait(PATIENCE)
    cable.send((CODE + "\r" + OTHER + "\r").encode())
    assert done.wait(PATIENCE)


def test_a_fault_in_the_listener_is_logged_and_shown_as_lost(cable, expect_log):
    expect_log("devices.serial_scanner", "fault of the program")
    states = queue.Queue()

    def broken(_):
        raise ValueError("listener")

    scanner = SerialScanner(cable.name, broken, lambda *told: states.put(told))
    scanner.start()
    while states.get(timeout=PATIENCE)[0] is not DeviceState.READY:
        pass
    cable.send(CODE.encode() + b"\r")
    assert states.get(timeout=PATIENCE) == (DeviceState.LOST, "fault of the program, see the log")
    scanner.stop()


def test_the_code_is_never_logged(cable, caplog, expect_log):
    expect_log("devices.serial_scanner", "dropped")
    caplog.set_level("DEBUG")
    with listening(cable.name) as (heard, _):
        heard.until(DeviceState.READY)
        cable.send(
            CODE.encode() + b"\r" + CODE[:9].encode() + b"\x00" + CODE[9:].encode() + b"\r" + OTHER.encode() + b"\r"
        )
        assert [heard.code(), heard.code()] == [CODE, OTHER]
    assert CODE[:9] not in caplog.text
    assert CODE[9:] not in caplog.text
