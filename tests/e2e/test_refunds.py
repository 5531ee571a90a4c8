"""``mashou refund`` and ``hold`` in processes of their own, against the simulator in another, over a line that lies."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.stage import PATIENCE, Simulator
from e2e.warm import Warm

from app.cli.exits import Exit
from app.journal.reader import open_reader
from app.settings import DataFolder

REFUSED = Exit.REFUSED
WHY = "顾客退货"
KINDS = ["wechat", "wechat_v3", "alipay", "unionpay"]


class Desk:
    """A supervisor at a terminal; ``kind`` is the channel, WeChat by either of its two ways."""

    def __init__(self, folder: Path, simulator: Simulator, kind: str, program: Warm) -> None:
        self.folder = folder / "till"
        self.program = program
        self.simulator = simulator
        self.channel = kind.removesuffix("_v3")
        client = json.loads(simulator.client.read_text(encoding="utf-8"))
        client["wechat"]["api"] = "v3" if kind.endswith("_v3") else "v2"
        path = folder / "client.json"
        path.write_text(json.dumps(client), encoding="utf-8")
        code, said = self.command("setup", "--client", str(path))
        assert code == 0, said

    def command(self, *words: str) -> tuple[int, str]:
        """Exit code, and what was said."""
        return self.program.run(*words, "--data", str(self.folder))

    def fault(self, *rules: str) -> None:
        self.simulator.fault("; ".join(f"{self.channel}.{rule}" for rule in rules))

    def sold(self, yuan: str = "12.50") -> str:
        known = set(self.sales())
        code = self.simulator.code(self.channel, "instant")
        assert self.command("sell", yuan, "--code", code)[0] == 0
        (number,) = set(self.sales()) - known
        return number

    def sales(self) -> dict[str, str]:
        """State by order number, read beside the till as ``mashou sales`` reads."""
        journal = DataFolder(self.folder).journal
        if not journal.exists():
            return {}
        reader = open_reader(journal)
        try:
            return {line.out_trade_no: line.state for line in reader.lines(None)}
        finally:
            reader.close()

    def run(self, command: str, number: str, *more: str) -> tuple[int, str]:
        return self.command(command, number, "--reason", WHY, *more)

    def refund_when_allowed(self, number: str, *more: str) -> int:
        """As soon as the channel's pause between two refunds is over."""
        end = time.monotonic() + PATIENCE
        while (done := self.run("refund", number, *more))[0] == REFUSED:
            assert "秒" in done[1], done[1]
            assert time.monotonic() < end
        return done[0]

    def stands(self, number: str) -> tuple[str, int]:
        """State here, net fen there."""
        return self.sales()[number], int(self.simulator.ledger()[number]["net_fen"])


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    program = Warm(tmp_path_factory.mktemp("said"))
    yield program
    program.close()


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path, simulator: Simulator, program: Warm) -> Desk:
    simulator.fault("")
    return Desk(tmp_path, simulator, request.param, program)


def test_parts_go_back_once_over_a_line_that_loses_answers(desk: Desk) -> None:
    number = desk.sold()
    desk.fault("refund: lose-answer x1", "refund-query: lose-request x1")
    assert desk.run("refund", number, "--amount", "4")[0] == 0
    assert desk.stands(number) == ("PARTLY_REFUNDED", 850)
    desk.fault("refund: lose-request x1")
    assert desk.refund_when_allowed(number) == 0
    assert desk.stands(number) == ("REFUNDED", 0)
    assert desk.run("refund", number) == (REFUSED, "已全部退完，没有可退的了。\n")


@pytest.mark.parametrize("desk", ["wechat"], indirect=True)
def test_a_refund_cut_down_in_the_middle_is_finished_by_the_next_start(desk: Desk) -> None:
    number = desk.sold()
    desk.fault("refund: silence-after x1")
    running = desk.program.start("refund", number, "--reason", WHY, "--data", str(desk.folder), given="")
    assert running.until("退款已提交", PATIENCE)
    assert running.kill() == -signal.SIGKILL
    assert desk.command("resolve")[0] in (0, 1)
    assert desk.stands(number) == ("VOIDED", 0)
    assert desk.command("journal", "verify")[0] == 0


@pytest.mark.parametrize("desk", ["unionpay"], indirect=True)
def test_cash_beside_the_till_stops_its_refunds(desk: Desk) -> None:
    number = desk.sold()
    assert desk.run("refund", number, "--amount", "12.51") == (REFUSED, "最多还能退 ￥12.50。\n")
    assert desk.run("hold", number, "--voucher", "V1", "--as", "nobody")[0] == REFUSED
    assert desk.run("hold", number, "--voucher", "V1")[0] == 0
    assert desk.run("refund", number)[0] == REFUSED
    assert desk.stands(number) == ("PAID", 1250)


@pytest.mark.parametrize("desk", ["wechat_v3"], indirect=True)
def test_a_refund_that_comes_back_leaves_the_sale_paid(desk: Desk) -> None:
    number = desk.sold()
    desk.fault("refund: refund-closed")
    assert desk.run("refund", number)[0] == 1
    assert desk.stands(number) == ("PAID", 1250)
