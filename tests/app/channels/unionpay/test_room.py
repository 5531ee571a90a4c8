"""The room over real TLS on loopback, opened as the till opens it."""

import base64
import dataclasses
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from app.channels.api import BadConfigError
from app.channels.books import BillError, BillFault, BillRow, NoticeKind
from app.channels.registry import open_channel
from app.channels.unionpay import sign
from app.channels.unionpay.config import Unionpay
from app.core.answers import Found, Pay, Repaid, Undone
from app.core.codes import AuthCode

CODE = AuthCode("6223685882046899894")
BACK, QUERY = "/gateway/api/backTransReq.do", "/gateway/api/queryTrans.do"


@dataclass
class Gateway:
    """UnionPay as far as these tests need it: verifies, then says what ``said`` holds for (path, txnType)."""

    union: object
    world: object
    said: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    async def __call__(self, asked, _writer):
        assert asked.headers["content-type"].lower() == "application/x-www-form-urlencoded;charset=utf-8"
        fields = dict(parse_qsl(asked.body.decode(), strict_parsing=True))
        key = self.union.chain.leaf_key.public_key()
        made = base64.b64decode(fields["signature"])
        key.verify(made, sign.digest(fields), padding.PKCS1v15(), hashes.SHA256())
        assert (fields["version"], fields["signMethod"], fields["accessType"]) == ("5.1.0", "01", "0")
        self.asked.append((asked.target, fields))
        echoed = {n: fields[n] for n in ("txnType", "txnSubType", "orderId", "txnTime", "txnAmt") if n in fields}
        return self.world.http(self.union.body(**{**echoed, **self.said[asked.target, fields["txnType"]]}))


@pytest.fixture
def gateway(union, world) -> Gateway:
    return Gateway(union, world)


@pytest.fixture
def config(union, world, chain):
    def make(url: str, **changes) -> Unionpay:
        values = {
            "back_url_base": url,
            "mer_id": union.us.mer_id,
            "sign_cert_pem": world.cert_pem(chain.leaf),
            "sign_key_pem": world.hidden(world.pem(chain.leaf_key)),
            "root_cert_pem": world.cert_pem(chain.root),
            "middle_cert_pem": world.cert_pem(chain.middle),
            "ca_pem": world.authority.pem,
        }
        return Unionpay(**{**values, **changes})

    return make


@pytest.mark.asyncio
async def test_it_pays_queries_and_reverses_by_the_same_number_and_time(gateway, config, union, world):
    gateway.said = {
        (BACK, "01"): {},
        (QUERY, "00"): union.paid,
        (BACK, "99"): {},
    }
    async with world.serve(gateway) as loopback:
        room = open_channel(config(loopback.url), *world.kit.rest)
        answer = await room.pay(union.order, CODE)
        found = await room.query(union.order)
        undone = await room.reverse(union.order)
        await room.aclose()
    assert (answer.kind, found.kind, undone.kind) == (Pay.ACCEPTED, Found.PAID, Undone.DONE)
    (_, paid), (_, asked), (_, reversed_) = gateway.asked
    same = {"orderId": union.order.out_trade_no, "txnTime": "20261122224000", "merId": union.us.mer_id}
    assert all(same.items() <= fields.items() for fields in (paid, asked, reversed_))
    assert (paid["txnSubType"], paid["txnAmt"], paid["currencyCode"], paid["qrNo"]) == (
        "06",
        "1250",
        "156",
        CODE.reveal(),
    )
    assert (paid["termId"], paid["channelType"], paid["bizType"]) == ("000000T1", "08", "000000")
    assert paid["backUrl"] == "http://www.specialUrl.com"
    assert not {"termInfo", "riskRateInfo"} & set(paid)
    assert not {"channelType", "txnAmt", "backUrl"} & set(asked)
    assert reversed_["txnSubType"] == "01"
    assert not {"txnAmt", "backUrl", "qrNo"} & set(reversed_)
    assert all(c.verified and c.answered and c.date_ms == 1_795_358_400_000 for c in world.kit.contacts)


