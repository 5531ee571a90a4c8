"""A printer on a USB cable: every byte of the slip, or the sentence that says why not, and nothing lost meanwhile."""

import errno
from types import SimpleNamespace

import pytest
import usb.backend.libusb0
import usb.backend.libusb1
import usb.backend.openusb

from app.receipts.facts import Heading
from app.receipts.printed import printed
from app.receipts.reports import trial_slip
from devices import printers, printers_queue, printers_usb
from devices.printers import PrinterError, PrinterState
from devices.printers_cables import FileCable, cable_to
from devices.printers_queue import Job, PrintQueue
from devices.printers_usb import UsbCable, usb_printers
from tests.devices.paper_machine import until
from tests.devices.usb_bus import VENDOR_OWN, Bus, UsbPrinter

SLIP = b"\x1b@" + b"slip \xd2\xd1\xca\xd5\n" * 400
READY, LOST = PrinterState.READY, PrinterState.LOST
ACCESS, BUSY, LIBRARY, SEVERAL = PrinterState.ACCESS, PrinterState.BUSY, PrinterState.LIBRARY, PrinterState.SEVERAL
EPSON = (0x04B8, 0x0E15)


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """Waits between two tries, shortened; the limits of a stand are a test's own affair."""
    monkeypatch.setattr(printers_queue, "RETRY_SECONDS", 0.02)
    monkeypatch.setattr(printers_queue, "LOOK_SECONDS", 0.05)


@pytest.fixture
def plugged(monkeypatch):
    """Plugs printers into the bus that pyusb looks at."""

    def plug(*found):
        bus = Bus(*found)
        monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda: bus)
        return found[0] if found else None

    return plug


@pytest.fixture
def queue():
    """A queue before the cable of a setting, with everything it said."""
    begun = []

    def begin(address="04b8:0e15", *, asks=True):
        told, done = [], []
        one = PrintQueue(lambda: cable_to("usb", address, 0), lambda *what: told.append(what), done.append, asks=asks)
        one.start()
        begun.append(one)
        return one, told, done

    yield begin
    for one in begun:
        one.stop()


def slip_of(number):
    return Job(number, lambda: SLIP)


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize("most", [1, 64, 512])
def test_a_slip_is_on_the_bulk_endpoint_byte_for_byte_as_in_a_file(plugged, tmp_path, asks, most):
    printer = plugged(UsbPrinter())
    printer.most = most  # a transfer may end early: what is left goes with the next one
    slip = trial_slip(Heading("码收小店", 32), 1_790_000_000_000, "01")
    data = printed(slip, cut=True)
    file, cable = FileCable(str(tmp_path / "lp0")), cable_to("usb", "04b8:0e15", 0)
    for one in (file, cable):
        one.open()
        assert printers.deliver(one, data, asks=asks and one.answers, halt=lambda: None, on_state=lambda _: None)
        one.close()
    assert (printer.slips[0] if asks else printer.heard) == (tmp_path / "lp0").read_bytes() == data


@pytest.mark.parametrize(
    "shape",
    [{"out": 0x01, "back": 0x82}, {"out": 0x03, "back": 0x84}, {"kind": VENDOR_OWN}, {"number": 1}],
    ids=["as most", "other ends", "says no class", "second interface"],
)
def test_its_endpoints_are_read_not_supposed(plugged, queue, shape):
    printer = plugged(UsbPrinter(**shape))
    one, _, done = queue()
    one.submit(slip_of("1"))
    until(lambda: done == ["1"])
    assert printer.slips == [SLIP]


def test_a_printer_without_a_way_back_is_not_asked(plugged, queue):
    printer = plugged(UsbPrinter(back=0))
    one, told, done = queue()
    one.submit(slip_of("1"))
    until(lambda: done == ["1"])
    assert printer.heard == SLIP
    assert {state for state, _ in told} == {READY}


def test_the_systems_own_driver_has_it_back_after_each_slip(plugged, queue):
    printer = plugged(UsbPrinter())
    one, told, done = queue()
    one.submit(slip_of("1"))
    until(lambda: done == ["1"] and told[-1] == (READY, 0))
    assert printer.driver
    assert not printer.claimed
    assert printer.calls[-1] == "close"


def test_a_printer_that_nobody_configured_is_configured_and_no_other(plugged, queue):
    printer = plugged(UsbPrinter())
    printer.configured = printer.driver = False
    one, _, done = queue()
    one.submit(slip_of("1"))
    one.submit(slip_of("2"))
    until(lambda: done == ["1", "2"])
    assert printer.calls.count("configure") == 1
    assert "attach" not in printer.calls


def test_unplugged_in_the_middle_the_slip_waits_and_comes_whole_once_it_is_back(plugged, queue):
    printer = plugged(UsbPrinter())
    printer.unplugs_after = len(SLIP) // 2
    one, told, done = queue()
    one.submit(slip_of("1"))
    until(lambda: (LOST, 1) in told)
    assert (done, printer.slips, one.waiting) == ([], [], 1)
    printer.driver, printer.claimed, printer.plugged = True, False, True
    until(lambda: done == ["1"])
    assert printer.slips == [SLIP]


