"""Public clients that know nothing of this project trade with the simulator; only address and keys are set.

Each runs in its own environment (packaging/clients.sh), configured from ``client.json``, at pace 20. What it made of
the answers is compared with the channel's documents, and what the shop holds with ``mashou sim ledger``.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from e2e.stage import ROOT, Simulator

DRIVERS = Path(__file__).parent
PATIENCE = 110.0  # seconds; a driver ends by itself long before, with what it last saw
Fields = Mapping[str, Any]

WECHAT_V2: Mapping[str, Fields] = {
    "paid": {"result_code": "SUCCESS", "trade_type": "MICROPAY", "total_fee": "1234", "attach": "01-7"},
    "paid query": {"result_code": "SUCCESS", "trade_state": "SUCCESS", "total_fee": "1234"},
    "refund": {"result_code": "SUCCESS", "total_fee": "1234", "refund_fee": "234"},
    "refund again": {"result_code": "SUCCESS", "total_fee": "1234", "refund_fee": "234"},
    "refund query": {
        "result_code": "SUCCESS",
        "refund_count": "1",
        "refund_fee_0": "234",
        "refund_status_0": "SUCCESS",
    },
    "query after refund": {"result_code": "SUCCESS", "trade_state": "REFUND"},
    "asked": {"raised": "SUCCESS FAIL USERPAYING"},
    "asked paid": {"result_code": "SUCCESS", "trade_state": "SUCCESS", "total_fee": "1234"},
    "never": {"raised": "SUCCESS FAIL USERPAYING"},
    "never waiting": {"result_code": "SUCCESS", "trade_state": "USERPAYING"},
    "never reversed": {"result_code": "SUCCESS", "recall": "N"},
    "never query": {"result_code": "SUCCESS", "trade_state": "REVOKED"},
    "taken": {"result_code": "SUCCESS", "total_fee": "1234"},
    "code again": {"raised": "SUCCESS FAIL AUTH_CODE_INVALID"},
    "poor": {"raised": "SUCCESS FAIL NOTENOUGH"},
    "taken reversed": {"result_code": "SUCCESS", "recall": "N"},
    "taken query": {"result_code": "SUCCESS", "trade_state": "REVOKED"},
    "unknown query": {"raised": "SUCCESS FAIL ORDERNOTEXIST"},
}
WECHAT_V3: Mapping[str, Fields] = {
    "paid": {"http": 200, "trade_state": "SUCCESS", "trade_type": "MICROPAY", "attach": "01-7"},
    "paid query": {"http": 200, "trade_state": "SUCCESS", "trade_type": "MICROPAY"},
    "refund": {"http": 200, "status": "PROCESSING", "channel": "ORIGINAL"},
    "refund again": {"http": 200, "channel": "ORIGINAL"},
    "refund query": {"http": 200, "status": "SUCCESS", "channel": "ORIGINAL"},
    "query after refund": {"http": 200, "trade_state": "REFUND"},
    "asked": {"http": 200, "trade_state": "USERPAYING"},
    "asked paid": {"http": 200, "trade_state": "SUCCESS"},
    "never": {"http": 200, "trade_state": "USERPAYING"},
    "never waiting": {"http": 200, "trade_state": "USERPAYING"},
    "never reversed": {"http": 200},
    "never query": {"http": 200, "trade_state": "REVOKED"},
    "taken": {"http": 200, "trade_state": "SUCCESS"},
    "code again": {"http": 403, "code": "AUTH_CODE_INVALID"},
    "poor": {"http": 403, "code": "NOT_ENOUGH"},
    "taken reversed": {"http": 200},
    "taken query": {"http": 200, "trade_state": "REVOKED"},
    "unknown query": {"http": 404, "code": "ORDER_NOT_EXIST"},
}
WECHAT_BOOKS = {
    "paid": ("PARTLY_REFUNDED", 1_234, 1_000),
    "asked": ("PAID", 1_234, 1_234),
    "never": ("REVERSED", 0, 0),
    "taken": ("REVERSED", 1_234, 0),
    "again": ("REFUSED", 0, 0),
    "poor": ("NOT_PAID", 0, 0),
}

ALIPAY: Mapping[str, Fields] = {
    "paid": {"code": "10000", "total_amount": "12.34", "receipt_amount": "12.34"},
    "paid query": {"code": "10000", "trade_status": "TRADE_SUCCESS", "total_amount": "12.34"},
    "refund": {"code": "10000", "fund_change": "Y", "refund_fee": "2.34"},
    "refund again": {"code": "10000", "fund_change": "N", "refund_fee": "2.34"},
    "refund query": {
        "code": "10000",
        "refund_status": "REFUND_SUCCESS",
        "refund_amount": "2.34",
        "total_amount": "12.34",
        "refund_reason": "退货",
    },
    "query after refund": {"code": "10000", "trade_status": "TRADE_SUCCESS"},
    "refund rest": {"code": "10000", "fund_change": "Y", "refund_fee": "12.34"},
    "query after rest": {"code": "10000", "trade_status": "TRADE_CLOSED"},
    "asked": {"code": "10003"},
    "asked paid": {"code": "10000", "trade_status": "TRADE_SUCCESS", "total_amount": "12.34"},
    "never": {"code": "10003"},
    "never waiting": {"code": "10000", "trade_status": "WAIT_BUYER_PAY"},
    "never cancelled": {"code": "10000", "action": "close", "retry_flag": "N"},
    "never query": {"code": "10000", "trade_status": "TRADE_CLOSED"},
    "taken": {"code": "10000", "total_amount": "12.34"},
    "code again": {"code": "40004", "sub_code": "ACQ.PAYMENT_AUTH_CODE_INVALID"},
    "poor": {"code": "40004", "sub_code": "ACQ.BUYER_BALANCE_NOT_ENOUGH"},
    "taken cancelled": {"code": "10000", "action": "refund", "retry_flag": "N"},
    "taken query": {"code": "10000", "trade_status": "TRADE_CLOSED"},
    "unknown query": {"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"},
    "unknown cancelled": {"code": "10000", "retry_flag": "N"},
}
ALIPAY_BOOKS = {
    "paid": ("REFUNDED", 1_234, 0),
    "asked": ("PAID", 1_234, 1_234),
    "never": ("REVERSED", 0, 0),
    "taken": ("REVERSED", 1_234, 0),
    "again": ("REFUSED", 0, 0),
    "poor": ("REFUSED", 0, 0),
}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("sim"))
    yield simulator
    simulator.close()


_serials = itertools.count(1)


class Trades:
    """What one client saw of its trades, and what the simulator wrote of them."""

    def __init__(self, simulator: Simulator, client: str, variant: str) -> None:
        python = ROOT / ".venv-clients" / client / "bin" / "python"
        if not python.exists():
            pytest.fail(f"the public client {client} is not installed; make its environment: sh packaging/clients.sh")
        self._simulator = simulator
        self._prefix = f"C{next(_serials)}x"
        driver = DRIVERS / f"drive_{client.replace('-', '_')}.py"
        done = subprocess.run(
            [str(python), str(driver), str(simulator.folder), self._prefix, variant],
            env=self._environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr[-3_000:]
        self.seen: dict[str, dict[str, Any]] = json.loads(done.stdout)

    def _environment(self) -> dict[str, str]:
        """Trust comes by environment. Alipay's clients stamp local time, so it is Beijing's."""
        authority = str(self._simulator.folder / "ca.pem")
        trust = {"REQUESTS_CA_BUNDLE": authority, "SSL_CERT_FILE": authority}
        return {"PATH": os.environ["PATH"], "TZ": "Asia/Shanghai", "PYTHONUTF8": "1", "NO_PROXY": "127.0.0.1", **trust}

    def said(self, names: Mapping[str, Fields]) -> dict[str, Fields]:
        """The same fields of the same steps as ``names``, as they were seen."""
        return {
            step: {name: answer.get(name) for name in names.get(step, answer)} for step, answer in self.seen.items()
        }

    def books(self) -> dict[str, tuple[str, int, int]]:
        """The simulator's ledger of this client's orders: state, fen taken, fen held."""
        return {
            number.removeprefix(self._prefix): (order["state"], order["paid_fen"], order["net_fen"])
            for number, order in self._simulator.ledger().items()
            if number.startswith(self._prefix)
        }


@pytest.mark.parametrize("variant", ["shop", "provider"])
def test_wechatpy_trades_over_wechat_v2(simulator, variant):
    trades = Trades(simulator, "wechatpy", variant)
    assert trades.said(WECHAT_V2) == WECHAT_V2
    assert {step for step, answer in trades.seen.items() if answer["holds"] is not True} == set(), "its own verdict"
    named = {answer.get("sub_mch_id") for answer in trades.seen.values()}
    assert named == {"1900000109" if variant == "provider" else None}
    assert trades.books() == WECHAT_BOOKS


@pytest.mark.parametrize(
    "variant", ["plain certificate", "async public-key", "async certificate", "plain public-key provider"]
)
def test_wechatpayv3_trades_over_wechat_v3(simulator, variant):
    trades = Trades(simulator, "wechatpayv3", variant)
    assert trades.said(WECHAT_V3) == WECHAT_V3
    query, provider = trades.seen["paid query"], "provider" in variant
    assert (query.get("sub_mchid"), query.get("mchid") is None) == (("1900000109", True) if provider else (None, False))
    paid, back = query["amount"], trades.seen["refund query"]["amount"]
    assert (paid["total"], back["total"], back["refund"]) == (1_234, 1_234, 234)
    assert trades.books() == WECHAT_BOOKS


@pytest.mark.parametrize("variant", ["RSA2", "RSA", "certificate", "provider"])
def test_python_alipay_sdk_trades_over_alipay(simulator, variant):
    trades = Trades(simulator, "python-alipay-sdk", variant)
    assert trades.said(ALIPAY) == ALIPAY
    assert trades.books() == ALIPAY_BOOKS


@pytest.mark.parametrize("variant", ["RSA2", "RSA"])
def test_alipays_own_sdk_trades_over_alipay(simulator, variant):
    trades = Trades(simulator, "alipay-sdk-python", variant)
    assert trades.said(ALIPAY) == ALIPAY
    assert trades.books() == ALIPAY_BOOKS
