"""Both rooms over real TLS on loopback, opened as the till opens them."""

import base64
import json
import ssl
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from app.channels.alipay import certs
from app.channels.alipay.config import Alipay, CertificateMode, PublicKeyMode
from app.channels.api import BadConfigError
from app.channels.registry import ROOMS, Registration, configured, open_channels, takes_notices
from app.channels.wechat_v2 import wire as v2
from app.channels.wechat_v2.config import SignType, WechatV2
from app.channels.wechat_v2.sign import Signer
from app.core.answers import Found, Pay, Undone
from app.core.channel import Channel
from app.settings.accounts import Wechat
from app.settings.model import Line, Settings, Shop

API_KEY = "192006250b4c09247ec02edce69f6a2d"
APPID, MCH_ID = "wxd930ea5d5a258f4f", "10000100"


@pytest.fixture
def wechat_config(world):
    def make(url: str, sign_type=SignType.HMAC_SHA256, **changes) -> WechatV2:
        certificate, key = world.authority.issue("10000100")
        values = {
            "base_url": url,
            "appid": APPID,
            "mch_id": MCH_ID,
            "api_key": world.hidden(API_KEY),
            "client_cert_pem": world.cert_pem(certificate),
            "client_key_pem": world.hidden(world.pem(key)),
            "sign_type": sign_type,
            "ca_pem": world.authority.pem,
        }
        return WechatV2(**{**values, **changes})

    return make


@pytest.fixture
def alipay_config(world):
    def make(url: str, **changes) -> Alipay:
        public = world.rsa_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        values = {
            "gateway_url": f"{url}/gateway.do",
            "app_id": "2021000000000001",
            "app_private_key": world.hidden(world.pem(world.rsa_key)),
            "trust": PublicKeyMode(public.decode()),
            "ca_pem": world.authority.pem,
        }
        return Alipay(**{**values, **changes})

    return make


def v2_server(signer: Signer, world, said: dict[str, dict[str, str]]):
    """WeChat as far as these tests need it: verifies, then says what ``said`` holds for the path."""

    async def answer(asked, _writer):
        fields = v2.parse(asked.body)
        assert signer.verify(fields)
        fields = {"return_code": "SUCCESS", "appid": APPID, "mch_id": MCH_ID, "nonce_str": "n", **said[asked.target]}
        return world.http(v2.write({**fields, "sign": signer.sign(fields)}))

    return answer


