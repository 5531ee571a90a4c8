"""What WeChat's side says over a real TLS connection."""

import ssl
import xml.etree.ElementTree as ET
from email.utils import parsedate_to_datetime

import pytest

from app.sim.rules import beijing

NO = "910000000000000000000001"


def said(answer):
    return answer["result_code"], answer.get("err_code"), answer.get("recall")


def test_an_instant_customer_pays_at_once_and_the_query_says_so(sim, wire):
    paid = wire.micropay(NO, sim.code("wechat"), attach="01-7")
    assert (paid["result_code"], paid["trade_type"], paid["total_fee"]) == ("SUCCESS", "MICROPAY", "1250")
    assert (paid["out_trade_no"], paid["attach"]) == (NO, "01-7")
    assert paid["time_end"] == beijing(sim.clock()).strftime("%Y%m%d%H%M%S")
    assert "trade_state" not in paid
    found = wire.orderquery(NO)
    assert (found["trade_state"], found["transaction_id"]) == ("SUCCESS", paid["transaction_id"])
    assert wire.wechat("/pay/orderquery", transaction_id=paid["transaction_id"])["out_trade_no"] == NO
    assert sim.ledger() == {NO: ("PAID", 1250, 1250)}


def test_an_instant_customer_pays_any_sum_at_once(sim, wire):
    assert wire.micropay(NO, sim.code("wechat"), fee=9_999_999)["result_code"] == "SUCCESS"


def test_a_password_takes_its_seconds(sim, wire):
    assert wire.micropay(NO, sim.code("wechat", "password:8"))["err_code"] == "USERPAYING"
    sim.clock.advance(7.9)
    assert wire.orderquery(NO)["trade_state"] == "USERPAYING"
    sim.clock.advance(0.2)
    assert wire.orderquery(NO)["trade_state"] == "SUCCESS"


def test_pace_divides_the_password_the_code_and_the_fifteen_seconds(run, wire_to):
    sim = run(pace=20)
    wire = wire_to(sim)
    assert wire.client["pace"] == 20
    wire.micropay(NO, sim.code("wechat", "password:8"))
    sim.clock.advance(0.41)
    assert wire.orderquery(NO)["trade_state"] == "SUCCESS"
    assert said(wire.reverse(NO))[1] == "INVALID_REQUEST"
    sim.clock.advance(0.35)
    assert said(wire.reverse(NO)) == ("SUCCESS", None, "N")
    old = sim.code("wechat")
    sim.clock.advance(3.1)
    assert wire.micropay("92", old)["err_code"] == "AUTH_CODE_INVALID"


def test_a_poor_customer_is_refused_and_owes_nothing(sim, wire):
    assert wire.micropay(NO, sim.code("wechat", "poor"), fee=1)["err_code"] == "NOTENOUGH"
    assert wire.orderquery(NO)["trade_state"] == "NOTPAY"
    assert sim.ledger() == {NO: ("NOT_PAID", 0, 0)}


def test_a_password_never_typed_is_revoked_without_money_moving(sim, wire):
    wire.micropay(NO, sim.code("wechat", "never"))
    sim.clock.advance(60)
    assert said(wire.reverse(NO)) == ("SUCCESS", None, "N")
    assert wire.orderquery(NO)["trade_state"] == "REVOKED"
    assert sim.ledger() == {NO: ("REVERSED", 0, 0)}


def test_an_unpaid_order_ends_in_payerror_when_it_expires(sim, wire):
    wire.micropay(NO, sim.code("wechat", "never"))
    expire = beijing(sim.clock() + 120).strftime("%Y%m%d%H%M%S")
    wire.micropay("92", sim.code("wechat", "never"), time_expire=expire)
    sim.clock.advance(118)
    assert wire.orderquery("92")["trade_state"] == "USERPAYING"
    sim.clock.advance(3)
    assert wire.orderquery("92")["trade_state"] == "PAYERROR"
    assert wire.orderquery(NO)["trade_state"] == "USERPAYING"
    sim.clock.advance(7_200)
    assert wire.orderquery(NO)["trade_state"] == "PAYERROR"


