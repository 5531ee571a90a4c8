"""The room over real TLS on loopback, with a counterparty that checks every signature."""

import gzip
import hashlib
import json
from dataclasses import replace

import pytest

from app.channels.api import BadConfigError
from app.channels.books import BillError, BillFault, BillRow
from app.channels.wechat_v3.config import CertificateMode, Partner, PublicKeyMode
from app.channels.wechat_v3.room import WechatV3Room
from app.core.answers import Found, Pay, Repaid, Undone
from app.core.channel import Channel

API_KEY = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"


@pytest.mark.asyncio
async def test_a_sale_from_the_code_to_the_reverse(room, counterparty, wechat, world):
    number = wechat.order.out_trade_no
    counterparty.says = {
        ("POST", "/v3/pay/transactions/codepay"): (200, wechat.paid),
        ("GET", f"/v3/pay/transactions/out-trade-no/{number}"): (200, wechat.paid),
        ("POST", f"/v3/pay/transactions/out-trade-no/{number}/reverse"): (200, {"mchid": wechat.us.mchid}),
    }
    async with room(anchor=lambda: "7F3A" * 40) as (wechat_room, loopback):
        paid = await wechat_room.pay(wechat.order, world.wechat_code)
        found = await wechat_room.query(wechat.order)
        undone = await wechat_room.reverse(wechat.order)
    assert (paid.kind, found.kind, undone.kind) == (Pay.PAID, Found.PAID, Undone.DONE)
    assert wechat_room.channel is Channel.WECHAT
    pay, query, reverse = loopback.asked
    assert json.loads(pay.body) == {
        "appid": wechat.us.appid,
        "mchid": wechat.us.mchid,
        "description": "晨光便利店",
        "out_trade_no": number,
        "attach": "7F3A" * 32,
        "payer": {"auth_code": world.wechat_code.reveal()},
        "amount": {"total": 1250, "currency": "CNY"},
        "scene_info": {"device_id": "T1", "device_ip": "192.168.1.20", "store_info": {"out_id": "S001"}},
    }
    assert query.target.endswith(f"?mchid={wechat.us.mchid}")
    assert json.loads(reverse.body) == {"appid": wechat.us.appid, "mchid": wechat.us.mchid}
    assert pay.headers["wechatpay-serial"] == wechat.serial
    assert all(c.verified and c.answered and c.channel is Channel.WECHAT for c in world.kit.contacts)


@pytest.mark.asyncio
async def test_every_call_of_a_service_provider_names_the_shop(room, counterparty, wechat, world):
    shop = wechat.selling_for(Partner("1900000109", "wx0123456789abcdef"))
    ids = {
        "sp_appid": shop.us.appid,
        "sp_mchid": shop.us.mchid,
        "sub_appid": "wx0123456789abcdef",
        "sub_mchid": "1900000109",
    }
    paid = {**wechat.order_says(appid=None, mchid=None), **ids}
    orders = "/v3/pay/partner/transactions"
    order = f"{orders}/out-trade-no/{wechat.order.out_trade_no}"
    refund = f"/v3/refund/domestic/refunds/{wechat.refund.out_refund_no}"
    counterparty.says = {
        ("POST", f"{orders}/codepay"): (200, paid),
        ("GET", order): (200, paid),
        ("POST", f"{order}/reverse"): (204, b""),
        ("POST", "/v3/refund/domestic/refunds"): (200, wechat.refund_says),
        ("GET", refund): (200, wechat.refund_says),
        ("GET", "/v3/bill/tradebill"): (400, {"code": "NO_STATEMENT_EXIST", "message": ""}),
    }
    async with room(partner=shop.us.partner) as (shop_room, loopback):
        assert (await shop_room.pay(wechat.order, world.wechat_code)).kind is Pay.PAID
        assert (await shop_room.query(wechat.order)).kind is Found.PAID
        assert (await shop_room.reverse(wechat.order)).kind is Undone.DONE
        assert (await shop_room.refund(wechat.refund)).kind is Repaid.ACCEPTED
        assert (await shop_room.refund_query(wechat.refund)).kind is Repaid.DONE
        with pytest.raises(BillError):
            await shop_room.fetch_bill("2026-11-21", world.authority.folder)
    pay, query, reverse, refunded, asked, bill = loopback.asked
    assert ids.items() <= json.loads(pay.body).items()
    assert query.target.endswith("?sp_mchid=1900007291&sub_mchid=1900000109")
    assert json.loads(reverse.body) == ids
    assert json.loads(refunded.body)["sub_mchid"] == "1900000109"
    assert asked.target.endswith("?sub_mchid=1900000109")
    assert "sub_mchid=1900000109" in bill.target


