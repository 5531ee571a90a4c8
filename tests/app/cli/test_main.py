import asyncio
import io
import os
import signal
import subprocess
import sys
import types
from pathlib import Path

import pytest

from app import words
from app.cli import main as cli
from app.cli import window
from app.cli.exits import Exit, worst
from app.cli.interrupts import interrupts
from app.cli.window import has_screen
from app.journal.writer import open_writer
from app.parent import CHILD, Start, program
from app.settings import Scanner, Settings, Wechat, save

ROOT = Path(__file__).parents[3]


@pytest.fixture
def simulated(tmp_path):
    save(tmp_path, Settings(simulator=True, wechat=Wechat("https://127.0.0.1:1", "wx1", "1")))
    return tmp_path


@pytest.fixture
def real(tmp_path):
    save(tmp_path, Settings(wechat=Wechat(appid="wx1", mch_id="1"), scanner=Scanner(port="loop://")))
    return tmp_path


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("0", "金额不能是零。请输入 ￥0.01 以上的金额。"),
        ("abc", "这不是金额。请写成 12.50 这样。"),
        ("1.234", "这不是金额。请写成 12.50 这样。"),
        ("99999999999", "超过本店单笔上限。单笔最多 ￥10,000,000.00。请核对，或请主管。"),
    ],
)
def test_an_amount_that_cannot_be_charged(simulated, capsys, amount, sentence):
    assert cli.run(["sell", amount, "--code", "1", "--data", str(simulated)]) == 64
    assert capsys.readouterr().err.strip() == sentence