@pytest.mark.parametrize(
    ("call", "number", "state"),
    [
        ("open", errno.EACCES, ACCESS),
        ("open", errno.EPERM, ACCESS),
        ("detach", errno.EACCES, ACCESS),
        ("claim", errno.EBUSY, BUSY),
        ("open", errno.EIO, LOST),
        ("claim", errno.ENODEV, LOST),
        ("write", errno.EPIPE, LOST),
        ("read", errno.EIO, LOST),
    ],
)
def test_each_refusal_has_its_word_and_the_slip_waits_for_its_end(plugged, queue, call, number, state):
    printer = plugged(UsbPrinter())
    printer.refuses[call] = number
    one, told, done = queue()
    one.submit(slip_of("1"))
    until(lambda: (state, 1) in told)
    assert {said for said, _ in told} == {state}
    assert call == "read" or not printer.claimed
    printer.refuses.clear()
    until(lambda: done == ["1"])
    assert printer.slips == [SLIP]


def test_an_end_that_was_halted_is_freed_for_the_next_try(plugged, queue):
    printer = plugged(UsbPrinter())
    printer.halted = True
    one, told, done = queue()
    one.submit(slip_of("1"))
    until(lambda: done == ["1"])
    assert printer.slips == [SLIP]
    assert LOST in {state for state, _ in told}
    assert printer.calls.count("clear") == 1


def test_without_libusb_it_is_told_and_the_slip_waits(monkeypatch, plugged, queue):
    for library in (usb.backend.libusb1, usb.backend.libusb0, usb.backend.openusb):
        monkeypatch.setattr(library, "get_backend", lambda: None)
    one, told, done = queue()
    one.submit(slip_of("1"))
    until(lambda: (LIBRARY, 1) in told)
    with pytest.raises(PrinterError, match="No backend") as caught:
        usb_printers()
    assert caught.value.state is LIBRARY
    printer = plugged(UsbPrinter())  # installed meanwhile
    until(lambda: done == ["1"])
    assert printer.slips == [SLIP]


def test_a_driver_that_libusb_cannot_work_with_is_the_same_to_a_person(plugged):
    printer = plugged(UsbPrinter())

    def unsupported(dev):
        raise NotImplementedError("Operation not supported or unimplemented on this platform")

    usb.backend.libusb1.get_backend().open_device = unsupported
    with pytest.raises(PrinterError) as caught:
        UsbCable(EPSON).open()
    assert caught.value.state is LIBRARY
    assert printer.slips == []


def test_the_only_printer_needs_no_name_and_of_two_one_must_be_named(plugged, queue):
    scanner = UsbPrinter(0x0C2E, 0x0200, kind=3)
    first, second = UsbPrinter(), UsbPrinter(0x0FE6, 0x811E)
    plugged(scanner, first)
    assert usb_printers() == ["04b8:0e15"]
    one, told, done = queue("")
    one.submit(slip_of("1"))
    until(lambda: done == ["1"])
    plugged(scanner, first, second)
    assert usb_printers() == ["04b8:0e15", "0fe6:811e"]
    one.submit(slip_of("2"))
    until(lambda: (SEVERAL, 1) in told)
    assert (first.slips, second.slips) == ([SLIP], [])
    named, _, came = queue("0fe6:811e")
    named.submit(slip_of("3"))
    until(lambda: came == ["3"])
    assert second.slips == [SLIP]


def test_nothing_plugged_in_is_a_printer_that_is_lost(plugged):
    plugged()
    for wanted in (EPSON, None):
        with pytest.raises(PrinterError, match="plugged in") as caught:
            UsbCable(wanted).open()
        assert caught.value.state is LOST
    assert usb_printers() == []


def test_a_device_that_takes_no_bytes_is_no_printer(plugged):
    keyboard = plugged(UsbPrinter(out=0x83, back=0, kind=3))
    with pytest.raises(PrinterError, match="no printer"):
        UsbCable(EPSON).open()
    assert "claim" not in keyboard.calls


def test_one_that_stands_still_is_given_up_after_its_limit_and_may_be_slow_before(plugged, monkeypatch):
    printer, now = plugged(UsbPrinter()), [0.0]
    monkeypatch.setattr(printers_usb, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def a_second_passes():
        now[0] += 1.0

    cable = UsbCable(EPSON)
    cable.open()
    printer.most = 200  # slow: some bytes in each second
    cable.write(SLIP[:4000], a_second_passes)
    assert printer.heard == SLIP[:4000]
    printer.takes, began = 1000, now[0]
    with pytest.raises(PrinterError, match="takes nothing"):
        cable.write(SLIP, a_second_passes)
    assert now[0] - began == 1000 / 200 + printers.STALL_SECONDS + 1
    printer.takes, printer.most = None, 1
    with pytest.raises(PrinterError, match="too slow"):
        cable.write(SLIP, a_second_passes)
    cable.close()


def test_a_stop_is_noticed_between_two_pieces(plugged):
    printer, asked = plugged(UsbPrinter()), []

    def halt():
        asked.append(1)
        if len(asked) == 3:
            raise printers.Halted

    cable = UsbCable(EPSON)
    cable.open()
    with pytest.raises(printers.Halted):
        cable.write(SLIP, halt)
    cable.close()
    assert printer.heard == SLIP[: 2 * printer.most]
    assert printer.driver
