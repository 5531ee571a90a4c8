"""``mashou doctor`` in a data folder as a shop has it."""

import json
import random
import socket
from dataclasses import replace

import apsw
import pytest

from app.cli import main as cli
from app.journal.lock import WriterLock
from app.journal.reader import prove
from app.journal.writer import open_writer
from app.secrets import Vault
from app.settings import DataFolder, Scanner, load, save
from app.sim.client_file import client_record
from app.sim.keys import load_or_make

NOW = 1_795_000_000_000


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """The client file of a simulator that does not run: nobody listens on its port, or can."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        keys = load_or_make(tmp_path_factory.mktemp("sim"), NOW / 1000, random.Random(3))
        yield client_record(keys, nobody.getsockname()[1], 20)


@pytest.fixture
def folder(tmp_path, document, monkeypatch):
    monkeypatch.delenv("MASHOU_PASSPHRASE_FILE", raising=False)
    (tmp_path / "client.json").write_text(json.dumps(document), encoding="utf-8")
    assert cli.run(["--data", str(tmp_path / "till"), "setup", "--client", str(tmp_path / "client.json")]) == 0
    return DataFolder(tmp_path / "till")


@pytest.fixture
def doctor(folder, capsys):
    def run(*argv):
        capsys.readouterr()
        code = cli.run(["--data", str(folder.path), "doctor", *argv])
        return code, capsys.readouterr().out

    return run


@pytest.fixture
def checks(doctor):
    def run():
        code, out = doctor("--json")
        told = json.loads(out)
        assert told["ok"] is (code == 0)
        found = {}
        for check in told["checks"]:
            found.setdefault(check["part"], []).append(check)
        return code, found

    return run


def a_journal(folder):
    secrets = Vault.unlock(folder.path)
    return open_writer(folder.journal, secrets.mac_key, training=True, now_ms=NOW, entropy=bytes, ballast_bytes=0)


def test_a_simulator_that_does_not_run_is_told_of_for_each_channel(doctor, checks):
    code, found = checks()
    assert code == 2
    assert {part: found[part][0]["light"] for part in ("settings", "vault", "journal", "disk", "scanner")} == {
        "settings": "ok",
        "vault": "ok",
        "journal": "ok",
        "disk": "ok",
        "scanner": "ok",
    }
    assert [found[part][0]["zh"] for part in ("wechat", "alipay")] == ["模拟器没有回话；请先运行 mashou sim。"] * 2
    assert "clock" not in found
    _, out = doctor()
    assert "✗ 微信  模拟器没有回话；请先运行 mashou sim。 [店长]" in out
    assert out.endswith("自检有 3 项要处理。\n")


def test_the_journal_is_proven_and_tried(folder, checks):
    a_journal(folder).close()
    _, found = checks()
    assert found["journal"][0]["zh"] == "末尾核对通过，共 2 条，可写。"


def test_beside_the_window_the_journal_is_only_read(folder, checks):
    journal = a_journal(folder)
    before = {file: file.read_bytes() for file in folder.path.iterdir() if "journal" not in file.name}
    head = journal.head()
    _, found = checks()
    assert found["journal"][0]["zh"] == "末尾核对通过，共 1 条；收银窗口正在写。"
    assert journal.head() == head
    assert {file: file.read_bytes() for file in folder.path.iterdir() if "journal" not in file.name} == before
    journal.close()


def test_a_journal_somebody_edited_is_found(folder, checks):
    a_journal(folder).close()
    with apsw.Connection(str(folder.journal)) as db:
        triggers = list(db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"))
        for name, _ in triggers:
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("UPDATE entry SET at_ms = at_ms + 1")
        for _, sql in triggers:
            db.execute(sql)
    db.close()
    code, found = checks()
    assert code == 2
    assert (found["journal"][0]["light"], found["journal"][0]["who"]) == ("bad", "manager")
    assert "第 2 条" in found["journal"][0]["zh"]


def test_a_journal_without_a_trigger_is_found(folder, checks):
    a_journal(folder).close()
    with apsw.Connection(str(folder.journal)) as db:
        (name,) = next(db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'"))
        db.execute(f'DROP TRIGGER "{name}"')
    db.close()
    assert checks()[1]["journal"][0]["light"] == "bad"


def test_prove_returns_the_head_a_writer_goes_on_from(folder):
    with_writer = a_journal(folder)
    assert prove(folder.journal, Vault.unlock(folder.path).mac_key) == with_writer.head()
    with_writer.close()


def test_keys_that_are_gone_leave_the_rest_to_be_checked(folder, checks):
    a_journal(folder).close()
    (folder.path / "wrapping.key").unlink()
    code, found = checks()
    assert code == 2
    assert found["vault"][0]["light"] == "bad"
    assert found["journal"][0]["light"] == "warn"
    assert "wechat" not in found


def test_a_folder_that_was_never_set_up(tmp_path, capsys):
    assert cli.run(["--data", str(tmp_path / "nowhere"), "doctor"]) == 2
    assert "或运行 mashou setup" in capsys.readouterr().out


def test_a_scanner_that_is_not_plugged_in(folder, checks):
    save(folder.path, replace(load(folder.path).settings, scanner=Scanner(port="/dev/mashou-none")))
    _, found = checks()
    assert (found["scanner"][0]["light"], found["scanner"][0]["who"]) == ("bad", "manager")


def test_a_client_certificate_that_is_rubbish_shuts_that_channel_only(folder, checks):
    settings = load(folder.path).settings
    rubbish = replace(settings.wechat, client_cert_pem="-----BEGIN CERTIFICATE-----x")
    save(folder.path, replace(settings, wechat=rubbish))
    _, found = checks()
    assert "打不开" in found["wechat"][0]["zh"]
    assert "mashou sim" in found["alipay"][0]["zh"]
    assert any("client_cert_pem" in check["zh"] for check in found["cert"])


def test_a_locked_journal_is_let_go_again(folder, checks):
    a_journal(folder).close()
    checks()
    WriterLock(folder.journal.with_name("journal.db.lock")).release()
