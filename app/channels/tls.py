"""Who is believed at the other end of a line, and how the till shows its own certificate.

Certificate and host name are always checked; nothing here can switch that off. The context is built by hand rather
than by ``ssl.create_default_context`` because that one obeys ``SSLKEYLOGFILE`` and would write session keys to disk.
"""

import os
import secrets
import ssl
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from app.channels.api import Secret

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(base_url: str) -> bool:
    """True where ``base_url`` leads to this very machine, that is, to a simulator."""
    return urlsplit(base_url).hostname in LOOPBACK


def trust(base_url: str, ca_pem: str = "") -> ssl.SSLContext:
    """TLS 1.2 or newer, certificate and host name checked against the system's authorities.

    ``ca_pem`` names a private authority and is taken for a loopback address only: no setting can make the till
    believe a stranger who plays a channel. Raises ValueError with a sentence for anything else.
    """
    if urlsplit(base_url).scheme != "https" or not urlsplit(base_url).hostname:
        raise ValueError("the address must begin with https://")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks certificate and host name by default
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if not ca_pem:
        context.load_default_certs()
        return context
    if not is_loopback(base_url):
        raise ValueError("an own certificate authority is allowed for a simulator on this machine only")
    try:
        context.load_verify_locations(cadata=ca_pem)
    except ssl.SSLError as bad:
        raise ValueError("the certificate authority's certificate cannot be read") from bad
    return context


def show_certificate(context: ssl.SSLContext, cert_pem: str, key_pem: Secret) -> None:
    """Make ``context`` answer a request for a client certificate (WeChat: apiclient_cert.pem, apiclient_key.pem).

    OpenSSL's Python binding takes certificate and key from files only. The key therefore passes through a file of
    mode 0600 that holds it encrypted under a passphrase nobody ever sees, and that is gone before this returns.
    Raises ValueError with a sentence when the pair is unreadable or does not match.
    """
    try:
        x509.load_pem_x509_certificate(cert_pem.encode())
        key = serialization.load_pem_private_key(key_pem.reveal().encode(), password=None)
    except (ValueError, TypeError):
        raise ValueError("the merchant certificate or its key cannot be read") from None
    passphrase = secrets.token_hex(32)
    sealed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    handle, name = tempfile.mkstemp(prefix="mashou-", suffix=".pem")  # created 0600
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(cert_pem.encode() + b"\n" + sealed)
        context.load_cert_chain(path, password=passphrase)
    except ssl.SSLError:
        raise ValueError("the merchant certificate does not belong to its key") from None
    finally:
        path.unlink()
