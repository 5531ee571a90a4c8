"""Whose signatures are believed: WeChat Pay's public key, its platform certificates, and how these follow each other.

Certificates come encrypted under the APIv3 key (``GET /v3/certificates``). One is taken only if its name in the list
is its own serial number, it is within its dates, its key is RSA, and, where a root is configured, that root issued it.
A list that no longer names a certificate retires it ``OVERLAP_MS`` later, since both sign answers for a while.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.channels.outcome import Reply
from app.channels.wechat_v3 import aead, wire
from app.channels.wechat_v3.config import CertificateMode
from app.channels.wechat_v3.sign import LEAST_BITS

HOUR_MS: Final = 3_600_000
POLL_MS: Final = 6 * HOUR_MS  # wechat.md §3.1 asks for less than 12 h; half of it allows one poll in vain
AGAIN_MS: Final = 60_000  # the list is not asked for more often than this, whatever serial numbers answers may name
OVERLAP_MS: Final = 24 * HOUR_MS  # the list names a new certificate that long before the old one goes
CHAIN_LIMIT: Final = 4  # leaf, one or two issuers, root
HTTP_OK: Final = 200
LIST_LIMIT: Final = 16  # entries read; the real list has one or two


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform certificate: its key, believed from ``since_ms`` to ``until_ms`` of channel time."""

    serial: str
    key: rsa.RSAPublicKey = field(repr=False)
    since_ms: int
    until_ms: int


def serial_of(certificate: x509.Certificate) -> str:
    """As ``Wechatpay-Serial`` and ``serial_no`` write it, in the one spelling of ``spelt``."""
    return f"{certificate.serial_number:X}"


def spelt(serial: str) -> str:
    """A serial number in upper-case hex without the zeros that some writers put before it."""
    return serial.upper().lstrip("0")


class Issuers:
    """Who may have issued a platform certificate. Raises ValueError with a sentence when that is not known."""

    def __init__(self, mode: CertificateMode) -> None:
        if mode.require_root and not mode.root_pem:
            raise ValueError("the root certificate of WeChat Pay's platform certificates is missing")
        self._roots = _read(mode.root_pem, "the root certificate") if mode.root_pem else ()

    def take(self, pem: str, now_ms: int) -> tuple[Platform, ...]:
        """The platform certificates of ``pem`` that may be believed at ``now_ms``; the rest of it are issuers."""
        with contextlib.suppress(ValueError):
            given = _read(pem, "")
            platforms = (self._one(leaf, given, now_ms) for leaf in given)
            return tuple(platform for platform in platforms if platform is not None)
        return ()

    def _one(self, leaf: x509.Certificate, given: tuple[x509.Certificate, ...], now_ms: int) -> Platform | None:
        try:
            key = leaf.public_key()
            since, until = (
                int(moment.timestamp() * 1000) for moment in (leaf.not_valid_before_utc, leaf.not_valid_after_utc)
            )
        except (ValueError, UnsupportedAlgorithm):
            return None
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_BITS or not since <= now_ms < until:
            return None
        if self._roots and not self._chained(leaf, given):
            return None
        return Platform(serial_of(leaf), key, since, until)

    def _chained(self, leaf: x509.Certificate, given: tuple[x509.Certificate, ...]) -> bool:
        at = leaf
        for _ in range(CHAIN_LIMIT):
            if any(at == root or _issued(at, root) for root in self._roots):
                return True
            above = next((c for c in given if c != at and _issued(at, c)), None)
            if above is None:
                return False
            at = above
        return False


