import os
import ssl
import tempfile
from pathlib import Path

import pytest

from app.channels import tls


def test_certificate_and_name_are_checked_and_old_tls_is_off(world):
    for context in (
        tls.trust("https://api.mch.weixin.qq.com"),
        tls.trust("https://127.0.0.1:8443", world.authority.pem),
    ):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_simulators_authority_is_the_only_one_beside_none(world):
    context = tls.trust("https://localhost:8443", world.authority.pem)
    assert [dict(x[0] for x in c["subject"])["commonName"] for c in context.get_ca_certs()] == ["Loopback CA"]


@pytest.mark.parametrize(
    "url",
    [
        "https://api.mch.weixin.qq.com",
        "https://127.0.0.1.example.com",
        "https://127.0.0.1@example.com",
        "https://192.168.1.5",
        "https://[::2]",
    ],
)
def test_an_own_authority_is_taken_on_this_machine_only(url, world):
    with pytest.raises(ValueError, match="simulator on this machine only"):
        tls.trust(url, world.authority.pem)


@pytest.mark.parametrize("url", ["", "http://127.0.0.1", "api.mch.weixin.qq.com", "https://", "file:///etc/passwd"])
def test_only_https_is_spoken(url):
    with pytest.raises(ValueError, match="must begin with https"):
        tls.trust(url)


def test_session_keys_are_written_nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    assert tls.trust("https://api.mch.weixin.qq.com").keylog_filename is None


def test_the_clear_key_touches_no_disk_and_no_file_is_left(world, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    certificate, key = world.authority.issue("10000100")
    seen = []

    class Watched(ssl.SSLContext):
        def load_cert_chain(self, certfile, keyfile=None, password=None):
            text = Path(certfile).read_text()
            seen.append((text, Path(certfile).stat().st_mode & 0o777))
            super().load_cert_chain(certfile, keyfile, password)

    tls.show_certificate(Watched(ssl.PROTOCOL_TLS_CLIENT), world.cert_pem(certificate), world.hidden(world.pem(key)))
    ((text, mode),) = seen
    assert "ENCRYPTED PRIVATE KEY" in text
    assert "-----BEGIN PRIVATE KEY" not in text
    assert mode == 0o600 or os.name == "nt"
    assert list(tmp_path.iterdir()) == []
    _, other = world.authority.issue("other")
    with pytest.raises(ValueError, match="does not belong"):
        tls.show_certificate(
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), world.cert_pem(certificate), world.hidden(world.pem(other))
        )
    assert list(tmp_path.iterdir()) == []
