"""Every fault, seen on the wire, and what the bank did meanwhile."""

import contextlib
import gzip
import http.client
import socket
import ssl
import time
import xml.etree.ElementTree as ET
from email.utils import parsedate_to_datetime

import pytest
from cryptography.exceptions import InvalidSignature

NO = "910000000000000000000001"
GONE = (ConnectionError, ssl.SSLError, http.client.HTTPException, TimeoutError)
PATIENCE_S = 30.0
PAID, NOTHING = {NO: ("PAID", 1250, 1250)}, {}


def end_of(line):
    try:
        while line.recv(65_536):
            pass
    except ConnectionResetError:
        return "reset"
    return "end"


def until(holds):
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline


def raw_pay(wire, code):
    fields = {"body": "t", "out_trade_no": NO, "total_fee": "1250", "spbill_create_ip": "::1", "auth_code": code}
    return wire.send("POST", "/pay/micropay", wire.v2_body(**fields))


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        ("lose-request", NOTHING),
        ("lose-answer", PAID),
        ("rst", NOTHING),
        ("rst-after", PAID),
        ("truncate", PAID),
    ],
)
def test_a_broken_connection(sim, wire, fault, left):
    code = sim.code("wechat")
    sim.fault(f"wechat.pay: {fault} x1")
    with pytest.raises(GONE):
        raw_pay(wire, code)
    assert sim.ledger() == left
    assert wire.orderquery(NO)["result_code"] == ("SUCCESS" if left else "FAIL")


def test_a_reset_is_a_reset_and_a_cut_is_an_end(sim, wire):
    body = wire.v2_body(out_trade_no=NO)
    head = f"POST /pay/orderquery HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    ends = []
    for fault in ("rst", "lose-answer"):
        sim.fault(f"wechat.query: {fault}")
        # looked at beneath TLS: Python's ssl reports a reset as an end of file
        with wire.raw() as line, socket.fromfd(line.fileno(), line.family, line.type) as beneath:
            beneath.settimeout(10)
            line.sendall(head + body)
            ends.append(end_of(beneath))
    assert ends == ["reset", "end"]


@pytest.mark.parametrize(("fault", "left"), [("silence", NOTHING), ("silence-after", PAID)])
def test_silence(sim, wire, fault, left):
    code = sim.code("wechat")
    sim.fault(f"wechat.pay: {fault}")
    wire.orderquery("1")  # the connection stands: what is waited for below is the answer alone
    wire.lose_patience(0.3)
    with pytest.raises(TimeoutError):
        raw_pay(wire, code)
    until(lambda: sim.ledger() == left)


@pytest.mark.parametrize(
    ("fault", "left", "expected"),
    [
        ("http-500", NOTHING, (500, b"")),
        ("http-503-after", PAID, (503, b"")),
        ("http-429", NOTHING, (429, b"")),
        ("html", NOTHING, (200, "请先登录网络".encode())),
        ("html-after", PAID, (200, b"<html>")),
        ("redirect", NOTHING, (307, b"")),
        ("big-body", NOTHING, (200, b" " * 8 * 1_048_576)),
    ],
)
def test_an_answer_that_is_not_the_channels(sim, wire, fault, left, expected):
    code = sim.code("wechat")
    sim.fault(f"wechat.pay: {fault}")
    got, headers, data = raw_pay(wire, code)
    status, shows = expected
    assert (got, shows in data) == (status, True)
    assert headers.get("Location") == ("/elsewhere" if fault == "redirect" else None)
    assert sim.ledger() == left


def test_a_gzip_bomb_is_small_until_it_is_opened(sim, wire):
    sim.fault("*: gzip-bomb")
    _, headers, data = wire.send("POST", "/pay/orderquery", wire.v2_body(out_trade_no=NO))
    assert (headers["Content-Encoding"], len(data) < 100_000) == ("gzip", True)
    assert len(gzip.decompress(data)) == 64 * 1_048_576


def test_delay_and_drip_take_their_time_divided_by_pace(run, wire_to):
    sim = run(pace=20)
    wire = wire_to(sim)
    wire.orderquery(NO)
    sim.fault("wechat.query: delay 6 x1")
    began = time.monotonic()
    wire.orderquery(NO)
    assert time.monotonic() - began >= 0.3
    sim.fault("wechat.query: drip 0.004")
    began = time.monotonic()
    wire.orderquery(NO)
    assert time.monotonic() - began >= 500 * 0.0002


