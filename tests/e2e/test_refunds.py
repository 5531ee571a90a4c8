"""``mashou refund`` and ``hold`` in processes of their own, against the simulator in another, over a line that lies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from e2e.stage import PATIENCE, ROOT, Picture, Simulator, mashou

WHY = "顾客退货"
KINDS = ["wechat", "wechat_v3", "alipay", "unionpay"]


class Desk:
    """A supervisor at a terminal; ``kind`` is the channel, WeChat by either of its two ways."""

    def __init__(self, folder: Path, simulator: Simulator, kind: str) -> None:
        self.folder = folder / "till"
        self.simulator = simulator
        self.channel = kind.removesuffix("_v3")
        client = json.loads(simulator.client.read_text(encoding="utf-8"))
        client["wechat"]["api"] = "v3" if kind.endswith("_v3") else "v2"
        path = folder / "client.json"
        path.write_text(json.dumps(client), encoding="utf-8")
        done = mashou("setup", "--data", str(self.folder), "--client", str(path))
        assert done.returncode == 0, done.stderr

    def fault(self, *rules: str) -> None:
        self.simulator.fault("; ".join(f"{self.channel}.{rule}" for rule in rules))

    def sold(self, yuan: str = "12.50") -> str:
        known = set(self.sales())
        code = self.simulator.code(self.channel, "instant")
        assert mashou("sell", yuan, "--code", code, "--data", str(self.folder)).returncode == 0
        (number,) = set(self.sales()) - known
        return number

    def sales(self) -> dict[str, Picture]:
        told = mashou("sales", "--json", "--data", str(self.folder))
        return {sale["out_trade_no"]: sale for sale in json.loads(told.stdout)}

    def run(self, command: str, number: str, *more: str) -> subprocess.CompletedProcess[str]:
        done: subprocess.CompletedProcess[str] = mashou(
            command, number, "--reason", WHY, *more, "--data", str(self.folder)
        )
        return done

    def refund_when_allowed(self, number: str, *more: str) -> int:
        """As soon as the channel's pause between two refunds is over."""
        end = time.monotonic() + PATIENCE
        while (done := self.run("refund", number, *more)).returncode == 64:
            assert "秒" in done.stderr, done.stderr
            assert time.monotonic() < end
        return done.returncode

    def stands(self, number: str) -> tuple[str, int]:
        """State here, net fen there."""
        return str(self.sales()[number]["state"]), int(self.simulator.ledger()[number]["net_fen"])


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path, simulator: Simulator) -> Desk:
    simulator.fault("")
    return Desk(tmp_path, simulator, request.param)


def test_parts_go_back_once_over_a_line_that_loses_answers(desk: Desk) -> None:
    number = desk.sold()
    desk.fault("refund: lose-answer x1", "refund-query: lose-request x1")
    assert desk.run("refund", number, "--amount", "4").returncode == 0
    assert desk.stands(number) == ("PARTLY_REFUNDED", 850)
    desk.fault("refund: lose-request x1")
    assert desk.refund_when_allowed(number) == 0
    assert desk.stands(number) == ("REFUNDED", 0)
    again = desk.run("refund", number)
    assert (again.returncode, again.stderr) == (64, "已全部退完，没有可退的了。\n")


@pytest.mark.parametrize("desk", ["wechat"], indirect=True)
def test_a_refund_cut_down_in_the_middle_is_finished_by_the_next_start(desk: Desk) -> None:
    number = desk.sold()
    desk.fault("refund: silence-after x1")
    words = ["refund", number, "--reason", WHY, "--data", str(desk.folder)]
    running = subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert running.stdout is not None
    assert "退款已提交" in running.stdout.readline()
    running.kill()
    running.communicate()
    assert mashou("resolve", "--data", str(desk.folder)).returncode in (0, 1)
    assert desk.stands(number) == ("VOIDED", 0)
    verified = mashou("journal", "verify", "--data", str(desk.folder))
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize("desk", ["unionpay"], indirect=True)
def test_cash_beside_the_till_stops_its_refunds(desk: Desk) -> None:
    number = desk.sold()
    too_much = desk.run("refund", number, "--amount", "12.51")
    assert (too_much.returncode, too_much.stderr) == (64, "最多还能退 ￥12.50。\n")
    assert desk.run("hold", number, "--voucher", "V1", "--as", "nobody").returncode == 64
    assert desk.run("hold", number, "--voucher", "V1").returncode == 0
    assert desk.run("refund", number).returncode == 64
    assert desk.stands(number) == ("PAID", 1250)


@pytest.mark.parametrize("desk", ["wechat_v3"], indirect=True)
def test_a_refund_that_comes_back_leaves_the_sale_paid(desk: Desk) -> None:
    number = desk.sold()
    desk.fault("refund: refund-closed")
    assert desk.run("refund", number).returncode == 1
    assert desk.stands(number) == ("PAID", 1250)
