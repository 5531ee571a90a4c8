import datetime as dt
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.settings import ClientError, render, take_client


def private_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_pem(key):
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def certificate_pem(key):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(day).not_valid_after(day + dt.timedelta(days=900))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def other():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def document(key):
    return {
        "format": 1,
        "simulator": True,
        "pace": 20,
        "ca_pem": certificate_pem(key),
        "ca_file": "/anywhere/ca.pem",
        "shop": {"name": "示例商店", "store_id": "S001"},
        "wechat": {
            "base_url": "https://127.0.0.1:8443",
            "appid": "wx0123456789abcdef",
            "mch_id": "1900000109",
            "sign_type": "HMAC-SHA256",
            "api_v2_key": "k" * 32,
            "client_cert_pem": certificate_pem(key),
            "client_key_pem": private_pem(key),
            "client_cert_file": "x",
        },
        "alipay": {
            "gateway_url": "https://127.0.0.1:8443/gateway.do",
            "app_id": "2014072300007148",
            "mode": "public_key",
            "app_private_key_pem": private_pem(key),
            "alipay_public_key_pem": public_pem(key),
        },
        "unionpay": {
            "back_url_base": "https://127.0.0.1:8443",
            "mer_id": "777290058110048",
            "sign_cert_pem": certificate_pem(key),
            "sign_key_pem": private_pem(key),
            "root_cert_pem": certificate_pem(key),
            "middle_cert_pem": certificate_pem(key),
            "test_environment": True,
        },
        "later": {"channels": "add keys"},
    }


@pytest.fixture
def take(tmp_path):
    def write_and_take(document):
        path = tmp_path / "client.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return take_client(path)

    return write_and_take


def test_facts_become_settings_and_secrets_stay_apart(take, document, key):
    client = take(document)
    assert client.settings.simulator
    assert client.settings.pace == 20
    assert client.settings.shop.name == "示例商店"
    assert client.settings.wechat.mch_id == "1900000109"
    assert client.settings.alipay.alipay_public_key_pem == public_pem(key)
    assert client.settings.line.ca_pem == document["ca_pem"]
    assert client.secrets == {
        "wechat.api_v2_key": "k" * 32,
        "wechat.client_key_pem": private_pem(key),
        "alipay.app_private_key_pem": private_pem(key),
        "unionpay.sign_key_pem": private_pem(key),
    }
    assert client.settings.unionpay.test_environment
    assert client.settings.unionpay.refund_days == 30
    written = render(client.settings)
    assert "PRIVATE" not in written
    assert "k" * 32 not in written + repr(client)
    assert "PRIVATE" not in repr(client)


def test_a_shop_under_a_service_provider_names_it_in_its_file(take, document):
    document["wechat"] |= {"sub_mch_id": "1900000110", "sub_appid": "wxfedcba9876543210"}
    document["alipay"] |= {"app_auth_token": "202611BB8dd2ee2a5c5b4b0c", "sys_service_provider_id": "2088511833207846"}
    settings = take(document).settings
    assert (settings.wechat.sub_mch_id, settings.wechat.sub_appid) == ("1900000110", "wxfedcba9876543210")
    assert settings.alipay.app_auth_token == "202611BB8dd2ee2a5c5b4b0c"
    assert settings.alipay.sys_service_provider_id == "2088511833207846"


def test_without_a_service_provider_nothing_of_one_is_set(take, document):
    settings = take(document).settings
    assert (settings.wechat.sub_mch_id, settings.wechat.sub_appid, settings.alipay.app_auth_token) == ("", "", "")
    assert settings.alipay.bill_hosts == "dwbillcenter.alipay.com"


def test_one_channel_is_enough(take, document):
    del document["alipay"], document["unionpay"]
    client = take(document)
    assert client.settings.alipay is None
    assert set(client.secrets) == {"wechat.api_v2_key", "wechat.client_key_pem"}


def test_a_real_merchants_file_says_nothing_of_simulators(take, document):
    del document["simulator"], document["pace"], document["ca_pem"]
    document["wechat"]["base_url"] = "https://api.mch.weixin.qq.com"
    document["alipay"]["gateway_url"] = "https://openapi.alipay.com/gateway.do"
    document["unionpay"]["back_url_base"] = "https://gateway.95516.com"
    document["unionpay"]["test_environment"] = False
    settings = take(document).settings
    assert not settings.simulator
    assert settings.pace == 1
    assert settings.line.ca_pem == ""


def set_in(document, path, value):
    *way, last = path.split(".")
    for step in way:
        document = document[step]
    if value is None:
        del document[last]
    else:
        document[last] = value


