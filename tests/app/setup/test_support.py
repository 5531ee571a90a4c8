"""The support bundle: what is in it, and above all what is not."""

import io
import json
import zipfile
from dataclasses import replace

import pytest

from app.cli import main as cli
from app.secrets import Vault
from app.settings import DataFolder, load, save
from app.setup.loglines import Level, newest
from app.setup.support import SupportRoom, collect, packed, write

from .conftest import NOW, PASSPHRASE, run

CODE = "134524350966727175"
PIN = "739154"
PAYER = "欧阳阿依古丽"
TOKEN = "202610BB1c0ffee0canary0token0of0a0shop"


@pytest.fixture
def shop(folder, room, wechat):
    """A till with keys, people, an account token and a log that somebody wrote carelessly."""
    run(room.take(wechat))
    secrets = Vault.unlock(folder, prompt=lambda: PASSPHRASE)
    secrets.keep("staff.roster", json.dumps({"pin_hash": f"argon2-{PIN}-canary"}))
    found = load(folder).settings
    save(folder, replace(found, shop=replace(found.shop, name="金秋水果店")))
    log = DataFolder(folder).log
    log.mkdir(parents=True)
    lines = [
        {"at": "2026-11-22T10:00:00.000+08:00", "level": "INFO", "from": "mashou.boot", "says": "the till is open"},
        {"at": "2026-11-22T10:00:01.000+08:00", "level": "ERROR", "from": "x", "says": f"careless {CODE}"},
        {"at": "2026-11-22T10:00:02.000+08:00", "level": "WARNING", "from": "x", "says": secrets.mac_key.hex()},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (log / "mashou-20261122.jsonl").write_text(text + '\n{"half a line', encoding="utf-8")
    return secrets


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {name: bundle.read(name).decode() for name in bundle.namelist()}


def test_nothing_that_is_worth_stealing_is_in_the_bundle(shop, folder, document):
    files = unpacked(packed(collect(folder, NOW, secrets=shop)))
    whole = "\n".join(files.values())
    held = document["wechat"]
    canaries = [CODE, PIN, held["api_v2_key"], held["mch_id"], held["appid"], shop.mac_key.hex(), "金秋水果店"]
    canaries += [secret.reveal() for secret in shop.values()]
    canaries += ["-----BEGIN", "argon2"]
    assert [canary for canary in canaries if canary in whole] == []


def test_what_helps_is_in_it(shop, folder):
    files = unpacked(packed(collect(folder, NOW, secrets=shop)))
    assert set(files) == {"about.txt", "settings.txt", "checks.txt", "journal.txt", "files.txt", "log.txt"}
    assert "Python 3." in files["about.txt"]
    assert "baud = 9600" in files["settings.txt"]
    assert "https://" in files["settings.txt"]
    assert "characters]" in files["settings.txt"]
    assert "keys.sealed" in files["files.txt"]
    assert files["log.txt"].splitlines()[0].endswith("the till is open")
    assert "[masked]" in files["log.txt"]


def test_what_is_written_is_what_was_shown(shop, folder, tmp_path):
    support = SupportRoom(folder, lambda: NOW, secrets=shop)
    parts = run(support.collect())
    assert run(support.write(parts, tmp_path / "b.zip")) is None
    assert unpacked((tmp_path / "b.zip").read_bytes()) == {part.name: part.text for part in parts}


def test_no_file_is_written_over_and_no_half_one_stays(shop, folder, tmp_path):
    parts = collect(folder, NOW, secrets=shop)
    (tmp_path / "b.zip").write_text("mine")
    assert write(parts, tmp_path / "b.zip").key == "hp.exists"
    assert (tmp_path / "b.zip").read_text() == "mine"
    assert write(parts, tmp_path / "nowhere" / "b.zip").key == "hp.unwritten"


def test_a_folder_in_ruins_still_gives_a_bundle(tmp_path):
    folder = tmp_path / "ruin"
    folder.mkdir()
    (folder / "settings.toml").write_bytes(b"\xff\xfe not toml")
    (folder / "journal.db").write_bytes(b"no database" * 1000)
    names = [part.name for part in collect(folder, NOW)]
    assert "journal.txt" in names


def test_the_log_is_read_newest_first_by_gravity(shop, folder):
    assert [line.level for line in newest(folder)] == ["WARNING", "ERROR", "INFO"]
    assert [line.level for line in newest(folder, Level.ERROR)] == ["ERROR"]
    assert CODE not in str(newest(folder))
    assert newest(folder / "nowhere") == ()


def test_the_command_writes_it_beside_everything_else(shop, folder, tmp_path, capsys):
    out = tmp_path / "support.zip"
    assert cli.run(["--data", str(folder), "support", "--out", str(out)]) == 0
    assert "settings.txt" in capsys.readouterr().out
    assert "about.txt" in unpacked(out.read_bytes())
    assert cli.run(["--data", str(folder), "support", "--out", str(out)]) == 64