def test_a_folder_that_is_not_set_up(tmp_path, capsys):
    for argv in (["sell", "1", "--code", "1"], ["resolve"], ["sales"], ["journal", "verify"]):
        assert cli.run([*argv, "--data", str(tmp_path / "none")]) == 64
        assert capsys.readouterr().err.strip() == words.say("set.missing", path=str(tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_a_real_code_is_not_written_in_a_command(real, capsys):
    assert cli.run(["sell", "1", "--code", "134567890123456789", "--data", str(real)]) == 64
    said = capsys.readouterr().err
    assert "--code -" in said
    assert "134567890123456789" not in said


def test_without_a_scanner_it_says_how_else(simulated, capsys):
    assert cli.run(["sell", "1", "--data", str(simulated)]) == 64
    assert "scanner.port" in capsys.readouterr().err


def test_no_code_on_standard_input(simulated, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert cli.run(["sell", "1", "--code", "-", "--data", str(simulated)]) == 64
    assert capsys.readouterr().err.strip() == words.say("cli.nocode")


def test_a_person_who_ends_the_question_gave_no_code(simulated, capsys, monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)

    def ended(_question):
        raise EOFError

    monkeypatch.setattr("getpass.getpass", ended)
    assert cli.run(["sell", "1", "--code", "-", "--data", str(simulated)]) == 64
    assert capsys.readouterr().err.strip() == words.say("cli.nocode")


def test_practice_customers_are_for_training(simulated, capsys):
    assert cli.run(["sell", "1", "--customer", "poor", "--data", str(simulated)]) == 64
    assert "只用于训练" in capsys.readouterr().err


def test_english_on_request_and_by_setting(simulated, tmp_path, capsys):
    assert cli.run(["--language", "en", "sell", "0", "--code", "1", "--data", str(simulated)]) == 64
    assert capsys.readouterr().err.strip() == "Amount is zero. Enter ￥0.01 or more."


def test_a_bug_is_told_and_never_called_nothing_sent(simulated, capsys, monkeypatch, expect_log):
    expect_log("mashou.cli", "bug")

    def bug(*_):
        raise ZeroDivisionError("134567890123456789")

    monkeypatch.setattr(cli, "_do", bug)
    assert cli.run(["sales", "--data", str(simulated)]) == Exit.OPEN
    assert capsys.readouterr().err.strip() == words.say("cli.bug", kind="ZeroDivisionError")
    (log,) = (simulated / "log").iterdir()
    written = log.read_text("utf-8")
    assert "ZeroDivisionError" in written
    assert "134567890123456789" not in written


def test_ctrl_c_outside_a_sale(simulated, capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_do", interrupted)
    assert cli.run(["sales", "--data", str(simulated)]) == 64


def test_a_reader_that_has_seen_enough(simulated, monkeypatch):
    def broken(*_):
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_do", broken)
    assert cli.run(["sales", "--data", str(simulated)]) == 0


def test_a_closed_pipe_does_not_change_the_exit_code():
    helping = subprocess.Popen(
        [sys.executable, "-m", "app", "--help"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    helping.stdout.close()
    assert helping.stderr.read() == ""
    helping.stderr.close()
    assert helping.wait(60) == 0


def test_streams_that_are_closed_or_full_change_no_exit_code(simulated):
    if sys.platform == "win32":
        return  # no shell there closes a stream
    words = f"{sys.executable} -m app --data {simulated}"
    for closed in ("resolve <&-", "resolve >&-", "resolve <&- >&- 2>&-", "sell 1 --code - <&-"):
        ended = subprocess.run(
            ["sh", "-c", f"{words} {closed}"], cwd=ROOT, capture_output=True, timeout=60, check=False
        )
        assert ended.returncode == 64, closed
        assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize("buffered", ["", "1"])
def test_an_answer_that_cannot_be_written_is_no_answer(simulated, buffered):
    if not Path("/dev/full").exists():
        return  # this system has no full disk at hand
    open_writer(simulated / "journal.db", b"k" * 32, training=True, now_ms=1, entropy=os.urandom).close()
    for command, expected in (("sales --json", 64), ("--help", 0)):
        ended = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m app --data {simulated} {command} >/dev/full"],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": buffered},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == expected
        assert b"Traceback" not in ended.stderr


def test_a_folder_of_somebody_unknown(capsys):
    assert cli.run(["sales", "--data", "~nobody-of-that-name/till"]) == 64
    assert capsys.readouterr().err.strip() == words.say("cli.folder", path="~nobody-of-that-name/till")


def test_a_terminal_without_chinese_does_not_end_a_command_in_an_error(tmp_path):
    environ = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    argv = [sys.executable, "-m", "app", "--data", str(tmp_path / "none"), "sales"]
    ended = subprocess.run(argv, cwd=ROOT, env=environ, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 64
    assert "还没有设置" in ended.stderr.decode("utf-8")


def test_training_never_plays_with_real_money(real, capsys):
    for argv in (["sell", "1", "--code", "-"], ["resolve"], []):
        assert cli.run(["--training", "--data", str(real), *argv]) == 64
        assert capsys.readouterr().err.strip() == words.say("cli.training.real")


def test_the_worst_end():
    assert worst([]) is Exit.PAID
    assert worst([Exit.PAID, Exit.NOT_PAID]) is Exit.NOT_PAID
    assert worst([Exit.OPEN, Exit.NOT_PAID]) is Exit.OPEN
    assert worst([Exit.PERSON, Exit.OPEN, Exit.PAID]) is Exit.PERSON


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ("linux", {"QT_QPA_PLATFORM": "vnc:port=5900"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
        ("win32", {"QT_QPA_PLATFORM": "offscreen"}, False),
    ],
)
def test_whether_there_is_a_screen(platform, environ, expected):
    assert has_screen(platform, environ) is expected


@pytest.fixture
def doors(monkeypatch):
    """Stand-ins for what ``ui`` offers."""
    seen = []

    def door(name):
        def run(folder, *, training, **_):
            seen.append((name, folder, training))
            return 0

        return types.SimpleNamespace(run=run)

    monkeypatch.setattr(window.importlib, "import_module", door)
    monkeypatch.setenv(CHILD, Start.FIRST)  # the process that carries the window
    return seen


def test_the_window_is_carried_by_a_child_that_gets_the_same_words(doors, tmp_path, monkeypatch):
    monkeypatch.delenv(CHILD)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM")
    watched = []
    monkeypatch.setattr(window, "watch", lambda command: watched.append(command) or 7)
    assert cli.run(["--data", str(tmp_path), "--language", "en"]) == 7
    assert watched == [[*program(), "--data", str(tmp_path), "--language", "en"]]
    assert doors == []


def test_training_without_a_screen_plays_the_shift(doors, tmp_path, monkeypatch):
    monkeypatch.setenv("MASHOU_DATA", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert cli.run(["--training"]) == 0
    save(tmp_path, Settings(simulator=True))
    assert cli.run(["--training", "--data", str(tmp_path)]) == 0
    assert doors == [("ui.shift", tmp_path / "training", True), ("ui.main", tmp_path, False)]


def test_training_in_an_empty_folder_leads_nobody_into_the_real_first_start(doors, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DISPLAY", ":0")
    assert cli.run(["--training", "--data", str(tmp_path / "new"), "--language", "en"]) == 64
    assert "--data" in capsys.readouterr().err
    assert doors == []


def test_a_screen_gets_the_window(doors, tmp_path, monkeypatch):
    monkeypatch.setenv("MASHOU_DATA", str(tmp_path))
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM")
    assert cli.run([]) == 0
    assert cli.run(["--training"]) == 0
    assert doors == [("ui.main", tmp_path, False), ("ui.main", tmp_path / "training", True)]


def test_no_screen_at_all_is_a_sentence(doors, tmp_path, monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    expected = 64 if not has_screen() else 0
    assert cli.run(["--data", str(tmp_path)]) == expected
    assert doors == [] or expected == 0


def test_a_part_that_is_not_there_is_a_sentence(tmp_path, monkeypatch, capsys):
    def missing(name):
        raise ModuleNotFoundError(name, name=name)

    monkeypatch.setattr(window.importlib, "import_module", missing)
    assert cli.run(["bench", "--data", str(tmp_path)]) == 64
    assert capsys.readouterr().err.strip() == "这个程序里没有 ui.bench。"


@pytest.mark.asyncio
async def test_signals_reach_the_loop_and_are_given_back():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    stops = iter([True, False])
    with interrupts() as told:
        told.on_stop = lambda: next(stops)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0.01)
        assert not told.left.is_set()  # it was taken as F2
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(told.left.wait(), 60)
    with interrupts() as told:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(told.left.wait(), 60)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
