"""Both rooms' refunds, bills and service-provider mode over real TLS on loopback."""

import base64
import gzip
import hashlib
import io
import json
import ssl
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from app.channels.alipay.config import Alipay, PublicKeyMode
from app.channels.alipay.room import AlipayRoom
from app.channels.books import BillError, BillFault, BillSums
from app.channels.outcome import BODY_LIMIT
from app.channels.wechat_v2 import wire as v2
from app.channels.wechat_v2.config import SignType, WechatV2
from app.channels.wechat_v2.room import WechatRoom
from app.channels.wechat_v2.sign import Signer
from app.core.answers import Repaid
from app.core.channel import Channel
from app.core.refund_order import RefundOrder

API_KEY = "192006250b4c09247ec02edce69f6a2d"
APPID, MCH_ID, SHOP = "wxd930ea5d5a258f4f", "10000100", "1900000110"
REFUND_NO, DAY = "712611220001000100010017", "2026-11-21"
SIGNER = Signer(API_KEY, SignType.HMAC_SHA256)


@pytest.fixture
def wechat(world):
    def opened(url: str, **changes) -> WechatRoom:
        certificate, key = world.authority.issue("10000100")
        values = {
            "base_url": url,
            "appid": APPID,
            "mch_id": MCH_ID,
            "api_key": world.hidden(API_KEY),
            "client_cert_pem": world.cert_pem(certificate),
            "client_key_pem": world.hidden(world.pem(key)),
            "ca_pem": world.authority.pem,
        }
        return WechatRoom(WechatV2(**{**values, **changes}), *world.kit.rest)

    return opened


@pytest.fixture
def alipay(world):
    def opened(url: str, **changes) -> AlipayRoom:
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
        return AlipayRoom(Alipay(**{**values, **changes}), *world.kit.rest)

    return opened


@pytest.fixture
def wechat_server(world):
    """WeChat as far as these tests need it: verifies, then says what ``said`` makes of path and fields."""

    def serving(said, **headers):
        async def answer(asked, _writer):
            fields = v2.parse(asked.body)
            assert SIGNER.verify(fields)
            made = said(asked.target, fields)
            if isinstance(made, bytes):
                return world.http(made, **headers)
            ours = {name: fields[name] for name in ("appid", "mch_id", "sub_appid", "sub_mch_id") if name in fields}
            full = {"return_code": "SUCCESS", **ours, "nonce_str": "n", **made}
            return world.http(v2.write({**full, "sign": SIGNER.sign(full)}))

        context = world.authority.server_context()
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(cadata=world.authority.pem)
        return world.serve(answer, context)

    return serving


def params_of(asked) -> dict[str, str]:
    query, body = urlsplit(asked.target).query, asked.body.decode()
    return {k: v[0] for text in (query, body) for k, v in parse_qs(text, strict_parsing=bool(text)).items()}


