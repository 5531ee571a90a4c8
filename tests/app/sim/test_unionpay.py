"""What UnionPay's gateway says over a real TLS connection."""

import base64
import io
import zipfile
import zlib
from datetime import datetime

import pytest
from cryptography.exceptions import InvalidSignature

from app.core.channel import Channel
from app.sim.rules import BEIJING, beijing, day_begins

NO = "91000000000000000001"


def result(answer):
    return answer["respCode"], answer.get("origRespCode")


@pytest.fixture
def noon(sim):
    """The clock stands at noon in Beijing."""
    sim.clock.now = beijing(sim.clock()).replace(hour=12, minute=0, second=0, microsecond=0).timestamp()
    return sim.clock.now


@pytest.fixture
def paid(sim, wire, noon):
    answer = wire.up_pay(NO, sim.code("unionpay"))
    sim.clock.advance(1.1)
    return answer


def test_a_payment_is_accepted_first_and_paid_when_the_query_says_so(sim, wire, noon):
    taken = wire.up_pay(NO, sim.code("unionpay"), reqReserved="01-7")
    assert (taken["respCode"], taken["respMsg"], len(taken["queryId"])) == ("00", "成功[0000000]", 21)
    assert result(wire.up_query(NO, taken["txnTime"])) == ("00", "05")
    sim.clock.advance(1.1)
    found = wire.up_query(NO, taken["txnTime"])
    assert result(found) == ("00", "00")
    assert (found["txnAmt"], found["settleAmt"], found["queryId"]) == ("1250", "1250", taken["queryId"])
    assert (found["settleDate"], found["reqReserved"]) == (beijing(noon).strftime("%m%d"), "01-7")
    assert sim.ledger() == {NO: ("PAID", 1250, 1250)}


@pytest.mark.parametrize(
    ("customer", "seconds", "said"), [("password:8", 9.2, "00"), ("poor", 1.1, "64"), ("never", 301, "69")]
)
def test_customers(sim, wire, customer, seconds, said):
    taken = wire.up_pay(NO, sim.code("unionpay", customer))
    assert taken["respCode"] == "00"
    assert result(wire.up_query(NO, taken["txnTime"])) == ("00", "05")
    sim.clock.advance(seconds)
    assert result(wire.up_query(NO, taken["txnTime"])) == ("00", said)


def test_codes_and_numbers_serve_once(sim, wire):
    code, old = sim.code("unionpay"), sim.code("unionpay")
    taken = wire.up_pay(NO, code)
    assert wire.up_pay(NO, sim.code("unionpay"))["respCode"] == "12"
    assert wire.up_pay(NO, code)["respCode"] == "12"
    assert wire.up_pay(NO[:-1] + "2", code)["respCode"] == "86"
    assert wire.up_pay(NO[:-1] + "3", "6223685882046899894")["respCode"] == "88"
    assert wire.up_pay(NO[:-1] + "5", sim.code("wechat"))["respCode"] == "88"
    sim.clock.advance(60)
    assert wire.up_pay(NO[:-1] + "4", old)["respCode"] == "86"
    assert result(wire.up_query(NO, "20260101000000")) == ("34", None), "txnTime is part of the number"
    assert result(wire.up_query(NO[:-1] + "2", taken["txnTime"])) == ("34", None)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"signature": base64.b64encode(b"x" * 256).decode()}, "11"),
        ({"certId": "1"}, "11"),
        ({"merId": "777000000000000"}, "31"),
        ({"version": "5.0.0"}, "10"),
        ({"qrNo": "62x"}, "10"),
        ({"txnAmt": "012"}, "10"),
        ({"txnAmt": "0"}, "10"),
        ({"txnTime": "20200101000000"}, "10"),
        ({"orderId": "9-1_000000"}, "10"),
        ({"orderId": "1234567"}, "10"),
        ({"backUrl": ""}, "13"),
        ({"txnSubType": "01"}, "10"),
    ],
)
def test_what_the_door_or_the_desk_refuses_is_signed(sim, wire, fields, code):
    asked = {"number": NO, "code": sim.code("unionpay"), **fields}
    number, shown = asked.pop("orderId", NO), asked.pop("qrNo", asked.pop("code"))
    asked.pop("number")
    asked.pop("code", None)
    assert wire.up_pay(number, shown, **asked)["respCode"] == code
    assert sim.ledger() == {}