def _read(pem: str, what: str) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(pem.encode()))
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError(f"{what} cannot be read") from None


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """True if ``issuer`` may issue certificates and signed this one."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False
    return constraints.ca


def read_list(fields: Mapping[str, Any], key: AESGCM, issuers: Issuers, now_ms: int) -> tuple[Platform, ...]:
    """The certificates of an answer to ``GET /v3/certificates`` that may be believed; an odd entry is passed over."""
    entries = fields.get("data")
    if not isinstance(entries, list):
        return ()
    found = (_entry(entry, key, issuers, now_ms) for entry in entries[:LIST_LIMIT])
    return tuple(platform for platform in found if platform is not None)


def _entry(entry: object, key: AESGCM, issuers: Issuers, now_ms: int) -> Platform | None:
    sealed = entry.get("encrypt_certificate") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(sealed, dict):
        return None
    names = ("algorithm", "nonce", "associated_data", "ciphertext")
    algorithm, nonce, beside, ciphertext = (sealed.get(name) for name in names)
    if algorithm != aead.ALGORITHM or beside != "certificate" or not isinstance(nonce, str):
        return None
    plain = aead.decrypt(key, nonce, beside, ciphertext) if isinstance(ciphertext, str) else None
    if plain is None or not plain.isascii():
        return None
    platforms = issuers.take(plain.decode("ascii"), now_ms)
    return next((p for p in platforms if p.serial == spelt(wire.text(entry, "serial_no"))), None)


def read_reply(reply: Reply, key: AESGCM, issuers: Issuers, now_ms: int, ring: "KeyRing") -> tuple[Platform, ...]:
    """The certificates of a whole answer; none unless one of them, or a key known already, signed it.

    The list is read before its signature is proven, since the key that proves it may stand in it: only the APIv3 key
    makes such an entry, and nothing is taken over before the proof.
    """
    if reply.status != HTTP_OK:
        return ()
    try:
        found = read_list(wire.parse(reply.body), key, issuers, now_ms)
    except wire.NotTheirsError:
        return ()
    new = {platform.serial: platform.key for platform in found}

    def key_for(serial: str) -> rsa.RSAPublicKey | None:
        return new.get(spelt(serial)) or ring.key_for(serial, now_ms)

    return found if wire.proof_of(reply.headers, reply.body, now_ms, key_for) is wire.Proof.HOLDS else ()


class KeyRing:
    """The keys of one room, by ``Wechatpay-Serial``. Belongs to the worker's loop."""

    def __init__(
        self, public_id: str = "", public_key: rsa.RSAPublicKey | None = None, issuers: Issuers | None = None
    ) -> None:
        self._public_id = public_id
        self._public_key = public_key
        self.issuers = issuers
        self._platforms: dict[str, Platform] = {}
        self._fetched_ms: int | None = None
        self._asked_ms: int | None = None
        self._wanted = False

    def key_for(self, serial: str, now_ms: int) -> rsa.RSAPublicKey | None:
        """The key a signature made at ``now_ms`` under this name must hold for; None where there is none."""
        if self._public_key is not None and serial == self._public_id:
            return self._public_key
        platform = self._platforms.get(spelt(serial))
        if platform is None or not platform.since_ms <= now_ms < platform.until_ms:
            return None
        return platform.key

    def may_learn(self, serial: str, now_ms: int) -> bool:
        """True if fetching the list may explain ``serial``; asked again only after ``AGAIN_MS``."""
        unknown = self.issuers is not None and self.key_for(serial, now_ms) is None
        return unknown and not serial.startswith("PUB_KEY_ID_") and self._rested(now_ms)

    def want(self) -> None:
        """A name nobody knows was seen where it could not be looked up at once: the list is due."""
        self._wanted = True

    def is_due(self, now_ms: int) -> bool:
        """True if the list should be fetched now, on the way to something else."""
        if self.issuers is None or not self._rested(now_ms):
            return False
        return self._wanted or self._fetched_ms is None or abs(now_ms - self._fetched_ms) >= POLL_MS

    def asked(self, now_ms: int) -> None:
        self._asked_ms = now_ms

    def _rested(self, now_ms: int) -> bool:
        return self._asked_ms is None or abs(now_ms - self._asked_ms) >= AGAIN_MS

    def add(self, platforms: tuple[Platform, ...]) -> None:
        """Certificates at hand from elsewhere; they do not replace fetching the list."""
        self._platforms |= {platform.serial: platform for platform in platforms}

    def install(self, platforms: tuple[Platform, ...], now_ms: int) -> None:
        """A verified list: new ones come in, those it no longer names go when their overlap is over."""
        named = {platform.serial: platform for platform in platforms}
        going = {
            serial: replace(old, until_ms=min(old.until_ms, now_ms + OVERLAP_MS))
            for serial, old in self._platforms.items()
            if serial not in named and now_ms < old.until_ms
        }
        self._platforms = going | named
        self._fetched_ms = now_ms
        self._wanted = False
