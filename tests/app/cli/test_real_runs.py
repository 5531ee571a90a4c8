"""The command line in processes of its own, against the simulator in another: what the shell of a shop sees."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACE = "4"  # a code lives 15 s, which a loaded machine may need to start a process


class Shop:
    def __init__(self, folder):
        self.data = folder / "till"
        self.sim = folder / "sim"
        self.log = (folder / "sim.log").open("wb")
        self.environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",  # never a developer's own
            "PYTHONUTF8": "1",
            "PYTHONUNBUFFERED": "1",
            "MASHOU_DATA": str(folder / "default"),
        }
        self.started = []
        self.service = self.start("sim", "--dir", self.sim, "--pace", PACE)
        assert self.service.stdout.readline().startswith("ready https://127.0.0.1:")
        assert self.run("setup", "--client", self.sim / "client.json")[0] == 0

    def start(self, *argv, stdin=subprocess.DEVNULL):
        words = [str(word) for word in argv]
        data = [] if argv[0] in {"sim", "--training"} else ["--data", str(self.data)]
        process = subprocess.Popen(
            [sys.executable, "-m", "app", *words, *data],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            encoding="utf-8",
            env=self.environ,
        )
        self.started.append(process)
        return process

    def close(self):
        """End the service, and what a story that failed has left."""
        self.service.terminate()
        self.service.wait(60)
        for process in self.started:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
        self.log.close()

    def run(self, *argv, given=None):
        process = self.start(*argv, stdin=subprocess.PIPE)
        out, _ = process.communicate(given, timeout=60)
        return process.returncode, out

    def code(self, customer, channel="wechat"):
        return self.run("sim", "code", "--dir", self.sim, "--channel", channel, "--customer", customer)[1].strip()

    def sales(self):
        return {sale["out_trade_no"]: sale for sale in json.loads(self.run("sales", "--json")[1])}

    def ledger(self):
        return {o["out_trade_no"]: o for o in json.loads(self.run("sim", "ledger", "--dir", self.sim, "--json")[1])}

    def agrees(self):
        """The journal holds what the simulator's accounts hold, to the fen."""
        ours = {n: s["amount_fen"] if s["state"] == "PAID" else 0 for n, s in self.sales().items()}
        theirs = {n: order["net_fen"] for n, order in self.ledger().items()}
        return {n: fen for n, fen in ours.items() if fen} == {n: fen for n, fen in theirs.items() if fen}

    def canaries(self, *codes):
        """Files of the till that hold a payment code."""
        kept = [file for file in self.data.rglob("*") if file.is_file()]
        return [file.name for file in kept for code in codes if code.encode() in file.read_bytes()]


def told(process, text):
    """Read the story until ``text`` comes; what was said on the way."""
    said = []
    for line in process.stdout:
        said.append(line)
        if text in line:
            return said
    raise AssertionError(f"{text} was never told: {said}")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    opened = Shop(tmp_path_factory.mktemp("shop"))
    yield opened
    opened.close()


def test_exit_codes_journal_and_ledger_agree(shop):
    paid = shop.code("instant")
    assert shop.run("sell", "12.50", "--code", paid)[0] == 0
    typed = shop.code("password:10", "alipay")
    status, story = shop.run("sell", "5.07", "--code", "-", given=f"{typed}\r\n")
    assert status == 0
    assert story.index("请顾客输入密码") < story.index("已收款")
    poor = shop.code("poor")
    status, story = shop.run("sell", "3", "--code", poor)
    assert status == 1
    assert "余额不足" in story
    assert shop.run("sell", "3", "--code", paid)[0] == 64  # used up, and nothing was sent
    assert [sale["state"] for sale in shop.sales().values()] == ["PAID", "PAID", "DECLINED"]
    assert shop.agrees()
    assert shop.canaries(paid, typed, poor) == []
    assert shop.run("journal", "verify")[0] == 0


def test_a_killed_sale_is_finished_by_resolve(shop):
    code = shop.code("password:60", "alipay")
    selling = shop.start("sell", "8.88", "--code", code)
    number = told(selling, "单号")[-1].split("单号 ")[1].strip()
    told(selling, "请顾客输入密码")
    selling.send_signal(signal.SIGSTOP)  # nothing ends while the next process starts, however long that takes
    assert shop.run("resolve")[0] == 64  # the other one still has the journal
    selling.kill()
    selling.communicate()
    status, story = shop.run("resolve")
    assert number in story
    assert (status, shop.sales()[number]["state"]) in {(0, "PAID"), (1, "REVERSED")}
    assert shop.agrees()
    assert shop.run("resolve") == (0, "没有未了结的单。\n")


def test_sigterm_leaves_it_open_and_ctrl_c_takes_it_back(shop):
    selling = shop.start("sell", "4.20", "--code", shop.code("never", "alipay"))
    told(selling, "请顾客输入密码")
    selling.send_signal(signal.SIGTERM)
    assert "还没有了结" in selling.communicate(timeout=60)[0]
    assert selling.returncode == 3
    resolving = shop.start("resolve")
    told(resolving, "笔未了结")
    resolving.communicate(timeout=60)
    assert resolving.returncode == 1
    selling = shop.start("sell", "4.30", "--code", shop.code("never", "alipay"))
    told(selling, "请顾客输入密码")
    selling.send_signal(signal.SIGINT)
    story = selling.communicate(timeout=60)[0]
    assert selling.returncode == 1
    assert "正在停收" in story
    assert "已撤销" in story
    assert shop.agrees()


def test_training_needs_nothing_but_the_command(shop):
    status, story = shop.run("--training", "sell", "12.50")
    assert status == 0
    assert "训练：练习顾客出示了微信付款码。" in story
    assert "已收款" in story