def test_a_reversal_carries_the_payments_own_numbers(sim, wire, paid):
    assert wire.up("99/01", NO, txnTime="20260101000000")["respCode"] == "35"
    assert wire.up("99/01", NO, txnTime=paid["txnTime"])["respCode"] == "00"
    assert wire.up("99/01", NO, txnTime=paid["txnTime"])["respCode"] == "46"
    assert result(wire.up_query(NO, paid["txnTime"])) == ("00", "46")
    assert wire.up_back("31/00", "9200000000", 1250, paid)["respCode"] == "46"
    assert sim.ledger() == {NO: ("REVERSED", 1250, 0)}


def test_what_would_break_an_answer_apart_is_not_echoed(sim, wire):
    taken = wire.up_pay(NO, sim.code("unionpay"), reqReserved="a&respCode=99", orderDesc="苹果")
    assert (taken["respCode"], "reqReserved" in taken) == ("00", False)


def test_reversal_and_void_end_with_the_settlement_day_at_23(sim, wire, noon):
    sim.clock.now = beijing(noon).replace(hour=22, minute=59, second=50).timestamp()
    first = wire.up_pay(NO, sim.code("unionpay"))
    sim.clock.advance(11)
    assert wire.up("99/01", NO, txnTime=first["txnTime"])["respCode"] == "39"
    assert wire.up_back("31/00", "9200000000", 1250, first)["respCode"] == "39"
    assert wire.up_back("04/00", "9200000000", 1250, first)["respCode"] == "00"
    late = wire.up_pay("9300000000", sim.code("unionpay"))
    sim.clock.advance(86_380)
    assert wire.up_back("31/00", "9400000000", 1250, late)["respCode"] == "00"
    assert {number: net for number, (_, _, net) in sim.ledger().items()} == {NO: 0, "9300000000": 0}


def test_a_void_gives_the_whole_back_at_once(sim, wire, paid):
    assert wire.up_back("31/00", "9200000000", 1249, paid)["respCode"] == "36"
    void = wire.up_back("31/00", "9200000000", 1250, paid)
    assert result(void) == ("00", None)
    found = wire.up_query("9200000000", void["txnTime"])
    assert (result(found), found["origQryId"]) == (("00", "00"), paid["queryId"])
    assert wire.up_back("31/00", "9300000000", 1250, paid)["respCode"] == "45"
    assert wire.up_back("04/00", "9300000000", 1, paid)["respCode"] == "45"
    assert result(wire.up_query(NO, paid["txnTime"])) == ("00", "00"), "the payment itself stays what it was"


def test_refunds_come_in_parts_each_with_its_own_number(sim, wire, paid):
    part = wire.up(
        "04/00", "9200000000", txnAmt="400", origOrderId=NO, origTxnTime=paid["txnTime"], backUrl="http://x.y"
    )
    assert part["respCode"] == "00"
    assert result(wire.up_query("9200000000", part["txnTime"])) == ("00", "05")
    sim.clock.advance(3)
    assert result(wire.up_query("9200000000", part["txnTime"])) == ("00", "00")
    assert wire.up_back("04/00", "9200000000", 400, paid)["respCode"] == "12"
    assert wire.up_back("04/00", "9300000000", 851, paid)["respCode"] == "36"
    assert wire.up_back("31/00", "9300000000", 1250, paid)["respCode"] == "45"
    assert wire.up("99/01", NO, txnTime=paid["txnTime"])["respCode"] == "45"
    assert wire.up_back("04/00", "9300000000", 850, paid)["respCode"] == "00"
    assert wire.up_back("04/00", "9400000000", 1, {"queryId": "1" * 21})["respCode"] == "35"
    assert sim.ledger() == {NO: ("PAID", 1250, 0)}


