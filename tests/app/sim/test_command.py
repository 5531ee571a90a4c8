"""``mashou sim`` as a process of its own, and the child of training mode."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.sim import child, command
from app.sim.rules import beijing

ROOT = Path(command.__file__).parents[2]


def sim_argv(*words):
    return [sys.executable, "-m", "app.sim", *map(str, words)]


def steer(capsys, *words):
    """Run a short command in this process: exit code, stdout, stderr."""
    parser = argparse.ArgumentParser(prog="mashou")
    command.add_parser(parser.add_subparsers(required=True))
    try:
        status = command.run(parser.parse_args(["sim", *map(str, words)]))
    except SystemExit as stop:
        status = stop.code
    out = capsys.readouterr()
    return status, out.out, out.err


@pytest.fixture
def served(folder):
    running = child.start_child(folder, pace=20)
    yield running
    running.stop()


def test_a_child_serves_and_is_steered_and_ends_with_its_parent(served, folder, wire_to, capsys):
    class Running:
        simulator = type("S", (), {"port": int(json.loads(served.client_file.read_text())["wechat"]["base_url"][-5:])})

    Running.folder = folder
    wire = wire_to(Running)
    assert wire.client["pace"] == 20
    status, code, _ = steer(capsys, "code", "--dir", folder, "--channel", "wechat", "--customer", "instant")
    assert (status, len(code)) == (0, 19)
    assert wire.micropay("91", code.strip())["result_code"] == "SUCCESS"
    code = steer(capsys, "code", "--dir", folder, "--channel", "unionpay", "--customer", "never")[1]
    assert (len(code.strip()), code[:2]) == (19, "62")
    assert steer(capsys, "fault", "--dir", folder, "wechat.query: http-500") == (0, "", "")
    assert wire.send("POST", "/pay/orderquery", b"<xml/>")[0] == 500
    assert steer(capsys, "--dir", folder, "fault", "") == (0, "", "")
    assert wire.orderquery("91")["trade_state"] == "SUCCESS"
    status, listed, _ = steer(capsys, "ledger", "--dir", folder, "--json")
    assert json.loads(listed) == [
        {"channel": "wechat", "out_trade_no": "91", "state": "PAID", "paid_fen": 1250, "net_fen": 1250}
    ]
    assert "91" in steer(capsys, "ledger", "--dir", folder)[1]
    today, saved = beijing(time.time()).strftime("%Y-%m-%d"), folder / "bill.csv"
    bill = ("bill", "--dir", folder, "--channel", "wechat", "--day")
    assert steer(capsys, *bill, today, "--save", saved) == (0, "", "")
    assert steer(capsys, *bill, today)[:2] == (0, saved.read_bytes().decode())
    assert b"`91,`" in saved.read_bytes()
    assert steer(capsys, *bill, "2020-01-01")[::2] == (64, "mashou sim: wechat has nothing on the bill of 2020-01-01\n")
    assert "YYYY-MM-DD, not 'soon'" in steer(capsys, *bill, "soon")[2]
    assert steer(capsys, "fault", "--dir", folder, "*: off")[0] == 0
    with pytest.raises(OSError):
        wire.orderquery("91")
    assert steer(capsys, "fault", "--dir", folder, "")[0] == 0
    assert wire.orderquery("91")["trade_state"] == "SUCCESS"
    served.stop()
    assert served.process.returncode == 0
    assert not served.is_alive
    assert (folder / child.LOG).read_text() == ""
    status, out, err = steer(capsys, "ledger", "--dir", folder)
    assert (status, out, err.count("\n")) == (64, "", 1)


def test_two_children_in_one_folder_are_told_apart(served, folder):
    with pytest.raises(child.ChildError, match="did not start"):
        child.start_child(folder)
    assert "another simulator is serving" in (folder / child.LOG).read_text()
    assert served.is_alive


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(folder, number):
    process = subprocess.Popen(
        sim_argv("--dir", folder), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    ready = process.stdout.readline()
    client = json.loads((folder / "client.json").read_text())
    assert ready == f"ready {client['wechat']['base_url']}\n"
    assert json.loads((folder / "control.json").read_text())["pid"] == process.pid
    os.kill(process.pid, number)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        (["ledger"], 64, "say where: --dir DIR"),
        (["ledger", "--dir", "/nowhere"], 64, "no simulator has served /nowhere"),
        (["fault", "--dir", "/nowhere", "*: explode"], 2, "no such fault: 'explode'"),
        (["code", "--dir", "/nowhere", "--channel", "wechat", "--customer", "rich"], 2, "no such customer: 'rich'"),
        (["code", "--dir", "/nowhere", "--channel", "jd", "--customer", "instant"], 2, "invalid choice: 'jd'"),
        (["--dir", "/nowhere", "--pace", "0"], 2, "the pace is a number above 0"),
        (["--dir", "/nowhere", "--pace", "nan"], 2, "the pace is a number above 0"),
        (["--dir", "/nowhere", "--port", "70000"], 2, "a port is a number from 1 to 65535"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(capsys, words, status, why):
    got, out, err = steer(capsys, *words)
    assert (got, out) == (status, "")
    assert why in err


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    status, _, err = steer(capsys, "--dir", tmp_path / "file")
    assert (status, err.count("\n")) == (64, 1)


@pytest.mark.parametrize("words", [[], ["code"], ["fault"], ["ledger"]])
def test_help_is_there(capsys, words):
    status, out, _ = steer(capsys, *words, "--help")
    assert (status, "--dir DIR" in out) == (0, True)
