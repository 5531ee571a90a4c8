"""What Alipay's gateway says over a real TLS connection."""

import hashlib
import json
import urllib.parse

import pytest
from cryptography import x509

from app.sim.rules import beijing

NO = "810000000000000000000001"
INVALID = "ACQ.PAYMENT_AUTH_CODE_INVALID"


def said(answer):
    return answer["code"], answer.get("sub_code"), answer.get("action"), answer.get("retry_flag")


def test_an_instant_customer_pays_at_once_and_the_query_says_so(sim, wire):
    paid = wire.pay(NO, sim.code("alipay"))
    assert (paid["code"], paid["total_amount"], paid["out_trade_no"]) == ("10000", "12.50", NO)
    assert paid["gmt_payment"] == beijing(sim.clock()).strftime("%Y-%m-%d %H:%M:%S")
    found = wire.query(NO)
    assert (found["trade_status"], found["trade_no"]) == ("TRADE_SUCCESS", paid["trade_no"])
    assert (found["send_pay_date"], "gmt_payment" in found) == (paid["gmt_payment"], False)
    assert wire.alipay("alipay.trade.query", {"trade_no": paid["trade_no"]})["out_trade_no"] == NO
    assert sim.ledger() == {NO: ("PAID", 1250, 1250)}


def test_a_password_takes_its_seconds(sim, wire):
    assert wire.pay(NO, sim.code("alipay", "password:8"))["code"] == "10003"
    assert wire.query(NO)["trade_status"] == "WAIT_BUYER_PAY"
    sim.clock.advance(8)
    assert wire.query(NO)["trade_status"] == "TRADE_SUCCESS"


def test_a_poor_customer_is_refused_and_owes_nothing(sim, wire):
    assert wire.pay(NO, sim.code("alipay", "poor"), yuan="0.01")["sub_code"] == "ACQ.BUYER_BALANCE_NOT_ENOUGH"
    assert wire.query(NO)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert sim.ledger() == {NO: ("REFUSED", 0, 0)}


def test_cancel_closes_gives_back_or_finds_nothing(sim, wire):
    wire.pay("81", sim.code("alipay", "never"))
    wire.pay("82", sim.code("alipay"))
    assert said(wire.cancel("81")) == ("10000", None, "close", "N")
    assert [said(wire.cancel("82")) for _ in range(2)] == [("10000", None, "refund", "N")] * 2
    assert said(wire.cancel("83")) == ("10000", None, None, "N")
    assert wire.query("81")["trade_status"] == "TRADE_CLOSED"
    assert wire.query("82")["trade_status"] == "TRADE_CLOSED"
    assert sim.ledger() == {"81": ("REVERSED", 0, 0), "82": ("REVERSED", 1250, 0)}
    assert wire.pay("83", sim.code("alipay"))["code"] == "10000", "the late pay lands"


def test_cancel_ends_a_quarter_past_the_beijing_day_or_after_24_hours(sim, wire):
    noon = beijing(sim.clock()).replace(hour=12, minute=0, second=0, microsecond=0).timestamp()
    sim.clock.now = noon
    wire.pay("81", sim.code("alipay"))
    wire.pay("82", sim.code("alipay"))
    sim.clock.now = noon + 12.2 * 3_600
    assert said(wire.cancel("81"))[2] == "refund"
    sim.clock.now = noon + 12.26 * 3_600
    assert said(wire.cancel("82"))[1] == "ACQ.TRADE_CANCEL_TIME_OUT"


def test_an_unpaid_order_is_closed_by_itself(sim, wire):
    biz = {"out_trade_no": NO, "total_amount": "1.00", "subject": "t", "scene": "bar_code", "timeout_express": "1m"}
    wire.alipay("alipay.trade.pay", {**biz, "auth_code": sim.code("alipay", "never")})
    wire.pay("82", sim.code("alipay", "never"))
    sim.clock.advance(61)
    assert wire.query(NO)["trade_status"] == "TRADE_CLOSED"
    assert wire.query("82")["trade_status"] == "WAIT_BUYER_PAY"
    sim.clock.advance(10_800)
    assert wire.query("82")["trade_status"] == "TRADE_CLOSED"


def test_a_code_pays_once_within_a_minute_and_only_if_issued_here(sim, wire):
    used, old, wechats = sim.code("alipay"), sim.code("alipay"), sim.code("wechat")
    wire.pay("81", used)
    assert wire.pay("80", used)["sub_code"] == INVALID
    sim.clock.advance(60)
    answers = [wire.pay(str(82 + i), code) for i, code in enumerate((used, old, wechats, "289821051157962364"))]
    assert {answer["sub_code"] for answer in answers} == {INVALID}
    assert answers[0]["sub_msg"].endswith("[SOUNDWAVE_PARSER_FAIL]")


def test_an_order_number_serves_once(sim, wire):
    code = sim.code("alipay", "never")
    assert wire.pay(NO, code)["code"] == "10003"
    assert wire.pay(NO, code)["code"] == "10003", "the same request again"
    assert wire.pay(NO, code, yuan="1.00")["sub_code"] == "ACQ.CONTEXT_INCONSISTENT"
    assert wire.pay("82", sim.code("alipay"))["code"] == "10000"
    assert wire.pay("82", sim.code("alipay"))["sub_code"] == "ACQ.TRADE_HAS_SUCCESS"
    wire.cancel("82")
    assert wire.pay("82", sim.code("alipay"))["sub_code"] == "ACQ.TRADE_HAS_CLOSE"


