"""The computer's keyring, with the ways it misbehaves."""

import threading
from pathlib import Path
from typing import ClassVar

import pytest
from keyring import errors
from keyring.backends import chainer, fail, null

from app.secrets import Vault, VaultError
from app.secrets.system_keyring import SystemKeyring, trusted_backend, within


class Kept:
    """A sound one, once it claims a trusted module. No KeyringBackend: those enlist for the whole process."""

    held: ClassVar[dict[tuple[str, str], str]] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


class Trusted(Kept):
    pass


Trusted.__module__ = "keyring.backends.SecretService"


class Plain(Kept):
    """What keyrings.alt would offer."""


Plain.__module__ = "keyrings.alt.file"


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch):
    def choose(chosen: object) -> None:
        monkeypatch.setattr("keyring.core._keyring_backend", chosen)

    monkeypatch.setattr(Kept, "held", {})
    return choose


def test_a_trusted_keyring_keeps_the_key(use, tmp_path: Path) -> None:
    use(Trusted())
    Vault.create(tmp_path, {"a": "b"}, simulator=False)
    assert Vault.where(tmp_path) == "keys.where.keyring"
    assert Vault.unlock(tmp_path)["a"].reveal() == "b"
    assert {service for service, _ in Kept.held} == {"mashou"}


@pytest.mark.parametrize(
    ("chosen", "key"),
    [(Plain(), "keyring.plain.say"), (null.Keyring(), "keyring.plain.say"), (fail.Keyring(), "keyring.none.say")],
)
def test_plain_and_absent_keyrings_are_refused(use, tmp_path: Path, chosen: object, key: str) -> None:
    use(chosen)
    with pytest.raises(VaultError) as caught:
        Vault.create(tmp_path, {"a": "b"}, simulator=False)
    assert caught.value.key == key
    assert not Kept.held
    assert not list(tmp_path.iterdir())


def test_a_chain_never_falls_through_to_plain_text(use, monkeypatch: pytest.MonkeyPatch) -> None:
    links: list[object] = [Plain(), Trusted()]
    monkeypatch.setattr(chainer.ChainerBackend, "backends", links)
    use(chainer.ChainerBackend())
    assert type(trusted_backend()) is Trusted
    links.pop()
    with pytest.raises(VaultError) as caught:
        trusted_backend()
    assert caught.value.key == "keyring.plain.say"
    links.clear()
    with pytest.raises(VaultError) as caught:
        trusted_backend()
    assert caught.value.key == "keyring.none.say"


@pytest.mark.parametrize("error", [errors.KeyringLocked("x"), errors.InitError("x"), RuntimeError("D-Bus CANARY")])
def test_a_locked_keyring_says_so(use, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def locked(*_: object) -> str:
        raise error

    monkeypatch.setattr(Trusted, "get_password", locked)
    use(Trusted())
    with pytest.raises(VaultError) as caught:
        SystemKeyring().get("x")
    assert caught.value.key == "keyring.locked.say"
    assert "CANARY" not in str(caught.value)


def test_a_keyring_that_hangs_is_not_waited_for(use, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    freed = threading.Event()

    def hang(*_: object) -> None:
        freed.wait()

    monkeypatch.setattr(Trusted, "get_password", hang)
    use(Trusted())
    with pytest.raises(VaultError) as caught:
        SystemKeyring(limit_s=0.05).get("x")
    assert caught.value.key == "keyring.slow.say"
    assert caught.value.values == (("n", "0.05"),)
    Vault.create(tmp_path, {"a": "b"}, simulator=True, keyring=SystemKeyring(limit_s=0.05))
    assert Vault.where(tmp_path) == "keys.where.file"
    freed.set()


def test_the_answer_comes_back_through_the_thread() -> None:
    assert within(5, lambda: 42) == 42
