"""``mashou notify`` in a data folder as a shop has it, with a notification as Alipay signs it."""

import base64
import http.client
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from app.cli import main as cli
from app.journal.writer import open_writer
from app.secrets import Vault
from app.settings import DataFolder
from app.sim.client_file import client_record
from app.sim.keys import load_or_make
from app.till.noticebox import NoticeBox

ROOT = Path(__file__).parents[3]
NOW = 1_795_000_000_000
NUMBER = "700326112258170004170001"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The keys of a simulator, and Alipay's own among them."""
    keys = load_or_make(tmp_path_factory.mktemp("sim"), NOW / 1000, random.Random(5))
    document = client_record(keys, 8443, 1)
    return keys, {name: held for name, held in document.items() if name != "unionpay"}


@pytest.fixture
def folder(tmp_path, service, monkeypatch):
    monkeypatch.delenv("MASHOU_PASSPHRASE_FILE", raising=False)
    (tmp_path / "client.json").write_text(json.dumps(service[1]), encoding="utf-8")
    assert cli.run(["--data", str(tmp_path / "till"), "setup", "--client", str(tmp_path / "client.json")]) == 0
    return DataFolder(tmp_path / "till")


@pytest.fixture
def mashou(folder, capsys):
    def run(*argv):
        capsys.readouterr()
        code = cli.run(["--data", str(folder.path), *map(str, argv)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def signed(service):
    """A notification's body with a signature of the simulator's Alipay."""
    keys, document = service

    def make(**changes):
        params = {
            "app_id": document["alipay"]["app_id"],
            "charset": "utf-8",
            "notify_type": "trade_status_sync",
            "trade_status": "TRADE_SUCCESS",
            "out_trade_no": NUMBER,
            "trade_no": "2026112222001428471425207380",
            "total_amount": "9.00",
            "gmt_payment": "2026-11-22 15:23:12",
            **changes,
        }
        text = "&".join(f"{name}={params[name]}" for name in sorted(params))
        key = serialization.load_pem_private_key(keys.pem["alipay_private_key"].encode(), None)
        sign = base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
        return urlencode({**params, "sign_type": "RSA2", "sign": sign}).encode()

    return make


@pytest.fixture
def file(tmp_path):
    def write(body):
        (tmp_path / "notice").write_bytes(body)
        return tmp_path / "notice"

    return write


def waiting(folder):
    box = NoticeBox(folder.notices, Vault.unlock(folder.path).mac_key)
    return [box.read(path) for path in box.waiting()]


def test_a_payments_notification_is_kept_and_answered(mashou, folder, signed, file):
    code, out, err = mashou("notify", "--file", file(signed()), "--channel", "alipay")
    assert (code, out) == (0, "success")
    assert err == f"已记下：支付宝付款，单号 {NUMBER}\n"
    (notice,) = waiting(folder)
    assert (notice.out_trade_no, notice.amount_fen, notice.evidence.verified) == (NUMBER, 900, True)


def test_the_same_twice_is_one(mashou, folder, signed, file):
    for _ in range(2):
        assert mashou("notify", "--file", file(signed()), "--channel", "alipay")[:2] == (0, "success")
    assert len(waiting(folder)) == 1


def test_a_refund_is_kept_as_a_refund(mashou, folder, signed, file):
    body = signed(refund_fee="9.00", gmt_refund="2026-11-22 15:30:00.123", trade_status="TRADE_CLOSED")
    assert "支付宝退款" in mashou("notify", "--file", file(body), "--channel", "alipay")[2]
    assert [notice.kind.value for notice in waiting(folder)] == ["refund"]


def test_what_was_altered_is_neither_kept_nor_acknowledged(mashou, folder, signed, file):
    body = signed().replace(b"total_amount=9.00", b"total_amount=9.01")
    code, out, err = mashou("notify", "--file", file(body), "--channel", "alipay")
    assert (code, out) == (64, "fail")
    assert "没有记" in err
    assert waiting(folder) == []


def test_what_cannot_be_made_durable_is_not_acknowledged(mashou, folder, signed, file):
    folder.notices.write_text("not a folder")
    code, out, err = mashou("notify", "--file", file(signed()), "--channel", "alipay")
    assert (code, out) == (2, "fail")
    assert "记不下来" in err


def test_beside_the_window_it_writes_no_journal(mashou, folder, signed, file):
    secrets = Vault.unlock(folder.path)
    journal = open_writer(folder.journal, secrets.mac_key, training=True, now_ms=NOW, entropy=bytes, ballast_bytes=0)
    head = journal.head()
    assert mashou("notify", "--file", file(signed()), "--channel", "alipay")[0] == 0
    assert journal.head() == head
    journal.close()


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "请给 --listen"),
        (["--file", "x"], "请给 --listen"),
        (["--listen", "0", "--channel", "alipay"], "请给 --listen"),
        (["--file", "/nowhere", "--channel", "alipay"], "读不了文件"),
        (["--listen", "99999"], "端口 99999 用不了"),
    ],
)
def test_a_wrong_command_is_one_sentence(mashou, argv, says):
    code, out, err = mashou("notify", *argv)
    assert (code, out) == (64, "")
    assert says in err


def test_a_channel_that_is_not_set_up(mashou, file):
    code, _, err = mashou("notify", "--file", file(b"x"), "--channel", "unionpay")
    assert (code, err) == (64, "没有开通银联，或它没有通知。\n")


def test_headers_are_a_line_each(mashou, signed, file, tmp_path):
    (tmp_path / "heads").write_text("Content-Type: text/plain\n\nX-Y:z\n")
    argv = ("notify", "--file", file(signed()), "--channel", "alipay", "--headers", tmp_path / "heads")
    assert mashou(*argv)[0] == 0
    (tmp_path / "heads").write_text("no colon\n")
    assert mashou(*argv)[0] == 64


def test_the_door_takes_one_and_ends_with_the_signal(folder, signed):
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONUTF8": "1",
    }
    body = signed()
    argv = [sys.executable, "-m", "app", "notify", "--listen", "0", "--data", str(folder.path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ) as door:
        port = int(door.stdout.readline().partition("http://127.0.0.1:")[2].partition("/")[0])
        caller = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        caller.request("POST", "/alipay", body)
        assert caller.getresponse().read() == b"success"
        caller.close()
        assert len(waiting(folder)) == 1
        door.send_signal(signal.SIGTERM)
        assert door.wait(60) == 0
