from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from serial.tools import list_ports

from devices.ports import Port, Wanted, places, serial_ports


def found(device, **more):
    usb = {"vid": None, "pid": None, "serial_number": None, "location": None, "description": "n/a"}
    return SimpleNamespace(device=device, **(usb | more))


def test_ports_come_sorted_with_what_tells_them_apart(monkeypatch):
    usb = found("/dev/ttyUSB0", vid=0x0403, pid=0x6001, serial_number="A1", location="1-1.4", description="FT232R")
    monkeypatch.setattr(list_ports, "comports", lambda: [usb, found("/dev/ttyS0", description=None)])
    assert serial_ports() == (
        Port("/dev/ttyS0", "", None, None, None, None),
        Port("/dev/ttyUSB0", "FT232R", 0x0403, 0x6001, "A1", "1-1.4"),
    )


def test_a_device_numbered_anew_is_the_same_and_its_twin_on_another_socket_is_not():
    first = Port("/dev/ttyUSB0", "scanner", 1, 2, "0001", "1-1")
    again = Port("/dev/ttyUSB3", "scanner", 1, 2, "0001", "1-1")
    twin = Port("/dev/ttyUSB1", "scanner", 1, 2, "0001", "1-2")
    assert first.identity == again.identity != twin.identity


def usb(device, serial=None, location="1-1", kind=0x0403):
    return Port(device, "a scanner", kind, 0x6001, serial, location)


def test_what_a_setting_keeps_of_a_device():
    assert usb("/dev/ttyUSB0", "A50285BI", "1-1.4").known_as == "0403:6001 A50285BI 1-1.4"
    assert usb("/dev/ttyUSB0", None, None).known_as == "0403:6001 - -"
    assert usb("/dev/ttyUSB0", "A 5\n0").known_as == "0403:6001 A50 1-1"
    assert Port("/dev/ttyS0", "", None, None, None, None).known_as == ""


HERE = usb("/dev/ttyUSB0", "A1", "1-1")
WAS = Wanted("/dev/ttyUSB0", HERE.known_as)
PLAIN = Wanted("/dev/ttyUSB0", usb("/dev/ttyUSB0").known_as)


@pytest.mark.parametrize(
    ("ports", "wanted", "found"),
    [
        ([HERE], [WAS], ("/dev/ttyUSB0",)),
        ([usb("/dev/ttyUSB3", "A1")], [WAS], ("/dev/ttyUSB3",)),  # another name
        ([usb("/dev/ttyUSB1", "A1", "2-1")], [WAS], ("/dev/ttyUSB1",)),  # another socket
        ([usb("/dev/ttyUSB0", "B2", "1-1")], [WAS], ("",)),  # another scanner in its place and under its name
        ([], [WAS], ("",)),
        ([usb("/dev/ttyUSB1", None, "9-9")], [PLAIN], ("/dev/ttyUSB1",)),  # the only one of its kind
        ([usb("/dev/ttyUSB1", None, "9-9"), usb("/dev/ttyUSB2", None, "9-8")], [PLAIN], ("",)),  # which of the two?
        ([usb("/dev/ttyUSB1", None, "9-9"), usb("/dev/ttyUSB2")], [PLAIN], ("/dev/ttyUSB2",)),
        ([usb("/dev/ttyUSB0", kind=0x1A86)], [PLAIN], ("",)),  # a printer's cable under the scanner's name
        ([], [Wanted("COM3")], ("COM3",)),
        ([], [Wanted("")], ("",)),
        ([], [Wanted("/dev/ttyUSB0", "what a hand wrote")], ("",)),
    ],
)
def test_a_device_is_found_again_or_not_at_all(ports, wanted, found):
    assert places(ports, wanted) == found


def test_two_alike_are_told_apart_by_their_sockets():
    left, right = usb("/dev/ttyUSB0", None, "1-1"), usb("/dev/ttyUSB1", None, "1-2")
    wanted = [Wanted("/dev/ttyUSB0", left.known_as), Wanted("/dev/ttyUSB1", right.known_as)]
    swapped = [usb("/dev/ttyUSB0", None, "1-2"), usb("/dev/ttyUSB1", None, "1-1")]
    assert places(swapped, wanted) == ("/dev/ttyUSB1", "/dev/ttyUSB0")
    assert places([usb("/dev/ttyUSB5", None, "1-2")], wanted) == ("", "/dev/ttyUSB5")


some_ports = st.lists(
    st.builds(
        usb,
        st.sampled_from([f"/dev/ttyUSB{n}" for n in range(5)]),
        st.sampled_from([None, "A1", "B2"]),
        st.sampled_from(["1-1", "1-2", "1-3"]),
        st.sampled_from([0x0403, 0x1A86]),
    ),
    unique_by=lambda port: port.device,
    max_size=4,
)


@given(some_ports, some_ports)
@settings(deadline=None, derandomize=True, max_examples=400)
def test_no_port_is_given_to_two_devices_and_no_kind_is_mistaken(then, now):
    wanted = [Wanted(port.device, port.known_as) for port in then]
    found = places(now, wanted)
    taken = [device for device in found if device]
    assert len(taken) == len(set(taken))
    by_name = {port.device: port for port in now}
    for before, device in zip(then, found, strict=True):
        if device:
            assert by_name[device].vid == before.vid
            assert before.serial_number is None or by_name[device].serial_number in (None, before.serial_number)
    if len({port.identity for port in then}) == len(then):
        assert places(then, wanted) == tuple(port.device for port in then)
