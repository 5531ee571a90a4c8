import pytest

from app.channels.outcome import NoAnswer, NotSent
from app.channels.unionpay import answers
from app.core.answers import Found, Pay, Undone
from app.core.reasons import Reason

OTHER = "702611220001000100010019"


def pay(union, **changes):
    return answers.pay_answer(union.said(**{**union.ours, **changes}), union.us, union.order)


def query(union, **changes):
    return answers.query_answer(union.said(**{**union.paid, **changes}), union.us, union.order)


def reverse(union, **changes):
    ours = {**union.ours, "txnType": "99", "txnSubType": "01", "queryId": None, "txnAmt": None, "currencyCode": None}
    return answers.reverse_answer(union.said(**{**ours, **changes}), union.us, union.order)


def test_00_is_taken_in_and_never_paid(union):
    answer = pay(union)
    assert answer.kind is Pay.ACCEPTED
    assert (answer.evidence.verified, answer.evidence.paid_fen) == (True, None)
    assert pay(union, origRespCode="00").kind is Pay.ACCEPTED


def test_a_refusal_is_one_with_its_reason(union):
    answer = pay(union, respCode="86", respMsg="二维码状态错误[8600001]")
    assert (answer.kind, answer.evidence.reason) == (Pay.DECLINED, Reason.CODE)
    assert (answer.evidence.code, answer.evidence.says) == ("86", "二维码状态错误[8600001]")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("merId", "777290058110049"),
        ("orderId", OTHER),
        ("txnTime", "20261122224001"),
        ("txnAmt", "1251"),
        ("currencyCode", "840"),
    ],
)
def test_another_transaction_is_a_mismatch_in_every_call(union, name, value):
    assert pay(union, **{name: value}).kind is Pay.MISMATCH
    assert pay(union, **{name: value}, respCode="64").kind is Pay.MISMATCH
    assert query(union, **{name: value}).kind is Found.MISMATCH
    assert query(union, **{name: value}, respCode="34").kind is Found.MISMATCH
    assert reverse(union, **{name: value}).kind is Undone.UNKNOWN


@pytest.mark.parametrize("name", ["merId", "orderId", "txnTime", "txnType"])
def test_what_names_no_transaction_decides_nothing(union, name):
    assert pay(union, **{name: None}).kind is Pay.UNKNOWN
    assert pay(union, **{name: None}, respCode="64").kind is Pay.UNKNOWN
    assert query(union, **{name: None}).kind is Found.UNKNOWN
    assert query(union, **{name: None}, origRespCode="64").kind is Found.UNKNOWN
    assert reverse(union, **{name: None}).kind is (Undone.DONE if name == "txnTime" else Undone.UNKNOWN)


@pytest.mark.parametrize("name", ["txnAmt", "currencyCode"])
def test_a_payment_without_its_sum_is_none(union, name):
    assert query(union, **{name: None}).kind is Found.UNKNOWN
    assert query(union, **{name: ""}).kind is Found.UNKNOWN


@pytest.mark.parametrize("txn_type", ["04", "31", "99"])
def test_the_answer_to_another_call_decides_nothing(union, txn_type):
    assert pay(union, txnType=txn_type).kind is Pay.UNKNOWN
    assert pay(union, txnType=txn_type, respCode="64").kind is Pay.UNKNOWN
    assert query(union, txnType=txn_type).kind is Found.UNKNOWN


def test_an_answer_to_the_payment_is_no_answer_to_its_query(union):
    body = union.said(**union.ours)
    assert answers.query_answer(body, union.us, union.order).kind is Found.UNKNOWN
    assert answers.reverse_answer(body, union.us, union.order).kind is Undone.UNKNOWN


def test_paid_by_its_query(union):
    answer = query(union)
    assert answer.kind is Found.PAID
    evidence = answer.evidence
    assert (evidence.paid_fen, evidence.channel_no) == (1250, "201706061017522973458")
    assert (evidence.payer, evidence.paid_ms, evidence.odd) == ("6221********0000", 1_795_358_401_000, False)


def test_a_flawed_success_is_paid_and_odd(union):
    answer = query(union, origRespCode="A6", origRespMsg="有缺陷的成功")
    assert (answer.kind, answer.evidence.odd, answer.evidence.code) == (Found.PAID, True, "A6")


@pytest.mark.parametrize("code", ["03", "04", "05", "99", "70", "34", "42", "", "A7"])
def test_what_is_not_over_is_asked_again(union, code):
    assert query(union, origRespCode=code).kind is Found.UNKNOWN


def test_a_query_that_succeeded_without_an_outcome_is_told_to_the_maintainer(union):
    answer = query(union, origRespCode=None)
    assert (answer.kind, answer.evidence.odd) == (Found.UNKNOWN, True)


def test_a_failure_is_told_with_its_reason_and_that_nothing_was_taken(union):
    answer = query(union, origRespCode="64", origRespMsg="余额不足[6400001]")
    assert (answer.kind, answer.evidence.reason) == (Found.RETURNED, Reason.BALANCE)
    assert (answer.evidence.took_money, answer.evidence.says) == (False, "余额不足[6400001]")
    assert (answer.evidence.paid_fen, answer.evidence.paid_ms) == (None, None)