@pytest.mark.parametrize(
    ("path", "value", "key_of_words", "name"),
    [
        ("format", 2, "client.format", "format"),
        ("format", None, "client.format", "format"),
        ("pace", "fast", "client.field", "pace"),
        ("simulator", "yes", "client.field", "simulator"),
        ("simulator", False, "set.pace.real", "pace"),
        ("shop", 3, "client.field", "shop"),
        ("shop.name", "x" * 33, "client.field", "shop.name"),
        ("wechat", [], "client.field", "wechat"),
        ("wechat.appid", None, "client.field", "wechat.appid"),
        ("wechat.mch_id", "shop", "client.field", "wechat.mch_id"),
        ("wechat.base_url", "https://api.mch.weixin.qq.com", "set.simulator.away", "simulator"),
        ("wechat.base_url", "ftp://127.0.0.1", "client.field", "wechat.base_url"),
        ("wechat.sign_type", "SHA1", "client.field", "wechat.sign_type"),
        ("wechat.sub_mch_id", "shop", "client.field", "wechat.sub_mch_id"),
        ("alipay.app_auth_token", "a b", "client.field", "alipay.app_auth_token"),
        ("alipay.bill_hosts", "https://bills", "client.field", "alipay.bill_hosts"),
        ("wechat.api_v2_key", None, "client.field", "wechat.api_v2_key"),
        ("wechat.api_v2_key", "short", "client.v2key", "wechat.api_v2_key"),
        ("wechat.client_key_pem", "-----BEGIN CERTIFICATE-----", "key.kind.say", "wechat.client_key_pem"),
        ("wechat.client_key_pem", "-----BEGIN PRIVATE KEY-----\nAA==", "client.field", "wechat.client_key_pem"),
        ("wechat.client_cert_pem", "-----BEGIN CERTIFICATE-----\nAA==", "client.field", "wechat.client_cert_pem"),
        ("alipay.app_id", "app", "client.field", "alipay.app_id"),
        ("alipay.alipay_public_key_pem", None, "client.field", "alipay.alipay_public_key_pem"),
        ("alipay.mode", "certificate", "client.field", "alipay.app_cert_pem"),
        ("alipay.app_private_key_pem", 7, "client.field", "alipay.app_private_key_pem"),
        ("unionpay.mer_id", "7772900581100480", "client.field", "unionpay.mer_id"),
        ("unionpay.mer_id", None, "client.field", "unionpay.mer_id"),
        ("unionpay.root_cert_pem", None, "client.field", "unionpay.root_cert_pem"),
        ("unionpay.sign_cert_pem", "", "client.field", "unionpay.sign_cert_pem"),
        ("unionpay.sign_key_pem", None, "client.field", "unionpay.sign_key_pem"),
        ("unionpay.file_url", "https://filedownload.95516.com/", "set.simulator.away", "simulator"),
        ("unionpay.back_url", "shop", "client.field", "unionpay.back_url"),
        ("unionpay.channel_type", "09", "client.field", "unionpay.channel_type"),
        ("unionpay.refund_days", 0, "client.field", "unionpay.refund_days"),
    ],
)
def test_each_thing_wrong_is_one_sentence(take, document, path, value, *, key_of_words, name):
    set_in(document, path, value)
    with pytest.raises(ClientError) as caught:
        take(document)
    assert (caught.value.key, caught.value.name) == (key_of_words, name)
    assert caught.value.say("zh")
    assert caught.value.say("en")
    assert "k" * 32 not in str(caught.value)


@pytest.mark.parametrize("name", ["wechat.client_key_pem", "unionpay.sign_key_pem"])
def test_a_key_that_belongs_to_another_certificate(take, document, other, name):
    set_in(document, name, private_pem(other))
    with pytest.raises(ClientError) as caught:
        take(document)
    assert str(caught.value) == "密钥和商户号不配套，请重新下载。"


def test_no_channel_at_all(take, document):
    del document["wechat"], document["alipay"], document["unionpay"]
    with pytest.raises(ClientError, match="没有任何通道"):
        take(document)


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b"\xff\xfe", b"3", b"[" * 100_000])
def test_a_file_that_is_no_client_file(tmp_path, raw):
    path = tmp_path / "client.json"
    path.write_bytes(raw)
    with pytest.raises(ClientError, match="不是商户文件"):
        take_client(path)


def test_a_missing_a_huge_and_an_unreadable_file(tmp_path):
    with pytest.raises(ClientError, match="找不到商户文件 none"):
        take_client(tmp_path / "none.json")
    with pytest.raises(ClientError, match="读不了"):
        take_client(tmp_path)
    (tmp_path / "big").write_bytes(b" " * 1_100_000)
    with pytest.raises(ClientError, match="太大"):
        take_client(tmp_path / "big")
