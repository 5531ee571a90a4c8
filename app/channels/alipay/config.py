"""What a merchant's Alipay room is opened with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.channels.api import Secret

PRODUCTION: Final = "https://openapi.alipay.com/gateway.do"  # alipay.md §1
BILL_HOSTS: Final = ("dwbillcenter.alipay.com",)  # alipay.md §9


def _no_anchor() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class PublicKeyMode:
    """Alipay's own public key, as its console shows it: PEM, or base64 DER without the lines around it."""

    alipay_public_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CertificateMode:
    """appCertPublicKey, alipayCertPublicKey and alipayRootCert as downloaded; the last two may hold several."""

    app_cert_pem: str = field(repr=False)
    alipay_cert_pem: str = field(repr=False)
    alipay_root_cert_pem: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Alipay:
    """``gateway_url`` with its path. ``ca_pem`` (TLS) only for a simulator on this machine.

    ``app_auth_token``: what the shop gave to the service provider whose application this is; it then stands in every
    call. ``provider_id``: that provider's own number (PID), for the channel's statistics.
    """

    gateway_url: str
    app_id: str
    app_private_key: Secret = field(repr=False)  # PEM, or base64 DER (PKCS#8 or PKCS#1) as Alipay's key tool writes it
    trust: PublicKeyMode | CertificateMode
    ca_pem: str = field(default="", repr=False)
    app_auth_token: str = field(default="", repr=False)
    provider_id: str = ""
    bill_hosts: tuple[str, ...] = BILL_HOSTS  # the only ones a bill is fetched from, always over https
    anchor: Callable[[], str] = field(default=_no_anchor, repr=False)  # goes out as ``passback_params``
