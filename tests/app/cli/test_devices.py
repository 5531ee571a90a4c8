"""Devices found and tried from a terminal."""

import threading

import pytest

from app.cli import devices as commands
from app.cli import main
from app.cli.devices import bars
from app.cli.exits import Exit
from app.settings import load, save
from app.settings.model import Display, Scanner, Settings
from devices import finding, serial_scanner
from devices.ports import Port
from tests.devices.cables import Cable

WECHAT = "134919586213926735"


@pytest.fixture
def cable(tmp_path):
    made = Cable(tmp_path / "ttyUSB0")
    yield made
    made.unplug()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "till"
    made.mkdir()
    return made


def run(folder, *argv):
    return main.run([*argv, "--data", str(folder), "--language", "zh"])


def test_the_ports_are_listed_with_what_is_kept_of_them(folder, monkeypatch, capsys):
    ports = (
        Port("/dev/ttyUSB0", "FT232R", 0x0403, 0x6001, "A1", "1-1"),
        Port("/dev/ttyS0", "", None, None, None, None),
    )
    monkeypatch.setattr(commands, "serial_ports", lambda: ports)
    assert run(folder, "scanner", "list") == Exit.PAID
    assert capsys.readouterr().out.splitlines() == [
        "/dev/ttyUSB0\t0403:6001 A1 1-1\tFT232R",
        "/dev/ttyS0\t-\t",
    ]


class Sends:
    """Writes to the cable as soon as the till has opened it, as often as it is asked."""

    def __init__(self, cable, data, monkeypatch, module, name):
        self.cable, self.data = cable, data
        before = getattr(module, name)

        def opened(*args, **kwargs):
            port = before(*args, **kwargs)
            threading.Timer(0.05, lambda: cable.send(self.data)).start()
            return port

        monkeypatch.setattr(module, name, opened)


def test_a_scanner_is_found_and_set(folder, cable, monkeypatch, capsys):
    save(folder, Settings(simulator=True))
    port = Port(cable.name, "FT232R", 0x0403, 0x6001, "A1", "1-1")
    finder = commands.Finder
    monkeypatch.setattr(commands, "Finder", lambda mark, told: finder(mark, told, ports=lambda: (port,)))
    Sends(cable, b"6901234567892\r\n", monkeypatch, finding, "open_port")
    assert run(folder, "scanner", "find", "--code", "6901234567892", "--use", "1", "--seconds", "10") == Exit.PAID
    said = capsys.readouterr().out
    assert "速率\t9600" in said
    assert "结束符\tCR LF" in said
    kept = load(folder).settings.scanner
    assert (kept.port, kept.baud, kept.known_as) == (cable.name, 9600, f"0403:6001 A1 1-1 {cable.name}")


def test_nothing_found_is_said_and_needs_a_person(folder, monkeypatch, capsys):
    finder = commands.Finder
    monkeypatch.setattr(commands, "Finder", lambda mark, told: finder(mark, told, ports=tuple))
    assert run(folder, "scanner", "find", "--seconds", "0") == Exit.PERSON
    said = capsys.readouterr().out
    assert said.count("\x1b[30;107m") == commands.BAR_ROWS
    assert "没有找到扫码枪。" in said


def test_a_trial_shows_no_payment_code(folder, cable, monkeypatch, capsys):
    save(folder, Settings(simulator=True, scanner=Scanner(port=cable.name)))
    Sends(cable, WECHAT.encode() + b"\r", monkeypatch, serial_scanner, "open_port")
    assert run(folder, "scanner", "test", "--count", "1", "--seconds", "10") == Exit.PAID
    said = capsys.readouterr().out
    assert "付款码 微信\t18\tCR" in said
    assert WECHAT not in said


def test_a_till_without_a_serial_scanner_has_none_to_try(folder, capsys):
    save(folder, Settings(simulator=True))
    assert run(folder, "scanner", "test") == Exit.REFUSED
    assert "scanner find" in capsys.readouterr().err


def test_a_pole_shows_a_trial_sum(folder, cable, capsys):
    save(folder, Settings(simulator=True, display=Display(pole="led8", pole_port=cable.name)))
    assert run(folder, "display", "test", "--seconds", "1") == Exit.PAID
    assert b"\x1bQA128.50\r" in cable.heard(16)
    assert "测试金额" in capsys.readouterr().out


def test_an_absent_pole_needs_a_person_and_none_set_up_is_refused(folder, tmp_path, capsys):
    save(folder, Settings(simulator=True, display=Display(pole="led8", pole_port=str(tmp_path / "gone"))))
    assert run(folder, "display", "test", "--seconds", "1") == Exit.PERSON
    save(folder, Settings(simulator=True))
    assert run(folder, "display", "test") == Exit.REFUSED


def test_the_bar_code_of_the_terminal_has_its_quiet_zones_and_all_modules():
    (row, *rest) = bars("12345678").split("\n")
    assert set(rest) == {row}
    inner = row.removeprefix("\x1b[30;107m").removesuffix("\x1b[0m")
    modules = "".join({" ": "00", "▐": "01", "▌": "10", "█": "11"}[block] for block in inner)
    assert modules.startswith("0" * 10 + "11010011100")  # the start of Code 128 C
    assert modules.rstrip("0").endswith("1100011101011")
    assert len(modules) - len(modules.rstrip("0")) >= 10