@pytest.fixture
def alipay_server(world):
    def serving(said):
        async def answer(asked, _writer):
            if not asked.target.startswith("/gateway.do"):
                return world.http(said(asked.target, {}))
            params = params_of(asked)
            signature = base64.b64decode(params.pop("sign"))
            text = "&".join(f"{k}={params[k]}" for k in sorted(params))
            world.rsa_key.public_key().verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
            made = said(params["method"], json.loads(params["biz_content"]))
            inner = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
            sign = base64.b64encode(world.rsa_key.sign(inner.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
            return world.http(f'{{"{params["method"].replace(".", "_")}_response":{inner},"sign":"{sign}"}}'.encode())

        return world.serve(answer)

    return serving


@pytest.fixture
def refund(world):
    def of(channel: Channel) -> RefundOrder:
        order = world.order_of(channel)
        return RefundOrder(REFUND_NO, order, "", 500, 1, "换货", order.began_ms)

    return of


@pytest.mark.asyncio
async def test_wechat_gives_back_with_its_certificate_and_finds_its_refund_on_a_later_page(
    wechat, wechat_server, refund, world
):
    order = world.order_of(Channel.WECHAT)

    def said(path, fields):
        if path == "/secapi/pay/refund":
            named = {name: fields[name] for name in ("out_trade_no", "out_refund_no", "refund_fee", "total_fee")}
            return {"result_code": "SUCCESS", "refund_id": "5000", **named}
        offset = int(fields.get("offset", "0"))
        numbers = [f"71{n:022d}" for n in range(11)] + [REFUND_NO]
        listed = {"out_trade_no": order.out_trade_no, "total_fee": "1250", "total_refund_count": "12"}
        for n, number in enumerate(numbers[offset : offset + 10]):
            listed |= {f"out_refund_no_{n}": number, f"refund_fee_{n}": "500", f"refund_status_{n}": "SUCCESS"}
        return {"result_code": "SUCCESS", **listed}

    async with wechat_server(said) as loopback:
        room = wechat(loopback.url)
        taken = await room.refund(refund(Channel.WECHAT))
        done = await room.refund_query(refund(Channel.WECHAT))
        await room.aclose()
    assert (taken.kind, taken.refund_no) == (Repaid.ACCEPTED, "5000")
    assert done.kind is Repaid.DONE
    assert [bool(a.peer) for a in loopback.asked] == [True, False, False]
    asked = [v2.parse(a.body) for a in loopback.asked]
    assert (asked[0]["refund_fee"], asked[0]["total_fee"], asked[0]["refund_desc"]) == ("500", "1250", "换货")
    assert [fields.get("offset") for fields in asked] == [None, None, "10"]


@pytest.mark.asyncio
async def test_a_list_of_refunds_without_end_is_unknown(wechat, wechat_server, refund, world):
    order = world.order_of(Channel.WECHAT)
    listed = {"out_trade_no": order.out_trade_no, "total_refund_count": "50", "out_refund_no_0": "711"}
    async with wechat_server(lambda _path, _fields: {"result_code": "SUCCESS", **listed}) as loopback:
        room = wechat(loopback.url)
        answer = await room.refund_query(refund(Channel.WECHAT))
        await room.aclose()
    assert answer.kind is Repaid.UNKNOWN
    assert len(loopback.asked) == 5


@pytest.mark.asyncio
async def test_alipay_gives_back_and_asks(alipay, alipay_server, refund, world):
    order = world.order_of(Channel.ALIPAY)

    def said(method, biz):
        named = {"code": "10000", "msg": "Success", "out_trade_no": biz["out_trade_no"]}
        if method == "alipay.trade.refund":
            return {**named, "fund_change": "Y", "refund_fee": "7.50"}
        found = {"out_request_no": biz["out_request_no"], "refund_amount": "5.00", "total_amount": "12.50"}
        return {**named, **found, "refund_status": "REFUND_SUCCESS"}

    async with alipay_server(said) as loopback:
        room = alipay(loopback.url)
        moved = await room.refund(refund(Channel.ALIPAY))
        found = await room.refund_query(refund(Channel.ALIPAY))
        await room.aclose()
    assert (moved.kind, moved.total_fen) == (Repaid.DONE, 750)
    assert found.kind is Repaid.DONE
    biz = json.loads(params_of(loopback.asked[0])["biz_content"])
    assert (biz["out_trade_no"], biz["out_request_no"]) == (order.out_trade_no, REFUND_NO)
    assert (biz["refund_amount"], biz["refund_reason"]) == ("5.00", "换货")


ROWS = 3000
BILL = "".join(
    [
        "\ufeff交易时间,商户号,特约商户号,微信订单号,商户订单号,交易状态,订单金额,申请退款金额,手续费\r\n",
        *(
            f"`2026-11-21 10:00:00,`{MCH_ID},`{SHOP},`{hashlib.md5(b'%d' % n).hexdigest()},`7026{n},`SUCCESS,"
            "`12.50,`0.00,`0.07500\r\n"
            for n in range(ROWS)
        ),
        "总交易单数,订单总金额,申请退款总金额,手续费总金额\r\n`3000.0,`37500.00,`0.00,`225.00\r\n",
    ]
).encode()


@pytest.mark.asyncio
@pytest.mark.parametrize("headers", [{}, {"Content_Encoding": "gzip"}])
async def test_wechats_bill_is_kept_as_it_came(headers, wechat, wechat_server, world, tmp_path):
    packed = gzip.compress(BILL)
    assert len(packed) > BODY_LIMIT  # longer than any other answer may be
    async with wechat_server(lambda _path, _fields: packed, **headers) as loopback:
        room = wechat(loopback.url)
        file = await room.fetch_bill(DAY, tmp_path)
        await room.aclose()
    assert file.path.read_bytes() == packed
    assert file.sha256 == hashlib.sha256(packed).hexdigest()
    *rows, sums = room.read_bill(file.path)
    assert {(row.amount_fen, row.fee_milli_fen) for row in rows} == {(1250, 7500)}
    assert (len(rows), sums) == (ROWS, BillSums(ROWS, 3_750_000, 0, 22_500_000))
    asked = v2.parse(loopback.asked[0].body)
    assert (asked["bill_date"], asked["tar_type"], asked["bill_type"]) == ("20261121", "GZIP", "ALL")
    assert not loopback.asked[0].peer
    assert world.kit.contacts == []  # a download says nothing about selling


@pytest.mark.asyncio
async def test_a_refused_bill_leaves_no_file(wechat, wechat_server, tmp_path):
    refused = v2.write({"return_code": "FAIL", "return_msg": "No Bill Exist", "error_code": "20002"})
    async with wechat_server(lambda _path, _fields: refused) as loopback:
        room = wechat(loopback.url)
        with pytest.raises(BillError, match="No Bill Exist") as caught:
            await room.fetch_bill(DAY, tmp_path)
        await room.aclose()
    assert caught.value.fault is BillFault.NONE
    assert list(tmp_path.iterdir()) == []


def zipped() -> bytes:
    header = "支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）,退款批次号/请求号,服务费（元）"
    row = "2026112122\t,7026\t,交易\t,2026-11-21 10:00:00,12.50,\t,-0.08"
    paid = "#交易合计：1笔，商家实收共12.50元，商家优惠共0.00元"
    back = "#退款合计：0笔，商家实收退款共0.00元，商家优惠退款共0.00元"
    text = f"#支付宝业务明细查询\r\n{header}\r\n{row}\r\n#---业务明细列表结束---\r\n{paid}\r\n{back}\r\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("detail.csv", text.encode("gbk"))
    return buffer.getvalue()


@pytest.mark.asyncio
async def test_alipays_bill_is_fetched_from_where_it_says(alipay, alipay_server, tmp_path):
    where = {}

    def said(method, _biz):
        if method == "/bill/1.zip?token=a%2Fb":
            return zipped()
        assert method == "alipay.data.dataservice.bill.downloadurl.query"
        return {"code": "10000", "msg": "Success", "bill_download_url": f"{where['url']}/bill/1.zip?token=a%2Fb"}

    async with alipay_server(said) as loopback:
        where["url"] = loopback.url
        room = alipay(loopback.url)
        file = await room.fetch_bill(DAY, tmp_path)
        await room.aclose()
    assert file.path.read_bytes() == zipped()
    row, sums = room.read_bill(file.path)
    assert (row.amount_fen, row.fee_milli_fen, row.channel_no) == (1250, 8000, "2026112122")
    assert sums == BillSums(1, 1250, 0, None)
    assert json.loads(params_of(loopback.asked[0])["biz_content"]) == {"bill_type": "trade", "bill_date": DAY}


@pytest.mark.asyncio
@pytest.mark.parametrize("url", ["http://127.0.0.1:9/b.zip", "https://evil.example/b.zip"])
async def test_alipays_bill_is_fetched_from_nowhere_else(url, alipay, alipay_server, tmp_path):
    async with alipay_server(lambda _method, _biz: {"code": "10000", "bill_download_url": url}) as loopback:
        room = alipay(loopback.url)
        with pytest.raises(BillError, match="no host of bills here"):
            await room.fetch_bill(DAY, tmp_path)
        await room.aclose()
    assert len(loopback.asked) == 1


@pytest.mark.asyncio
async def test_a_shop_under_a_service_provider_is_named_in_every_call(wechat, wechat_server, refund, world, tmp_path):
    order = world.order_of(Channel.WECHAT)
    async with wechat_server(lambda _path, _fields: {"result_code": "FAIL", "err_code": "SYSTEMERROR"}) as loopback:
        room = wechat(loopback.url, sub_mch_id=SHOP, sub_appid="wxfedcba9876543210")
        await room.warm()
        await room.pay(order, world.wechat_code)
        await room.query(order)
        await room.reverse(order)
        await room.refund(refund(Channel.WECHAT))
        await room.refund_query(refund(Channel.WECHAT))
        with pytest.raises(BillError):
            await room.fetch_bill(DAY, tmp_path)
        await room.aclose()
    sent = [v2.parse(a.body) for a in loopback.asked]
    assert len(sent) == 7
    assert {(fields["mch_id"], fields["sub_mch_id"], fields["sub_appid"]) for fields in sent} == {
        (MCH_ID, SHOP, "wxfedcba9876543210")
    }
    paid = sent[1]
    assert (paid["device_info"], paid["spbill_create_ip"]) == ("T1", "192.168.1.20")
    assert json.loads(paid["scene_info"])["store_info"]["id"] == "S001"


@pytest.mark.asyncio
async def test_an_authorised_shop_is_named_in_every_call(alipay, alipay_server, refund, world, tmp_path):
    order = world.order_of(Channel.ALIPAY)
    busy = {"code": "20000", "msg": "Service Currently Unavailable", "sub_code": "aop.unknow-error"}
    async with alipay_server(lambda _method, _biz: busy) as loopback:
        room = alipay(
            loopback.url, app_auth_token="202611BB8d", provider_id="2088511833207846", anchor=lambda: "7 ab/c=&"
        )
        await room.warm()
        await room.pay(order, world.alipay_code)
        await room.query(order)
        await room.reverse(order)
        await room.refund(refund(Channel.ALIPAY))
        await room.refund_query(refund(Channel.ALIPAY))
        with pytest.raises(BillError):
            await room.fetch_bill(DAY, tmp_path)
        await room.aclose()
    sent = [params_of(a) for a in loopback.asked]
    assert [params["app_auth_token"] for params in sent] == ["202611BB8d"] * 7
    biz = json.loads(sent[1]["biz_content"])
    assert biz["extend_params"] == {"sys_service_provider_id": "2088511833207846"}
    assert biz["business_params"] == {"mc_create_trade_ip": "192.168.1.20"}
    assert (biz["store_id"], biz["terminal_id"]) == ("S001", "T1")
    assert biz["passback_params"] == "7%20ab%2Fc%3D%26"


@pytest.mark.asyncio
async def test_nothing_of_a_service_provider_goes_out_without_one(alipay, alipay_server, world):
    async with alipay_server(lambda _method, _biz: {"code": "20000"}) as loopback:
        room = alipay(loopback.url)
        await room.pay(world.order_of(Channel.ALIPAY), world.alipay_code)
        await room.aclose()
    params = params_of(loopback.asked[0])
    assert "app_auth_token" not in params
    assert not {"extend_params", "passback_params"} & set(json.loads(params["biz_content"]))


@pytest.mark.asyncio
async def test_a_missing_right_to_refund_does_not_stop_selling_but_a_wrong_key_does(
    wechat, wechat_server, refund, world
):
    code = {"now": "NOAUTH"}
    async with wechat_server(lambda _path, _fields: {"result_code": "FAIL", "err_code": code["now"]}) as loopback:
        room = wechat(loopback.url)
        for code["now"] in ("NOAUTH", "SIGNERROR"):
            assert (await room.refund(refund(Channel.WECHAT))).kind is Repaid.MISCONFIGURED
        await room.aclose()
    assert [contact.misconfigured for contact in world.kit.contacts] == [False, True]


@pytest.mark.asyncio
async def test_two_refunds_never_share_a_connection(wechat, wechat_server, alipay, alipay_server, refund):
    """A refusal may name no refund: an answer that came twice must not meet the next one."""
    async with wechat_server(lambda _path, _fields: {"result_code": "FAIL", "err_code": "NOTENOUGH"}) as loopback:
        room = wechat(loopback.url)
        for _ in range(2):
            assert (await room.refund(refund(Channel.WECHAT))).kind is Repaid.SHOP_FUNDS
        await room.aclose()
    assert [a.connection for a in loopback.asked] == [1, 2]
    poor = {"code": "40004", "sub_code": "ACQ.SELLER_BALANCE_NOT_ENOUGH"}
    async with alipay_server(lambda _method, _biz: poor) as loopback:
        room = alipay(loopback.url)
        for _ in range(2):
            assert (await room.refund(refund(Channel.ALIPAY))).kind is Repaid.SHOP_FUNDS
        await room.aclose()
    assert [a.connection for a in loopback.asked] == [1, 2]


def test_the_rooms_read_their_notifications(wechat, alipay):
    url = "https://127.0.0.1:9"
    for room in (wechat(url), alipay(url)):
        assert room.read_notice({}, b"nonsense").why
        assert room.notice_reply(taken=True).status == 200