@pytest.mark.asyncio
async def test_a_refund_names_the_channels_number_where_it_is_known(room, counterparty, wechat):
    counterparty.says = {("POST", "/v3/refund/domestic/refunds"): (200, wechat.refund_says)}
    async with room() as (wechat_room, loopback):
        await wechat_room.refund(wechat.refund)
        await wechat_room.refund(replace(wechat.refund, channel_no=""))
    assert [a.connection for a in loopback.asked] == [1, 2]
    first, second = (json.loads(a.body) for a in loopback.asked)
    assert first == {
        "transaction_id": "4200002026112200000000000001",
        "out_refund_no": wechat.refund.out_refund_no,
        "reason": "退货",
        "amount": {"refund": 500, "total": 1250, "currency": "CNY"},
    }
    assert second["out_trade_no"] == wechat.order.out_trade_no
    assert "transaction_id" not in second


@pytest.mark.asyncio
async def test_a_missing_right_to_refund_does_not_stop_selling(room, counterparty, wechat, world):
    counterparty.says = {("POST", "/v3/refund/domestic/refunds"): (403, {"code": "NO_AUTH", "message": "无权限"})}
    async with room() as (wechat_room, _):
        answer = await wechat_room.refund(wechat.refund)
    assert answer.kind is Repaid.MISCONFIGURED
    assert [c.misconfigured for c in world.kit.contacts] == [False]


@pytest.mark.asyncio
async def test_warming_proves_keys_and_line_and_leaves_a_connection_for_the_payment(room, counterparty, wechat, world):
    counterparty.says = {
        ("GET", f"/v3/pay/transactions/out-trade-no/{'0' * 32}"): (404, {"code": "ORDER_NOT_EXIST", "message": ""}),
        ("POST", "/v3/pay/transactions/codepay"): (403, {"code": "RULE_LIMIT", "message": "超出限额"}),
    }
    async with room() as (wechat_room, loopback):
        contact = await wechat_room.warm()
        assert (await wechat_room.pay(wechat.order, world.wechat_code)).kind is Pay.UNSIGNED
        await wechat_room.warm()
        await wechat_room.pay(wechat.order, world.wechat_code)
    assert contact.verified
    assert not contact.misconfigured
    assert [a.connection for a in loopback.asked] == [1, 1, 2, 2]


@pytest.mark.asyncio
async def test_a_clock_so_wrong_that_the_channel_refuses_it_is_told_to_the_lamp(room, counterparty, wechat, world):
    counterparty.says = {("GET", f"/v3/pay/transactions/out-trade-no/{'0' * 32}"): (401, {"code": "SIGN_ERROR"})}
    async with room() as (wechat_room, _):
        assert not (await wechat_room.warm()).tls_dates
        off = wechat.now_ms - 301_000
        world.kit.clock.channel_ms = lambda: off
        counterparty.check = lambda _: None
        contact = await wechat_room.warm()
    assert contact.tls_dates
    assert not contact.misconfigured


@pytest.mark.asyncio
async def test_a_probe_on_a_real_answer_is_void_and_nobody_is_alarmed(room, counterparty, wechat, world):
    counterparty.says = {("POST", "/v3/pay/transactions/codepay"): (200, wechat.paid)}
    counterparty.probe = True
    async with room() as (wechat_room, _):
        answer = await wechat_room.pay(wechat.order, world.wechat_code)
    assert answer.kind is Pay.UNKNOWN
    assert not world.kit.contacts[0].forged