def test_reversed_is_net_zero_and_not_a_refusal(union):
    answer = query(union, origRespCode="46")
    assert (answer.kind, answer.evidence.took_money, answer.evidence.odd) == (Found.RETURNED, None, False)


def test_not_found_is_never_final(union):
    assert query(union, respCode="34", origRespCode=None).kind is Found.NO_SUCH_ORDER
    assert pay(union, respCode="34").kind is Pay.UNKNOWN
    assert query(union, origRespCode="34").kind is Found.UNKNOWN


def test_a_wrong_key_or_merchant_is_ours_to_mend(union):
    assert query(union, respCode="11").kind is Found.MISCONFIGURED
    assert pay(union, respCode="11", orderId=None).kind is Pay.MISCONFIGURED
    assert reverse(union, respCode="31").kind is Undone.MISCONFIGURED
    assert answers.warm_answer(union.said(respCode="11"), union.us).kind is Found.MISCONFIGURED
    assert answers.warm_answer(union.said(respCode="34"), union.us).kind is Found.NO_SUCH_ORDER


def test_a_reversal_is_answered(union):
    assert reverse(union).kind is Undone.DONE
    assert reverse(union, respCode="39").kind is Undone.TOO_LATE
    assert reverse(union, respCode="34").evidence.verified


@pytest.mark.parametrize("status", [201, 302, 400, 429, 500, 502])
def test_an_answer_with_another_status_says_nothing(union, status):
    said = union.said(status=status, **union.paid)
    assert answers.pay_answer(said, union.us, union.order).kind is Pay.UNKNOWN
    assert answers.query_answer(said, union.us, union.order).kind is Found.UNKNOWN
    assert answers.reverse_answer(said, union.us, union.order).kind is Undone.UNKNOWN


def test_silence(union):
    sent, unsent = NoAnswer("TimeoutError", False), NotSent("refused")
    assert answers.pay_answer(sent, union.us, union.order).kind is Pay.UNKNOWN
    assert answers.pay_answer(unsent, union.us, union.order).kind is Pay.NOT_SENT
    assert answers.query_answer(unsent, union.us, union.order).kind is Found.UNKNOWN
    assert answers.reverse_answer(unsent, union.us, union.order).kind is Undone.NOT_SENT


def test_an_unsigned_refusal_keeps_its_reason_and_decides_nothing(union):
    def said(code):
        return union.said(f"respCode={code}&respMsg=no[1]".encode())

    answer = answers.pay_answer(said("64"), union.us, union.order)
    assert (answer.kind, answer.evidence.reason) == (Pay.UNSIGNED, Reason.BALANCE)
    assert not answer.evidence.verified
    assert answers.pay_answer(said("11"), union.us, union.order).kind is Pay.MISCONFIGURED
    assert answers.pay_answer(said("05"), union.us, union.order).kind is Pay.UNKNOWN
    asked = answers.query_answer(said("64"), union.us, union.order)
    assert (asked.kind, asked.evidence.reason) == (Found.UNKNOWN, Reason.NOANSWER)


def test_a_forged_answer_is_a_security_event(union):
    body = union.body(**union.paid).replace(b"txnAmt=1250", b"txnAmt=1251")
    answer = answers.query_answer(union.said(body), union.us, union.order)
    assert (answer.kind, answer.evidence.forged) == (Found.UNKNOWN, True)


@pytest.mark.parametrize(
    ("text", "near", "expected"),
    [
        ("1231235959", "20270101000010", "20261231235959"),
        ("0101000000", "20261231235950", "20270101000000"),
        ("0229120000", "20280301000000", "20280229120000"),
        ("0229120000", "20260601000000", None),
        ("1122224001", "20261122224000", "20261122224001"),
        ("1322224001", "20261122224000", None),
        ("112222400", "20261122224000", None),
        ("", "20261122224000", None),
    ],
)
def test_a_time_without_a_year_is_the_nearest(text, near, expected):
    def ms(moment):
        return None if moment is None else answers.beijing.read(moment, answers.beijing.COMPACT)

    assert answers.traced_ms(text, ms(near)) == ms(expected)


def test_an_encrypted_account_is_not_shown(union):
    long = (
        "cDg4jpD9tKxlI4si91lomXcSjQeOyOxEFLmMc9BLmsJrLPMqmN0JIUkJUD1MVYCfpXRsGKFGDwerpR0LylHiKXnB1ZX0zS4OleY2kSvgX6J2=="
    )
    for account in (long, "6221558812340000", "*", ""):
        expected = "*" if account == "*" else ""
        assert query(union, accNo=account).evidence.payer == expected


def test_the_time_a_transaction_is_known_by_is_that_of_its_record(order_of, union):
    assert answers.txn_time(union.order.began_ms) == "20261122224000"