def test_faults_of_the_counterpartys_own_making(sim, wire, paid):
    sim.fault("unionpay.query: bad-signature x1; unionpay.reverse: lie-ok x1; unionpay.refund: lie-fail x1")
    with pytest.raises(InvalidSignature):
        wire.up_query(NO, paid["txnTime"])
    assert wire.up("99/01", NO, txnTime=paid["txnTime"])["respCode"] == "00"
    assert result(wire.up_query(NO, paid["txnTime"])) == ("00", "00")
    assert wire.up_back("04/00", "9200000000", 400, paid)["respCode"] == "03"
    assert sim.ledger() == {NO: ("PAID", 1250, 850)}
    sim.fault(
        "unionpay.query: wrong-amount x1; unionpay.query: unknown-code after 1 x1; unionpay.query: invisible 60 after 2"
    )
    assert wire.up_query(NO, paid["txnTime"])["txnAmt"] == "1251"
    assert result(wire.up_query(NO, paid["txnTime"])) == ("00", "ZZ")
    assert result(wire.up_query(NO, paid["txnTime"])) == ("34", None)


OFFSETS = {  # name: offset and length, counted by hand from the published layout
    "trade": (0, 3),
    "txnTime": (35, 10),
    "txnAmt": (66, 12),
    "queryId": (87, 21),
    "orderId": (112, 32),
    "fee": (166, 13),
    "settleAmt": (180, 13),
    "txnType": (215, 2),
    "origQryId": (271, 21),
    "merId": (293, 15),
    "termId": (388, 8),
    "reserved": (397, 32),
    "origOrderId": (476, 32),
}


def zm_rows(answer):
    zipped = zlib.decompress(base64.b64decode(answer["fileContent"]))
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        name = next(one for one in archive.namelist() if "88ZM_" in one)
        assert any("88ZME_" in one for one in archive.namelist())
        rows = archive.read(name).split(b"\r\n")
    assert rows.pop() == b""
    assert {len(row) for row in rows} == {608}
    cut = [{key: row[at : at + size].decode("gbk").strip() for key, (at, size) in OFFSETS.items()} for row in rows]
    return name, cut


def file_of(wire, settle_date):
    return wire.up("76/01", "", "/filedownload/", settleDate=settle_date, fileType="00")


def test_the_file_of_a_settlement_day(sim, wire, paid, noon):
    wire.up_back("04/00", "9200000000", 400, paid)
    other = wire.up_pay("9300000000", sim.code("unionpay"))
    sim.clock.advance(1.1)
    assert wire.up("99/01", "9300000000", txnTime=other["txnTime"])["respCode"] == "00"
    sim.clock.now = beijing(noon).replace(hour=23, minute=30).timestamp()
    wire.up_pay("9400000000", sim.code("unionpay"))
    today = beijing(noon).strftime("%m%d")
    assert file_of(wire, today)["respCode"] == "98"
    sim.clock.now = noon + 86_400
    answer = file_of(wire, today)
    name, rows = zm_rows(answer)
    mer_id = wire.client["unionpay"]["mer_id"]
    assert answer["fileName"] == f"{mer_id}_{beijing(noon):%Y%m%d}.zip"
    assert name == f"INN{beijing(noon):%y%m%d}88ZM_{mer_id}"
    begin = day_begins(f"{beijing(noon):%Y-%m-%d}")
    assert sim.call(sim.simulator.desk.bill, Channel.UNIONPAY, begin, sim.clock())[0] == answer["fileName"]
    assert sim.call(sim.simulator.desk.bill, Channel.UNIONPAY, begin - 86_400, sim.clock()) is None
    shown = ("trade", "txnType", "orderId", "txnAmt", "settleAmt", "fee", "origOrderId")
    assert [tuple(row[key] for key in shown) for row in rows] == [
        ("S22", "01", NO, "000000001250", "C000000001250", "D000000000005", ""),
        ("S30", "04", "9200000000", "000000000400", "D000000000400", "C000000000001", NO),
    ]
    assert (rows[0]["queryId"], rows[1]["origQryId"]) == (paid["queryId"], paid["queryId"])
    assert (rows[0]["merId"], rows[0]["termId"]) == (mer_id, "00000001")
    assert file_of(wire, "0230")["respCode"] == "10"
    sim.clock.advance(86_400)
    tomorrow = datetime.fromtimestamp(noon + 86_400, BEIJING).strftime("%m%d")
    assert [row["orderId"] for row in zm_rows(file_of(wire, tomorrow))[1]] == ["9400000000"]