def test_a_paid_order_is_given_back_by_reverse_once(sim, wire):
    wire.micropay(NO, sim.code("wechat"))
    sim.clock.advance(15)
    assert [said(wire.reverse(NO)) for _ in range(2)] == [("SUCCESS", None, "N")] * 2
    assert wire.orderquery(NO)["trade_state"] == "REVOKED"
    assert sim.ledger() == {NO: ("REVERSED", 1250, 0)}
    assert sim.simulator.desk.bank.vault.shop_fen("wechat") == 0


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (14.7, ("FAIL", "INVALID_REQUEST", "Y")),
        (15, ("SUCCESS", None, "N")),
        (7 * 86_400, ("SUCCESS", None, "N")),
        (7 * 86_400 + 1, ("FAIL", "REVERSE_EXPIRE", "N")),
    ],
)
def test_the_reverse_window(sim, wire, age, expected):
    wire.micropay(NO, sim.code("wechat"))
    sim.clock.advance(age)
    assert said(wire.reverse(NO)) == expected


def test_a_reverse_in_the_last_seconds_of_typing_is_put_off(sim, wire):
    wire.micropay(NO, sim.code("wechat", "password:20"))
    sim.clock.advance(18.5)
    assert said(wire.reverse(NO)) == ("FAIL", "USERPAYING", "Y")
    sim.clock.advance(2)
    assert wire.orderquery(NO)["trade_state"] == "SUCCESS"


def test_an_unknown_order_is_not_found_and_its_reverse_is_said_to_have_worked(sim, wire):
    assert wire.orderquery(NO)["err_code"] == "ORDERNOTEXIST"
    assert said(wire.reverse(NO)) == ("SUCCESS", None, "N")
    assert sim.ledger() == {}
    assert wire.micropay(NO, sim.code("wechat"))["result_code"] == "SUCCESS", "the late pay lands"


def test_a_code_pays_once_within_a_minute_and_only_if_issued_here(sim, wire):
    used, old, alipays = sim.code("wechat"), sim.code("wechat"), sim.code("alipay")
    wire.micropay("91", used)
    assert wire.micropay("92", used)["err_code"] == "AUTH_CODE_INVALID"
    sim.clock.advance(60)
    assert wire.micropay("96", used)["err_code"] == "AUTH_CODE_INVALID"
    assert wire.micropay("93", old)["err_code"] == "AUTH_CODE_INVALID"
    assert wire.micropay("94", "134919586213926735")["err_code"] == "AUTH_CODE_INVALID"
    assert wire.micropay("95", alipays)["err_code"] == "AUTH_CODE_ERROR"
    assert wire.orderquery("93")["err_code"] == "ORDERNOTEXIST"
    assert sim.ledger()["93"] == ("REFUSED", 0, 0)


def test_an_order_number_serves_once(sim, wire):
    code, other = sim.code("wechat", "never"), sim.code("wechat")
    assert wire.micropay(NO, code)["err_code"] == "USERPAYING"
    assert wire.micropay(NO, code)["err_code"] == "USERPAYING", "the same request again"
    assert wire.micropay(NO, other)["err_code"] == "OUT_TRADE_NO_USED"
    assert wire.micropay(NO, code, fee=1)["err_code"] == "OUT_TRADE_NO_USED"
    wire.micropay("92", other)
    assert wire.micropay("92", sim.code("wechat"))["err_code"] == "ORDERPAID"
    sim.clock.advance(15)
    wire.reverse(NO)
    assert wire.micropay(NO, code)["err_code"] == "ORDERREVERSED"


