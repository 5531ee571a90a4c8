"""``mashou receipt`` and ``mashou print-test``, on a real journal and beside a held one."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from usb.backend import libusb1

from app.cli import main as cli
from app.cli import receipts
from app.core.channel import Channel
from app.core.numbers import order_number
from app.core.sale import Order, Sale, State
from app.journal.lock import WriterLock
from app.journal.reader import open_reader
from app.journal.writer import open_writer
from app.secrets import Vault, VaultError
from app.settings import DataFolder, Printer, load, save
from app.sim.client_file import client_record
from app.sim.keys import load_or_make
from app.till.entries import entry_of
from tests.app.receipts.thermal import read
from tests.devices.usb_bus import Bus, UsbPrinter

NOW = 1_795_000_000_000
NUMBERS = [order_number(training=True, at_ms=NOW, terminal="0001", epoch=1, running=n) for n in (1, 2)]
PAID, DECLINED = NUMBERS


class NoKeyring:
    def get(self, name):
        raise VaultError("keyring.none.say", "none here")

    def put(self, name, text):
        raise VaultError("keyring.none.say", "none here")


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    import json  # noqa: PLC0415 - beside its one use

    keys = load_or_make(tmp_path_factory.mktemp("sim"), NOW / 1000, random.Random(1))
    path = tmp_path_factory.mktemp("client") / "client.json"
    path.write_text(json.dumps(client_record(keys, 8443, 1)), encoding="utf-8")
    return path


def sale(number, state):
    order = Order(number, number, Channel.WECHAT, 12_50, "aa", "1001", "0001", NOW, "2026-11-18", training=True)
    return Sale(order, state, channel_no="4200001", paid_ms=NOW + 2_000 if state is State.PAID else None, ended_ms=NOW)


@pytest.fixture
def folder(tmp_path, document, monkeypatch, capsys):
    monkeypatch.setattr("app.secrets.vault.SystemKeyring", NoKeyring)
    place = DataFolder(tmp_path / "till")
    assert cli.run(["--data", str(place.path), "setup", "--client", str(document)]) == 0
    capsys.readouterr()
    key = Vault.unlock(place.path).mac_key
    writer = open_writer(place.journal, key, training=True, now_ms=NOW, entropy=random.Random(2).randbytes)
    writer.append(entry_of(sale(PAID, State.PAID), NOW + 2_000), entry_of(sale(DECLINED, State.DECLINED), NOW + 3_000))
    writer.close()
    return place


@pytest.fixture
def mashou(folder, capsys):
    def run(*argv):
        code = cli.run(["--data", str(folder.path), *map(str, argv)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def paper(folder, tmp_path):
    """A file in the printer's place."""
    path = tmp_path / "paper.bin"
    settings = load(folder.path).settings
    save(folder.path, replace(settings, printer=Printer(connection="file", address=str(path))))
    return path


def read_back(path):
    with Image.open(path) as image:
        return [one.text for one in zxingcpp.read_barcodes(image)]


def entries(folder):
    reader = open_reader(folder.journal)
    found = [kept for kept in reader.entries() if kept.kind.startswith("receipt.")]
    reader.close()
    return found


def test_a_receipt_is_shown_beside_the_window(mashou, folder):
    lock = WriterLock(folder.journal.with_name(folder.journal.name + ".lock"))
    try:
        code, out, err = mashou("receipt", PAID)
    finally:
        lock.release()
    assert (code, err) == (0, "")
    assert f"单号 {PAID}" in out
    assert out.splitlines()[0].strip() == "** 训练 不收真钱 **"
    assert "重印" not in out
    assert mashou("--language", "zh", "receipt", PAID)[0] == 0


def test_what_is_drawn_reads_back_and_is_marked_as_a_copy(mashou, folder, tmp_path, qapp):
    png, pdf = tmp_path / "slip.png", tmp_path / "slip.pdf"
    code, out, _ = mashou("receipt", PAID, "--png", png, "--pdf", pdf)
    assert code == 0
    assert str(png) in out
    assert read_back(png) == [PAID]
    document = pypdfium2.PdfDocument(pdf)
    assert [one.text for one in zxingcpp.read_barcodes(document[0].render(scale=203.2 / 72).to_pil())] == [PAID]
    assert document[0].get_textpage().get_text_range().count("重印") == 3  # above, below, and with its time
    document.close()
    assert entries(folder) == []


