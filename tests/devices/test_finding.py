"""One bar code on the screen, and the till knows port, speed and end."""

import queue

import pytest

from devices import finding
from devices.finding import QUIET_MS, Finder, Found, Garbled, Listening, OtherCode, PortGuess, Shut
from devices.ports import Port
from tests.devices.cables import Cable

MARK = "MASHOU4711"
PORT = Port("/dev/ttyUSB0", "scanner", 1, 2, None, "1-1")
PATIENCE = 10.0


def judged(guess, data, at=0):
    assert guess.feed(data, at) is None
    assert guess.feed(b"", at + QUIET_MS - 1) is None
    return guess.feed(b"", at + QUIET_MS)


@pytest.mark.parametrize(
    ("data", "news"),
    [
        (b"MASHOU4711\r\n", Found(PORT, 9600, ("CR", "LF"))),
        (b"MASHOU4711\t", Found(PORT, 9600, ("TAB",))),
        (b"MASHOU4711", Found(PORT, 9600, ())),
        (b"\x02]C0MASHOU4711\x03", Found(PORT, 9600, ("ETX",), ("STX", "]", "C", "0"))),
        (b"6901234567892\r", OtherCode(PORT)),
        (b"\x98\xe6\x06\x78\x9e\x80", Garbled(PORT, 115_200)),
        (b"6901234567892", Garbled(PORT, 115_200)),  # without an end it may be what another speed makes of it
        (b"\x00\xff", None),
    ],
)
def test_what_a_reading_says_about_its_port(data, news):
    guess = PortGuess(PORT, MARK)
    assert judged(guess, data) == news
    assert guess.baud == getattr(news, "next_baud", 9600)


def test_every_usual_speed_gets_its_turn_and_the_first_comes_again():
    guess = PortGuess(PORT, MARK, (9600, 1200, 300))
    seen = [judged(guess, b"\x98\xe6\x06\x78", at).next_baud for at in range(0, 3_000, 1_000)]
    assert seen == [1200, 300, 9600]


def test_a_code_in_pieces_is_one_code():
    guess = PortGuess(PORT, MARK)
    assert guess.feed(b"MASHO", 0) is None
    assert guess.feed(b"", 60) is None
    assert judged(guess, b"U4711\r", 90) == Found(PORT, 9600, ("CR",))


@pytest.fixture
def quick_watch(monkeypatch):
    monkeypatch.setattr(finding, "WATCH_SECONDS", 0.02)


def until(news, kind):
    while not isinstance(told := news.get(timeout=PATIENCE), kind):
        pass
    return told


def listens(news, cable):
    while until(news, Listening).port.device != cable.name:
        pass


@pytest.mark.parametrize("speed", [9600, 38_400, 115_200])
def test_a_scanner_of_any_usual_speed_is_found_among_other_ports(tmp_path, quick_watch, speed):
    scanner, printer = Cable(tmp_path / "ttyUSB0"), Cable(tmp_path / "ttyUSB1")
    ports = [Port(one.name, "", None, None, None, None) for one in (scanner, printer)]
    news = queue.Queue()
    finder = Finder(MARK, news.put, ports=lambda: ports, bauds=(9600, 115_200, 38_400))
    finder.start()
    try:
        told = None
        while not isinstance(told, Found):  # a person scans again whenever the page asks
            listens(news, scanner)
            scanner.sends_at(speed, MARK.encode() + b"\r")
            told = until(news, (Found, Garbled))
        assert told == Found(ports[0], speed, ("CR",))
    finally:
        finder.stop()
        scanner.unplug()
        printer.unplug()


def test_a_scanner_plugged_in_while_the_page_is_open_is_found_and_one_that_may_not_be_read_is_told(
    tmp_path, quick_watch
):
    ports = [Port(str(tmp_path / "nothing"), "", None, None, None, None)]
    news = queue.Queue()
    finder = Finder(MARK, news.put, ports=lambda: tuple(ports))
    finder.start()
    try:
        assert until(news, Shut) == Shut(ports[0], no_right=False)
        late = Cable(tmp_path / "late")
        ports.append(Port(late.name, "", 1, 2, "A", "1-1"))
        listens(news, late)
        late.send(MARK.encode() + b"\r\n")
        assert until(news, Found).port.known_as == "0001:0002 A 1-1"
        late.unplug()
    finally:
        finder.stop()


def test_after_stop_the_ports_are_free_and_nothing_more_is_told(tmp_path, quick_watch):
    cable = Cable(tmp_path / "ttyUSB0")
    news = queue.Queue()
    finder = Finder(MARK, news.put, ports=lambda: [Port(cable.name, "", None, None, None, None)])
    finder.start()
    listens(news, cable)
    finder.stop()
    cable.send(MARK.encode() + b"\r")
    again = Finder(MARK, news.put, ports=lambda: [Port(cable.name, "", None, None, None, None)])
    again.start()
    listens(news, cable)
    assert news.empty()
    again.stop()
    cable.unplug()
