"""Signed UnionPay answers, made beside the till's own code: the tests' writer shares nothing with the room."""

import base64
import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.channels.outcome import Reply
from app.channels.unionpay.answers import Us
from app.channels.unionpay.trust import Trust
from app.core.channel import Channel
from app.core.refund_order import RefundOrder

NOW_MS = 1_795_358_400_000  # 2026-11-22 22:40:00 in Beijing
MER_ID = "777290058110048"
OWNER = "041@8310000000083040@中国银联股份有限公司@00016495"
SINCE, UNTIL = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def text_of(certificate) -> str:
    """PEM with the line ends of UnionPay's own messages, and none after the last."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode().strip().replace("\n", "\r\n")


def issue(subject, public, issuer, key, *, ca=False, days=(SINCE, UNTIL), algorithm=None):
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in (subject, issuer)]
    made = x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(public)
    made = made.serial_number(x509.random_serial_number()).not_valid_before(days[0]).not_valid_after(days[1])
    made = made.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    return made.sign(key, algorithm or hashes.SHA256())


@dataclass
class Chain:
    """Root, middle and leaf, each with its key."""

    leaf_key: object
    root_key: object = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    middle_key: object = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def __post_init__(self):
        self.root = issue("Root", self.root_key.public_key(), "Root", self.root_key, ca=True)
        self.middle = self.middle_by()
        self.leaf = self.leaf_by()

    def middle_by(self, **how):
        return issue("Middle", self.middle_key.public_key(), "Root", self.root_key, **{"ca": True, **how})

    def leaf_by(self, subject=OWNER, issuer="Middle", key=None, **how):
        return issue(subject, self.leaf_key.public_key(), issuer, key or self.middle_key, **how)

    def trust(self, *, root=None, middle=None, test=False) -> Trust:
        return Trust(text_of(root or self.root), text_of(middle or self.middle), test=test)


@dataclass
class Union:
    """The gateway."""

    order: object
    chain: Chain

    def __post_init__(self):
        trust = self.chain.trust()
        self.us = Us(MER_ID, lambda pem: trust.key_of(pem, NOW_MS))

    def fields(self, **changes) -> dict[str, str]:
        """Signed fields; one given as None is left out."""
        given = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "bizType": "000000",
            "accessType": "0",
            "merId": MER_ID,
            "respCode": "00",
            "respMsg": "成功[0000000]",
            "signPubKeyCert": text_of(self.chain.leaf),
            **changes,
        }
        given = {name: value for name, value in given.items() if value is not None}
        return {**given, "signature": given.get("signature") or self.signature(given)}

    def signature(self, given) -> str:
        text = "&".join(f"{name}={given[name]}" for name in sorted(given) if name != "signature")
        digest = hashlib.sha256(text.encode()).hexdigest().encode()
        return base64.b64encode(self.chain.leaf_key.sign(digest, padding.PKCS1v15(), hashes.SHA256())).decode()

    def body(self, **changes) -> bytes:
        return "&".join(f"{name}={value}" for name, value in self.fields(**changes).items()).encode()

    def said(self, body: bytes | None = None, status=200, **changes) -> Reply:
        return Reply(status, {}, self.body(**changes) if body is None else body, None)

    @property
    def ours(self) -> dict[str, str]:
        """What an answer about our payment brings along."""
        return {
            "txnType": "01",
            "txnSubType": "06",
            "orderId": self.order.out_trade_no,
            "txnTime": "20261122224000",
            "txnAmt": "1250",
            "currencyCode": "156",
            "queryId": "201706061017522973458",
        }

    @property
    def paid(self) -> dict[str, str]:
        return {
            **self.ours,
            "origRespCode": "00",
            "origRespMsg": "成功[0000000]",
            "traceNo": "297345",
            "traceTime": "1122224001",
            "accNo": "6221********0000",
        }

    def refund(self, *, void=False, amount_fen=250, channel_no="201706061017522973458") -> RefundOrder:
        return RefundOrder("402611220001000100020019", self.order, channel_no, amount_fen, 1, "", NOW_MS + 60_000, void)

    def back(self, refund) -> dict[str, str]:
        """What an answer about a refund of ours brings along; the sum has no currency beside it."""
        return {
            "txnType": "31" if refund.void else "04",
            "txnSubType": "00",
            "orderId": refund.out_refund_no,
            "txnTime": "20261122224100",
            "txnAmt": str(refund.amount_fen),
            "queryId": "052401051658427863998",
            "origQryId": refund.channel_no,
        }


@pytest.fixture(scope="session")
def chain(rsa_key) -> Chain:
    return Chain(rsa_key)


@pytest.fixture(scope="session")
def union(order_of, chain) -> Union:
    return Union(order_of(Channel.UNIONPAY), chain)


LAYOUT = json.loads((Path(__file__).parents[1] / "vectors/unionpay_zm_layout.json").read_text("utf-8"))
PAYMENT = {
    1: "S22",
    5: "1122143005",
    6: "6221********0000",
    7: "000000001250",
    10: "201706061017522973458",
    12: "402611220001000100010018",
    16: "D000000000003",
    17: "C000000001247",
    20: "01",
    21: "06",
    28: "777290058110048",
    31: "晨光便利店",
    33: "C000000001247",
    34: "00000001",
    40: "9",
}
REFUND = {
    **PAYMENT,
    1: "S30",
    7: "000000000250",
    10: "052401051658427863998",
    12: "402611220001000100020019",
    16: "C000000000001",
    17: "D000000000249",
    20: "04",
    21: "00",
    27: "201706061017522973458",
    33: "D000000000249",
    41: "402611220001000100010018",
}


class Zm:
    """Rows of the day's file, built from the published layout alone."""

    layout, payment, refund = LAYOUT, PAYMENT, REFUND

    @staticmethod
    def row(fields, *, lengths=None, separator=b" ", end=b"\r\n") -> bytes:
        """One row; ``lengths``: of an older layout."""
        cells = []
        for number, length in enumerate(lengths or [f["len"] for f in LAYOUT["fields"]], 1):
            cells.append(fields.get(number, "").encode("gbk")[:length].ljust(length))
        return separator.join(cells) + end


@pytest.fixture(scope="session")
def zm() -> Zm:
    return Zm()
