"""A day's bill: from the bank's accounts to the bytes the documents describe."""

import gzip
import io
import zipfile
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from app.sim.rules import beijing, day_ends

HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)


@pytest.fixture
def day(sim):
    """The clock stands at ten in the morning of a day; its name."""
    start = beijing(sim.clock()).replace(hour=10, minute=0, second=0, microsecond=0)
    sim.clock.now = start.timestamp()
    return start.strftime("%Y-%m-%d")


def sell(sim, wire, pay, channel):
    """Paid, refunded in part; paid and taken back; unpaid and taken back; refused."""
    pay("91", sim.code(channel))
    pay("92", sim.code(channel))
    pay("93", sim.code(channel, "never"))
    pay("94", sim.code(channel, "poor"))
    sim.clock.advance(60)
    take_back = wire.reverse if channel == "wechat" else wire.cancel
    take_back("92")
    take_back("93")
    sim.clock.advance(1)


def next_morning(sim):
    sim.clock.now = day_ends(sim.clock()) + 9 * 3_600


def downloaded(wire, day, **more):
    body = wire.v2_body(bill_date=day.replace("-", ""), **{"bill_type": "ALL", **more})
    return wire.send("POST", "/pay/downloadbill", body)[2]


def why_none(data):
    answer = {child.tag: child.text for child in ET.fromstring(data)}
    assert answer["return_code"] == "FAIL"
    return answer["return_msg"]


def test_wechats_bill_to_the_byte(sim, wire, day):
    sell(sim, wire, lambda number, code: wire.micropay(number, code, body="苹果,一斤", device_info="T01"), "wechat")
    wire.refund("91", "r1", 400)
    next_morning(sim)
    data = downloaded(wire, day)
    text = data.decode("utf-8")
    assert text.startswith("\ufeff" + HEADER + "\r\n")
    assert text.count("\n") == text.count("\r\n") == 7
    rows = [dict(zip(HEADER.split(","), row.split(","), strict=True)) for row in text.split("\r\n")[1:5]]
    assert all(value.startswith("`") for row in rows for value in row.values())
    shown = ("商户订单号", "交易状态", "应结订单金额", "退款金额", "商户退款单号", "退款状态", "手续费")
    assert [tuple(row[name][1:] for name in shown) for row in rows] == [
        ("91", "SUCCESS", "12.50", "0.00", "0", "", "0.08000"),
        ("92", "SUCCESS", "12.50", "0.00", "0", "", "0.08000"),
        ("92", "REVOKED", "0.00", "12.50", "0", "SUCCESS", "-0.08000"),
        ("91", "REFUND", "0.00", "4.00", "r1", "SUCCESS", "-0.02000"),
    ]
    assert (rows[0]["商品名称"], rows[0]["设备号"], rows[0]["费率"]) == ("`苹果\\ 一斤", "`T01", "`0.60%")
    assert text.split("\r\n")[5:] == [
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
        "`4.0,`25.0,`16.5,`0.0,`0.06,`25.0,`16.5",
        "",
    ]
    assert gzip.decompress(downloaded(wire, day, tar_type="GZIP")) == data


def test_wechats_other_two_kinds_have_other_columns(sim, wire, day):
    sell(sim, wire, wire.micropay, "wechat")
    next_morning(sim)
    paid, back = (downloaded(wire, day, bill_type=kind).decode("utf-8-sig") for kind in ("SUCCESS", "REFUND"))
    assert [len(row.split(",")) for row in paid.split("\r\n")[:3]] == [20, 20, 20]
    assert [len(row.split(",")) for row in back.split("\r\n")[:2]] == [29, 29]
    assert back.split("\r\n")[0].split(",")[14:17] == ["退款申请时间", "退款成功时间", "微信退款单号"]


def test_a_bill_comes_the_next_morning_and_not_before(sim, wire, day):
    wire.micropay("91", sim.code("wechat"))
    assert why_none(downloaded(wire, day)) == "NO Bill Exist"
    sim.fault("wechat.bill: today")
    assert b"`91," in downloaded(wire, day)
    sim.fault("")
    sim.clock.now = day_ends(sim.clock()) + 9 * 3_600 - 1
    assert why_none(downloaded(wire, day)) == "Bill Creating"
    sim.clock.advance(1)
    assert b"`91," in downloaded(wire, day)
    yesterday = (datetime.fromisoformat(day) - timedelta(days=1)).strftime("%Y-%m-%d")
    assert why_none(downloaded(wire, yesterday)) == "NO Bill Exist"
    assert why_none(downloaded(wire, "soon")) == "data format error"
    assert why_none(downloaded(wire, day, bill_type="NONE")) == "invalid bill_type"


