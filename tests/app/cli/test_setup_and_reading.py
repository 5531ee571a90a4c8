"""``setup``, ``sales`` and ``journal verify`` on real sealed keys and real journals."""

import json
import random
from dataclasses import replace

import apsw
import pytest

from app import words
from app.cli import main as cli
from app.journal.api import Entry, SaleLine
from app.journal.lock import WriterLock
from app.journal.writer import open_writer
from app.secrets import Vault, VaultError
from app.settings import DataFolder, Scanner, load, save
from app.sim.client_file import client_record
from app.sim.keys import load_or_make

DAY = "2026-11-22"
NOW = 1_795_000_000_000


class NoKeyring:
    """A computer without a keyring; a developer's own keyring is never a test's."""

    def get(self, name):
        raise VaultError("keyring.none.say", "none here")

    def put(self, name, text):
        raise VaultError("keyring.none.say", "none here")


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch):
    monkeypatch.setattr("app.secrets.vault.SystemKeyring", NoKeyring)
    monkeypatch.delenv("MASHOU_PASSPHRASE_FILE", raising=False)


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    """The client files of two simulators."""
    made = []
    for seed in (1, 2):
        keys = load_or_make(tmp_path_factory.mktemp("sim"), NOW / 1000, random.Random(seed))
        made.append(client_record(keys, 8443, 1))
    return made


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path / "till")