def alipay_server(world, said: dict[str, dict[str, object]], serial: str = ""):
    """Alipay as far as these tests need it."""

    async def answer(asked, _writer):
        params = {k: v[0] for k, v in parse_qs(urlsplit(asked.target).query, strict_parsing=True).items()}
        params |= {k: v[0] for k, v in parse_qs(asked.body.decode(), strict_parsing=True).items()}
        signature = base64.b64decode(params.pop("sign"))
        text = "&".join(f"{k}={params[k]}" for k in sorted(params))
        world.rsa_key.public_key().verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        inner = json.dumps(said[params["method"]], ensure_ascii=False, separators=(",", ":"))
        made = base64.b64encode(world.rsa_key.sign(inner.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
        name = params["method"].replace(".", "_") + "_response"
        sibling = f'"alipay_cert_sn":"{serial}",' if serial else ""
        return world.http(f'{{"{name}":{inner},{sibling}"sign":"{made}"}}'.encode())

    return answer


@pytest.mark.asyncio
@pytest.mark.parametrize("sign_type", list(SignType))
async def test_wechat_pays_queries_and_reverses_with_its_certificate(sign_type, wechat_config, world):
    order = world.order_of(Channel.WECHAT)
    paid = {"out_trade_no": order.out_trade_no, "total_fee": "1250", "transaction_id": "42000", "openid": "oUpF8uMEb4q"}
    said = {
        "/pay/micropay": {"result_code": "SUCCESS", "time_end": "20261122224001", **paid},
        "/pay/orderquery": {"result_code": "SUCCESS", "trade_state": "SUCCESS", **paid},
        "/secapi/pay/reverse": {"result_code": "SUCCESS", "recall": "N"},
    }
    server = v2_server(Signer(API_KEY, sign_type), world, said)
    context = world.authority.server_context()
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=world.authority.pem)
    async with world.serve(server, context) as loopback:
        room = open_channels([wechat_config(loopback.url, sign_type)], *world.kit.rest)[Channel.WECHAT]
        answer = await room.pay(order, world.wechat_code)
        found = await room.query(order)
        undone = await room.reverse(order)
        await room.aclose()
    assert answer.kind is Pay.PAID
    assert answer.evidence.paid_fen == 1250
    assert answer.evidence.payer == "oUp***b4q"
    assert found.kind is Found.PAID
    assert undone.kind is Undone.DONE
    assert [bool(a.peer) for a in loopback.asked] == [False, False, True]
    assert all(c.verified and c.answered and c.date_ms == 1_795_358_400_000 for c in world.kit.contacts)
    sent = v2.parse(loopback.asked[0].body)
    assert sent["auth_code"] == world.wechat_code.reveal()
    assert (sent["time_start"], sent["time_expire"]) == ("20261122224000", "20261122224101")
    assert sent["sign_type"] == sign_type.value


@pytest.mark.asyncio
async def test_alipay_pays_queries_and_cancels(alipay_config, world):
    order = world.order_of(Channel.ALIPAY)
    paid = {"code": "10000", "msg": "Success", "out_trade_no": order.out_trade_no, "total_amount": "12.50"}
    said = {
        "alipay.trade.pay": {**paid, "gmt_payment": "2026-11-22 22:40:01", "buyer_logon_id": "854***@qq.com"},
        "alipay.trade.query": {**paid, "trade_status": "TRADE_SUCCESS"},
        "alipay.trade.cancel": {"code": "10000", "retry_flag": "N", "action": "refund"},
    }
    async with world.serve(alipay_server(world, said)) as loopback:
        room = open_channels([alipay_config(loopback.url)], *world.kit.rest)[Channel.ALIPAY]
        answer = await room.pay(order, world.alipay_code)
        found = await room.query(order)
        undone = await room.reverse(order)
        await room.aclose()
    assert answer.kind is Pay.ACCEPTED
    assert answer.evidence.paid_ms == 1_795_358_401_000
    assert answer.evidence.payer == "854***@qq.com"
    assert found.kind is Found.PAID
    assert (undone.kind, undone.evidence.took_money) == (Undone.DONE, True)
    common = parse_qs(urlsplit(loopback.asked[0].target).query)
    assert common["timestamp"] == ["2026-11-22 22:40:00"]  # the channel's time, whatever this computer's says
    biz = json.loads(parse_qs(loopback.asked[0].body.decode())["biz_content"][0])
    assert biz["auth_code"] == world.alipay_code.reveal()
    assert biz["total_amount"] == "12.50"
    assert biz["timeout_express"] == "1m"
    assert world.alipay_code.reveal() not in loopback.asked[0].target


@pytest.mark.asyncio
async def test_warming_proves_keys_and_line_and_leaves_a_connection_for_the_payment(
    wechat_config, alipay_config, world
):
    order = world.order_of(Channel.WECHAT)
    refused = {"result_code": "FAIL", "err_code": "AUTH_CODE_INVALID", "err_code_des": "付款码已过期"}
    said = {"/pay/orderquery": {"result_code": "FAIL", "err_code": "ORDERNOTEXIST"}, "/pay/micropay": refused}
    async with world.serve(v2_server(Signer(API_KEY, SignType.HMAC_SHA256), world, said)) as loopback:
        room = open_channels([wechat_config(loopback.url)], *world.kit.rest)[Channel.WECHAT]
        contact = await room.warm()
        answer = await room.pay(order, world.wechat_code)
        await room.warm()
        again = await room.pay(world.order_of(Channel.WECHAT, number="702611220001000100020016"), world.wechat_code)
        await room.aclose()
    assert contact.verified
    assert not contact.misconfigured
    assert answer.kind is again.kind is Pay.DECLINED
    # each payment finds a warm connection, and never the one another payment was answered on
    assert [a.connection for a in loopback.asked] == [1, 1, 2, 2]
    missing = {"code": "40004", "sub_code": "ACQ.TRADE_NOT_EXIST"}
    async with world.serve(alipay_server(world, {"alipay.trade.query": missing})) as loopback:
        room = open_channels([alipay_config(loopback.url)], *world.kit.rest)[Channel.ALIPAY]
        assert (await room.warm()).verified
        await room.aclose()


@pytest.mark.asyncio
async def test_certificate_mode_takes_only_a_chained_certificate(alipay_config, world, tmp_path, expect_log):
    leaf, _ = world.authority.issue("Alipay", key=world.rsa_key)
    app_cert, _ = world.authority.issue("app", key=world.rsa_key)
    trust = CertificateMode(world.cert_pem(app_cert), world.cert_pem(leaf), world.authority.pem)
    order = world.order_of(Channel.ALIPAY)
    said = {
        "alipay.trade.query": {
            "code": "10000",
            "out_trade_no": order.out_trade_no,
            "total_amount": "12.50",
            "trade_status": "TRADE_SUCCESS",
        }
    }
    async with world.serve(alipay_server(world, said, certs.serial(leaf))) as loopback:
        room = open_channels([alipay_config(loopback.url, trust=trust)], *world.kit.rest)[Channel.ALIPAY]
        assert (await room.query(order)).kind is Found.PAID
        await room.aclose()
        assert f"app_cert_sn={certs.serial(app_cert)}" in loopback.asked[0].target
    expect_log("mashou.channels.alipay", "FORGED")
    async with world.serve(alipay_server(world, said, "0" * 32)) as loopback:
        room = open_channels([alipay_config(loopback.url, trust=trust)], *world.kit.rest)[Channel.ALIPAY]
        found = await room.query(order)
        await room.aclose()
    assert found.kind is Found.UNKNOWN
    assert found.evidence.forged
    stranger = type(world.authority)(tmp_path, name="Another root")
    with pytest.raises(BadConfigError, match="does not lead to"):
        open_channels(
            [
                alipay_config(
                    "https://127.0.0.1:9",
                    trust=CertificateMode(world.cert_pem(app_cert), world.cert_pem(leaf), stranger.pem),
                )
            ],
            *world.kit.rest,
        )


def test_a_bad_configuration_closes_its_own_channel_only(wechat_config, alipay_config, world):
    url = "https://127.0.0.1:9"
    bad = []
    configs = [wechat_config(url), alipay_config(url, app_private_key=world.hidden("not a key"))]
    rooms = open_channels(configs, *world.kit.rest, on_bad=bad.append)
    assert list(rooms) == [Channel.WECHAT]
    assert [(b.channel, b.sentence) for b in bad] == [(Channel.ALIPAY, "the application's private key cannot be read")]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"base_url": "http://127.0.0.1"}, "must begin with https"),
        ({"base_url": "https://api.mch.weixin.qq.com"}, "simulator on this machine only"),
        ({"base_url": "https://127.0.0.1:99999"}, "address cannot be used"),
        ({"base_url": "https://127.0.0.1/a b"}, "address cannot be used"),
        ({"ca_pem": "nonsense"}, "authority's certificate cannot be read"),
        ({"client_cert_pem": ""}, "merchant certificate or its key cannot be read"),
        ({"appid": ""}, "appid, mch_id or the API key is missing"),
    ],
)
def test_a_wrong_wechat_setting_gets_one_sentence(changes, sentence, wechat_config, world):
    with pytest.raises(BadConfigError, match=sentence) as caught:
        open_channels([wechat_config("https://127.0.0.1:9", **changes)], *world.kit.rest)
    assert API_KEY not in str(caught.value)


