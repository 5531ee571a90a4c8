"""What WeChat's V3 side says over a real TLS connection."""

import base64
import gzip
import hashlib
import json
from urllib.parse import urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.sim.rules import beijing, day_ends

NO = "910000000000000000000001"


def test_pay_query_reverse(sim, wire):
    status, paid = wire.codepay(NO, sim.code("wechat"))
    assert (status, paid["trade_state"], paid["trade_type"], paid["amount"]["total"]) == (
        200,
        "SUCCESS",
        "MICROPAY",
        1250,
    )
    assert paid["success_time"] == beijing(sim.clock()).isoformat(timespec="seconds")
    mchid = wire.client["wechat_v3"]["mchid"]
    by_id = wire.v3("GET", f"/v3/pay/transactions/id/{paid['transaction_id']}?mchid={mchid}")
    assert wire.v3_query(NO) == by_id == (200, paid)
    assert wire.v3_reverse(NO)[1]["code"] == "INVALID_REQUEST"
    sim.clock.advance(15)
    assert wire.v3_reverse(NO) == (200, {"appid": paid["appid"], "mchid": mchid, "out_trade_no": NO})
    assert wire.v3_query(NO)[1]["trade_state"] == "REVOKED"
    assert sim.ledger() == {NO: ("REVERSED", 1250, 0)}


def test_v2_and_v3_speak_of_the_same_order(sim, wire):
    wire.codepay(NO, sim.code("wechat"))
    assert wire.orderquery(NO)["trade_state"] == "SUCCESS"
    assert wire.micropay(NO, sim.code("wechat"))["err_code"] == "ORDERPAID"


@pytest.mark.parametrize(
    ("customer", "said", "queried"),
    [
        ("password:8", (200, "USERPAYING"), (200, "USERPAYING")),
        ("poor", (403, "NOT_ENOUGH"), (200, "NOTPAY")),
        ("spent", (403, "AUTH_CODE_INVALID"), (404, "ORDER_NOT_EXIST")),
    ],
)
def test_not_every_customer_pays(sim, wire, customer, said, queried):
    code = sim.code("wechat", "instant" if customer == "spent" else customer)
    if customer == "spent":
        wire.codepay("90", code)
    got, answer = wire.codepay(NO, code)
    assert (got, answer.get("trade_state") or answer["code"]) == said
    got, answer = wire.v3_query(NO)
    assert (got, answer.get("trade_state") or answer["code"]) == queried
    sim.clock.advance(9)
    assert sim.ledger()[NO][1] == (1250 if customer == "password:8" else 0)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"total": 12.5}},
        {"amount": {"total": True}},
        {"amount": {"total": "1250"}},
        {"out_trade_no": "单号"},
        {"description": ""},
        {"payer": {}},
        {"scene_info": None},
        {"mchid": "1600000000"},
    ],
)
def test_a_wrong_parameter_moves_nothing(sim, wire, change):
    status, answer = wire.codepay(NO, sim.code("wechat"), **change)
    assert (status, answer["code"]) == (400, "PARAM_ERROR")
    assert sim.ledger() == {}


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ({"signature": base64.b64encode(b"x" * 256).decode()}, 401, "SIGN_ERROR"),
        ({"signature": "no base64"}, 401, "SIGN_ERROR"),
        ({"serial_no": "0" * 40}, 401, "SIGN_ERROR"),
        ({"timestamp": "1554208460"}, 401, "SIGN_ERROR"),
        ({"timestamp": "soon"}, 401, "SIGN_ERROR"),
        ({"mchid": "1600000000"}, 403, "NO_AUTH"),
    ],
)
def test_the_door_refuses_without_a_signature(wire, parts, status, code):
    got, answer = wire.v3_query(NO, **parts)
    assert (got, answer["code"]) == (status, code)


def test_a_serial_number_is_known_in_either_case_and_without_the_zeros_before_it(sim, wire):
    wire.codepay(NO, sim.code("wechat"))
    serial = wire.client["wechat_v3"]["merchant_serial_no"]
    assert wire.v3_query(NO, serial_no=serial.lower().lstrip("0"))[1]["trade_state"] == "SUCCESS"


def test_headers_the_documents_ask_for(wire):
    target = f"/v3/pay/transactions/out-trade-no/{NO}?mchid={wire.client['wechat_v3']['mchid']}"
    for missing in ("Accept", "User-Agent", "Authorization"):
        headers = wire.v3_headers("GET", target)
        del headers[missing]
        status, _, data = wire.send("GET", target, headers=headers)
        assert (
            (status, json.loads(data)["code"]) == (401, "SIGN_ERROR")
            if missing == "Authorization"
            else (400, "PARAM_ERROR")
        )
    headers = wire.v3_headers("GET", target)
    assert wire.send("GET", target + "&x=1", headers=headers)[0] == 401, "the query is signed too"
    assert wire.send("DELETE", target, headers=headers)[0] == 405
    wire.close()
    assert wire.send("POST", "/v3/pay/transactions/native", b"{}", headers=headers)[0] == 404


def test_the_answer_is_signed_with_the_key_that_was_asked_for(wire):
    v3 = wire.client["wechat_v3"]
    target = "/v3/certificates"
    serials = {}
    for asked in (None, v3["wechatpay_public_key_id"]):
        _, headers, data = wire.send("GET", target, headers=wire.v3_headers("GET", target, serial=asked))
        wire.v3_holds(headers, data)
        serials[asked] = headers["Wechatpay-Serial"]
    assert serials[v3["wechatpay_public_key_id"]] == v3["wechatpay_public_key_id"]
    assert not serials[None].startswith("PUB_KEY_ID_")
    assert wire.v3("GET", target, serial="PUB_KEY_ID_0")[0] == 400


