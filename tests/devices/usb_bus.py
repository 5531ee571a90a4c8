"""USB printers for pyusb's own code: a backend that stands where libusb would."""

from __future__ import annotations

import errno
from types import SimpleNamespace

import usb.backend
from usb.core import USBError, USBTimeoutError

from tests.devices.paper_machine import ASK, GOOD, PAPER_IN

PRINTER, VENDOR_OWN = 7, 0xFF
IN_TURN = b"\x1dr\x01"


class UsbPrinter:
    """A printer on a cable. Faults are attributes that a story sets; ``slips``: what came to its bulk-out endpoint."""

    def __init__(self, vendor=0x04B8, product=0x0E15, *, out=0x02, back=0x81, kind=PRINTER, number=0):
        self.vendor, self.product = vendor, product
        self.out, self.back, self.kind, self.number = out, back, kind, number
        self.slips, self.heard, self.answers = [], b"", b""
        self.plugged = True
        self.driver = True  # the system's own holds it
        self.configured = True
        self.claimed = self.halted = False
        self.refuses = {}  # call -> errno
        self.takes = None  # bytes until it stands still
        self.unplugs_after = None  # bytes of a slip
        self.most = 512  # bytes of one transfer, at most
        self.calls = []

    def take(self, data):
        data = data[: self.most]
        if self.takes is not None:
            data = data[: self.takes]
            self.takes -= len(data)
        if self.unplugs_after is not None and len(self.heard) + len(data) > self.unplugs_after:
            self.plugged, self.heard, self.unplugs_after = False, b"", None
            raise USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)
        if not data:
            raise USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        self.heard += data
        for question in ASK.findall(self.heard):
            self.answers += bytes([GOOD if question[2] == 2 else PAPER_IN])
        self.heard = ASK.sub(b"", self.heard)
        if self.heard.endswith(IN_TURN):
            self.slips.append(self.heard.removesuffix(IN_TURN))
            self.heard, self.answers = b"", self.answers + b"\0"
        return len(data)


class Bus(usb.backend.IBackend):
    """What ``usb.core.find`` sees. It also minds who holds a printer, and that every wait has an end."""

    def __init__(self, *printers):
        self.printers = list(printers)

    def enumerate_devices(self):
        return [one for one in self.printers if one.plugged]

    def get_device_descriptor(self, dev):
        return SimpleNamespace(
            **dict.fromkeys(("bcdUSB", "bDeviceClass", "bDeviceSubClass", "bDeviceProtocol", "bcdDevice"), 0),
            **dict.fromkeys(("iManufacturer", "iProduct", "iSerialNumber", "address", "bus", "speed"), 0),
            bLength=18,
            bDescriptorType=1,
            bMaxPacketSize0=64,
            bNumConfigurations=1,
            idVendor=dev.vendor,
            idProduct=dev.product,
            port_number=1,
            port_numbers=(1,),
        )

    def get_configuration_descriptor(self, dev, config):
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=1 + dev.number,
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0xC0,
            bMaxPower=1,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, dev, intf, alt, config):
        """Its last interface prints; before it stand ones that do not (a drawer's, a storage for its driver)."""
        if alt or config or intf > dev.number:
            raise IndexError
        prints = intf == dev.number
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=intf,
            bAlternateSetting=0,
            bNumEndpoints=(2 if dev.back else 1) if prints else 0,
            bInterfaceSubClass=1,
            iInterface=0,
            bInterfaceClass=dev.kind if prints else 8,
            bInterfaceProtocol=2,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=(dev.out, dev.back)[ep],
            bmAttributes=2,
            wMaxPacketSize=64,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    def open_device(self, dev):
        self._may(dev, "open")
        return dev

    def close_device(self, handle):
        handle.calls.append("close")

    def get_configuration(self, handle):
        return int(handle.configured)

    def set_configuration(self, handle, value):
        self._may(handle, "configure")
        handle.configured = True

    def is_kernel_driver_active(self, handle, intf):
        return handle.driver

    def detach_kernel_driver(self, handle, intf):
        self._may(handle, "detach")
        handle.driver = False

    def attach_kernel_driver(self, handle, intf):
        self._may(handle, "attach")
        assert not handle.claimed
        handle.driver = True

    def claim_interface(self, handle, intf):
        self._may(handle, "claim")
        assert not handle.driver
        assert intf == handle.number
        handle.claimed = True

    def release_interface(self, handle, intf):
        handle.claimed = False

    def clear_halt(self, handle, ep):
        self._may(handle, "clear")
        handle.halted = False

    def bulk_write(self, handle, ep, intf, data, timeout):
        assert handle.claimed
        assert timeout > 0, "would wait for ever"
        self._may(handle, "write")
        if handle.halted:
            raise USBError("Pipe error", -9, errno.EPIPE)
        assert ep == handle.out
        return handle.take(data.tobytes())

    def bulk_read(self, handle, ep, intf, buff, timeout):
        assert handle.claimed
        assert timeout > 0, "would wait for ever"
        self._may(handle, "read")
        assert ep == handle.back
        if not handle.answers:
            raise USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        given, handle.answers = handle.answers[: len(buff)], handle.answers[len(buff) :]
        for at, byte in enumerate(given):
            buff[at] = byte
        return len(given)

    def _may(self, dev, call):
        dev.calls.append(call)
        if not dev.plugged:
            raise USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)
        if call in dev.refuses:
            raise USBError("refused", -1, dev.refuses[call])