@pytest.mark.asyncio
@pytest.mark.parametrize("void", [False, True])
async def test_it_refunds_and_voids_under_a_number_of_its_own(gateway, config, union, world, void):
    refund = union.refund(void=void)
    kind = "31" if void else "04"
    gateway.said = {(BACK, kind): {"queryId": "05"}, (QUERY, "00"): {**union.back(refund), "origRespCode": "00"}}
    async with world.serve(gateway) as loopback:
        room = open_channel(config(loopback.url), *world.kit.rest)
        answer = await room.refund(refund)
        found = await room.refund_query(refund)
        await room.refund(union.refund(void=void, channel_no=""))
        await room.aclose()
    assert (answer.kind, found.kind) == (Repaid.ACCEPTED, Repaid.DONE)
    (_, by_query_id), (_, asked), (_, by_pair) = gateway.asked
    assert (by_query_id["txnType"], by_query_id["txnSubType"], by_query_id["txnAmt"]) == (kind, "00", "250")
    own = {"orderId": refund.out_refund_no, "txnTime": "20261122224100"}
    assert all(own.items() <= fields.items() for fields in (by_query_id, asked, by_pair))
    assert by_query_id["origQryId"] == refund.channel_no
    assert "origOrderId" not in by_query_id
    assert (by_pair["origOrderId"], by_pair["origTxnTime"]) == (union.order.out_trade_no, "20261122224000")
    assert "origQryId" not in by_pair


@pytest.mark.asyncio
@pytest.mark.parametrize(("code", "wrong"), [("10", False), ("31", False), ("11", True)])
async def test_a_faulty_refund_does_not_shut_the_channel_but_a_wrong_key_does(
    gateway, config, union, world, *, code, wrong
):
    gateway.said = {(BACK, "04"): {"respCode": code}}
    async with world.serve(gateway) as loopback:
        room = open_channel(config(loopback.url), *world.kit.rest)
        assert (await room.refund(union.refund())).kind is Repaid.MISCONFIGURED
        await room.aclose()
    assert world.kit.contacts[-1].misconfigured is wrong


@pytest.mark.asyncio
async def test_the_doubtful_fields_are_settings(gateway, config, union, world):
    gateway.said = {(BACK, "01"): {}, (QUERY, "00"): {"respCode": "34"}}
    anchor = {"anchor": lambda: "seq7-{0}&" + "a1" * 20}
    given = {
        **anchor,
        "channel_type": "07",
        "query_biz_type": "000201",
        "back_url": "https://x.cn/up?a=1",
        "term_id": "A1234567",
        "term_info": "{deviceType=11&serialNum={terminal}&deviceIp={ip}&store={store}}",
        "risk_rate_info": "{shop={store}}",
    }
    async with world.serve(gateway) as loopback:
        room = open_channel(config(loopback.url, **given), *world.kit.rest)
        await room.pay(union.order, CODE)
        assert (await room.query(union.order)).kind is Found.NO_SUCH_ORDER
        await room.aclose()
    (_, paid), (_, asked) = gateway.asked
    assert (paid["channelType"], paid["bizType"], paid["backUrl"]) == ("07", "000000", "https://x.cn/up?a=1")
    assert (asked["bizType"], paid["termId"]) == ("000201", "A1234567")
    assert paid["reqReserved"] == ("seq7-0" + "a1" * 20)[:32]
    assert paid["termInfo"] == "{deviceType=11&serialNum=T1&deviceIp=192.168.1.20&store=S001}"
    assert paid["riskRateInfo"] == "{shop=S001}"


@pytest.mark.asyncio
async def test_warming_proves_key_line_and_merchant_and_leaves_a_connection(gateway, config, union, world):
    gateway.said = {(QUERY, "00"): {"respCode": "34"}, (BACK, "01"): {"respCode": "86"}}
    async with world.serve(gateway) as loopback:
        room = open_channel(config(loopback.url), *world.kit.rest)
        contact = await room.warm()
        answer = await room.pay(union.order, CODE)
        await room.pay(dataclasses.replace(union.order, out_trade_no="402611220001000100030020"), CODE)
        gateway.said[QUERY, "00"] = {"respCode": "11"}
        wrong = await room.warm()
        await room.aclose()
    assert (contact.verified, contact.misconfigured, wrong.misconfigured) == (True, False, True)
    assert answer.kind is Pay.DECLINED
    assert [a.connection for a in loopback.asked][:3] == [1, 1, 2]  # never two payments on one connection


