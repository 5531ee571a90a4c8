"""A simulator in one process, the program in another, a real pty for its scanner, and the two books side by side."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import queue
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from app.settings import load, save
from app.sim.client_file import read_control
from app.sim.remote import ask

ROOT = Path(__file__).parents[2]
PACE = 20
PATIENCE = 60.0  # seconds until a test gives up on a picture; nothing waits this long when all is well
START_PATIENCE = 90.0

Picture = dict[str, Any]


def mashou(
    *arguments: str, stdin: str | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One command of the real command line."""
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
        timeout=PATIENCE * 2,
    )


class Simulator:
    """``mashou sim`` in a process of its own."""

    def __init__(self, folder: Path, pace: int = PACE) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "sim", "--dir", str(folder), "--pace", str(pace), "--with-parent"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        assert ready.startswith("ready https://127.0.0.1:"), ready

    @property
    def client(self) -> Path:
        return self.folder / "client.json"

    def _ask(self, method: str, path: str, body: Picture | None = None) -> Picture:
        """What ``mashou sim code``, ``fault`` and ``ledger`` ask, without a process for each question."""
        return asyncio.run(ask(read_control(self.folder), method, path, body))

    def code(self, channel: str, customer: str) -> str:
        return str(self._ask("POST", "/code", {"channel": channel, "customer": customer})["code"])

    def fault(self, script: str) -> None:
        self._ask("POST", "/fault", {"script": script})

    def ledger(self) -> dict[str, Picture]:
        return {order["out_trade_no"]: order for order in self._ask("GET", "/ledger")["orders"]}

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class ScannerPort:
    """A pty whose slave is the till's serial port, at a path that stays."""

    def __init__(self, link: Path) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        link.symlink_to(os.ttyname(slave))
        self._slave = slave  # kept open, so that a till that was killed leaves the port plugged in

    def scan(self, code: str) -> None:
        os.write(self.master, code.encode() + b"\r")

    def close(self) -> None:
        os.close(self.master)
        os.close(self._slave)


class Program:
    """The real window in its own process, with a hand on its keyboard (``script``)."""

    def __init__(self, folder: Path, script: str = "driven.py", env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name(script)), str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **(env or {})},
        )
        self.last: Picture = {}
        self.seen: list[Picture] = []
        self._pictures: queue.Queue[Picture | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name="pictures", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with contextlib.suppress(json.JSONDecodeError):  # the last line of a killed process may be cut
                self._pictures.put(json.loads(line))
        self._pictures.put(None)

    def do(self, *lines: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def until(self, reached: Callable[[Picture], bool], patience: float = PATIENCE) -> Picture:
        """The first picture that ``reached`` is true of, the newest one included."""
        if self.last and reached(self.last):
            return self.last
        deadline = time.monotonic() + patience
        while True:
            try:
                picture = self._pictures.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"never seen; the last picture was {self.last}")
            assert picture is not None, f"the program ended with {self.process.wait(5)}; last picture {self.last}"
            assert "failed" not in picture, picture
            self.last = picture
            self.seen.append(picture)
            if reached(picture):
                return picture

    def linger(self, seconds: float) -> None:
        """Look on for so long, whatever happens."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(queue.Empty):
            while (left := deadline - time.monotonic()) > 0:
                picture = self._pictures.get(timeout=left)
                assert picture is not None, "the program ended by itself"
                self.last = picture

    def opened(self) -> Program:
        self.until(lambda p: p.get("lamps", {}).get("scanner") == "ok", START_PATIENCE)
        return self

    def amount(self, yuan: str) -> None:
        self.do(f"type {yuan}", "key Return")
        self.until(lambda p: p.get("phase") == "ready")

    def kill(self) -> None:
        self.process.kill()
        self._gone()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.do("close")
        try:
            self.process.wait(20)
        finally:
            self.process.kill()
            self._gone()

    def _gone(self) -> None:
        self.process.wait(10)
        self._reader.join(10)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        self.process.stdout.close()


@dataclass
class Counter:
    """A till's folder, set up against a simulator, with a scanner on a pty."""

    folder: Path
    simulator: Simulator
    scanner: ScannerPort
    codes: list[str] = field(default_factory=list)
    others: frozenset[str] = frozenset()  # orders of earlier tests at the same simulator

    def code(self, channel: str, customer: str) -> str:
        self.codes.append(self.simulator.code(channel, customer))
        return self.codes[-1]

    def sales(self) -> dict[str, Picture]:
        told = mashou("sales", "--json", "--data", str(self.folder))
        assert told.returncode == 0, told.stderr
        return {sale["out_trade_no"]: sale for sale in json.loads(told.stdout)}

    def books_agree(self) -> dict[str, Picture]:
        """Journal = ledger, to the fen; every sale settled. Returns the journal's sales."""
        sales, ledger = self.sales(), self.simulator.ledger()
        settled = {"PAID", "DECLINED", "REVERSED", "NOT_SENT"}
        for number, sale in sales.items():
            assert sale["state"] in settled, sale
            ours = sale["amount_fen"] - sale["refunded_fen"] if sale["state"] == "PAID" else 0
            theirs = ledger[number]["net_fen"] if number in ledger else 0
            assert ours == theirs, (sale, ledger.get(number))
        assert set(ledger) - self.others <= set(sales), "the counterparty knows an order that the journal does not"
        return sales

    def no_code_on_disk(self) -> None:
        """No payment code in any file the till wrote."""
        written = [path for path in self.folder.rglob("*") if path.is_file()]
        assert any(path.name.endswith(".db") for path in written)
        for path in written:
            data = path.read_bytes()
            for code in self.codes:
                assert code.encode() not in data, f"a payment code in {path.name}"
                assert code.encode("utf-16-le") not in data, f"a payment code in {path.name}"


def use_scanner(folder: Path, port: Path) -> None:
    """Name the scanner's port in the settings, as the settings page will."""
    settings = load(folder).settings
    save(folder, replace(settings, scanner=replace(settings.scanner, port=str(port))))
