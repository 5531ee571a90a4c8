"""The bytes a pole gets, and a pole that is slow, gone, back, or was never there."""

import os
import queue
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import pole_line
from devices.api import DeviceState
from devices.pole_line import PoleLine
from devices.poles import COLUMNS, PoleFace, PoleKind, PoleLight, PoleShape, frame, opening
from tests.devices.cables import Cable

PATIENCE = 10.0
DUE = PoleFace("应付  128.50", "请出示付款码", "128.50", PoleLight.TOTAL)
PAID = PoleFace("PAID 128.50", "THANK YOU", "128.50", PoleLight.RECEIVED)


@pytest.mark.parametrize(
    ("shape", "face", "sent"),
    [
        (PoleShape(PoleKind.LED8), DUE, b"\x1bQA128.50\r"),
        (PoleShape(PoleKind.LED8), PoleFace(), b"\x0c"),
        (PoleShape(PoleKind.LED8, lights=True), DUE, b"\x02L0100\x1bQA128.50\r"),
        (PoleShape(PoleKind.LED8, lights=True), PAID, b"\x02L0010\x1bQA128.50\r"),
        (PoleShape(PoleKind.LED8, lights=True), PoleFace(), b"\x02L0000\x0c"),
        (PoleShape(PoleKind.LED8), PoleFace(figures="999999.99"), b"\x1bQA999999.99\r"),
        (PoleShape(PoleKind.LED8), PoleFace(figures="9999999.99"), b"\x1bQA--------\r"),
        (PoleShape(PoleKind.CD5220), PAID, b"\x1bQAPAID 128.50         \r\x1bQBTHANK YOU           \r"),
        (PoleShape(PoleKind.ESCPOS), PAID, b"\x1f$\x01\x01PAID 128.50         \x1f$\x01\x02THANK YOU           "),
        (
            PoleShape(PoleKind.ESCPOS, chinese=True),
            DUE,
            (
                b"\x1f$\x01\x01\xd3\xa6\xb8\xb6  128.50        "
                b"\x1f$\x01\x02\xc7\xeb\xb3\xf6\xca\xbe\xb8\xb6\xbf\xee\xc2\xeb        "
            ),
        ),
        (
            PoleShape(PoleKind.CD5220),
            PoleFace("应付 1", "a\x1bb"),
            b"\x1bQA?? 1                \r\x1bQBa?b                 \r",
        ),
    ],
)
def test_the_bytes_of_a_face(shape, face, sent):
    assert frame(shape, face) == sent


def test_a_pole_is_set_up_once_and_told_about_chinese_only_where_it_has_it():
    assert opening(PoleShape(PoleKind.LED8)) == b"\x1b@\x0c"
    assert opening(PoleShape(PoleKind.ESCPOS, chinese=True)) == b"\x1b@\x0c\x1c&"
    assert opening(PoleShape(PoleKind.CD5220, chinese=True)) == b"\x1b@\x0c"


@given(st.text(max_size=40), st.booleans())
@settings(deadline=None, derandomize=True, max_examples=300)
def test_any_text_is_twenty_cells_and_no_command(text, chinese):
    sent = frame(PoleShape(PoleKind.ESCPOS, chinese=chinese), PoleFace(upper=text))
    upper = sent[4 : 4 + COLUMNS]
    assert sent[:4] == b"\x1f$\x01\x01"
    assert sent[4 + COLUMNS :] == b"\x1f$\x01\x02" + b" " * COLUMNS
    assert all(byte >= 0x20 and byte != 0x7F for byte in upper)
    upper.decode("gb2312")  # no character is cut in two


class Pole:
    def __init__(self, cable, **more):
        self.states = queue.Queue()
        shape = more.pop("shape", PoleShape(PoleKind.LED8))
        find = more.pop("find", lambda: cable.name)
        self.line = PoleLine(find, 2400, shape, lambda state, _: self.states.put(state))
        self.line.start()

    def until(self, state):
        while self.states.get(timeout=PATIENCE) is not state:
            pass


@pytest.fixture
def cable(tmp_path):
    made = Cable(tmp_path / "pole")
    yield made
    made.unplug()


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(pole_line, "REOPEN_SECONDS", 0.01)
    monkeypatch.setattr(pole_line, "AGAIN_SECONDS", 0.05)


def test_a_pole_shows_what_it_is_given_and_is_left_dark(cable):
    pole = Pole(cable)
    pole.until(DeviceState.READY)
    assert cable.heard(4) == b"\x1b@\x0c" + b"\x0c"
    pole.line.show(DUE)
    assert cable.heard(10) == b"\x1bQA128.50\r"
    assert cable.speed == 2400
    pole.line.stop()
    assert cable.heard(3) == b"\x1b@\x0c"
    pole.until(DeviceState.OFF)


def test_a_pole_that_was_switched_off_or_unplugged_shows_the_sum_again(cable, hasty):
    pole = Pole(cable)
    pole.line.show(DUE)
    pole.until(DeviceState.READY)
    for _ in range(20):
        cable.unplug()
        pole.until(DeviceState.LOST)
        cable.plug()
        pole.until(DeviceState.READY)
        assert b"\x1bQA128.50\r" in cable.heard(13)
    pole.line.stop()


def test_an_absent_pole_holds_nobody_up(tmp_path, hasty):
    pole = Pole(None, find=lambda: "")
    pole.until(DeviceState.LOST)
    began = time.monotonic()
    for _ in range(1_000):
        pole.line.show(PAID)
    assert time.monotonic() - began < PATIENCE
    assert pole.states.empty()  # said once
    pole.line.stop()


def test_a_pole_that_takes_nothing_is_given_up_and_the_newest_sum_waits(cable, hasty, monkeypatch):
    monkeypatch.setattr(pole_line, "WRITE_SECONDS", 0.05)
    pole = Pole(cable, shape=PoleShape(PoleKind.CD5220))
    pole.until(DeviceState.READY)
    while pole.states.empty():  # nobody reads: the terminal's buffer fills up
        pole.line.show(PAID)
    pole.until(DeviceState.LOST)
    pole.line.show(PoleFace("TOTAL 1.00"))
    heard = b""
    while b"TOTAL 1.00" not in heard:
        heard += os.read(cable.master, 65_536)
    pole.line.stop()


def test_the_newest_sum_wins(cable):
    pole = Pole(cable)
    pole.until(DeviceState.READY)
    for fen in range(1, 301):
        pole.line.show(PoleFace(figures=f"{fen // 100}.{fen % 100:02d}"))
    heard = b""
    while not heard.endswith(b"\x1bQA3.00\r"):
        heard += cable.heard(1)
    pole.line.stop()
