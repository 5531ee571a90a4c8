"""A scanner found on a page is kept and used at once; a port named by hand forgets what was known of another."""

import asyncio
import stat

from app.settings import load, save
from app.settings.model import Display, Scanner, Settings
from app.setup.scanning import ScannerRoom, identified
from devices.ports import Port

PORT = Port("/dev/ttyUSB0", "scanner", 0x0403, 0x6001, "A1", "1-1")
OTHER = Port("/dev/ttyUSB1", "scanner", 0x0403, 0x6001, "B2", "1-2")


class Scanners:
    def __init__(self):
        self.did, self.running, self.traced = [], False, None

    async def stop(self):
        self.did.append("stop")
        self.running = False

    def start(self):
        self.did.append("start")
        self.running = True

    async def change(self, scanner, display):
        await self.stop()
        self.did.append((scanner.port, scanner.baud))
        self.start()


def test_what_was_found_is_written_and_used_at_once(tmp_path):
    save(tmp_path, Settings(simulator=True))
    scanners = Scanners()
    room = ScannerRoom(tmp_path, scanners)
    asyncio.run(room.free())
    kept = asyncio.run(room.keep(0, PORT, 115_200))
    assert (kept.key, kept.scanner.port, kept.scanner.known_as) == ("", "/dev/ttyUSB0", PORT.known_as)
    assert load(tmp_path).settings.scanner == kept.scanner
    assert scanners.did == ["stop", "stop", ("/dev/ttyUSB0", 115_200), "start"]
    asyncio.run(room.resume())
    assert scanners.did[-1] == "start"
    assert scanners.did.count("start") == 1


def test_settings_that_cannot_be_written_change_nothing(tmp_path, monkeypatch):
    save(tmp_path, Settings(simulator=True))
    monkeypatch.setattr("app.setup.scanning.save", lambda *_: (_ for _ in ()).throw(OSError(stat.S_IFMT(0), "full")))
    scanners = Scanners()
    kept = asyncio.run(ScannerRoom(tmp_path, scanners).keep(0, PORT, 9600))
    assert kept.key == "find.unsaved"
    assert scanners.did == []
    assert load(tmp_path).settings.scanner == Scanner()


def test_a_port_named_by_hand_takes_what_is_known_of_it_or_nothing():
    before = Settings(scanner=Scanner(port=PORT.device, known_as=PORT.known_as))
    moved = Settings(scanner=Scanner(port=OTHER.device, known_as=PORT.known_as))
    assert identified(before, moved, lambda: (PORT, OTHER)).scanner.known_as == OTHER.known_as
    assert identified(before, moved, tuple).scanner.known_as == ""
    faster = Settings(scanner=Scanner(port=PORT.device, known_as=PORT.known_as, baud=115_200))
    assert identified(before, faster, lambda: (OTHER,)) == faster
    found = Settings(scanner=Scanner(port=OTHER.device, known_as="0403:6001 C3 9-9"))
    assert identified(before, found, tuple) == found
    pole = Settings(scanner=before.scanner, display=Display(pole_port=OTHER.device))
    assert identified(before, pole, lambda: (OTHER,)).display.pole_known_as == OTHER.known_as