def test_the_platform_certificate_comes_sealed(wire):
    v3 = wire.client["wechat_v3"]
    [entry] = wire.v3("GET", "/v3/certificates")[1]["data"]
    sealed = entry["encrypt_certificate"]
    cipher = AESGCM(v3["api_v3_key"].encode())
    text = base64.b64decode(sealed["ciphertext"])
    plain = cipher.decrypt(sealed["nonce"].encode(), text, sealed["associated_data"].encode())
    assert plain.decode() == v3["platform_certificate_pem"]
    assert (sealed["algorithm"], sealed["associated_data"]) == ("AEAD_AES_256_GCM", "certificate")


@pytest.mark.parametrize("fault", ["bad-signature", "signtest", "corrupt"])
def test_a_signature_that_must_not_hold(sim, wire, fault):
    wire.codepay(NO, sim.code("wechat"))
    sim.fault(f"wechat.query: {fault} x1")
    with pytest.raises((InvalidSignature, ValueError)):
        wire.v3_query(NO)
    assert wire.v3_query(NO)[1]["trade_state"] == "SUCCESS"


def test_faults_of_the_counterpartys_own_making(sim, wire):
    wire.codepay(NO, sim.code("wechat"))
    sim.clock.advance(20)
    sim.fault("wechat.query: no-signature x1; wechat.reverse: lie-ok x1; wechat.refund: lie-fail x1")
    assert wire.v3_query(NO, check=False)[0] == 200
    assert wire.v3_reverse(NO)[0] == 200
    assert wire.v3_query(NO)[1]["trade_state"] == "SUCCESS"
    assert wire.v3_refund(NO, "r1", 400)[0] == 500
    assert wire.v3_query(NO)[1]["trade_state"] == "REFUND"
    sim.fault("wechat.query: wrong-amount x1; wechat.query: foreign-order x1; wechat.reverse: system-error-after x1")
    answer = wire.v3_query(NO)[1]
    assert (answer["amount"]["total"], answer["out_trade_no"] == NO) == (1251, False)
    assert wire.v3_reverse("92")[0] == 500
    assert wire.v3_reverse("92")[1]["code"] == "ORDER_NOT_EXIST"


def test_refunds(sim, wire):
    wire.codepay(NO, sim.code("wechat"))
    status, taken = wire.v3_refund(NO, "r1", 400)
    assert (status, taken["status"], taken["amount"]["refund"]) == (200, "PROCESSING", 400)
    assert "success_time" not in taken
    assert wire.v3_refund(NO, "r1", 400)[1]["refund_id"] == taken["refund_id"]
    assert wire.v3_refund(NO, "r1", 401)[1]["code"] == "INVALID_REQUEST"
    assert wire.v3_refund(NO, "r2", 1)[0] == 429
    assert wire.v3_refund("92", "r2", 1)[1]["code"] == "RESOURCE_NOT_EXISTS"
    assert wire.v3_refund(NO, "r2", 1.5)[1]["code"] == "PARAM_ERROR"
    sim.clock.advance(6)
    done = wire.v3("GET", "/v3/refund/domestic/refunds/r1")[1]
    assert (done["status"], "success_time" in done) == ("SUCCESS", True)
    assert wire.v3("GET", "/v3/refund/domestic/refunds/r9")[0] == 404
    sim.clock.advance(60)
    sim.fault("wechat.refund: refund-abnormal")
    wire.v3_refund(NO, "r2", 850)
    sim.clock.advance(6)
    assert wire.v3("GET", "/v3/refund/domestic/refunds/r2")[1]["status"] == "ABNORMAL"
    assert wire.refundquery(out_refund_no="r2")["refund_status_0"] == "CHANGE"


def test_the_bill_by_its_link(sim, wire):
    wire.codepay(NO, sim.code("wechat"))
    day = beijing(sim.clock()).strftime("%Y-%m-%d")
    asked = f"/v3/bill/tradebill?bill_date={day}&bill_type=ALL&tar_type=GZIP"
    assert wire.v3("GET", asked)[1]["code"] == "NO_STATEMENT_EXIST"
    sim.clock.now = day_ends(sim.clock()) + 60
    assert wire.v3("GET", asked)[1]["code"] == "STATEMENT_CREATING"
    sim.clock.advance(9 * 3_600)
    status, link = wire.v3("GET", asked)
    target = urlsplit(link["download_url"])
    path = f"{target.path}?{target.query}"
    status, headers, data = wire.send("GET", path, headers=wire.v3_headers("GET", path))
    assert (status, "Wechatpay-Signature" in headers) == (200, False)
    plain = gzip.decompress(data)
    assert (hashlib.sha1(plain).hexdigest(), link["hash_type"]) == (link["hash_value"], "SHA1")
    assert f"`{NO},".encode() in plain
    assert wire.send("GET", path, headers={"User-Agent": "test"})[0] == 401
    sim.clock.advance(301)
    assert wire.send("GET", path, headers=wire.v3_headers("GET", path))[0] == 404
    assert wire.v3("GET", "/v3/bill/tradebill?bill_date=soon")[1]["code"] == "PARAM_ERROR"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"description":"\\ud800"}', b'{"a":' + b"9" * 5_000 + b"}", b"\xff"]
)
def test_what_is_no_json_object_is_refused(wire, body):
    headers = wire.v3_headers("POST", "/v3/pay/transactions/codepay", body)
    status, _, data = wire.send("POST", "/v3/pay/transactions/codepay", body, headers=headers)
    assert (status, json.loads(data)["code"]) == (400, "PARAM_ERROR")
