"""Platform certificates: which are taken, how long they are believed, how one follows the other."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

from app.channels.outcome import Reply
from app.channels.wechat_v3 import certs
from app.channels.wechat_v3.config import CertificateMode

API_KEY = b"a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"
HOUR_MS = 3_600_000


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass
class Tenpay:
    """The root, and platform certificates around the time of the tests."""

    key: object
    now_ms: int

    def __post_init__(self):
        self.root = self.issue("Tenpay.com Root CA", self.key, ca=True, days=(-900, 900))
        self.root_pem = self.pem(self.root)

    def issue(self, name, key, *, ca=False, days=(-10, 100), signer=None, issuer="Tenpay.com Root CA"):
        now = datetime.fromtimestamp(self.now_ms / 1000, UTC)
        builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer))
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now + timedelta(days=days[0])).not_valid_after(now + timedelta(days=days[1]))
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        return builder.sign(signer or self.key, hashes.SHA256())

    def pem(self, *certificates):
        return "".join(c.public_bytes(serialization.Encoding.PEM).decode() for c in certificates)

    def entry(self, certificate, *, pem=None, **changes):
        nonce, plain = "61f9c719728a", (pem or self.pem(certificate)).encode()
        sealed = {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": nonce,
            "associated_data": "certificate",
            "ciphertext": base64.b64encode(AESGCM(API_KEY).encrypt(nonce.encode(), plain, b"certificate")).decode(),
        }
        sealed |= {n: v for n, v in changes.items() if n in sealed}
        return {
            "serial_no": changes.get("serial_no", certs.serial_of(certificate)),
            "effective_time": "2026-11-08T10:34:56+08:00",
            "expire_time": "2031-11-08T10:34:56+08:00",
            "encrypt_certificate": sealed,
        }

    def reply(self, entries, signer, serial, *, nonce="c5ac7061fccab6bf3e254dcf98995b8c"):
        body, stamp = json.dumps({"data": entries}).encode(), str(self.now_ms // 1000)
        signed = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        made = signer.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        headers = {
            "wechatpay-serial": serial,
            "wechatpay-timestamp": stamp,
            "wechatpay-nonce": nonce,
            "wechatpay-signature": base64.b64encode(made).decode(),
        }
        return Reply(200, headers, body, None)


@pytest.fixture(scope="module")
def keys():
    return [rsa.generate_private_key(65537, 2048) for _ in range(2)]


@pytest.fixture(scope="module")
def tenpay(keys):
    return Tenpay(ec.generate_private_key(ec.SECP256R1()), 1_795_358_400_000)


@pytest.fixture
def issuers(tenpay):
    return certs.Issuers(CertificateMode(tenpay.root_pem))


def taken(tenpay, issuers, entries):
    return certs.read_list({"data": entries}, AESGCM(API_KEY), issuers, tenpay.now_ms)


def test_a_good_certificate_is_taken_with_its_serial_and_its_dates(tenpay, issuers, keys):
    leaf = tenpay.issue("Tenpay.com sign", keys[0])
    (platform,) = taken(tenpay, issuers, [tenpay.entry(leaf)])
    assert platform.serial == f"{leaf.serial_number:X}"
    assert platform.key == keys[0].public_key()
    assert platform.until_ms - platform.since_ms == 110 * 24 * HOUR_MS


def test_zeros_before_a_serial_number_do_not_matter(tenpay, issuers, keys):
    leaf = tenpay.issue("Tenpay.com sign", keys[0])
    serial = certs.serial_of(leaf)
    found = taken(tenpay, issuers, [tenpay.entry(leaf, serial_no=f"00{serial.lower()}")])
    ring = certs.KeyRing(issuers=issuers)
    ring.install(found, tenpay.now_ms)
    assert ring.key_for(f"0{serial}", tenpay.now_ms) == ring.key_for(serial, tenpay.now_ms) == keys[0].public_key()
    reply = tenpay.reply([tenpay.entry(leaf)], keys[0], f"0{serial}")
    assert certs.read_reply(reply, AESGCM(API_KEY), issuers, tenpay.now_ms, certs.KeyRing(issuers=issuers))


def test_an_issuer_in_between_may_come_along(tenpay, issuers, keys):
    between_key = ec.generate_private_key(ec.SECP256R1())
    between = tenpay.issue("Tenpay.com sub CA", between_key, ca=True)
    leaf = tenpay.issue("Tenpay.com sign", keys[0], signer=between_key, issuer="Tenpay.com sub CA")
    (platform,) = taken(tenpay, issuers, [tenpay.entry(leaf, pem=tenpay.pem(leaf, between))])
    assert platform.serial == certs.serial_of(leaf)
    assert taken(tenpay, issuers, [tenpay.entry(leaf)]) == ()


def test_what_cannot_be_believed_is_passed_over_and_the_others_stay(tenpay, issuers, keys):
    stranger = ec.generate_private_key(ec.SECP256R1())
    good = tenpay.issue("Tenpay.com sign", keys[1])
    leaf = tenpay.issue("Tenpay.com sign", keys[0])
    bad = [
        tenpay.entry(tenpay.issue("over", keys[0], days=(-20, -1))),
        tenpay.entry(tenpay.issue("not yet", keys[0], days=(1, 20))),
        tenpay.entry(tenpay.issue("another root", keys[0], signer=stranger)),
        tenpay.entry(tenpay.issue("no RSA", stranger)),
        tenpay.entry(leaf, serial_no="5157F09EFDC096DE15EBE81A47057A7232F1B8E1"),
        tenpay.entry(leaf, serial_no=None),
        tenpay.entry(leaf, associated_data="transaction"),
        tenpay.entry(leaf, algorithm="AEAD_AES_128_GCM"),
        tenpay.entry(leaf, nonce="61f9c719728b"),
        tenpay.entry(leaf, nonce=7),
        tenpay.entry(leaf, ciphertext="AAAA"),
        tenpay.entry(leaf, ciphertext=None),
        tenpay.entry(leaf, pem="no certificate"),
        {"serial_no": "AA", "encrypt_certificate": "text"},
        {},
        None,
        "text",
    ]
    found = [taken(tenpay, issuers, [entry]) for entry in bad]
    assert found == [()] * len(bad)
    mixed = taken(tenpay, issuers, [*bad[:6], tenpay.entry(good)])
    assert [p.serial for p in mixed] == [certs.serial_of(good)]
    for data in (None, {}, "text", 5):
        assert certs.read_list({"data": data}, AESGCM(API_KEY), issuers, tenpay.now_ms) == ()


def test_a_list_under_another_apiv3_key_gives_nothing(tenpay, issuers, keys):
    entry = tenpay.entry(tenpay.issue("Tenpay.com sign", keys[0]))
    assert certs.read_list({"data": [entry]}, AESGCM(b"b" * 32), issuers, tenpay.now_ms) == ()


def test_the_root_is_asked_for_unless_a_setting_waives_it(tenpay, keys):
    with pytest.raises(ValueError, match="root certificate of WeChat Pay's platform certificates is missing"):
        certs.Issuers(CertificateMode())
    with pytest.raises(ValueError, match="root certificate cannot be read"):
        certs.Issuers(CertificateMode("nonsense"))
    pinned = tenpay.issue("Tenpay.com sign", keys[0], signer=ec.generate_private_key(ec.SECP256R1()))
    assert len(taken(tenpay, certs.Issuers(CertificateMode(tenpay.pem(pinned))), [tenpay.entry(pinned)])) == 1
    waived = certs.Issuers(CertificateMode(require_root=False))
    stranger = tenpay.issue("any", keys[0], signer=ec.generate_private_key(ec.SECP256R1()))
    assert len(taken(tenpay, waived, [tenpay.entry(stranger)])) == 1


def test_a_list_proves_itself_by_a_certificate_of_its_own(tenpay, issuers, keys):
    """The first fetch: nobody is known yet. Only the holder of the APIv3 key can make an entry."""
    leaf = tenpay.issue("Tenpay.com sign", keys[0])
    serial, ring = certs.serial_of(leaf), certs.KeyRing(issuers=issuers)

    def read(reply):
        return certs.read_reply(reply, AESGCM(API_KEY), issuers, tenpay.now_ms, ring)

    good = tenpay.reply([tenpay.entry(leaf)], keys[0], serial)
    assert [p.serial for p in read(good)] == [serial]
    assert read(tenpay.reply([tenpay.entry(leaf)], keys[1], serial)) == ()
    assert read(tenpay.reply([tenpay.entry(leaf)], keys[0], "ABCDEF01")) == ()
    assert read(Reply(200, {}, good.body, None)) == ()
    assert read(Reply(500, good.headers, good.body, None)) == ()
    assert read(Reply(200, good.headers, good.body + b" ", None)) == ()
    assert read(Reply(200, good.headers, b"nonsense", None)) == ()


@pytest.fixture
def ring(tenpay, issuers, keys):
    """(ring, now, old, new): ``old`` is known since now."""
    ring = certs.KeyRing(issuers=issuers)
    old, new = (
        taken(tenpay, issuers, [tenpay.entry(tenpay.issue("Tenpay.com sign", key, days=(-10, 60)))]) for key in keys
    )
    ring.install(old, tenpay.now_ms)
    return ring, tenpay.now_ms, old[0], new[0]


def test_both_are_believed_while_one_follows_the_other(ring):
    ring, now, old, new = ring
    ring.install((old, new), now)
    assert ring.key_for(old.serial, now) == old.key
    assert ring.key_for(new.serial, now) == new.key
    later = now + 6 * HOUR_MS
    ring.install((new,), later)
    assert ring.key_for(old.serial, later + 23 * HOUR_MS) == old.key
    assert ring.key_for(old.serial, later + 24 * HOUR_MS) is None
    assert ring.key_for(new.serial, later + 24 * HOUR_MS) == new.key
    ring.install((new,), later + 12 * HOUR_MS)  # further lists do not prolong it
    assert ring.key_for(old.serial, later + 24 * HOUR_MS) is None


def test_a_certificate_is_not_believed_past_its_own_end(ring):
    ring, now, old, _ = ring
    assert ring.key_for(old.serial, old.until_ms - 1) == old.key
    assert ring.key_for(old.serial, old.until_ms) is None
    assert ring.key_for(old.serial, old.since_ms - 1) is None
    assert ring.key_for("ABCDEF01", now) is None


def test_the_list_is_due_at_once_then_well_within_twelve_hours(tenpay, issuers, ring):
    fresh = certs.KeyRing(issuers=issuers)
    assert fresh.is_due(tenpay.now_ms)
    fresh.asked(tenpay.now_ms)
    assert not fresh.is_due(tenpay.now_ms + 59_000)
    assert fresh.is_due(tenpay.now_ms + 60_000)
    ring, now, *_ = ring
    assert not ring.is_due(now + 6 * HOUR_MS - 1)
    assert ring.is_due(now + 6 * HOUR_MS)
    ring.want()
    assert ring.is_due(now + 1)
    assert not certs.KeyRing("PUB_KEY_ID_1").is_due(now)


def test_an_unknown_name_is_looked_up_once_a_minute_at_most(ring):
    ring, now, old, new = ring
    assert ring.may_learn(new.serial, now)
    assert not ring.may_learn(old.serial, now)
    assert not ring.may_learn("PUB_KEY_ID_2", now)
    ring.asked(now)
    assert not ring.may_learn(new.serial, now + 59_000)
    assert ring.may_learn(new.serial, now + 60_000)
    assert not certs.KeyRing("PUB_KEY_ID_1").may_learn(new.serial, now)


def test_the_public_key_is_known_by_its_own_id_only(keys, tenpay, issuers):
    ring = certs.KeyRing("PUB_KEY_ID_1", keys[0].public_key(), issuers)
    assert ring.key_for("PUB_KEY_ID_1", tenpay.now_ms) == keys[0].public_key()
    assert ring.key_for("PUB_KEY_ID_2", tenpay.now_ms) is None
    assert ring.key_for("", tenpay.now_ms) is None
