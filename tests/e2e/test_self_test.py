"""``mashou doctor`` against practice counterparties: what is wrong in a till's keys is named, with who mends it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from e2e.stage import Simulator

from app.cli import main as cli
from app.settings import load, save
from app.setup import doctor
from app.till.clock import Clock

FORMAT = serialization.PrivateFormat.PKCS8
STRANGER = rsa.generate_private_key(65537, 2048)
KEY = STRANGER.private_bytes(serialization.Encoding.PEM, FORMAT, serialization.NoEncryption()).decode()
PUBLIC = STRANGER.public_key()
PUBLIC_PEM = PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
WORKS = ("ok", "", "签名、验签和查询都正常")


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("sim"))
    yield simulator
    simulator.close()


Examined = Callable[..., dict[str, dict[str, str]]]


@pytest.fixture
def examined(simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Examined:
    """The checks by part, of a till with one channel of the simulator's, its fields changed."""

    def run(channel: str, changes: dict[str, Any], saved: dict[str, str] | None = None) -> dict[str, dict[str, str]]:
        client = json.loads(simulator.client.read_text(encoding="utf-8"))
        kept = {"wechat", channel} if channel == "wechat_v3" else {channel}
        for other in {"wechat", "wechat_v3", "alipay", "unionpay"} - kept:
            del client[other]
        if channel == "wechat_v3":
            client["wechat"]["api"] = "v3"
        for unneeded in ("app_public_key_pem", "app_cert_pem", "merchant_cert_pem"):  # setup would see the odd pair
            client[channel].pop(unneeded, None) if changes else None
        client[channel] |= changes
        client["pace"] = 1  # a question needs no hurry: a busy machine has the whole limits to answer it
        (tmp_path / "client.json").write_text(json.dumps(client), encoding="utf-8")
        till = tmp_path / "till"
        assert cli.run(["--data", str(till), "setup", "--client", str(tmp_path / "client.json")]) == 0
        if saved:
            settings = load(till).settings
            save(till, replace(settings, **{channel: replace(getattr(settings, channel), **saved)}))
        capsys.readouterr()
        cli.run(["--data", str(till), "doctor", "--json"])
        checks = json.loads(capsys.readouterr().out)["checks"]
        return {check["part"]: check for check in checks}

    return run


@pytest.mark.parametrize(
    ("channel", "changes", "expected"),
    [
        ("wechat", {}, WORKS),
        ("wechat", {"api_v2_key": "0" * 32}, ("bad", "manager", "密钥不对")),
        ("wechat", {"mch_id": "1600000001"}, ("bad", "manager", "商户号、应用号或参数不对")),
        ("wechat", {"appid": "wx0000000000000001"}, ("bad", "manager", "APPID_NOT_EXIST")),
        ("wechat_v3", {}, WORKS),
        ("wechat_v3", {"mode": "certificate", "require_root": False}, WORKS),
        ("wechat_v3", {"merchant_private_key_pem": KEY}, ("bad", "manager", "密钥不对")),
        ("wechat_v3", {"merchant_serial_no": "AB" * 20}, ("bad", "manager", "密钥不对")),
        ("wechat_v3", {"mchid": "1600000001"}, ("bad", "acquirer", "商户号要是没填错")),
        ("wechat_v3", {"wechatpay_public_key_id": "PUB_KEY_ID_0"}, ("bad", "manager", "参数不对（PARAM_ERROR）")),
        ("wechat_v3", {"wechatpay_public_key_pem": PUBLIC_PEM}, ("bad", "manager", "公钥或证书不对")),
        (
            "wechat_v3",
            {"mode": "certificate", "require_root": False, "api_v3_key": "a" * 32},
            ("bad", "manager", "APIv3 密钥或根证书不对"),
        ),
        ("alipay", {}, WORKS),
        ("alipay", {"app_private_key_pem": KEY}, ("bad", "manager", "密钥不对")),
        ("alipay", {"alipay_public_key_pem": PUBLIC_PEM}, ("bad", "manager", "公钥或证书不对")),
        ("alipay", {"app_id": "2021000000009999"}, ("bad", "manager", "invalid-app-id")),
        ("unionpay", {}, WORKS),
        ("unionpay", {"mer_id": "777000000000001"}, ("bad", "manager", "商户号")),
        ("unionpay", {"test_environment": False}, ("bad", "manager", "公钥或证书不对")),
    ],
)
def test_what_is_wrong_with_a_channel_is_named_with_who_mends_it(
    examined: Examined, expect_log: Any, channel: str, changes: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    part = channel.removesuffix("_v3")
    if "证书不对" in expected[2]:
        expect_log(f"mashou.channels.{part}", "FORGED")
    told = examined(channel, changes)[part]
    assert (told["light"], told["who"]) == expected[:2]
    assert expected[2] in told["zh"]


def test_certificates_that_belong_to_nobody_shut_the_channel_in_both_languages(
    examined: Examined, simulator: Simulator
) -> None:
    client = json.loads(simulator.client.read_text(encoding="utf-8"))
    told = examined("unionpay", {}, saved={"root_cert_pem": client["alipay"]["alipay_root_cert_pem"]})["unionpay"]
    assert told["zh"] == "打不开：银联中级证书不是银联根证书签发的。请重装密钥和证书。"
    assert "UnionPay's middle certificate does not lead to its root certificate" in told["en"]


@pytest.mark.parametrize(
    ("channel", "light"), [("wechat", "ok"), ("wechat_v3", "bad"), ("alipay", "ok"), ("unionpay", "ok")]
)
def test_a_clock_ten_minutes_fast_is_told_whatever_the_channel_makes_of_it(
    examined: Examined, monkeypatch: pytest.MonkeyPatch, channel: str, light: str
) -> None:
    monkeypatch.setattr(doctor, "Clock", lambda: Clock(wall=lambda: time.time() + 600))
    found = examined(channel, {})
    assert found[channel.removesuffix("_v3")]["light"] == light
    assert (found["clock"]["light"], found["clock"]["who"]) == ("warn", "manager")
    assert "快" in found["clock"]["zh"]