def test_md5_is_answered_in_md5(sim, wire):
    assert wire.micropay(NO, sim.code("wechat"), sign_type="MD5")["result_code"] == "SUCCESS"
    assert len(wire.orderquery(NO, sign_type="MD5")["sign"]) == 32


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sign": "0" * 64}, "签名错误"),
        ({"mch_id": "1600000000"}, "商户号mch_id或sub_mch_id不存在"),
        ({"nonce_str": ""}, "缺少参数 nonce_str"),
        ({"sign_type": "SM3"}, "sign_type参数错误"),
    ],
)
def test_the_door_refuses_without_a_signature(wire, change, says):
    _, _, data = wire.send("POST", "/pay/orderquery", wire.v2_body(out_trade_no=NO, **change))
    answer = {child.tag: child.text for child in ET.fromstring(data)}
    assert answer == {"return_code": "FAIL", "return_msg": says}


def test_another_appid_is_a_signed_refusal(wire):
    answer = wire.wechat("/pay/orderquery", out_trade_no=NO, appid="wx0000000000000000")
    assert answer["err_code"] == "APPID_NOT_EXIST"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"fee": 0}, "PARAM_ERROR"),
        ({"fee": "12.5"}, "PARAM_ERROR"),
        ({"number": "9" * 33}, "PARAM_ERROR"),
        ({"number": "单号"}, "PARAM_ERROR"),
        ({"body": ""}, "LACK_PARAMS"),
        ({"body": "练" * 43}, "PARAM_ERROR"),
        ({"spbill_create_ip": ""}, "LACK_PARAMS"),
        ({"time_expire": "soon"}, "PARAM_ERROR"),
        ({"time_expire": "20200101000000"}, "PARAM_ERROR"),
        ({"fee_type": "USD"}, "PARAM_ERROR"),
        ({"code": "12"}, "AUTH_CODE_ERROR"),
    ],
)
def test_a_wrong_parameter_is_refused_and_moves_nothing(sim, wire, fields, code):
    asked = {"number": NO, "code": sim.code("wechat"), "fee": 1250, **fields}
    assert wire.micropay(asked.pop("number"), asked.pop("code"), **asked)["err_code"] == code
    assert sim.ledger() == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml>",
        b"<html/>",
        b"\xff\xfe",
        b'<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><appid>&b;</appid></xml>',
        b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><appid>&x;</appid></xml>',
    ],
)
def test_what_is_no_plain_xml_is_refused(wire, body):
    status, _, data = wire.send("POST", "/pay/orderquery", body)
    assert (status, "XML格式错误" in data.decode()) == (200, True)


def test_reverse_needs_our_client_certificate(sim, wire):
    wire.micropay(NO, sim.code("wechat"))
    sim.clock.advance(15)
    body = wire.v2_body(out_trade_no=NO)
    status, headers, data = wire.send("POST", "/secapi/pay/reverse", body, certificate=False)
    assert (status, headers["Content-Type"]) == (400, "text/html")
    assert b"No required SSL certificate was sent" in data
    assert sim.ledger()[NO] == ("PAID", 1250, 1250)


def test_a_certificate_of_another_authority_ends_the_handshake(sim, wire, made_keys, tmp_path):
    context = wire.tls(certificate=False)
    context.load_cert_chain(made_keys / "alipay_app_cert.pem", made_keys / "alipay_app_private_key.pem")
    wire.tls = lambda _: context
    with pytest.raises((ssl.SSLError, ConnectionError)):
        wire.send("POST", "/secapi/pay/reverse", wire.v2_body(out_trade_no=NO))


def test_the_date_header_tells_channel_time(sim, wire):
    sim.clock.advance(3_600)
    _, headers, _ = wire.send("POST", "/pay/orderquery", wire.v2_body(out_trade_no=NO))
    assert int(parsedate_to_datetime(headers["Date"]).timestamp()) == int(sim.clock())


def test_get_other_paths_and_other_methods_are_refused(wire):
    assert "请使用post方法" in wire.send("GET", "/pay/orderquery")[2].decode()
    assert wire.send("POST", "/pay/unifiedorder", b"<xml/>")[0] == 404
    assert wire.send("HEAD", "/")[0] == 405
    assert wire.send("PUT", "/", b"x")[0] == 405
