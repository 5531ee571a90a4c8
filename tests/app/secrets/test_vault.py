"""Keys go in, come out, and can be had in no other way."""

import base64
import json
import pickle
import stat
import sys
from pathlib import Path

import pytest

from app.secrets import Secret, Secrets, Vault, VaultError, passphrase
from app.secrets.passphrase import derive
from app.secrets.sealed import Header, Place, read_header, seal

from .conftest import Store

KEYS = {"wechat.api_v2_key": "CANARY-" + "w" * 25, "alipay.app_private_key_pem": "-----BEGIN CANARY-----\nabc\n"}


def key_of(caught: pytest.ExceptionInfo[VaultError]) -> str:
    assert "CANARY" not in str(caught.value)
    return caught.value.key


def test_keys_come_back_as_they_went_in(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "data"
    Vault.create(folder, KEYS, simulator=False, keyring=store)
    secrets = Vault.unlock(folder, keyring=store)
    assert {name: secrets[name].reveal() for name in KEYS} == KEYS
    assert not secrets.simulator
    assert len(secrets.mac_key) == len(secrets.code_mark_key) == 32
    assert secrets.mac_key != secrets.code_mark_key
    assert Vault.where(folder) == "keys.where.keyring"
    (stored,) = store.held.values()
    assert len(stored) == 44, "Windows keeps at most 1,280 characters"


def test_two_folders_share_no_key(tmp_path: Path, store: Store) -> None:
    for name in ("a", "b"):
        Vault.create(tmp_path / name, KEYS, simulator=True, keyring=store)
    assert len(set(store.held.values())) == 2
    assert Vault.unlock(tmp_path / "a", keyring=store).mac_key != Vault.unlock(tmp_path / "b", keyring=store).mac_key


def test_nothing_readable_reaches_the_disk(tmp_path: Path, no_keyring: Store) -> None:
    Vault.create(tmp_path, KEYS, simulator=True, keyring=no_keyring)
    secrets = Vault.unlock(tmp_path, keyring=no_keyring)
    for path in tmp_path.iterdir():
        data = path.read_bytes()
        for hidden in (b"CANARY", base64.b64encode(b"CANARY")[:8], secrets.mac_key, secrets.mac_key.hex().encode()):
            assert hidden not in data


def test_only_the_owner_may_read_the_files(tmp_path: Path, no_keyring: Store) -> None:
    if sys.platform == "win32":
        return  # there the profile folder's access list does it
    folder = tmp_path / "new" / "data"
    Vault.create(folder, KEYS, simulator=True, keyring=no_keyring)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {
        "keys.sealed": 0o600,
        "wrapping.key": 0o600,
    }


def test_practice_keys_may_lie_beside_their_key(tmp_path: Path, no_keyring: Store) -> None:
    Vault.create(tmp_path, KEYS, simulator=True, keyring=no_keyring)
    assert Vault.where(tmp_path) == "keys.where.file"
    assert Vault.unlock(tmp_path, keyring=no_keyring).simulator


def test_real_keys_never_do(tmp_path: Path, no_keyring: Store) -> None:
    with pytest.raises(VaultError) as caught:
        Vault.create(tmp_path, KEYS, simulator=False, keyring=no_keyring)
    assert key_of(caught) == "keyring.none.say"
    assert not list(tmp_path.iterdir())
    Vault.create(tmp_path, KEYS, simulator=True, keyring=no_keyring)
    sealed = tmp_path / "keys.sealed"
    sealed.write_text(sealed.read_text().replace('"simulator": true', '"simulator": false'))
    with pytest.raises(VaultError) as caught:
        Vault.unlock(tmp_path, keyring=no_keyring)
    assert key_of(caught) == "keys.damaged.say"


def test_a_file_that_puts_real_keys_beside_their_key_is_refused_even_if_soundly_sealed() -> None:
    for simulator in (True, False):
        data = seal(Header(Place.FILE, "id", simulator, ""), {"a": "b"}, b"w" * 32, b"n" * 12)
        if simulator:
            assert read_header(data).simulator
            continue
        with pytest.raises(VaultError) as caught:
            read_header(data)
        assert key_of(caught) == "keys.damaged.say"


def test_a_passphrase_from_a_person_or_a_file(
    tmp_path: Path, no_keyring: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    Vault.create(folder, KEYS, simulator=False, keyring=no_keyring, prompt=lambda: "开门 é")
    assert Vault.where(folder) == "keys.where.passphrase"
    assert Vault.unlock(folder, keyring=no_keyring, prompt=lambda: "开门 e\u0301")
    with pytest.raises(VaultError) as caught:
        Vault.unlock(folder, keyring=no_keyring, prompt=lambda: "关门")
    assert key_of(caught) == "keys.wrong.say"
    with pytest.raises(VaultError) as caught:
        Vault.unlock(folder, keyring=no_keyring)
    assert key_of(caught) == "passphrase.none.say"
    with pytest.raises(VaultError) as caught:
        Vault.unlock(folder, keyring=no_keyring, prompt=lambda: "")
    assert key_of(caught) == "passphrase.empty.say"
    held = tmp_path / "pass.txt"
    monkeypatch.setenv(passphrase.VARIABLE, str(held))
    with pytest.raises(VaultError) as caught:
        Vault.unlock(folder, keyring=no_keyring)
    assert key_of(caught) == "passphrase.file.say"
    held.write_text("开门 é\n")
    assert Vault.unlock(folder, keyring=no_keyring)


def test_a_slip_in_a_new_passphrase_seals_nothing(
    tmp_path: Path, no_keyring: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(passphrase.VARIABLE, raising=False)
    typed = iter(["correct horse", "correct hrose"])
    with pytest.raises(VaultError) as caught:
        Vault.create(tmp_path, KEYS, simulator=False, prompt=lambda: next(typed), keyring=no_keyring)
    assert key_of(caught) == "passphrase.differ.say"
    assert not (tmp_path / "keys.sealed").exists()


def test_the_passphrase_is_stretched_as_owasp_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert (passphrase.SCRYPT_N, passphrase.SCRYPT_R, passphrase.SCRYPT_P) == (2**17, 8, 1)
    assert derive("x", b"s" * 16) != derive("x", b"t" * 16)


def test_every_byte_of_the_sealed_file_counts(tmp_path: Path, no_keyring: Store) -> None:
    Vault.create(tmp_path, KEYS, simulator=True, keyring=no_keyring)
    sealed = tmp_path / "keys.sealed"
    data = sealed.read_bytes()
    whole = json.loads(data)
    for at in range(len(data)):
        sealed.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            same = json.loads(sealed.read_bytes()) == whole  # white space may change, meaning may not
        except ValueError:
            same = False
        try:
            Vault.unlock(tmp_path, keyring=no_keyring)
        except VaultError:
            assert not same
        else:
            assert same, f"byte {at} was altered and nobody noticed"


def test_half_a_character_in_the_file_is_no_key(tmp_path: Path, no_keyring: Store) -> None:
    Vault.create(tmp_path, KEYS, simulator=True, keyring=no_keyring)
    sealed = tmp_path / "keys.sealed"
    sealed.write_text(json.dumps({**json.loads(sealed.read_bytes()), "check": "\ud800"}), "ascii")
    with pytest.raises(VaultError) as caught:
        Vault.unlock(tmp_path, keyring=no_keyring)
    assert key_of(caught) == "keys.wrong.say"


def test_a_file_cut_short_is_damaged(tmp_path: Path, no_keyring: Store) -> None:
    Vault.create(tmp_path, KEYS, simulator=True, keyring=no_keyring)
    sealed = tmp_path / "keys.sealed"
    data = sealed.read_bytes()
    for kept in (0, 1, 10, len(data) // 2, len(data) - 3):
        sealed.write_bytes(data[:kept])
        with pytest.raises(VaultError) as caught:
            Vault.unlock(tmp_path, keyring=no_keyring)
        assert key_of(caught) == "keys.damaged.say"
    for strange in (b"[]", b"{}", b"[" * 100_000, b"x" * 2_000_000, b'{"format": 1, "place": {}}', b"\xff\xfe"):
        sealed.write_bytes(strange)
        with pytest.raises(VaultError) as caught:
            Vault.unlock(tmp_path, keyring=no_keyring)
        assert key_of(caught) == "keys.damaged.say"
    sealed.write_bytes(json.dumps({**json.loads(data), "format": 9}).encode())
    with pytest.raises(VaultError) as caught:
        Vault.unlock(tmp_path, keyring=no_keyring)
    assert key_of(caught) == "keys.newer.say"


def test_missing_and_wrong_keys_are_told_apart(tmp_path: Path, store: Store) -> None:
    with pytest.raises(VaultError) as caught:
        Vault.unlock(tmp_path, keyring=store)
    assert key_of(caught) == "keys.missing.say"
    Vault.create(tmp_path, KEYS, simulator=True, keyring=store)
    (name,) = store.held
    for text in (base64.b64encode(b"z" * 32).decode(), "no key", "ééé"):
        store.held[name] = text
        with pytest.raises(VaultError) as caught:
            Vault.unlock(tmp_path, keyring=store)
        assert key_of(caught) == "keys.wrong.say"
    store.held.clear()
    with pytest.raises(VaultError) as caught:
        Vault.unlock(tmp_path, keyring=store)
    assert key_of(caught) == "keys.gone.say"


def test_a_keyring_that_forgets_is_not_trusted(tmp_path: Path, store: Store) -> None:
    store.put = lambda *_: None
    Vault.create(tmp_path, KEYS, simulator=True, keyring=store)
    assert Vault.where(tmp_path) == "keys.where.file"


def test_new_keys_keep_the_journal_s_keys(tmp_path: Path, store: Store) -> None:
    Vault.create(tmp_path, KEYS, simulator=True, keyring=store)
    before = Vault.unlock(tmp_path, keyring=store)
    Vault.create(tmp_path, {"wechat.api_v2_key": "new"}, simulator=True, keyring=store)
    after = Vault.unlock(tmp_path, keyring=store)
    assert after["wechat.api_v2_key"].reveal() == "new"
    assert "alipay.app_private_key_pem" not in after
    assert (after.mac_key, after.code_mark_key) == (before.mac_key, before.code_mark_key)


@pytest.mark.parametrize("first", [True, False])
def test_practice_and_real_keys_never_share_a_folder(tmp_path: Path, store: Store, first: bool) -> None:
    Vault.create(tmp_path, KEYS, simulator=first, keyring=store)
    before = (tmp_path / "keys.sealed").read_bytes()
    with pytest.raises(VaultError) as caught:
        Vault.create(tmp_path, KEYS, simulator=not first, keyring=store)
    assert key_of(caught) == "keys.mixed.say"
    assert (tmp_path / "keys.sealed").read_bytes() == before


def test_a_crash_while_keys_are_replaced_keeps_the_old_ones(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Vault.create(tmp_path, KEYS, simulator=True, keyring=store)

    def lost_power(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lost_power)
        with pytest.raises(VaultError) as caught:
            Vault.create(tmp_path, {"a": "b"}, simulator=True, keyring=store)
        assert key_of(caught) == "keys.disk.say"
    assert Vault.unlock(tmp_path, keyring=store)["wechat.api_v2_key"].reveal() == KEYS["wechat.api_v2_key"]
    Vault.create(tmp_path, {"a": "b"}, simulator=True, keyring=store)
    assert Vault.unlock(tmp_path, keyring=store)["a"].reveal() == "b"


def test_a_disk_that_lies_is_caught_before_the_old_file_goes(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Vault.create(tmp_path, KEYS, simulator=True, keyring=store)
    before = (tmp_path / "keys.sealed").read_bytes()
    real = Path.read_bytes

    def torn(path: Path) -> bytes:
        data = real(path)
        return data[: len(data) // 2] if path.name.endswith(".new") else data

    monkeypatch.setattr(Path, "read_bytes", torn)
    with pytest.raises(VaultError):
        Vault.create(tmp_path, {"a": "b"}, simulator=True, keyring=store)
    assert real(tmp_path / "keys.sealed") == before


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, store: Store) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(VaultError) as caught:
        Vault.create(blocked / "data", KEYS, simulator=True, keyring=store)
    assert key_of(caught) == "keys.disk.say"


def test_secrets_hide_themselves() -> None:
    secrets = Secrets({"a": "CANARY", "journal.mac_key": "00" * 32}, simulator=True)
    for shown in (repr(secrets), str(secrets), repr(secrets["a"]), str(secrets["a"]), f"{secrets['a']}"):
        assert "CANARY" not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secrets["a"])
    assert Secret("a") != "a"
    assert list(secrets) == ["a", "journal.mac_key"]
    assert len(secrets) == 2


def test_what_is_kept_beside_the_keys_stays_when_they_are_taken_in_anew(tmp_path: Path, store: Store) -> None:
    Vault.create(tmp_path, KEYS, simulator=False, keyring=store)
    Vault.unlock(tmp_path, keyring=store).keep("staff.revision", "7")
    opened = Vault.unlock(tmp_path, keyring=store)
    assert opened["staff.revision"].reveal() == "7"
    assert {name: opened[name].reveal() for name in KEYS} == KEYS
    Vault.create(tmp_path, {"wechat.api_v2_key": "n" * 32}, simulator=False, keyring=store)
    opened = Vault.unlock(tmp_path, keyring=store)
    assert opened["staff.revision"].reveal() == "7"
    assert "alipay.app_private_key_pem" not in opened


def test_only_the_tills_own_is_kept_so(tmp_path: Path, store: Store) -> None:
    Vault.create(tmp_path, KEYS, simulator=False, keyring=store)
    secrets = Vault.unlock(tmp_path, keyring=store)
    before = (tmp_path / "keys.sealed").read_bytes()
    with pytest.raises(ValueError, match="setup"):
        secrets.keep("wechat.api_v2_key", "n" * 32)
    assert (tmp_path / "keys.sealed").read_bytes() == before


def test_a_passphrase_is_asked_once_for_all_that_is_kept_later(
    tmp_path: Path, no_keyring: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrase, "SCRYPT_N", 2)
    asked = []
    Vault.create(tmp_path, KEYS, simulator=False, prompt=lambda: "one two", keyring=no_keyring)
    secrets = Vault.unlock(tmp_path, prompt=lambda: asked.append(1) or "one two", keyring=no_keyring)
    secrets.keep("staff.revision", "1")
    assert asked == [1]
    again = Vault.unlock(tmp_path, prompt=lambda: "one two", keyring=no_keyring)
    assert again["staff.revision"].reveal() == "1"


def test_a_disk_that_refuses_keeps_what_was_there(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Vault.create(tmp_path, KEYS, simulator=False, keyring=store)
    secrets = Vault.unlock(tmp_path, keyring=store)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("app.secrets.vault.os.fsync", full)
        with pytest.raises(VaultError) as caught:
            secrets.keep("staff.revision", "1")
    assert key_of(caught) == "keys.disk.say"
    assert "staff.revision" not in secrets
    assert "staff.revision" not in Vault.unlock(tmp_path, keyring=store)
