"""WeChat by V3: chosen in the file the keys arrive in, once per merchant."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.channels.api import CallLimits, Terminal
from app.channels.registry import configured, open_channels
from app.channels.wechat_v2.config import WechatV2
from app.channels.wechat_v3.config import CertificateMode, Partner, PublicKeyMode, WechatV3
from app.secrets.values import Secrets
from app.settings import ClientError, parse, render, take_client


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def document(rsa_key):
    private = rsa_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = rsa_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "format": 1,
        "simulator": True,
        "wechat": {
            "base_url": "https://127.0.0.1:8443",
            "appid": "wx0123456789abcdef",
            "mch_id": "1900000109",
            "api_v2_key": "k" * 32,
            "client_key_pem": private,
        },
        "wechat_v3": {
            "base_url": "https://127.0.0.1:8443",
            "mchid": "1900000109",
            "appid": "wx0123456789abcdef",
            "api_v3_key": "v" * 32,
            "merchant_serial_no": "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
            "merchant_private_key_pem": private,
            "wechatpay_public_key_id": "PUB_KEY_ID_0116947288792026071402191500000000",
            "wechatpay_public_key_pem": public.decode(),
            "platform_certificate_pem": "left alone",
        },
    }


@pytest.fixture
def take(tmp_path):
    def write_and_take(document):
        path = tmp_path / "client.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return take_client(path)

    return write_and_take


def configs(client):
    return list(configured(client.settings, Secrets(client.secrets, simulator=True)))


def test_v2_is_taken_where_nothing_is_said(take, document):
    client = take(document)
    assert client.settings.wechat_v3 is None
    assert not any(name.startswith("wechat_v3.") for name in client.secrets)
    assert [type(c) for c in configs(client)] == [WechatV2]


def test_v3_is_taken_where_it_is_chosen_or_alone(take, document):
    document["wechat"]["api"] = "v3"
    chosen = take(document)
    del document["wechat"]
    for client in (chosen, take(document)):
        assert client.settings.wechat is None
        assert set(client.secrets) == {"wechat_v3.api_v3_key", "wechat_v3.merchant_private_key_pem"}
        assert client.settings.only_loopback
        assert parse(render(client.settings)) == client.settings
        assert "PRIVATE" not in render(client.settings)


def test_v3_cannot_be_chosen_without_its_facts(take, document):
    document["wechat"]["api"] = "v3"
    del document["wechat_v3"]
    with pytest.raises(ClientError) as caught:
        take(document)
    assert caught.value.name == "wechat_v3"


def test_the_room_is_opened_with_what_was_set(take, document):
    document["wechat"]["api"] = "v3"
    document["wechat_v3"] |= {"sub_mchid": "1900000110", "unsigned_not_found": True}
    (config,) = configs(take(document))
    assert isinstance(config, WechatV3)
    assert isinstance(config.trust, PublicKeyMode)
    assert (config.partner, config.unsigned_not_found) == (Partner("1900000110"), True)
    assert (config.trust.older, config.notice_window) == (None, 300.0)
    root = "-----BEGIN CERTIFICATE-----\nx"
    document["wechat_v3"] |= {"platform_root_pem": root, "notice_window": 0}
    (config,) = configs(take(document))
    assert (config.trust.older, config.notice_window) == (CertificateMode(root), 0.0)
    del document["wechat_v3"]["platform_root_pem"]
    document["wechat_v3"] |= {"mode": "certificate", "require_root": False, "sub_mchid": ""}
    (config,) = configs(take(document))
    assert config.trust == CertificateMode("", require_root=False)
    assert config.partner is None


def test_a_till_opens_it(take, document):
    class Clock:
        def channel_ms(self):
            return 1_795_358_400_000

    document["wechat"]["api"] = "v3"
    limits = CallLimits(connect=1, pay=1, query=1, reverse=1, code_life=60)
    rooms = open_channels(configs(take(document)), Terminal("店", "S1", "T1", ""), Clock(), limits, lambda _: None)
    assert [type(room).__name__ for room in rooms.values()] == ["WechatV3Room"]


@pytest.mark.parametrize(
    ("section", "changes", "key", "name"),
    [
        ("wechat", {"api": "v4"}, "client.field", "wechat.api"),
        ("wechat_v3", {"api_v3_key": "short"}, "client.v3key", "wechat_v3.api_v3_key"),
        ("wechat_v3", {"merchant_serial_no": ""}, "client.field", "wechat_v3.merchant_serial_no"),
        ("wechat_v3", {"merchant_serial_no": "no hex"}, "client.field", "wechat_v3.merchant_serial_no"),
        ("wechat_v3", {"wechatpay_public_key_pem": ""}, "client.field", "wechat_v3.wechatpay_public_key_pem"),
        ("wechat_v3", {"wechatpay_public_key_id": "1"}, "client.field", "wechat_v3.wechatpay_public_key_id"),
        ("wechat_v3", {"mode": "certificate"}, "client.field", "wechat_v3.platform_root_pem"),
        ("wechat_v3", {"merchant_private_key_pem": "x"}, "key.kind.say", "wechat_v3.merchant_private_key_pem"),
    ],
)
def test_what_is_missing_or_wrong_is_named(*, section, changes, key, name, take, document):
    document["wechat"]["api"] = "v3"
    document[section] |= changes
    with pytest.raises(ClientError) as caught:
        take(document)
    assert (caught.value.key, caught.value.name) == (key, name)
    assert "short" not in caught.value.say()
