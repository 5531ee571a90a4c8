"""A slip comes onto paper once, whatever the printer does; and nobody ever waits for it."""

import os
import pty
import stat
import threading
import time
import tty

import pytest

from devices import printers, printers_cables, printers_queue
from devices.printers import PrinterError, PrinterState
from devices.printers_cables import FileCable, NetworkCable, SerialCable, SystemCable, cable_to
from devices.printers_queue import Job, PrintQueue
from tests.devices.paper_machine import COVER, GOOD, NO_PAPER, PAPER_IN, PAPER_OUT, PaperMachine, until

SLIP = b"\x1b@" + b"slip \xd2\xd1\xca\xd5\n" * 40
READY, LOST, PAPER = PrinterState.READY, PrinterState.LOST, PrinterState.PAPER


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """The same limits, a tenth as long."""
    for module in (printers, printers_cables, printers_queue):
        for name in ("CONNECT_SECONDS", "STATUS_SECONDS", "STALL_SECONDS", "CONFIRM_SECONDS", "WATCH_SECONDS"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, getattr(module, name) / 10)
    monkeypatch.setattr(printers_queue, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(printers_queue, "LOOK_SECONDS", 0.1)


class Desk:
    """A queue before a cable, and everything it said."""

    def __init__(self, cable, *, asks=True):
        self.said, self.done = [], []
        self.queue = PrintQueue(cable, lambda *told: self.said.append(told), self.done.append, asks=asks)

    def __enter__(self):
        self.queue.start()
        return self

    def __exit__(self, *_):
        self.queue.stop()

    def print(self, key="1", data=SLIP):
        self.queue.submit(Job(key, lambda: data))

    @property
    def states(self):
        return [state for state, _ in self.said]


def at(machine):
    return lambda: NetworkCable("127.0.0.1", machine.port)


def test_slips_come_out_in_order_and_whole():
    with PaperMachine() as machine, Desk(at(machine)) as desk:
        for number in range(3):
            desk.print(str(number), SLIP + b"%d\n" % number)
        until(lambda: desk.done == ["0", "1", "2"])
        assert machine.slips == [SLIP + b"%d\n" % number for number in range(3)]
        until(lambda: desk.said[-1] == (READY, 0))
        assert set(desk.states) == {READY}


def test_a_printer_that_is_off_is_told_at_once_and_prints_when_it_is_on():
    with PaperMachine() as probe:
        port = probe.port
    with Desk(lambda: NetworkCable("127.0.0.1", port)) as desk:
        until(lambda: desk.said == [(LOST, 0)])
        desk.print()
        until(lambda: (LOST, 1) in desk.said)
        with PaperMachine(port) as machine:
            until(lambda: desk.done == ["1"])
            assert machine.slips == [SLIP]
            until(lambda: desk.said[-1] == (READY, 0))


def test_a_printer_that_comes_back_is_noticed_though_nothing_is_printed():
    with PaperMachine() as machine, Desk(at(machine)) as desk:
        machine.cause = COVER
        until(lambda: desk.states[-1:] == [PrinterState.COVER] or desk.states[-1:] == [READY])
        machine.cause = GOOD
        until(lambda: desk.states[-1] is READY)
        assert machine.slips == []


def test_a_line_that_breaks_midway_gets_the_whole_slip_again():
    with PaperMachine() as machine:
        machine.cut_after = 50
        with Desk(at(machine)) as desk:
            desk.print()
            until(lambda: desk.done == ["1"])
            assert machine.slips == [SLIP]


def test_a_printer_that_reads_drop_by_drop_is_waited_for():
    with PaperMachine() as machine:
        machine.drip = 7
        with Desk(at(machine)) as desk:
            desk.print()
            until(lambda: desk.done == ["1"])
            assert machine.slips == [SLIP]
            assert LOST not in desk.states


def test_a_printer_that_drips_for_ever_is_given_up_for_this_try(monkeypatch):
    monkeypatch.setattr(printers_cables, "SLIP_SECONDS", 0.3)
    with PaperMachine() as machine:
        machine.drip = 1
        with Desk(at(machine), asks=False) as desk:
            desk.print("big", bytes(4_000_000))
            until(lambda: (LOST, 1) in desk.said)
            assert desk.done == []


def test_a_printer_that_never_reads_gets_no_slip():
    with PaperMachine() as machine:
        machine.reads = False
        with Desk(at(machine)) as desk:
            desk.print()
            until(lambda: (LOST, 1) in desk.said)
            machine.reads = True
            until(lambda: desk.done == ["1"])
            assert machine.slips.count(SLIP) == 1


def test_one_that_never_answers_by_its_nature_prints_without_being_asked():
    with PaperMachine() as machine:
        machine.speaks = False
        with Desk(at(machine), asks=False) as desk:
            desk.print()
            until(lambda: desk.done == ["1"])
            until(lambda: SLIP in machine.heard)


@pytest.mark.parametrize(
    ("cause", "paper", "state"), [(NO_PAPER, PAPER_OUT, PAPER), (COVER, PAPER_IN, PrinterState.COVER)]
)
def test_what_is_missing_is_said_and_the_slip_waits_outside(cause, paper, state):
    with PaperMachine() as machine:
        machine.cause, machine.paper = cause, paper
        with Desk(at(machine)) as desk:
            desk.print()
            until(lambda: (state, 1) in desk.said)
            assert not any(machine.heard)
            machine.cause, machine.paper = GOOD, PAPER_IN
            until(lambda: desk.done == ["1"])
            assert machine.slips == [SLIP]


def test_paper_that_ends_within_a_slip_makes_no_second_copy():
    with PaperMachine() as machine, Desk(at(machine)) as desk:
        until(lambda: desk.said)
        machine.runs_out = True
        desk.print()
        until(lambda: (PAPER, 1) in desk.said)
        connections = len(machine.heard)
        machine.cause, machine.paper = GOOD, PAPER_IN
        until(lambda: desk.done == ["1"])
        assert machine.slips == [SLIP]
        assert len(machine.heard) == connections


def test_a_printer_that_falls_silent_over_a_slip_is_told_of():
    with PaperMachine() as machine, Desk(at(machine)) as desk:
        until(lambda: desk.said)
        machine.confirms = False
        desk.print()
        until(lambda: machine.slips)
        machine.speaks = False
        until(lambda: (LOST, 1) in desk.said)


def test_noise_on_the_line_is_no_answer():
    with PaperMachine() as machine:
        machine.garbage = b"\xff\x80\x93"
        with Desk(at(machine)) as desk:
            desk.print()
            until(lambda: desk.done == ["1"])


def test_what_waits_can_be_given_up():
    with PaperMachine() as machine:
        machine.cause, machine.paper = NO_PAPER, PAPER_OUT
        with Desk(at(machine)) as desk:
            desk.print("1")
            desk.print("2")
            until(lambda: (PAPER, 2) in desk.said)
            assert desk.queue.cancel() == 2
            machine.cause, machine.paper = GOOD, PAPER_IN
            desk.print("3", b"third\n")
            until(lambda: desk.done == ["3"])
            assert machine.slips == [b"third\n"]


def test_the_end_waits_for_no_printer(monkeypatch):
    monkeypatch.setattr(printers_queue, "STOP_SECONDS", 30.0)
    with PaperMachine() as machine:
        machine.reads = False
        desk = Desk(at(machine), asks=False)
        with desk:
            desk.print("big", bytes(4_000_000))
            until(lambda: machine.heard)
            began = time.monotonic()
        assert time.monotonic() - began < 15.0
        desk.print("late")
        assert desk.queue.waiting == 1


def test_of_too_many_the_oldest_are_given_up(expect_log):
    expect_log("devices.printers_queue", "too many slips wait")
    with PaperMachine() as machine:
        machine.cause, machine.paper = NO_PAPER, PAPER_OUT
        with Desk(at(machine)) as desk:
            for number in range(25):
                desk.print(str(number))
            machine.cause, machine.paper = GOOD, PAPER_IN
            until(lambda: len(desk.done) == 20)
            assert desk.done == ["0", *(str(number) for number in range(6, 25))]


def test_a_slip_that_cannot_be_made_stops_no_other(expect_log):
    expect_log("devices.printers_queue", "a fault of the program in a slip")
    with PaperMachine() as machine, Desk(at(machine)) as desk:
        desk.queue.submit(Job("bad", lambda: SLIP[1:2] + 1))
        desk.print("good")
        until(lambda: desk.done == ["good"])


class SerialMachine:
    """The other end of a pty: answers as a printer does."""

    def __init__(self):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.name = os.ttyname(self.slave)
        self.data = b""
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                data = os.read(self.master, 4096)
            except OSError:
                return
            self.data += data
            for _ in range(data.count(b"\x10\x04")):
                os.write(self.master, b"\x12")
            if b"\x1dr\x01" in data[-3:]:
                os.write(self.master, b"\x00")
            if data.endswith(b"END"):
                return

    def close(self):
        os.write(self.slave, b"END")
        self.thread.join()
        os.close(self.slave)
        os.close(self.master)


def test_a_serial_printer():
    machine = SerialMachine()
    try:
        with Desk(lambda: SerialCable(machine.name, 115_200)) as desk:
            desk.print()
            until(lambda: desk.done == ["1"])
        assert SLIP in machine.data
    finally:
        machine.close()


def test_a_serial_port_that_is_not_there():
    with Desk(lambda: SerialCable("/dev/mashou-no-such-port", 9600)) as desk:
        until(lambda: desk.said == [(LOST, 0)])


def test_a_file_grows_by_each_slip(tmp_path):
    paper = tmp_path / "slips.bin"
    with Desk(lambda: FileCable(str(paper))) as desk:
        desk.print("1")
        desk.print("2", b"second\n")
        until(lambda: desk.done == ["1", "2"])
    assert paper.read_bytes() == SLIP + b"second\n"
    assert stat.S_IMODE(paper.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_a_printer_that_is_lost(tmp_path):
    with Desk(lambda: FileCable(str(tmp_path)), asks=False) as desk:
        desk.print()
        until(lambda: (LOST, 1) in desk.said)


def test_a_full_device_is_a_printer_that_is_lost():
    with Desk(lambda: FileCable("/dev/full"), asks=False) as desk:
        desk.print()
        until(lambda: (LOST, 1) in desk.said)


def test_the_systems_queue_gets_the_slip_raw(tmp_path, monkeypatch):
    program = tmp_path / "lp"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat > {tmp_path}/got\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with Desk(lambda: SystemCable("Kasse_1")) as desk:
        desk.print()
        until(lambda: desk.done == ["1"])
    assert (tmp_path / "got").read_bytes() == SLIP
    assert (tmp_path / "asked").read_text().split() == ["-s", "-d", "Kasse_1", "-o", "raw"]


def test_a_system_without_queue_or_with_one_that_refuses(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrinterError, match="not there"):
        SystemCable("x").write(b"", lambda: None)
    program = tmp_path / "lp"
    program.write_text("#!/bin/sh\necho no such printer >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(PrinterError, match="no such printer"):
        SystemCable("x").write(b"", lambda: None)


@pytest.mark.parametrize(
    ("connection", "address"),
    [
        ("network", ""),
        ("network", ":9100"),
        ("network", "printer:0"),
        ("network", "printer:99999"),
        ("usb", "04b8"),
        ("usb", "/dev/usb/lp0"),
        ("system", ""),
        ("system", "-o raw"),
        ("system", "-o"),
        ("system", "a b"),
        ("parallel", "x"),
    ],
)
def test_an_address_that_is_none_is_refused(connection, address):
    with pytest.raises(PrinterError):
        cable_to(connection, address, 9600)


def test_a_network_address_needs_no_port():
    assert cable_to("network", "192.0.2.9", 0)._place == ("192.0.2.9", 9100)
    assert cable_to("network", "[::1]:9101", 0)._place == ("::1", 9101)