@pytest.mark.asyncio
async def test_a_bill_is_fetched_proven_and_read(room, counterparty, wechat, tmp_path):
    header = (
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
        "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
        "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
    )
    row = (
        "`2026-11-21 05:01:46,`wxd678efh567hg6787,`1900007291,`0,`T1,`4200000263201902167700134212,"
        "`702611210001000100010018,`oHkLxt,`MICROPAY,`SUCCESS,`OTHERS,`CNY,`12.50,`0.00,`0,`0,`0.00,`0.00,`,`,"
        "`晨光便利店,`,`0.07500,`0.60%,`12.50,`0.00,`"
    )
    sums = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    plain = "\r\n".join(["\ufeff" + header, row, sums, "`1.0,`12.50,`0.00,`0.00,`0.07500,`12.50,`0.00", ""]).encode()
    packed = gzip.compress(plain)
    async with room() as (wechat_room, loopback):
        counterparty.says = {
            ("GET", "/v3/bill/tradebill"): (
                200,
                {
                    "hash_type": "SHA1",
                    "hash_value": hashlib.sha1(plain).hexdigest(),
                    "download_url": f"{loopback.url}/v3/billdownload/file?token=3q%2FqK",
                },
            ),
            ("GET", "/v3/billdownload/file"): (200, packed),
        }
        kept = await wechat_room.fetch_bill("2026-11-21", tmp_path)
        assert [a.target for a in loopback.asked] == [
            "/v3/bill/tradebill?bill_date=2026-11-21&bill_type=ALL&tar_type=GZIP",
            "/v3/billdownload/file?token=3q%2FqK",
        ]
        assert kept.path.read_bytes() == packed
        assert kept.sha256 == hashlib.sha256(packed).hexdigest()
        first, _ = wechat_room.read_bill(kept.path)
        assert isinstance(first, BillRow)
        assert first.amount_fen == 1250
        counterparty.says["GET", "/v3/billdownload/file"] = (200, gzip.compress(plain + b"x"))
        with pytest.raises(BillError) as caught:
            await wechat_room.fetch_bill("2026-11-21", tmp_path)
        assert caught.value.fault is BillFault.FORGED
        counterparty.says["GET", "/v3/billdownload/file"] = (400, {"code": "INVALID_REQUEST", "message": "过期"})
        with pytest.raises(BillError) as caught:
            await wechat_room.fetch_bill("2026-11-21", tmp_path)
        assert caught.value.fault is BillFault.NO_ANSWER
        with pytest.raises(BillError) as caught:
            await wechat_room.fetch_bill("2026-11-21/..", tmp_path)
        assert caught.value.fault is BillFault.WRONG_ASK
    assert list(tmp_path.iterdir()) == [kept.path]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"base_url": "http://127.0.0.1"}, "must begin with https"),
        ({"base_url": "https://api.mch.weixin.qq.com"}, "simulator on this machine only"),
        ({"mchid": ""}, "mchid or appid is missing"),
        ({"mchid": '1900007291",x="'}, "mchid or appid is missing"),
        ({"appid": ""}, "mchid or appid is missing"),
        ({"serial_no": "not hex"}, "serial number of the merchant's certificate"),
        ({"partner": Partner("")}, "sub_mchid is missing"),
        ({"partner": Partner("190000", "&")}, "sub_appid is not one"),
        ({"trust": PublicKeyMode("5157F09E", "")}, "id of WeChat Pay's public key"),
        ({"trust": PublicKeyMode("PUB_KEY_ID_1", "nonsense")}, "public key cannot be read"),
        ({"trust": CertificateMode()}, "root certificate of WeChat Pay's platform certificates is missing"),
    ],
)
def test_a_wrong_setting_gets_one_sentence(changes, sentence, config, world):
    with pytest.raises(BadConfigError, match=sentence) as caught:
        WechatV3Room(config("https://127.0.0.1:9", **changes), *world.kit.rest)
    assert API_KEY not in str(caught.value)


def test_an_unusable_key_gets_one_sentence(config, world):
    for name, text, sentence in (
        ("private_key_pem", "nonsense", "private key cannot be read"),
        ("api_v3_key", "short", "32 characters"),
    ):
        with pytest.raises(BadConfigError, match=sentence) as caught:
            WechatV3Room(config("https://127.0.0.1:9", **{name: world.hidden(text)}), *world.kit.rest)
        assert text not in str(caught.value)


def test_no_configuration_shows_its_secrets(config):
    shown = repr(config("https://127.0.0.1:9", trust=CertificateMode("-----BEGIN CERTIFICATE-----")))
    assert API_KEY not in shown
    assert "PRIVATE" not in shown
    assert "BEGIN" not in shown
