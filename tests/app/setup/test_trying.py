"""Devices tried before any till is open, by what is saved so far."""

import asyncio
from dataclasses import replace

from app.settings import Printer, Settings, save
from app.setup.trying import TrialRoom
from app.words import has

NOW = 1_795_000_000_000


def room(folder):
    return TrialRoom(folder, lambda: NOW)


def test_where_nothing_is_set_nothing_is_tried(tmp_path):
    made = room(tmp_path)
    assert asyncio.run(made.printer()) == ""
    assert asyncio.run(made.pole()) == ""


def test_a_trial_slip_comes_out_of_the_printer_that_was_saved(tmp_path):
    paper = tmp_path / "paper.bin"
    save(tmp_path, replace(Settings(), printer=Printer(connection="file", address=str(paper))))
    assert asyncio.run(room(tmp_path).printer()) == "printer.tested.say"
    assert b"0123456789" in paper.read_bytes()


def test_a_printer_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("app.setup.trying.PRINT_SECONDS", 0.2)
    missing = Printer(connection="serial", address=str(tmp_path / "no such port"))
    save(tmp_path, replace(Settings(), printer=missing))
    told = asyncio.run(room(tmp_path).printer())
    assert told == "sp.try.printer"
    assert has(told)


def test_a_scanner_that_types_is_heard_and_a_silent_one_told(tmp_path, monkeypatch):
    async def with_a_scan():
        made = room(tmp_path)
        trial = asyncio.create_task(made.scanner())
        while not trial.done():
            made.heard()
            await asyncio.sleep(0)
        return await trial

    assert asyncio.run(with_a_scan()) == "sp.try.scanned"
    monkeypatch.setattr("app.setup.trying.LISTEN_SECONDS", 0.05)
    assert asyncio.run(room(tmp_path).scanner()) == "sp.try.unscanned"


def test_what_is_read_when_nobody_listens_is_nothing(tmp_path):
    room(tmp_path).heard()
