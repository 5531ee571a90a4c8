"""A scanner found on a page is kept and used at once; a port named by hand forgets what was known of another."""

import asyncio
import stat
from dataclasses import replace

from app.settings import load, save
from app.settings.model import Display, Scanner, Settings
from app.setup.diary import Diary
from app.setup.scanning import ScannerRoom, identified, remembered, with_port
from app.till.scanners import wanted
from devices.ports import Port, Wanted

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
    assert (kept.key, kept.scanner.port, kept.scanner.known_as) == ("", "/dev/ttyUSB0", remembered(PORT))
    assert wanted(kept.scanner, Display())[0] == Wanted(PORT.device, PORT.known_as)
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
    assert identified(before, moved, lambda: (PORT, OTHER)).scanner.known_as == remembered(OTHER)
    assert identified(before, moved, tuple).scanner.known_as == ""
    faster = Settings(scanner=Scanner(port=PORT.device, known_as=PORT.known_as, baud=115_200))
    assert identified(before, faster, lambda: (OTHER,)) == faster
    found = Settings(scanner=Scanner(port=OTHER.device, known_as="0403:6001 C3 9-9"))
    assert identified(before, found, tuple) == found
    pole = Settings(scanner=before.scanner, display=Display(pole_port=OTHER.device))
    assert identified(before, pole, lambda: (OTHER,)).display.pole_known_as == remembered(OTHER)


def test_a_scanner_that_was_found_is_in_the_journal_first(tmp_path):
    save(tmp_path, Settings())
    kept, scanners = [], Scanners()
    room = ScannerRoom(tmp_path, scanners, diary=Diary(lambda one: kept.append(one) is None, None, lambda: 7))
    asyncio.run(room.keep(0, PORT, 115_200))
    assert ["scanner.port", "", PORT.device] in kept[0].body["changed"]
    full = ScannerRoom(tmp_path, scanners, diary=Diary(lambda _: False, None, lambda: 7))
    assert asyncio.run(full.keep(0, OTHER, 9600)).key == "find.unsaved"
    assert load(tmp_path).settings.scanner.port == PORT.device


def test_a_port_written_into_the_file_by_hand_wins_over_what_was_known_of_another(tmp_path):
    found = with_port(Scanner(), 0, PORT, 9600)
    save(tmp_path, Settings(scanner=found))
    file = tmp_path / "settings.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('port = "/dev/ttyUSB0"', 'port = "/dev/ttyUSB1"'), encoding="utf-8")
    by_hand = load(tmp_path).settings
    assert wanted(by_hand.scanner, by_hand.display)[0] == Wanted("/dev/ttyUSB1")
    assert wanted(found, Display())[0] == Wanted(PORT.device, PORT.known_as)


def test_what_an_earlier_version_kept_still_counts():
    kept = Scanner(port=PORT.device, known_as=PORT.known_as)
    assert wanted(kept, Display())[0] == Wanted(PORT.device, PORT.known_as)


def test_one_port_is_one_scanner_by_name_or_identity():
    first = with_port(Scanner(), 0, PORT, 9600)
    again = replace(PORT, device="/dev/ttyUSB7")
    assert with_port(first, 1, again, 9600).port == ""
    assert with_port(first, 1, OTHER, 9600).port == PORT.device
