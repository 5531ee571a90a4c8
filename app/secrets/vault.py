"""The keys of a data folder: sealed in ``keys.sealed``, the key to that file kept elsewhere (design §7, Keys)."""

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from typing import Final, assert_never

from app.durable import sync_folder
from app.secrets import passphrase
from app.secrets.dumps import forbid_core_dumps
from app.secrets.errors import VaultError
from app.secrets.passphrase import Prompt
from app.secrets.sealed import (
    NONCE_BYTES,
    SALT_BYTES,
    WRAPPING_BYTES,
    Header,
    Place,
    damaged,
    read_header,
    seal,
    unseal,
)
from app.secrets.system_keyring import KeyStore, SystemKeyring
from app.secrets.values import CODE_MARK_KEY, KEPT, MAC_KEY, Secrets

SEALED: Final = "keys.sealed"
WRAPPING: Final = "wrapping.key"
KEY_ID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Vault:
    """The ways to the keys of ``folder``. Every method blocks: at most the keyring's limit and one scrypt."""

    folder: Path
    prompt: Prompt | None = None
    keyring: KeyStore = field(default_factory=SystemKeyring)
    entropy: Callable[[int], bytes] = token_bytes

    @property
    def exists(self) -> bool:
        return (self.folder / SEALED).exists()

    @classmethod
    def create(
        cls,
        folder: Path,
        secrets: Mapping[str, str],
        *,
        simulator: bool,
        prompt: Prompt | None = None,
        keyring: KeyStore | None = None,
    ) -> "Vault":
        """Seal ``secrets``; the journal's keys are made here, or kept if the folder has them already.

        Raises VaultError: keyring.*, passphrase.*, ``keys.mixed.say`` (simulator keys over real ones or the other
        way round), ``keys.disk.say``; whatever was sealed before is then still there.
        """
        vault = cls(folder, prompt, keyring or SystemKeyring())
        if vault.exists:
            vault._replace(secrets, simulator=simulator)
        else:
            vault._begin(secrets, simulator=simulator)
        return vault

    @classmethod
    def unlock(cls, folder: Path, *, prompt: Prompt | None = None, keyring: KeyStore | None = None) -> Secrets:
        """The secrets of ``folder``. Raises VaultError: ``keys.missing.say``, keyring.*, passphrase.*, keys.*."""
        return cls(folder, prompt, keyring or SystemKeyring()).open()

    @classmethod
    def where(cls, folder: Path) -> str:
        """The words key of the sentence that says where the wrapping key lives: ``keys.where.<place>``."""
        return f"keys.where.{read_header(_read_sealed(folder)).place}"

    def open(self) -> Secrets:
        """See ``unlock``. From here on this process leaves no core dump."""
        forbid_core_dumps()
        data = _read_sealed(self.folder)
        header = read_header(data)
        wrapping_key = self._wrapping_key(header)

        def keep(held: Mapping[str, str]) -> None:
            self._write(header, dict(held), wrapping_key)

        return Secrets(unseal(data, wrapping_key), simulator=header.simulator, keep=keep)

    def _begin(self, secrets: Mapping[str, str], *, simulator: bool) -> None:
        held = {**secrets, MAC_KEY: self.entropy(32).hex(), CODE_MARK_KEY: self.entropy(32).hex()}
        wrapping_key = self.entropy(WRAPPING_BYTES)
        key_id = self.entropy(KEY_ID_BYTES).hex()
        _make_folder(self.folder)
        place = self._put_away(wrapping_key, key_id, simulator=simulator)
        salt = self.entropy(SALT_BYTES) if place is Place.PASSPHRASE else b""
        if place is Place.PASSPHRASE:
            wrapping_key = passphrase.derive(passphrase.choose(self.prompt), salt)
        self._write(Header(place, key_id, simulator, salt.hex()), held, wrapping_key)

    def _replace(self, secrets: Mapping[str, str], *, simulator: bool) -> None:
        data = _read_sealed(self.folder)
        header = read_header(data)
        if header.simulator != simulator:
            raise VaultError("keys.mixed.say", "real and practice keys do not share a folder")
        wrapping_key = self._wrapping_key(header)
        before = unseal(data, wrapping_key)
        held = {**secrets, **{name: text for name, text in before.items() if name.startswith(KEPT)}}
        self._write(header, held, wrapping_key)

    def _put_away(self, wrapping_key: bytes, key_id: str, *, simulator: bool) -> Place:
        """Store the wrapping key in the best place there is; for a passphrase there is nothing to store."""
        text = base64.b64encode(wrapping_key).decode()
        try:
            self._keep(key_id, text)
        except VaultError:
            if simulator:
                _write_private(self.folder / WRAPPING, text.encode() + b"\n")
                return Place.FILE
            if passphrase.is_offered(self.prompt):
                return Place.PASSPHRASE
            raise
        return Place.KEYRING

    def _keep(self, key_id: str, text: str) -> None:
        self.keyring.put(key_id, text)
        if self.keyring.get(key_id) != text:
            raise VaultError("keyring.none.say", "the keyring does not keep what it is given")

    def _wrapping_key(self, header: Header) -> bytes:
        match header.place:
            case Place.KEYRING:
                text = self.keyring.get(header.key_id)
                if text is None:
                    raise VaultError("keys.gone.say", "the keyring no longer holds the key to the sealed keys")
                return _decoded(text)
            case Place.FILE:
                return _decoded(_read(self.folder / WRAPPING, "keys.gone.say").decode("ascii", "replace"))
            case Place.PASSPHRASE:
                try:
                    salt = bytes.fromhex(header.salt)
                except ValueError as error:
                    raise damaged() from error
                return passphrase.derive(passphrase.ask(self.prompt), salt)
            case never:
                assert_never(never)

    def _write(self, header: Header, held: dict[str, str], wrapping_key: bytes) -> None:
        """Replace the sealed file by one that has been read back and opened."""
        fresh = self.folder / (SEALED + ".new")
        _write_private(fresh, seal(header, held, wrapping_key, self.entropy(NONCE_BYTES)))
        if unseal(_read(fresh, "keys.disk.say"), wrapping_key) != held:
            raise VaultError("keys.disk.say", "the disk does not give back what was written")
        try:
            fresh.replace(self.folder / SEALED)
            sync_folder(self.folder)
        except OSError as error:
            raise _disk(error) from error


def _read_sealed(folder: Path) -> bytes:
    return _read(folder / SEALED, "keys.missing.say")


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != WRAPPING_BYTES:
        raise VaultError("keys.wrong.say", "the wrapping key is no key")
    return key


def _read(path: Path, missing: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise VaultError(missing, f"there is no file {path.name}") from error
    except OSError as error:
        raise _disk(error) from error


def _write_private(path: Path, data: bytes) -> None:
    """Write ``path`` for its owner alone and make it durable."""
    try:
        path.unlink(missing_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        raise _disk(error) from error


def _make_folder(folder: Path) -> None:
    """Make the folder where it is missing. An existing one keeps its mode: it may be anybody's."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _disk(error) from error


def _disk(error: OSError) -> VaultError:
    return VaultError("keys.disk.say", f"the keys cannot be read or written: {error.strerror}")
