"""The log tells a fault's story, keeps no code and no key, and never stands in the till's way."""

import json
import logging
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import logs
from app.logs import about_sale, install, redacted

NOON = 1_763_784_000_000  # 2025-11-22 12:00 at UTC+8
HOUR = 3_600_000
CODES = [
    "134567890123456789",
    "281234567890123456",
    "2812345678901234",
    "281234567890123456789012",
    "6212345678901234567",
]
ORDER = "425112200010042000000197"

log = logging.getLogger("app.test")


class Till:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOON
        self.undo: Callable[[], None] = lambda: None

    def start(self) -> None:
        self.undo = install(self.folder, lambda: self.now, logging.INFO)

    def lines(self) -> list[dict[str, str]]:
        self.undo()
        files = sorted((self.folder / "log").glob("*"))
        return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line]


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    one = Till(tmp_path)
    one.start()
    yield one
    one.undo()


def test_a_line_says_when_who_and_about_which_sale(till: Till) -> None:
    with about_sale(ORDER):
        log.info("paid %s fen", 100)
    log.info("idle")
    first, second = till.lines()
    assert first == {
        "at": "2025-11-22T12:00:00.000+08:00",
        "level": "INFO",
        "from": "app.test",
        "sale": ORDER,
        "thread": "MainThread",
        "says": "paid 100 fen",
    }
    assert "sale" not in second


def test_no_code_and_no_key_reaches_a_file(till: Till, tmp_path: Path, expect_log) -> None:
    expect_log("app.test", "")
    pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\nxyz\n-----END RSA PRIVATE KEY-----"
    for code in CODES:
        log.info("scanned %s", code)
        log.info(code)
        log.info({"auth_code": code})
        log.info("x%sy", code)
        log.info("%s", f"{code[:4]} {code[4:8]} {code[8:12]} {code[12:16]}")
        with about_sale(code):
            log.info("in the context")
        try:
            int(f"bad code {code}, key {pem}")
        except ValueError:
            log.exception("failed with %r", code)
    log.info("key %s", pem)
    log.info("cut %s", pem[:45])
    till.lines()
    written = b"".join(p.read_bytes() for p in (tmp_path / "log").iterdir())
    for hidden in [*CODES, "MIIEabc"]:
        assert hidden.encode() not in written
    assert written.count(b"[masked]") >= 30
    assert b"Traceback" in written


def test_numbers_a_fault_is_searched_by_stay() -> None:
    wechat, alipay = "4200001234201901011234567890", "2013112011001004330000121536"
    for kept in (ORDER, "7" + ORDER[1:], wechat, alipay, "1763784000123", "amount_fen=12850", "2026-11-22 12:00:00"):
        assert redacted(f"see {kept}!") == f"see {kept}!"
    for masked in (
        "1" + ORDER[1:],
        ORDER[:-1],
        "１３４５６７８９０１２３４５６７８９",
        CODES[0] * 2,
        "1345 6789 0123 4567 89",
    ):
        assert redacted(f"see {masked}!") == "see [masked]!"


def test_each_beijing_day_has_its_file(till: Till, tmp_path: Path) -> None:
    till.now = NOON + 11 * HOUR + HOUR - 1
    log.info("last second of the day")
    till.now += 1
    log.info("midnight in Beijing")
    till.undo()
    assert sorted(p.name for p in (tmp_path / "log").iterdir()) == ["mashou-20251122.jsonl", "mashou-20251123.jsonl"]


def test_old_days_go_and_strangers_stay(till: Till, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    for n in range(40):
        (folder / f"mashou-202510{n:02d}.jsonl").write_text("")
    (folder / "notes.txt").write_text("mine")
    log.info("today")
    till.undo()
    names = sorted(p.name for p in folder.iterdir())
    assert len(names) == logs.KEEP_DAYS + 1
    assert "notes.txt" in names
    assert "mashou-20251122.jsonl" in names


def test_a_folder_nobody_may_write_disturbs_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file in the way")
    till = Till(tmp_path)
    till.start()
    for _ in range(5):
        log.info("lost")
    till.undo()
    assert (tmp_path / "log").read_text() == "a file in the way"


def test_a_full_disk_loses_lines_and_comes_back(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = logs.os.write, []

    def write(fd: int, data: bytes) -> int:
        calls.append(data)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(fd, data[:10] if len(calls) == 3 else data)

    monkeypatch.setattr(logs.os, "write", write)
    for n in range(5):
        log.info("line %d", n)
    till.undo()
    (file,) = (till.folder / "log").iterdir()
    kept = [line for line in file.read_text().splitlines() if line.endswith("}")]
    assert [json.loads(line)["says"] for line in kept] == ["line 0", "line 3", "line 4"]


def test_a_day_without_end_stops_at_its_limit(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "DAY_BYTES", 1000)
    for _ in range(100):
        log.info("again")
    till.undo()
    (file,) = (till.folder / "log").iterdir()
    assert 0 < file.stat().st_size <= 1000


def test_records_that_cannot_be_written_are_dropped_alone(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    class Bad:
        def __str__(self) -> str:
            raise RuntimeError(CODES[0])

    (door,) = [handler for handler in logging.getLogger().handlers if isinstance(handler, logs._Door)]
    # Past pytest's own handlers: they fail the test for such a mistake, and no report can carry half a character.
    door.handle(log.makeRecord("app.test", logging.INFO, "x", 1, "%s", (Bad(),), None))
    door.handle(log.makeRecord("app.test", logging.INFO, "x", 1, "too %s few %s", (CODES[0],), None))
    door.handle(log.makeRecord("app.test", logging.INFO, "x", 1, "half a character \ud800", (), None))
    till.now = 10**18
    log.info("a clock gone mad")
    till.now = NOON
    log.info("fine")
    assert [line["says"] for line in till.lines()] == ["half a character \ud800", "fine"]
    assert CODES[0] not in "".join(capsys.readouterr())


def test_a_hanging_disk_neither_blocks_nor_keeps_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    freed, real = threading.Event(), logs.os.write

    def slow(fd: int, data: bytes) -> int:
        freed.wait()
        return real(fd, data)

    monkeypatch.setattr(logs, "STOP_S", 0.05)
    monkeypatch.setattr(logs, "QUEUE_RECORDS", 10)
    monkeypatch.setattr(logs.os, "write", slow)
    till = Till(tmp_path)
    till.start()
    for n in range(30):
        log.info("line %d", n)
    till.undo()
    freed.set()


def test_installing_and_undoing_leaves_no_trace(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, set(threading.enumerate()))
    undo = install(tmp_path, lambda: NOON, logging.DEBUG)
    assert root.level == logging.DEBUG
    undo()
    undo()
    assert (list(root.handlers), root.level, set(threading.enumerate())) == before


def test_only_the_owner_may_read_the_log(till: Till, tmp_path: Path) -> None:
    if sys.platform == "win32":
        return  # there the profile folder's access list does it
    log.info("x")
    till.undo()
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o700
    assert [stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "log").iterdir()] == [0o600]