@pytest.mark.asyncio
async def test_a_day_comes_as_a_file_and_is_read(gateway, config, world, zm, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("INN26112188ZM_777290058110048", b"".join(zm.row(zm.payment) for _ in range(5000)))
    content = base64.b64encode(zlib.compress(packed.getvalue())).decode()
    gateway.said = {("/files", "76"): {"settleDate": "1121", "fileName": "x.zip", "fileContent": content}}
    async with world.serve(gateway) as loopback:
        room = open_channel(config(loopback.url, file_url=f"{loopback.url}/files"), *world.kit.rest)
        kept = await room.fetch_bill("2026-11-21", tmp_path)
        rows = [one for one in room.read_bill(kept.path) if isinstance(one, BillRow)]
        gateway.said["/files", "76"] = {"respCode": "98"}
        with pytest.raises(BillError) as caught:
            await room.fetch_bill("2026-11-21", tmp_path)
        await room.aclose()
    assert kept.path.read_bytes() == packed.getvalue()
    assert len(rows) == 5000
    assert caught.value.fault is BillFault.NONE
    fields = gateway.asked[0][1]
    assert (fields["txnSubType"], fields["fileType"], fields["settleDate"]) == ("01", "00", "1121")
    assert fields["txnTime"] == "20261122224000"


@pytest.mark.asyncio
async def test_a_silent_line_gives_no_file(config, world, tmp_path):
    room = open_channel(config("https://127.0.0.1:9"), *world.kit.rest)
    with pytest.raises(BillError) as caught:
        await room.fetch_bill("2026-11-21", tmp_path)
    await room.aclose()
    assert caught.value.fault is BillFault.NO_ANSWER
    assert not list(tmp_path.iterdir())


@pytest.mark.asyncio
async def test_a_notice_reaches_the_room(config, union, world):
    room = open_channel(config("https://127.0.0.1:9"), *world.kit.rest)
    body = urlencode(union.fields(**union.paid)).encode()
    assert room.read_notice({}, body).kind is NoticeKind.PAYMENT
    assert room.notice_reply(taken=True).status == 200
    await room.aclose()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"back_url_base": "http://127.0.0.1"}, "must begin with https"),
        ({"back_url_base": "https://gateway.95516.com"}, "simulator on this machine only"),
        ({"file_url": "https://127.0.0.1/a b"}, "address cannot be used"),
        ({"mer_id": "1"}, "15 characters"),
        ({"back_url_base": "https://gateway.95516.com", "test_environment": True, "ca_pem": ""}, "production gateway"),
        ({"sign_cert_pem": ""}, "cannot be read"),
        ({"root_cert_pem": ""}, "root certificate cannot be read"),
        ({"middle_cert_pem": ""}, "middle certificate cannot be read"),
    ],
)
def test_a_wrong_setting_gets_one_sentence(changes, sentence, config, world):
    with pytest.raises(BadConfigError, match=sentence):
        open_channel(config("https://127.0.0.1:9", **changes), *world.kit.rest)


def test_no_configuration_shows_its_secrets(config):
    shown = repr(config("https://127.0.0.1:9"))
    assert "PRIVATE" not in shown
    assert "CERTIFICATE" not in shown


@pytest.mark.parametrize(
    ("base", "files"),
    [
        ("https://gateway.95516.com", "https://filedownload.95516.com/"),
        ("https://gateway.test.95516.com", "https://filedownload.test.95516.com/"),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443/"),
        ("https://127.0.0.1:8443/", "https://127.0.0.1:8443/"),
    ],
)
def test_where_files_are_asked_for(config, base, files):
    assert config(base).file_address == files
    assert config(base, file_url="https://x.cn/").file_address == "https://x.cn/"