@pytest.fixture
def mashou(folder, capsys):
    """``mashou(words...)`` in the folder: exit code, what it printed, what it complained."""

    def run(*argv):
        code = cli.run(["--data", str(folder.path), *map(str, argv)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def client(tmp_path):
    def write(document, **changes):
        path = tmp_path / "client.json"
        path.write_text(json.dumps({**document, **changes}), encoding="utf-8")
        return path

    return write


def as_real(document):
    real = {key: value for key, value in document.items() if key not in {"simulator", "ca_pem"}}
    real["wechat"] = {**real["wechat"], "base_url": "https://api.mch.weixin.qq.com"}
    real["alipay"] = {**real["alipay"], "gateway_url": "https://openapi.alipay.com/gateway.do"}
    return real


def write_sales(folder, *states):
    """A journal with one sale per state, as the till's own entries stand in it."""
    secrets = Vault.unlock(folder.path)
    journal = open_writer(
        folder.journal, secrets.mac_key, training=secrets.simulator, now_ms=NOW, entropy=bytes, ballast_bytes=0
    )
    for n, (state, is_open) in enumerate(states, 1):
        number = f"7{n:023d}"
        line = SaleLine(number, n, f"p{n}", "wechat", 100 * n, state, is_open, 0, DAY, NOW + n, f"{n:064x}")
        journal.append(Entry(f"sale.{state.lower()}", NOW + n, {"no": number}, line))
    journal.close()


def test_setup_seals_the_keys_and_says_where_they_live(mashou, client, documents, folder):
    code, out, err = mashou("setup", "--client", client(documents[0]))
    assert (code, err) == (0, "")
    names = {"wechat": "微信", "alipay": "支付宝", "unionpay": "银联"}
    channels = "、".join(name for channel, name in names.items() if channel in documents[0])
    assert out == f"已装好：{channels}。\n密钥已封存，钥匙在 wrapping.key 文件里，只限模拟器。\n"
    assert load(folder.path).settings.wechat.mch_id == documents[0]["wechat"]["mch_id"]
    assert Vault.unlock(folder.path)["wechat.api_v2_key"].reveal() == documents[0]["wechat"]["api_v2_key"]
    clear = documents[0]["wechat"]["api_v2_key"].encode()
    assert [f.name for f in folder.path.rglob("*") if f.is_file() and clear in f.read_bytes()] == []


def test_the_same_file_twice_changes_nothing(mashou, client, documents, folder):
    file = client(documents[0])
    mashou("setup", "--client", file)
    before = {f: f.read_bytes() for f in folder.path.iterdir()}
    code, out, _ = mashou("setup", "--client", file)
    assert code == 0
    assert out.startswith("密钥没有变化。")
    assert {f: f.read_bytes() for f in folder.path.iterdir()} == before


def test_setup_mends_a_settings_file_that_cannot_be_read(mashou, client, documents, folder):
    file = client(documents[0])
    mashou("setup", "--client", file)
    folder.settings.write_text("pace = = 1\n", encoding="utf-8")
    assert load(folder.path).trouble is not None
    code, out, _ = mashou("setup", "--client", file)
    assert code == 0
    assert "没有变化" not in out
    assert load(folder.path).trouble is None
    assert (folder.path / "settings.broken.toml").read_text(encoding="utf-8") == "pace = = 1\n"


def test_another_address_or_pace_keeps_keys_journal_and_place(mashou, client, documents, folder):
    mashou("setup", "--client", client(documents[0]))
    write_sales(folder, ("UNKNOWN", True))
    mac_key = Vault.unlock(folder.path).mac_key
    placed = replace(load(folder.path).settings, scanner=Scanner(port="/dev/ttyUSB9"))
    save(folder.path, placed)
    assert mashou("setup", "--client", client(documents[0], pace=20))[0] == 0
    after = load(folder.path).settings
    assert (after.pace, after.scanner.port) == (20.0, "/dev/ttyUSB9")
    assert Vault.unlock(folder.path).mac_key == mac_key
    assert mashou("journal", "verify")[0] == 0


def test_other_keys_wait_until_nothing_is_open(mashou, client, documents, folder):
    mashou("setup", "--client", client(documents[0]))
    write_sales(folder, ("UNKNOWN", True), ("PAID", False))
    code, _, err = mashou("setup", "--client", client(documents[1]))
    assert (code, err) == (64, "账本里还有 1 笔未了结，先运行 mashou resolve。\n")
    assert Vault.unlock(folder.path)["wechat.api_v2_key"].reveal() == documents[0]["wechat"]["api_v2_key"]


def test_other_keys_are_taken_when_all_is_settled(mashou, client, documents, folder):
    mashou("setup", "--client", client(documents[0]))
    write_sales(folder, ("PAID", False))
    assert mashou("setup", "--client", client(documents[1]))[0] == 0
    assert mashou("journal", "verify")[0] == 0


def test_real_and_practice_keys_do_not_share_a_folder(mashou, client, documents, monkeypatch, tmp_path):
    (tmp_path / "word").write_text("correct horse", encoding="utf-8")
    monkeypatch.setenv("MASHOU_PASSPHRASE_FILE", str(tmp_path / "word"))
    assert mashou("setup", "--client", client(as_real(documents[0])))[0] == 0
    code, _, err = mashou("setup", "--client", client(documents[0]))
    assert (code, err) == (64, words.say("keys.mixed.say") + "\n")


def test_real_keys_without_any_place_for_the_key_are_refused(mashou, client, documents, folder):
    code, _, err = mashou("setup", "--client", client(as_real(documents[0])))
    assert (code, err) == (64, "系统没有钥匙串，密钥没处放，请看安装说明。\n")
    assert not folder.keys.exists()
    assert not folder.settings.exists()


def test_sealed_keys_that_are_gone_are_not_made_anew(mashou, client, documents, folder):
    mashou("setup", "--client", client(documents[0]))
    write_sales(folder, ("PAID", False))
    folder.keys.unlink()
    code, _, err = mashou("setup", "--client", client(documents[0]))
    assert code == 64
    assert "keys.sealed" in err


def test_setup_does_not_disturb_a_till_that_sells(mashou, client, documents, folder):
    mashou("setup", "--client", client(documents[0]))
    lock = WriterLock(folder.journal.with_name("journal.db.lock"))
    code, _, err = mashou("setup", "--client", client(documents[1]))
    assert (code, err) == (64, words.say("cli.taken") + "\n")
    for command in (["resolve"], ["sell", "1", "--code", "134567890123456789"]):
        assert mashou(*command)[::2] == (64, words.say("cli.taken") + "\n")
    lock.release()


def test_a_client_file_with_a_fault_is_one_sentence(mashou, client, documents):
    code, out, err = mashou("setup", "--client", client({"format": 1}))
    assert (code, out, err) == (64, "", words.say("client.nochannel") + "\n")
    assert (
        mashou("setup", "--client", "/nowhere/client.json")[2] == words.say("client.missing", name="client.json") + "\n"
    )


def test_a_place_where_no_folder_can_be(client, documents, tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    argv = ["setup", "--data", str(tmp_path / "file" / "till"), "--client", str(client(documents[0]))]
    assert cli.run(argv) == 64
    assert capsys.readouterr().err.startswith("用不了数据文件夹")


def test_sales_beside_a_writer(mashou, client, documents, folder):
    mashou("setup", "--client", client(documents[0]))
    assert mashou("sales", "--json")[:2] == (0, "[]\n")
    assert mashou("sales")[:2] == (0, "没有单。\n")
    write_sales(folder, ("PAID", False), ("REVERSING", True))
    lock = WriterLock(folder.journal.with_name("journal.db.lock"))
    code, out, _ = mashou("sales", "--json")
    assert code == 0
    assert json.loads(out) == [
        {"out_trade_no": f"7{1:023d}", "channel": "wechat", "amount_fen": 100, "state": "PAID", "refunded_fen": 0},
        {"out_trade_no": f"7{2:023d}", "channel": "wechat", "amount_fen": 200, "state": "REVERSING", "refunded_fen": 0},
    ]
    assert "微信  ￥2.00  撤销中" in mashou("sales")[1]
    assert json.loads(mashou("sales", "--day", DAY, "--json")[1]) == json.loads(out)
    assert mashou("sales", "--json", "--day", "2026-11-21")[1] == "[]\n"
    lock.release()


@pytest.mark.parametrize("day", ["22.11.2026", "2026-11-2", "today", "２０２６-11-22"])
def test_a_day_is_written_one_way(mashou, day):
    assert mashou("sales", "--day", day)[::2] == (64, "日期写成 2026-11-22 这样。\n")


def test_verify_names_the_first_bad_record(mashou, client, documents, folder):
    mashou("setup", "--client", client(documents[0]))
    assert mashou("journal", "verify")[0] == 64  # no journal was begun yet
    write_sales(folder, *[("PAID", False)] * 5)
    code, out, _ = mashou("journal", "verify")
    assert code == 0
    assert "一条不少，没有改动" in out
    db = apsw.Connection(str(folder.journal))
    triggers = list(db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"))
    for name, _ in triggers:
        db.execute(f'DROP TRIGGER "{name}"')
    db.execute("""UPDATE entry SET body = replace(body, '00002', '00009') WHERE out_trade_no LIKE '%2'""")
    for _, sql in triggers:
        db.execute(sql)
    (bad,) = next(db.execute("SELECT seq FROM entry WHERE out_trade_no LIKE '%2'"))
    db.close()
    code, out, _ = mashou("journal", "verify")
    assert code == 2
    assert out.startswith(f"校验不过：第 {bad} 条。")


def test_verify_without_the_keys_says_what_it_could_not_check(mashou, client, documents, folder):
    mashou("setup", "--client", client(documents[0]))
    write_sales(folder, ("PAID", False))
    (folder.path / "wrapping.key").unlink()
    code, out, err = mashou("journal", "verify")
    assert code == 0
    assert "校验通过" in out
    assert "没有核对封条" in err


def test_a_journal_of_rubbish_is_a_sentence(mashou, client, documents, folder):
    mashou("setup", "--client", client(documents[0]))
    folder.journal.write_bytes(b"rubbish" * 1000)
    code, out, _ = mashou("journal", "verify")
    assert code == 2
    assert out.startswith("校验不过")
    assert mashou("sales")[0] == 64