def test_app_id_is_looked_at_before_the_signature_and_neither_refusal_is_signed(wire):
    assert wire.query(NO, app_id="2021000000000000", sign="x")["sub_code"] == "isv.invalid-app-id"
    assert wire.query(NO, sign="x")["sub_code"] == "isv.invalid-signature"
    assert wire.query(NO, sign="")["sub_code"] == "isv.invalid-signature"
    assert wire.alipay("alipay.trade.create", {})["sub_code"] == "isv.invalid-method"
    assert wire.query(NO, sign_type="RSA3", sign="x")["sub_code"] == "isv.invalid-signature-type"
    assert wire.query(NO, timestamp="now")["sub_code"] == "isv.invalid-timestamp"


def test_rsa1_is_answered_in_rsa1(sim, wire):
    assert wire.pay(NO, sim.code("alipay"), sign_type="RSA")["code"] == "10000"


def test_gbk_is_understood_and_answered(sim, wire):
    assert wire.pay(NO, sim.code("alipay"), charset="gbk")["code"] == "10000"
    answer = wire.send(
        "GET", "/gateway.do?" + urllib.parse.urlencode(wire.form("alipay.trade.query", {}, charset="GBK"))
    )
    assert "参数无效" in answer[2].decode("gbk")


def test_parameters_may_come_in_the_query_in_the_body_or_in_both(sim, wire):
    wire.pay(NO, sim.code("alipay"))
    fields = wire.form("alipay.trade.query", {"out_trade_no": NO})
    biz = {"biz_content": fields["biz_content"]}
    common = {name: value for name, value in fields.items() if name not in biz}
    ways = [
        ("GET", "/gateway.do?" + urllib.parse.urlencode(fields), b""),
        ("POST", "/gateway.do?" + urllib.parse.urlencode(common), urllib.parse.urlencode(biz).encode()),
        ("POST", f"https://127.0.0.1:{wire.port}/gateway.do?" + urllib.parse.urlencode(fields), b""),
    ]
    for method, target, body in ways:
        answer = wire.opened(wire.send(method, target, body)[2], "alipay.trade.query")
        assert answer["trade_status"] == "TRADE_SUCCESS", target


def test_certificate_mode_answers_with_the_serial_number_of_its_certificate(sim, wire):
    def serial(name):
        certificate = x509.load_pem_x509_certificate(wire.client["alipay"][name].encode())
        return hashlib.md5(f"{certificate.issuer.rfc4514_string()}{certificate.serial_number}".encode()).hexdigest()

    numbers = {"app_cert_sn": serial("app_cert_pem"), "alipay_root_cert_sn": serial("alipay_root_cert_pem")}
    assert wire.pay(NO, sim.code("alipay"), **numbers)["code"] == "10000"
    fields = wire.form("alipay.trade.query", {"out_trade_no": NO}, **numbers)
    _, _, data = wire.send("POST", "/gateway.do", urllib.parse.urlencode(fields).encode())
    assert json.loads(data)["alipay_cert_sn"] == serial("alipay_cert_pem")
    assert wire.query(NO, **{**numbers, "app_cert_sn": "0"})["sub_code"] == "isv.app-cert-not-exist"


@pytest.mark.parametrize(
    "change",
    [
        {"total_amount": "0.00"},
        {"total_amount": "1.001"},
        {"total_amount": "-1"},
        {"total_amount": "100000000.01"},
        {"subject": "a=b"},
        {"subject": ""},
        {"out_trade_no": "a-b"},
        {"scene": "security_code"},
        {"timeout_express": "1s"},
        {"timeout_express": "16d"},
        {"auth_code": ""},
        {"auth_code": "1" * 65},
    ],
)
def test_a_wrong_parameter_is_refused_and_moves_nothing(sim, wire, change):
    biz = {"out_trade_no": NO, "total_amount": "1.00", "subject": "t", "scene": "bar_code"}
    answer = wire.alipay("alipay.trade.pay", {**biz, "auth_code": sim.code("alipay"), **change})
    assert answer["sub_code"] == "ACQ.INVALID_PARAMETER"
    assert sim.ledger() == {}


@pytest.mark.parametrize("biz", ["", "[]", "{", "[" * 5_000, '"x"', '{"auth_code":"\\ud800","out_trade_no":"\\ud800"}'])
def test_biz_content_that_is_no_object_is_refused(wire, biz):
    assert wire.alipay("alipay.trade.pay", biz)["sub_code"] == "ACQ.INVALID_PARAMETER"


def test_a_lone_surrogate_as_code_is_an_invalid_code(wire):
    biz = '{"auth_code":"\\ud800","out_trade_no":"8","subject":"\\ud800","total_amount":"1.00"}'
    assert wire.alipay("alipay.trade.pay", biz)["sub_code"] == INVALID