def test_a_certificate_of_another_key_is_refused(wechat_config, world):
    _, other = world.authority.issue("someone else")
    config = wechat_config("https://127.0.0.1:9", client_key_pem=world.hidden(world.pem(other)))
    with pytest.raises(BadConfigError, match="does not belong to its key"):
        open_channels([config], *world.kit.rest)


def test_no_configuration_shows_its_secrets(wechat_config, alipay_config):
    shown = repr(wechat_config("https://127.0.0.1:9")) + repr(alipay_config("https://127.0.0.1:9"))
    assert API_KEY not in shown
    assert "PRIVATE" not in shown
    assert "CERTIFICATE" not in shown


class FifthRoom:
    """A counterparty that this program does not know, opened as its registration line says."""

    channel = Channel.UNIONPAY

    def __init__(self, config, *rest):
        self.config, self.rest = config, rest


@dataclass(frozen=True)
class Fifth:
    shop: str


def test_a_fifth_channel_is_one_line(world):
    line = Registration(Fifth, FifthRoom, lambda settings, _secrets: Fifth(settings.shop.name))
    rooms = (*ROOMS, line)
    found = list(configured(Settings(shop=Shop(name="示例商店")), {}, rooms))
    assert found == [Fifth("示例商店")]
    opened = open_channels(found, *world.kit.rest, rooms=rooms)
    assert opened[Channel.UNIONPAY].config == Fifth("示例商店")
    assert opened[Channel.UNIONPAY].rest == tuple(world.kit.rest)
    assert not takes_notices(opened[Channel.UNIONPAY])


def test_only_what_is_set_up_is_opened():
    settings = Settings(wechat=Wechat(appid=APPID, mch_id=MCH_ID))
    sealed = {"wechat.api_v2_key": "key", "wechat.client_key_pem": "pem"}
    assert [type(config) for config in configured(settings, sealed)] == [WechatV2]


def test_an_authority_of_ones_own_is_believed_on_this_computer_only():
    sealed = {"wechat.api_v2_key": "key", "wechat.client_key_pem": "pem"}
    away = Settings(line=Line(ca_pem="PEM"), wechat=Wechat(appid=APPID, mch_id=MCH_ID))
    here = replace(away, wechat=replace(away.wechat, base_url="https://127.0.0.1:8443"))
    assert [next(configured(one, sealed)).ca_pem for one in (away, here)] == ["", "PEM"]