def test_a_refund_stands_in_the_bill_as_it_was_when_the_bill_was_made(sim, wire, day):
    wire.micropay("91", sim.code("wechat"))
    sim.fault("wechat.refund: takes 200000")
    wire.refund("91", "r1", 400)
    next_morning(sim)
    before = downloaded(wire, day)
    assert "`PROCESSING," in before.decode()
    sim.clock.advance(300_000)
    assert wire.refundquery(out_refund_no="r1")["refund_status_0"] == "SUCCESS"
    assert downloaded(wire, day) == before


def test_parts_give_back_the_fee_in_parts_and_all_of_it_in_the_end(sim, wire, day):
    wire.micropay("91", sim.code("wechat"), fee=1_000)
    for number, part in enumerate((333, 333, 334)):
        sim.clock.advance(60)
        assert wire.refund("91", f"r{number}", part, total=1_000)["result_code"] == "SUCCESS"
    next_morning(sim)
    rows = downloaded(wire, day).decode().split("\r\n")[1:5]
    assert [row.split(",")[-5] for row in rows] == ["`0.06000", "`-0.01000", "`-0.02000", "`-0.03000"]


def link(wire, day, **more):
    answer = wire.alipay(
        "alipay.data.dataservice.bill.downloadurl.query", {"bill_type": "trade", "bill_date": day, **more}
    )
    return answer.get("bill_download_url") or answer["sub_code"]


def follow(wire, url):
    target = urlsplit(url)
    assert target.netloc == f"127.0.0.1:{wire.port}"
    return wire.send("GET", f"{target.path}?{target.query}")


def names_in(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename.encode("cp437").decode("gbk"): archive.read(info) for info in archive.infolist()}


def test_alipays_bill_to_the_byte(sim, wire, day):
    sell(sim, wire, wire.pay, "alipay")
    trade_no = wire.query("92")["trade_no"]
    wire.alipay("alipay.trade.refund", {"out_trade_no": "91", "refund_amount": "4", "out_request_no": "r1"})
    next_morning(sim)
    status, _, data = follow(wire, link(wire, day))
    assert status == 200
    files = names_in(data)
    name = f"{wire.client['alipay']['pid']}0156_{day.replace('-', '')}_业务明细"
    assert set(files) == {f"{name}.csv", f"{name}(汇总).csv"}
    rows = files[f"{name}.csv"].decode("gbk").split("\r\n")
    assert rows[0] == "#支付宝业务明细查询"
    assert rows[2].startswith(f"#起始日期：[{day[:4]}年{day[5:7]}月{day[8:]}日 00:00:00]   终止日期：[")
    assert rows[3].startswith("#-----------------------------------------业务明细列表-")
    assert len(rows[4].split(",")) == 25
    cells = [dict(zip(rows[4].split(","), row.split(","), strict=True)) for row in rows[5:9]]
    shown = ("商户订单号", "业务类型", "订单金额（元）", "商家实收（元）", "退款批次号/请求号", "服务费（元）")
    assert [tuple(row[one] for one in shown) for row in cells] == [
        ("91\t", "交易\t", "12.50", "12.50", "\t", "0.08"),
        ("92\t", "交易\t", "12.50", "12.50", "\t", "0.08"),
        ("92\t", "退款\t", "-12.50", "-12.50", f"{trade_no}\t", "-0.08"),
        ("91\t", "退款\t", "-4.00", "-4.00", "r1\t", "-0.02"),
    ]
    assert cells[3]["创建时间"] < cells[3]["完成时间"]
    assert rows[10:12] == [
        "#交易合计：2笔，商家实收共25.00元，商家优惠共0.00元",
        "#退款合计：2笔，商家实收退款共-16.50元，商家优惠退款共0.00元",
    ]
    assert files[f"{name}(汇总).csv"].decode("gbk").startswith("#支付宝业务汇总查询\r\n")


def test_alipays_link_is_for_a_past_day_of_trades_and_lives_half_a_minute(sim, wire, day):
    wire.pay("91", sim.code("alipay"))
    assert link(wire, day) == "BILL_NOT_EXIST"
    next_morning(sim)
    assert link(wire, "2020-01-01") == "NO_BILL_DATA"
    assert link(wire, day, bill_type="all") == "INVAILID_ARGUMENTS"
    assert link(wire, "2026-13") == "INVAILID_ARGUMENTS"
    url = link(wire, day)
    assert follow(wire, url.replace(f"bill_date={day}", "bill_date=2020-01-01"))[0] == 404
    sim.clock.advance(31)
    assert follow(wire, url)[0] == 404
    sim.clock.advance(40 * 86_400)
    assert follow(wire, link(wire, day[:7]))[0] == 200
