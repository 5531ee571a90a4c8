"""No test of this folder ever touches the developer's own keyring."""

import pytest
from keyring.backends import fail

from app.secrets import VaultError, passphrase


class Store:
    """A keyring that keeps, or fails as it is told."""

    def __init__(self, error: VaultError | None = None) -> None:
        self.held: dict[str, str] = {}
        self.error = error

    def get(self, name: str) -> str | None:
        if self.error is not None:
            raise self.error
        return self.held.get(name)

    def put(self, name: str, text: str) -> None:
        if self.error is not None:
            raise self.error
        self.held[name] = text


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def no_keyring() -> Store:
    return Store(VaultError("keyring.none.say", "none"))


@pytest.fixture(autouse=True)
def apart_from_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty keyring, no passphrase in the environment, and a passphrase that costs a test nothing."""
    monkeypatch.delenv(passphrase.VARIABLE, raising=False)
    monkeypatch.setattr(passphrase, "SCRYPT_N", 2**10)
    monkeypatch.setattr("keyring.core._keyring_backend", fail.Keyring())
