"""What a command changed stands in the journal too, where it can; where it cannot, the change stands all the same."""

import json
import random

import pytest

from app.cli import main as cli
from app.cli.noting import note
from app.journal.lock import WriterLock
from app.journal.reader import open_reader
from app.journal.writer import open_writer
from app.secrets import Vault, VaultError
from app.settings import DataFolder, load
from app.setup.diary import CHANGED, COMMAND_LINE, Change, digest_of, past_of
from app.sim.client_file import client_record
from app.sim.keys import load_or_make

NOW = 1_795_000_000_000


class NoKeyring:
    def get(self, name):
        raise VaultError("keyring.none.say", "none here")

    def put(self, name, text):
        raise VaultError("keyring.none.say", "none here")


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    keys = load_or_make(tmp_path_factory.mktemp("sim"), NOW / 1000, random.Random(1))
    return client_record(keys, 8443, 1)


@pytest.fixture
def client(tmp_path, document):
    def write(**changes):
        path = tmp_path / "client.json"
        path.write_text(json.dumps({**document, **changes}), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def folder(tmp_path, client, monkeypatch, capsys):
    """Set up for a simulator, with a journal."""
    monkeypatch.setattr("app.secrets.vault.SystemKeyring", NoKeyring)
    monkeypatch.delenv("MASHOU_PASSPHRASE_FILE", raising=False)
    place = DataFolder(tmp_path / "till")
    assert cli.run(["--data", str(place.path), "setup", "--client", client()]) == 0
    writer(place).close()
    capsys.readouterr()
    return place


def writer(place):
    entropy = random.Random(5).randbytes
    key = Vault.unlock(place.path).mac_key
    return open_writer(place.journal, key, training=True, now_ms=NOW, entropy=entropy)


def entries(place):
    reader = open_reader(place.journal)
    try:
        return past_of(reader.entries_of((CHANGED,)))
    finally:
        reader.close()


def run(place, *argv):
    return cli.run(["--data", str(place.path), *argv])


def test_the_switch_of_the_interface_and_its_token_are_told(folder, capsys):
    assert run(folder, "pos", "on") == 0
    assert run(folder, "pos", "token") == 0
    token = capsys.readouterr().out.split("mashou_")[1].split()[0]
    newest, switch = entries(folder)
    assert (switch.name, switch.by, switch.changed) == (COMMAND_LINE, "", (("pos.interface", False, True),))
    assert [name for name, _, _ in newest.changed] == ["pos.token_hash"]
    assert load(folder.path).settings.pos.token_hash not in repr(newest)
    assert token not in repr(newest)


def test_other_keys_are_named_and_never_told(folder, client, document):
    assert run(folder, "setup", "--client", client()) == 0
    assert entries(folder) == (), "the same file twice changes nothing"
    key = "another-32-characters-of-an-api-k"[:32]
    assert run(folder, "setup", "--client", client(wechat={**document["wechat"], "api_v2_key": key})) == 0
    (entry,) = entries(folder)
    assert (entry.changed, entry.keys) == ((), ("wechat.api_v2_key",))
    assert key.encode() not in folder.journal.read_bytes()


def test_what_stands_is_known_by_its_digest(folder):
    run(folder, "pos", "on")
    reader = open_reader(folder.journal)
    (kept,) = reader.entries_of((CHANGED,))
    reader.close()
    assert kept.body["stands"] == digest_of(load(folder.path).settings)


def test_beside_an_open_window_the_change_counts_without_an_entry(folder, capsys):
    lock = WriterLock(folder.journal.with_name(folder.journal.name + ".lock"))
    try:
        assert run(folder, "pos", "on") == 0
    finally:
        lock.release()
    assert load(folder.path).settings.pos.interface
    assert entries(folder) == ()
    assert capsys.readouterr().err == ""


def test_before_there_is_a_journal_none_is_made(folder):
    folder.journal.unlink()
    assert run(folder, "pos", "on") == 0
    assert not folder.journal.exists()


def test_keys_that_cannot_be_had_stop_nothing(folder):
    folder.keys.unlink()
    assert run(folder, "pos", "on") == 0
    assert load(folder.path).settings.pos.interface


def test_nothing_changed_is_no_entry(folder):
    settings = load(folder.path).settings
    note(folder.path, Change(settings, settings))
    assert entries(folder) == ()
