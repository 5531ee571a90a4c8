"""Restarts, damaged folders, files a stranger cannot read, and the speed of one connection."""

import json
import random
import shutil
import stat
import time
from pathlib import Path

import pytest

from app.sim import keys, server
from app.sim.ledger import LedgerError
from app.sim.lock import FolderBusyError


def test_a_restart_remembers_orders_codes_money_and_port(run, wire_to):
    first = run()
    wire, number = wire_to(first), "91"
    paid, fresh = wire.micropay(number, first.code("wechat")), first.code("alipay")
    wire.micropay("92", first.code("wechat", "password:30"))
    before = first.ledger(), first.simulator.desk.bank.vault.minted_fen
    wire.close()
    first.stop()
    second = run()
    second.clock.now = first.clock.now
    again = wire_to(second)
    assert (second.ledger(), second.simulator.desk.bank.vault.minted_fen) == before
    assert again.port == wire.port
    assert again.client == wire.client
    assert again.orderquery(number)["transaction_id"] == paid["transaction_id"]
    assert again.pay("81", fresh)["code"] == "10000"
    second.clock.advance(31)
    assert again.orderquery("92")["trade_state"] == "SUCCESS"
    assert again.reverse(number)["result_code"] == "SUCCESS"
    assert second.ledger()[number] == ("REVERSED", 1250, 0)


def test_a_line_torn_by_a_crash_is_cut_off_and_the_rest_kept(run, wire_to, folder):
    first = run()
    wire_to(first).micropay("91", first.code("wechat"))
    before = first.ledger()
    first.stop()
    whole = (folder / "ledger.jsonl").read_bytes()
    (folder / "ledger.jsonl").write_bytes(whole + b'{"at":1,"changes":[{"kind":"or')
    second = run()
    assert second.ledger() == before
    assert (folder / "ledger.jsonl").read_bytes() == whole
    second.code("wechat")
    assert len((folder / "ledger.jsonl").read_bytes().splitlines()) == len(whole.splitlines()) + 1


@pytest.mark.parametrize("line", [b"{}\n", b"[]\n", b"\xff\n", b'{"changes":[{"kind":"coin","channel":"wechat"}]}\n'])
def test_a_ledger_no_simulator_wrote_is_named_and_left_alone(run, folder, line):
    (folder / "ledger.jsonl").write_bytes(line)
    with pytest.raises(LedgerError, match=r"ledger\.jsonl, line 1, cannot be read"):
        run()
    assert (folder / "ledger.jsonl").read_bytes() == line


def test_a_full_disk_answers_nobody_and_loses_nothing(run, wire_to, monkeypatch, expect_log):
    expect_log("app.sim.desk", "the ledger cannot be written")
    sim = run()
    wire, code, ledger = wire_to(sim), sim.code("wechat"), sim.simulator.desk._ledger
    real = ledger._file

    class Full:
        def __getattr__(self, name):
            return getattr(real, name)

        def write(self, data):
            return real.write(data[: len(data) // 2])

    ledger._file = Full()
    with pytest.raises(OSError):
        wire.micropay("91", code)
    ledger._file = real
    assert wire.orderquery("91")["trade_state"] == "SUCCESS"
    before = sim.ledger()
    wire.close()
    sim.stop()
    assert run().ledger() == before == {"91": ("PAID", 1250, 1250)}


def test_one_simulator_per_folder(run):
    run()
    with pytest.raises(FolderBusyError, match="another simulator"):
        run()


def test_a_wanted_port_in_use_is_told_and_a_remembered_one_is_given_up(run, made_keys, folder, tmp_path):
    first = run()
    other = shutil.copytree(made_keys, tmp_path / "other")
    with pytest.raises(server.PortTakenError, match=f"port {first.simulator.port} cannot be used"):
        run(other, port=first.simulator.port)
    shutil.copy(folder / "client.json", other)
    assert run(other).simulator.port != first.simulator.port


def test_every_file_is_its_owners_alone_and_none_holds_a_payment_code(run, wire_to, folder):
    sim = run()
    codes = [sim.code(channel, customer) for channel in ("wechat", "alipay") for customer in ("instant", "never")]
    wire = wire_to(sim)
    for number, code in enumerate(codes):
        wire.micropay(f"9{number}", code) if code < "2" else wire.pay(f"8{number}", code)
    assert len(sim.ledger()) == len(codes)
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file.name
        assert not any(code.encode() in file.read_bytes() for code in codes), file.name


def test_client_json_has_what_any_client_needs(run, folder):
    run(pace=2.5)
    client = json.loads((folder / "client.json").read_text(encoding="utf-8"))
    assert (client["format"], client["simulator"], client["pace"]) == (1, True, 2.5)
    assert set(client["shop"]) == {"name", "store_id"}
    for name in ("ca_file", "client_cert_file", "client_key_file"):
        where = client if name == "ca_file" else client["wechat"]
        assert Path(where[name]).read_text() == where[name.replace("_file", "_pem")]
    assert client["wechat"]["sign_type"] == "HMAC-SHA256"
    assert client["alipay"]["mode"] == "public_key"
    assert client["alipay"]["gateway_url"] == client["wechat"]["base_url"] + "/gateway.do"


def test_damaged_or_expired_keys_are_told_in_one_sentence(run, folder):
    with pytest.raises(keys.KeysError, match="expired"):
        keys.load_or_make(folder, time.time() + 11 * 365 * 86_400, random.Random(1))
    (folder / "server.pem").unlink()
    with pytest.raises(keys.KeysError, match="damaged"):
        run()


def test_a_first_start_makes_its_own_keys_and_a_second_changes_none(tmp_path):
    folder = tmp_path / "deep" / "sim"
    first = keys.load_or_make(folder, time.time(), random.Random(3))
    assert keys.load_or_make(folder, time.time(), random.Random(4)) == first
    assert "PRIVATE" not in repr(first)
    assert first.names.api_v2_key not in repr(first)


def test_a_folder_of_an_older_simulator_keeps_its_keys_and_gets_the_missing_ones(folder):
    kept = json.loads((folder / "names.json").read_text())
    older = ("appid", "mch_id", "api_v2_key", "app_id", "code_key")
    (folder / "names.json").write_text(json.dumps({name: kept[name] for name in older}))
    for file in [*folder.glob("wechat_v3*"), *folder.glob("unionpay*")]:
        file.unlink()
    before = {file.name: file.read_bytes() for file in folder.glob("*.pem")}
    grown = keys.load_or_make(folder, time.time(), random.Random(9))
    assert (grown.names.mch_id, grown.names.api_v2_key) == (kept["mch_id"], kept["api_v2_key"])
    assert {name: (folder / name).read_bytes() for name in before} == before
    assert keys.load_or_make(folder, time.time(), random.Random(10)) == grown
