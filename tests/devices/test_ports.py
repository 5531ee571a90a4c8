from types import SimpleNamespace

from serial.tools import list_ports

from devices.ports import Port, serial_ports


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
