"""Keys, certificates and names of one simulator, made at its first start in DIR and kept there (files 0600).

The first start makes a handful of RSA keys, which takes a second or two; later starts only read files.
"""

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from app.sim import key_groups
from app.sim.private_file import write_private

_NAMES_FILE: Final = "names.json"
_BEFORE_GROUPS: Final = ("tls", "alipay")  # what stands where the file names no groups
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "tls": key_groups.TLS,
    "alipay": key_groups.ALIPAY,
    "wechat_v3": key_groups.WECHAT_V3,
    "unionpay": key_groups.UNIONPAY,
}


class KeysError(Exception):
    """The folder's keys cannot be read; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the counterparties call this shop, and the secrets that are no files of their own."""

    appid: str
    mch_id: str
    api_v2_key: str = field(repr=False)
    app_id: str
    code_key: str = field(repr=False)  # hex; marks payment codes in the ledger
    api_v3_key: str = field(repr=False)
    public_key_id: str  # WeChat's public key, PUB_KEY_ID_...
    mer_id: str  # UnionPay, 15 digits
    made: tuple[str, ...]  # groups whose files stand


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything kept; ``pem`` by file stem, ``<stem>.pem`` in ``folder``."""

    folder: Path
    names: Names
    pem: Mapping[str, str] = field(repr=False)

    def file(self, stem: str) -> Path:
        return self.folder / f"{stem}.pem"

    def rsa_key(self, stem: str) -> rsa.RSAPrivateKey:
        # our own file, checked when it was made: checking the primes again costs 40 ms of each start
        key = load_pem_private_key(self.pem[stem].encode(), None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def rsa_public_key(self, stem: str) -> rsa.RSAPublicKey:
        key = load_pem_public_key(self.pem[stem].encode())
        assert isinstance(key, rsa.RSAPublicKey)
        return key

    def serial(self, stem: str) -> str:
        """The certificate's serial number as WeChat writes it: 40 upper-case hex digits."""
        return f"{x509.load_pem_x509_certificate(self.pem[stem].encode()).serial_number:040X}"

    def cert_sn(self, stem: str) -> str:
        """The serial number certificate mode sends: md5 of issuer and serial (alipay.md §1)."""
        cert = x509.load_pem_x509_certificate(self.pem[stem].encode())
        return hashlib.md5(f"{cert.issuer.rfc4514_string()}{cert.serial_number}".encode()).hexdigest()


def load_or_make(folder: Path, now: float, chance: random.Random) -> Keys:
    """The folder's keys, made where there are none; a group that a newer simulator brings is made beside the others.

    KeysError where they are damaged, OSError from the disk. ``chance`` makes the secrets that are no key pairs: a
    SystemRandom, except in tests.
    """
    damaged = KeysError(f"the simulator's keys in {folder} are damaged; use a new folder")
    names_file = folder / _NAMES_FILE
    try:
        kept = json.loads(names_file.read_text(encoding="utf-8")) if names_file.exists() else {"made": ()}
        facts: dict[str, Any] = {**_new_names(chance), "made": _BEFORE_GROUPS, **kept}
        names = Names(**{**facts, "made": tuple(facts["made"])})
        for group in _GROUPS:
            if group not in names.made:
                names = _add(folder, names, group, now)
        pem = {
            stem: (folder / f"{stem}.pem").read_text(encoding="utf-8") for group in _GROUPS.values() for stem in group
        }
        keys = Keys(folder, names, pem)
        bytes.fromhex(names.code_key)
        ends = x509.load_pem_x509_certificate(pem["server"].encode()).not_valid_after_utc
    except (ValueError, TypeError, FileNotFoundError):
        raise damaged from None
    if ends.timestamp() < now:
        raise KeysError(f"the simulator's certificates in {folder} have expired; use a new folder")
    return keys


def _new_names(chance: random.Random) -> dict[str, Any]:
    return {
        "appid": f"wx{chance.getrandbits(64):016x}",
        "mch_id": f"16{chance.randrange(10**8):08d}",
        "api_v2_key": f"{chance.getrandbits(128):032x}",
        "app_id": f"2021{chance.randrange(10**12):012d}",
        "code_key": f"{chance.getrandbits(256):064x}",
        "api_v3_key": f"{chance.getrandbits(128):032x}",
        "mer_id": f"777{chance.randrange(10**12):012d}",
        "public_key_id": f"PUB_KEY_ID_{chance.randrange(10**30):030d}",
    }


def _add(folder: Path, names: Names, group: str, now: float) -> Names:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    makers: Mapping[str, Callable[[], dict[str, str]]] = {
        "tls": lambda: key_groups.make_tls(names.mch_id, now),
        "alipay": lambda: key_groups.make_alipay(names.app_id, now),
        "wechat_v3": lambda: key_groups.make_wechat_v3(names.mch_id, now),
        "unionpay": lambda: key_groups.make_unionpay(names.mer_id, now),
    }
    for stem, text in makers[group]().items():
        write_private(folder / f"{stem}.pem", text)
    more = replace(names, made=(*names.made, group))
    # last: where this file names a group, its files are whole
    write_private(folder / _NAMES_FILE, json.dumps(asdict(more), indent=1) + "\n")
    return more
