import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.alipay import answers, table
from app.channels.outcome import NoAnswer, NotSent, Reply
from app.core.answers import Found, Pay, Undone
from app.core.reasons import Reason

LITERAL = json.loads((Path(__file__).parent.parent / "vectors" / "alipay_responses.json").read_text("utf-8"))["vectors"]
CODE = "286543210987654321"


def test_the_literal_refusal_of_a_stale_code(ali):
    said = next(v for v in LITERAL if v["call"] == "alipay.trade.pay")
    answer = ali.pay(**{name: said[name] for name in ("code", "msg", "sub_code", "sub_msg")})
    assert (answer.kind, answer.evidence.reason) == (Pay.DECLINED, Reason.CODE)
    assert answer.evidence.code == "40004/ACQ.PAYMENT_AUTH_CODE_INVALID"
    assert answer.evidence.says.startswith("支付失败，获取顾客账户信息失败")


def test_the_literal_cancel_of_an_unpaid_order(ali):
    said = next(v for v in LITERAL if v["call"] == "alipay.trade.cancel")
    answer = ali.cancel(code=said["code"], msg=said["msg"], action=said["action"], retry_flag="N")
    assert (answer.kind, answer.evidence.took_money) == (Undone.DONE, False)


def test_10000_is_accepted_and_only_the_query_is_paid(ali):
    accepted = ali.pay(**ali.ours, gmt_payment="2026-11-22 22:40:01")
    assert accepted.kind is Pay.ACCEPTED
    assert (accepted.evidence.paid_fen, accepted.evidence.paid_ms) == (1250, 1_795_358_401_000)
    for status in ("TRADE_SUCCESS", "TRADE_FINISHED"):
        found = ali.query(**ali.ours, trade_status=status)
        assert (found.kind, found.evidence.code, found.evidence.payer) == (Found.PAID, status, "854***@qq.com")


@pytest.mark.parametrize(
    "changes",
    [
        {"total_amount": "12.51"},
        {"total_amount": "1250.00"},
        {"out_trade_no": "702611220001000100010026"},
        {"trans_currency": "HKD"},
    ],
)
def test_a_verified_answer_about_something_else_is_a_mismatch(changes, ali):
    assert ali.pay(**{**ali.ours, **changes}).kind is Pay.MISMATCH
    assert ali.query(**{**ali.ours, "trade_status": "TRADE_SUCCESS", **changes}).kind is Found.MISMATCH
    assert ali.cancel(**{**ali.ours, "retry_flag": "N", **changes}).kind is Undone.UNKNOWN


@pytest.mark.parametrize(
    "amount",
    [None, "", "12.5.0", "12.500", "1e3", "+12.50", " 12.50", "12,50", "１２.50", "-12.50", 12.5, 12, True, [], {}],
)
def test_an_amount_that_is_none_never_pays(amount, ali):
    fields = {**ali.ours, "total_amount": amount}
    assert ali.pay(**fields).kind is Pay.UNKNOWN
    assert ali.query(**fields, trade_status="TRADE_SUCCESS").kind is Found.UNKNOWN


@pytest.mark.parametrize("number", [None, "", 702611220001000100010018, True, ["702611220001000100010018"]])
def test_an_order_number_that_is_none_never_decides(number, ali):
    fields = {**ali.ours, "out_trade_no": number}
    assert ali.pay(**fields).kind is Pay.UNKNOWN
    for status in ("TRADE_SUCCESS", "TRADE_CLOSED"):
        assert ali.query(**fields, trade_status=status).kind is Found.UNKNOWN


@pytest.mark.parametrize("name", ["code", "sub_code", "trade_status"])
@pytest.mark.parametrize("value", [10000, True, None, ["10000"], {"a": 1}, 1.5])
def test_a_field_of_the_wrong_kind_is_as_if_absent(name, value, ali):
    fields = {**ali.ours, "code": "40004", "sub_code": "ACQ.BUYER_BALANCE_NOT_ENOUGH", name: value}
    assert ali.pay(**fields).kind is Pay.UNKNOWN or name == "trade_status"
    assert ali.query(**{**ali.ours, name: value}).kind is Found.UNKNOWN


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(1, 10_000_000_000))
def test_every_amount_reads_back_to_the_fen(amount):
    assert answers.fen(answers.yuan(amount)) == amount


def test_shorter_amounts_are_exact_too():
    assert [answers.fen(text) for text in ("0.01", "0.1", "5.70", "12", "100000000.00")] == [1, 10, 570, 1200, 10**10]


def test_each_refusal_gets_the_class_and_reason_of_its_row(ali):
    for code in [name for name in table.PAY if not name.isdigit()]:
        kind, reason = table.PAY[code]
        answer = ali.pay(code="40004", msg="Business Failed", sub_code=code, sub_msg="不行")
        assert (answer.kind, answer.evidence.reason) == (kind, reason)
        assert answer.evidence.code == f"40004/{code}"
        assert answer.evidence.odd is (code in table.ODD_PAY)