def test_drawing_needs_no_screen(folder, tmp_path):
    bare = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    bare.pop("QT_QPA_PLATFORM", None)
    target = tmp_path / "slip.png"
    asked = [sys.executable, "-m", "app", "--data", str(folder.path), "receipt", PAID, "--png", str(target)]
    done = subprocess.run(asked, cwd=Path(__file__).parents[3], env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert read_back(target) == [PAID]


def test_printing_is_written_down_and_the_second_is_a_reprint(mashou, folder, paper):
    assert mashou("receipt", PAID, "--print")[:2] == (0, "已打印。\n")
    first = read(paper.read_bytes())
    assert not [line for line in first.lines if "重印" in line]
    assert mashou("receipt", PAID, "--print")[0] == 0
    both = read(paper.read_bytes())
    assert len([line for line in both.lines if "** 重印 第 1 次 **" in line]) == 2
    assert [kept.kind for kept in entries(folder)] == ["receipt.printed", "receipt.reprinted"]
    assert mashou("journal", "verify")[0] == 0


def test_printing_is_refused_while_the_window_has_the_journal(mashou, folder, paper):
    lock = WriterLock(folder.journal.with_name(folder.journal.name + ".lock"))
    try:
        code, _, err = mashou("receipt", PAID, "--print")
    finally:
        lock.release()
    assert code == 64
    assert "收银窗口" in err
    assert not paper.exists()


@pytest.mark.parametrize(
    ("number", "says"), [(DECLINED, "没有小票"), ("1" * 24, "没有这个单号"), ("'; --", "没有这个单号")]
)
def test_what_has_no_slip_is_refused_with_a_sentence(mashou, folder, paper, number, says):
    for way in ([], ["--print"]):
        code, out, err = mashou("receipt", number, *way)
        assert (code, out) == (64, "")
        assert says in err
    assert entries(folder) == []


def test_without_a_printer_printing_is_refused(mashou, folder):
    for words in (["receipt", PAID, "--print"], ["print-test"]):
        code, _, err = mashou(*words)
        assert code == 64
        assert "没有设置打印机" in err
    assert entries(folder) == []


def test_the_trial_page_comes_out_beside_the_window(mashou, folder, paper):
    lock = WriterLock(folder.journal.with_name(folder.journal.name + ".lock"))
    try:
        code, out, _ = mashou("--language", "en", "print-test")
    finally:
        lock.release()
    assert (code, out) == (0, "The test came out.\n")
    assert [line.strip() for line in read(paper.read_bytes()).lines][2] == "打印测试"


def test_a_printer_that_takes_nothing_ends_with_a_sentence(mashou, folder, monkeypatch):
    monkeypatch.setattr(receipts, "PATIENCE", 0.2)
    settings = load(folder.path).settings
    save(folder.path, replace(settings, printer=Printer(connection="file", address="/dev/full")))
    code, out, _ = mashou("print-test")
    assert code == 2
    assert "打印机没响应" in out


def test_of_several_usb_printers_one_is_to_be_named_and_the_trial_lists_them(mashou, folder, monkeypatch):
    bus = Bus(first := UsbPrinter(), second := UsbPrinter(0x0FE6, 0x811E))
    monkeypatch.setattr(libusb1, "get_backend", lambda: bus)
    settings = load(folder.path).settings
    save(folder.path, replace(settings, printer=Printer(connection="usb")))
    monkeypatch.setattr(receipts, "PATIENCE", 0.2)
    code, out, _ = mashou("print-test")
    assert code == 2
    assert "插着的 USB 打印机：04b8:0e15, 0fe6:811e" in out
    assert "请店长在设置里写明用哪一台" in out
    save(folder.path, replace(settings, printer=Printer(connection="usb", address="0fe6:811e")))
    monkeypatch.setattr(receipts, "PATIENCE", 20.0)
    assert mashou("print-test")[0] == 0
    assert (len(first.slips), len(second.slips)) == (0, 1)


def test_a_file_that_cannot_be_written_is_refused(mashou, tmp_path, qapp):
    code, _, err = mashou("receipt", PAID, "--png", tmp_path / "no" / "slip.png")
    assert code == 64
    assert err
