"""The signature beside an exported file: an edited file is found on any machine that has the till's public key. Pure.

``FILE.sig`` is one JSON object: what the file is (``about``), its SHA-256, the key's id, and an Ed25519 signature over
``DOMAIN`` and the canonical JSON of all the rest. The till's key is derived from the journal's own key, so every
folder has one, it survives a merchant's keys being taken in anew, and it lies nowhere on disk.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMAT: Final = 1
DOMAIN: Final = b"mashou.export.1\0"
KEY_DOMAIN: Final = b"mashou.export.key.1"
KEY_ID_CHARACTERS: Final = 16
_KEY_ID: Final = re.compile(f"[0-9a-f]{{{KEY_ID_CHARACTERS}}}", re.ASCII)
LARGEST_DOCUMENT: Final = 65_536
_WRONG: Final = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class About:
    """What was exported. Money in fen, days as YYYY-MM-DD, ``head_*`` the journal's end when it was read."""

    till: str
    shop: str
    first_day: str
    last_day: str
    rows: int
    paid_count: int
    paid_fen: int
    back_count: int
    back_fen: int
    net_fen: int
    unsettled: int
    head_seq: int
    head_digest: str
    made_ms: int
    training: bool
    format: str  # "csv", "xlsx" or "pdf"


class Flaw(StrEnum):
    """Values are words keys."""

    SIGNATURE = "vf.badsig"  # the document was altered, or another key signed it
    FILE = "vf.file"  # the file is not the one that was signed
    KEY = "vf.nokey"  # signed with a key that nobody registered


@dataclass(frozen=True, slots=True)
class Checked:
    """``about`` is None where the document says nothing that can be believed."""

    flaw: Flaw | None
    key_id: str = ""
    about: About | None = None


class NotAKey(ValueError):  # noqa: N818 - named for what it says, as all of ours are
    """A file holds no Ed25519 public key."""


def export_key(mac_key: bytes) -> Ed25519PrivateKey:
    """The till's signing key, from its journal's 32-byte key."""
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(mac_key, KEY_DOMAIN, "sha256"))


def public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_public(pem: bytes) -> Ed25519PublicKey:
    """Raises ``NotAKey``."""
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise NotAKey("no public key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotAKey("a public key of another kind")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """How people name a key: 16 hex digits of its hash."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:KEY_ID_CHARACTERS]


def signed(about: About, sha256: str, key: Ed25519PrivateKey) -> bytes:
    """The bytes of ``FILE.sig``."""
    document = {"v": FORMAT, "key": key_id(key.public_key()), "sha256": sha256, "about": asdict(about)}
    signature = base64.b64encode(key.sign(_bound(document))).decode()
    return json.dumps({**document, "signature": signature}, ensure_ascii=False, indent=1).encode() + b"\n"


def check(document: bytes, sha256: str, keys: Mapping[str, Ed25519PublicKey]) -> Checked:
    """Whether ``document`` vouches for a file of that hash; ``keys`` by id are all that are believed."""
    try:
        if len(document) > LARGEST_DOCUMENT:
            raise ValueError
        raw: dict[str, Any] = json.loads(document)
        signature = base64.b64decode(raw.pop("signature"), validate=True)
        named = _KEY_ID.fullmatch(raw["key"])[0]  # type: ignore[index]  # None is the TypeError below
        about = About(**raw["about"])
        bound, said = _bound(raw), str(raw["sha256"])
    except _WRONG:
        return Checked(Flaw.SIGNATURE)
    if raw.get("v") != FORMAT:
        return Checked(Flaw.SIGNATURE, named)
    key = keys.get(named)
    if key is None:
        return Checked(Flaw.KEY, named)
    try:
        key.verify(signature, bound)
    except InvalidSignature:
        return Checked(Flaw.SIGNATURE, named)
    flaw = None if hmac.compare_digest(said.encode(errors="replace"), sha256.encode()) else Flaw.FILE
    return Checked(flaw, named, about)


def _bound(document: Mapping[str, Any]) -> bytes:
    return DOMAIN + json.dumps(document, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