def test_the_drip_comes_in_single_bytes(sim, wire):
    sim.fault("*: drip 0.0001")
    body = wire.v2_body(out_trade_no=NO)
    with wire.raw() as line:
        line.sendall(f"POST /pay/orderquery HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        assert [len(line.recv(100)) for _ in range(20)] == [1] * 20


def test_a_late_pay_reaches_the_bank_after_the_connection_died(run, wire_to):
    sim = run(pace=20)
    wire, code = wire_to(sim), sim.code("wechat")
    sim.fault("wechat.pay: late-pay 40")  # two seconds here: the next two questions come before it
    with pytest.raises(GONE):
        raw_pay(wire, code)
    assert wire.orderquery(NO)["err_code"] == "ORDERNOTEXIST"
    assert wire.reverse(NO)["result_code"] == "SUCCESS", "there is nothing to reverse yet"
    until(lambda: wire.orderquery(NO)["result_code"] == "SUCCESS")
    assert sim.ledger() == PAID


def test_a_tombstone_keeps_a_late_pay_out(sim, wire):
    sim.fault("*.cancel: tombstone")
    wire.reverse(NO)
    wire.cancel("81")
    assert wire.micropay(NO, sim.code("wechat"))["err_code"] == "ORDERREVERSED"
    assert wire.pay("81", sim.code("alipay"))["sub_code"] == "ACQ.TRADE_HAS_CLOSE"
    buried = wire.query("81")
    assert (buried["trade_status"], "total_amount" in buried) == ("TRADE_CLOSED", False)
    assert sim.ledger() == {NO: ("REVERSED", 0, 0), "81": ("REVERSED", 0, 0)}


def test_a_wrong_or_missing_signature_or_a_flipped_bit_spoils_a_true_answer(sim, wire):
    code = sim.code("wechat")
    wire.pay("81", sim.code("alipay"))
    for fault in ("bad-signature", "no-signature", "corrupt"):
        sim.fault(f"*: {fault}")
        with pytest.raises((AssertionError, KeyError, ET.ParseError)):
            wire.micropay(NO, code) if fault == "bad-signature" else wire.orderquery(NO)
        with pytest.raises((AssertionError, KeyError, ValueError, InvalidSignature)):
            wire.query("81")
    sim.fault("")
    assert sim.ledger() == PAID | {"81": ("PAID", 1250, 1250)}
    assert wire.orderquery(NO)["trade_state"] == "SUCCESS"


def test_signed_lies_about_amount_and_order(sim, wire):
    wire.micropay(NO, sim.code("wechat"))
    wire.pay("81", sim.code("alipay"))
    sim.fault("*.query: wrong-amount")
    assert (wire.orderquery(NO)["total_fee"], wire.query("81")["total_amount"]) == ("1251", "12.51")
    sim.fault("*.query: foreign-order")
    assert wire.orderquery(NO)["out_trade_no"] != NO
    assert wire.query("81")["out_trade_no"] != "81"


def test_errors_of_the_channel_itself(sim, wire):
    codes = [sim.code("wechat"), sim.code("alipay")]
    sim.fault("*.pay: system-error")
    assert wire.micropay(NO, codes[0])["err_code"] == "SYSTEMERROR"
    assert wire.pay("81", codes[1])["code"] == "20000"
    assert sim.ledger() == NOTHING
    sim.fault("*.pay: bank-error-after")
    assert wire.micropay(NO, codes[0])["err_code"] == "BANKERROR"
    assert wire.pay("81", codes[1])["sub_code"] == "ACQ.SYSTEM_ERROR"
    assert sim.ledger() == PAID | {"81": ("PAID", 1250, 1250)}
    sim.fault("*: unknown-code")
    assert wire.orderquery(NO)["trade_state"] == wire.query("81")["trade_status"] == "SIMULATED_UNHEARD_OF"
    assert wire.micropay("92", codes[0])["err_code"] == "SIMULATED_UNHEARD_OF"
    assert wire.cancel("81")["sub_code"] == "ACQ.SIMULATED_UNHEARD_OF"


def test_a_rollback_takes_the_payment_back(sim, wire):
    sim.fault("*.pay: rollback")
    assert wire.pay("81", sim.code("alipay"))["code"] == "10000"
    assert wire.query("81")["trade_status"] == "TRADE_CLOSED"
    assert sim.ledger() == {"81": ("REVERSED", 1250, 0)}


def test_an_invisible_order_comes_to_light(sim, wire):
    wire.micropay(NO, sim.code("wechat"))
    wire.pay("81", sim.code("alipay"))
    sim.fault("*.query: invisible 20")
    sim.clock.advance(19)
    assert wire.orderquery(NO)["err_code"] == "ORDERNOTEXIST"
    assert wire.query("81")["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    sim.clock.advance(1)
    assert wire.orderquery(NO)["trade_state"] == "SUCCESS"
    assert wire.query("81")["trade_status"] == "TRADE_SUCCESS"


@pytest.mark.parametrize(
    ("fault", "said", "done"),
    [
        ("recall", (("SYSTEMERROR", "Y"), ("ACQ.SYSTEM_ERROR", "Y")), False),
        ("retry-flag", (("SYSTEMERROR", "Y"), ("ACQ.SYSTEM_ERROR", "Y")), False),
        ("lie-ok", (("", "N"), ("", "N")), False),
        ("lie-fail", (("SYSTEMERROR", "Y"), ("ACQ.SYSTEM_ERROR", "Y")), True),
        ("user-paying-on-reverse", (("USERPAYING", "Y"), ("ACQ.SYSTEM_ERROR", "Y")), False),
        ("no-balance", (("NOTENOUGH", "Y"), ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "N")), False),
    ],
)
def test_reverse_answers_that_prove_nothing(sim, wire, fault, said, done):
    wechat, alipay = said
    wire.micropay(NO, sim.code("wechat"))
    wire.pay("81", sim.code("alipay"))
    sim.clock.advance(15)
    sim.fault(f"*.reverse: {fault}")
    for _ in range(2):
        answer = wire.reverse(NO)
        assert (answer.get("err_code", ""), answer["recall"]) == wechat
        answer = wire.cancel("81")
        assert (answer.get("sub_code", ""), answer["retry_flag"]) == alipay
    left = ("REVERSED", 1250, 0) if done else ("PAID", 1250, 1250)
    assert sim.ledger() == {NO: left, "81": left}


def test_faults_count_skip_and_keep_to_their_target(sim, wire):
    sim.fault("wechat.query: http-500 x2 after 1; alipay.query: http-502")

    def ask(number):
        return wire.send("POST", "/pay/orderquery", wire.v2_body(out_trade_no=number))[0]

    assert [ask(NO) for _ in range(5)] == [200, 500, 500, 200, 200]
    assert wire.micropay(NO, sim.code("wechat"))["result_code"] == "SUCCESS"


def test_the_channels_clock_may_be_wrong(run, wire_to):
    sim = run(pace=20)
    sim.fault("*: clock-skew -600")
    _, headers, _ = wire_to(sim).send("POST", "/pay/orderquery", b"<xml/>")
    assert int(parsedate_to_datetime(headers["Date"]).timestamp()) == int(sim.clock() - 600)


def test_line_down_cuts_and_refuses_and_comes_back_on_the_same_port(sim, wire):
    wire.orderquery(NO)
    sim.call(sim.simulator.set_line, False)
    with pytest.raises(GONE):
        wire.orderquery(NO)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", wire.port), 5)
    sim.call(sim.simulator.set_line, True)
    assert wire.orderquery(NO)["err_code"] == "ORDERNOTEXIST"


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"POST /pay/micropay HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST /pay/micropay HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_http_ends_the_connection_and_nothing_else(sim, wire, sent):
    with wire.raw() as line:
        with contextlib.suppress(OSError):
            line.sendall(sent)
        # how the end looks differs between Pythons: 3.11.2's loop says a TLS goodbye, later ones just cut
        with contextlib.suppress(ssl.SSLEOFError, ConnectionError):
            assert line.recv(100) == b""
    assert wire.orderquery(NO)["err_code"] == "ORDERNOTEXIST"


def test_a_body_larger_than_any_request_is_refused(wire):
    with wire.raw() as line:
        line.sendall(b"POST /pay/micropay HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n")
        line.sendall(b"x" * 1_048_577)
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(wire):
    body = wire.v2_body(out_trade_no=NO)
    head = f"POST /pay/orderquery HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    with wire.raw() as line:
        line.sendall(head.encode())
        assert line.recv(100).startswith(b"HTTP/1.1 100")
        line.sendall(body)
        assert line.recv(100).startswith(b"HTTP/1.1 200")