@pytest.mark.parametrize(
    ("fields", "kind", "reason"),
    [
        ({"code": "40002", "sub_code": "isv.invalid-signature"}, Pay.MISCONFIGURED, Reason.KEYS),
        ({"code": "40006"}, Pay.MISCONFIGURED, Reason.CONFIG),
        ({"code": "40005"}, Pay.UNKNOWN, Reason.BUSY),
        ({"code": "20000"}, Pay.UNKNOWN, Reason.NOANSWER),
        ({"code": "40004", "sub_code": "ACQ.BUYER_BALANCE_NOT_ENOUGH"}, Pay.UNSIGNED, Reason.BALANCE),
        ({"code": "40004", "sub_code": "ACQ.NEW"}, Pay.UNKNOWN, Reason.NOANSWER),
        ({}, Pay.UNKNOWN, Reason.NOANSWER),
    ],
)
def test_an_unsigned_refusal_keeps_its_reason_and_never_declines(fields, kind, reason, ali):
    bodies = [ali.unsigned(**fields)]
    if fields:
        bodies.append(json.dumps({"alipay_trade_pay_response": fields}).encode())
    for body in bodies:
        answer = ali.pay(body)
        assert (answer.kind, answer.evidence.reason, answer.evidence.verified) == (kind, reason, False)
        assert not answer.evidence.forged


def test_a_success_nobody_signed_is_a_security_event(ali):
    body = json.dumps({"alipay_trade_pay_response": ali.ours}).encode()
    answer = ali.pay(body)
    assert (answer.kind, answer.evidence.forged) == (Pay.UNKNOWN, True)


def test_an_echoed_payment_code_reaches_no_evidence(ali):
    refused = {"code": "40004", "sub_code": "ACQ.PAYMENT_AUTH_CODE_INVALID", "sub_msg": f"auth_code={CODE} 无效"}
    for answer in (ali.pay(**refused), ali.pay(ali.unsigned(**refused))):
        assert CODE not in repr(answer)


@pytest.mark.parametrize("status", [302, 404, 429, 500, 503])
def test_any_status_but_200_is_unknown_whatever_it_brings(status, ali):
    assert ali.pay(ali.signed(**ali.ours), status).kind is Pay.UNKNOWN
    assert ali.query(ali.signed("alipay.trade.query", **ali.ours, trade_status="TRADE_SUCCESS"), status).kind is (
        Found.UNKNOWN
    )


def test_silence_and_what_was_never_sent(ali):
    for make in (answers.pay_answer, answers.query_answer, answers.cancel_answer):
        silent = make(NoAnswer("TimeoutError", bytes_begun=False), ali.key_for, ali.order)
        assert silent.kind in {Pay.UNKNOWN, Found.UNKNOWN, Undone.UNKNOWN}
        not_sent = make(NotSent("gaierror"), ali.key_for, ali.order)
        assert not_sent.kind in {Pay.NOT_SENT, Found.UNKNOWN, Undone.NOT_SENT}


def test_the_states_of_a_query(ali):
    waiting = ali.query(**ali.ours, trade_status="WAIT_BUYER_PAY")
    assert (waiting.kind, waiting.evidence.paid_fen) == (Found.PENDING, None)
    closed = ali.query(**ali.ours, trade_status="TRADE_CLOSED")
    assert (closed.kind, closed.evidence.took_money, closed.refunded_fen) == (Found.RETURNED, None, 0)
    given_back = ali.query(**ali.ours, trade_status="TRADE_CLOSED", send_pay_date="2026-11-22 22:40:01")
    assert (given_back.kind, given_back.evidence.took_money, given_back.refunded_fen) == (Found.RETURNED, True, 1250)
    assert ali.query(**ali.ours, trade_status="NEW").kind is Found.UNKNOWN
    assert ali.query(code="40004", sub_code="ACQ.TRADE_NOT_EXIST").kind is Found.NO_SUCH_ORDER


def test_what_a_cancel_answers(ali):
    refunded = ali.cancel(code="10000", action="refund", retry_flag="N")
    assert (refunded.kind, refunded.evidence.took_money) == (Undone.DONE, True)
    absent = ali.cancel(code="10000", retry_flag="N")
    assert (absent.kind, absent.evidence.took_money) == (Undone.DONE, None)
    assert ali.cancel(code="10000", retry_flag="Y").kind is Undone.AGAIN
    assert ali.cancel(code="40004", sub_code="ACQ.NEW", retry_flag="Y").kind is Undone.AGAIN
    assert ali.cancel(code="40004", sub_code="AQC.SYSTEM_ERROR", retry_flag="N").kind is Undone.AGAIN
    shut = ali.cancel(code="40004", sub_code="ACQ.TRADE_CANCEL_TIME_OUT", retry_flag="Y")
    assert shut.kind is Undone.TOO_LATE
    assert ali.cancel(ali.unsigned(code="40002", sub_code="isv.invalid-signature")).kind is Undone.MISCONFIGURED


def test_a_warm_up_proves_the_keys_by_a_verified_no(ali):
    body = ali.signed("alipay.trade.query", code="40004", sub_code="ACQ.TRADE_NOT_EXIST")
    answer = answers.warm_answer(Reply(200, {}, body, None), ali.key_for)
    assert (answer.kind, answer.evidence.verified) == (Found.NO_SUCH_ORDER, True)
