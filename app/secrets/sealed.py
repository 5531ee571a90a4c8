"""The sealed file: AES-256-GCM over the secrets, its open header bound to it. Pure; reading and writing are elsewhere.

``keys.sealed`` is one JSON object: ``format``, ``place`` of the wrapping key, ``key_id``, ``simulator``, ``salt`` (for
a passphrase), ``check``, ``nonce``, ``box``. All but ``box`` are authenticated with it.
"""

import base64
import hmac
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.secrets.errors import VaultError

FORMAT: Final = 1
WRAPPING_BYTES: Final = 32
NONCE_BYTES: Final = 12
SALT_BYTES: Final = 16
# Tells a wrong passphrase from a damaged file. It helps nobody guess: the box itself tells the same.
CHECK_DOMAIN: Final = b"mashou.keys.check.1"
CHECK_CHARACTERS: Final = 8
# A file of keys is some 10 KB; more is somebody else's file.
LARGEST_FILE: Final = 1024 * 1024


class Place(StrEnum):
    """Where the wrapping key lives (design §7, Keys)."""

    KEYRING = "keyring"
    FILE = "file"  # simulator keys only
    PASSPHRASE = "passphrase"


@dataclass(frozen=True, slots=True)
class Header:
    """The open part of the file."""

    place: Place
    key_id: str  # the wrapping key's name in the keyring
    simulator: bool
    salt: str  # hex; empty unless a passphrase is used
    format: int = FORMAT


def seal(header: Header, secrets: dict[str, str], wrapping_key: bytes, nonce: bytes) -> bytes:
    """The file's bytes. ``nonce`` is fresh random for each call."""
    opened = {**asdict(header), "check": _check(wrapping_key), "nonce": nonce.hex()}
    box = AESGCM(wrapping_key).encrypt(nonce, json.dumps(secrets).encode(), _bound(opened))
    return json.dumps({**opened, "box": base64.b64encode(box).decode()}, indent=1).encode() + b"\n"


def read_header(data: bytes) -> Header:
    """Raises VaultError ``keys.damaged.say`` or ``keys.newer.say``."""
    raw = _object(data)
    if isinstance(raw.get("format"), int) and raw["format"] > FORMAT:
        raise VaultError("keys.newer.say", "the sealed keys were written by a newer version of this program")
    try:
        header = Header(Place(raw["place"]), raw["key_id"], raw["simulator"], raw["salt"], raw["format"])
    except (KeyError, ValueError) as error:
        raise damaged() from error
    expected = (header.key_id, str), (header.simulator, bool), (header.salt, str), (header.format, int)
    if header.format != FORMAT or not all(type(value) is kind for value, kind in expected):
        raise damaged()
    if header.place is Place.FILE and not header.simulator:
        raise VaultError("keys.damaged.say", "real keys are never sealed with a key in a plain file")
    return header


def unseal(data: bytes, wrapping_key: bytes) -> dict[str, str]:
    """The secrets. Raises VaultError ``keys.wrong.say`` (another key) or ``keys.damaged.say``."""
    raw = _object(data)
    if not hmac.compare_digest(str(raw.get("check")).encode(errors="replace"), _check(wrapping_key).encode()):
        raise VaultError("keys.wrong.say", "this is not the key the file was sealed with")
    opened = {name: value for name, value in raw.items() if name != "box"}
    try:
        nonce, box = bytes.fromhex(raw["nonce"]), base64.b64decode(raw["box"], validate=True)
        secrets = json.loads(AESGCM(wrapping_key).decrypt(nonce, box, _bound(opened)))
    except (KeyError, TypeError, ValueError, InvalidTag) as error:
        raise damaged() from error
    assert isinstance(secrets, dict)
    return secrets


def damaged() -> VaultError:
    return VaultError("keys.damaged.say", "the sealed keys are damaged or were altered")


def _object(data: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(data) if len(data) <= LARGEST_FILE else None
    except (ValueError, RecursionError) as error:
        raise damaged() from error
    if not isinstance(raw, dict):
        raise damaged()
    return raw


def _bound(opened: dict[str, Any]) -> bytes:
    return json.dumps(opened, sort_keys=True).encode()


def _check(wrapping_key: bytes) -> str:
    return hmac.digest(wrapping_key, CHECK_DOMAIN, "sha256").hex()[:CHECK_CHARACTERS]
