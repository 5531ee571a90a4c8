import dataclasses

import pytest

from app.channels.outcome import NoAnswer, NotSent
from app.channels.unionpay import refunds
from app.core.answers import Repaid
from app.core.reasons import Reason


@pytest.fixture(params=[False, True], ids=["refund", "void"])
def order(request, union):
    return union.refund(void=request.param, amount_fen=1250 if request.param else 250)


def asked(union, order, **changes):
    return refunds.refund_answer(union.said(**{**union.back(order), **changes}), union.us, order)


def found(union, order, **changes):
    fields = {**union.back(order), "currencyCode": "156", "origRespCode": "00", **changes}
    return refunds.refund_query_answer(union.said(**fields), union.us, order)


def test_a_refund_is_taken_in_and_its_query_ends_it(union, order):
    answer = asked(union, order)
    assert (answer.kind, answer.refund_no) == (Repaid.ACCEPTED, "052401051658427863998")
    assert not answer.evidence.channel_no
    assert found(union, order).kind is Repaid.DONE
    flawed = found(union, order, origRespCode="A6")
    assert (flawed.kind, flawed.evidence.odd) == (Repaid.DONE, True)
    assert found(union, order, origRespCode="05").kind is Repaid.ACCEPTED
    assert found(union, order, origRespCode="99").kind is Repaid.UNKNOWN


def test_a_refund_that_failed_later_is_closed(union, order):
    answer = found(union, order, origRespCode="64", origRespMsg="余额不足")
    assert (answer.kind, answer.evidence.reason) == (Repaid.CLOSED, Reason.SHOPFUNDS)


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        ("39", Repaid.TOO_LATE, Reason.TOOLATE),
        ("45", Repaid.REFUSED, Reason.ALREADY),
        ("64", Repaid.SHOP_FUNDS, Reason.SHOPFUNDS),
        ("04", Repaid.UNKNOWN, Reason.NOANSWER),
        ("12", Repaid.UNKNOWN, Reason.NUMBER),
        ("A9", Repaid.UNKNOWN, Reason.NOANSWER),
    ],
)
def test_a_refusal(union, order, code, kind, reason):
    answer = asked(union, order, respCode=code)
    assert (answer.kind, answer.evidence.reason) == (kind, reason)


def test_not_found_is_never_final(union, order):
    assert found(union, order, respCode="34", origRespCode=None).kind is Repaid.NO_SUCH_REFUND
    assert found(union, order, respCode="11", origRespCode=None).kind is Repaid.MISCONFIGURED
    assert found(union, order, respCode="06", origRespCode=None).kind is Repaid.UNKNOWN


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("merId", "777290058110049"),
        ("orderId", "402611220001000100020020"),
        ("txnTime", "20261122224101"),
        ("txnAmt", "1"),
        ("currencyCode", "840"),
    ],
)
def test_another_refund_is_a_mismatch(union, order, name, value):
    assert asked(union, order, **{name: value}).kind is Repaid.MISMATCH
    assert found(union, order, **{name: value}).kind is Repaid.MISMATCH
    assert found(union, order, **{name: value}, respCode="34").kind is Repaid.MISMATCH


@pytest.mark.parametrize("name", ["merId", "orderId", "txnTime", "txnType", "txnAmt"])
def test_money_moved_only_where_the_answer_names_our_refund_and_its_sum(union, order, name):
    assert found(union, order, **{name: None}).kind is Repaid.UNKNOWN


def test_the_query_of_a_payment_is_none_of_its_refund(union, order):
    assert found(union, order, txnType="01").kind is Repaid.UNKNOWN
    assert found(union, order, txnType="00").kind is Repaid.DONE
    other = dataclasses.replace(order, void=not order.void)
    assert found(union, order, txnType=union.back(other)["txnType"]).kind is Repaid.UNKNOWN


def test_silence_and_lies(union, order):
    assert refunds.refund_answer(NotSent("x"), union.us, order).kind is Repaid.NOT_SENT
    assert refunds.refund_answer(NoAnswer("x", False), union.us, order).kind is Repaid.UNKNOWN
    assert refunds.refund_query_answer(NotSent("x"), union.us, order).kind is Repaid.UNKNOWN
    body = union.body(**union.back(order)).replace(b"txnAmt", b"txnAmu")
    answer = refunds.refund_answer(union.said(body), union.us, order)
    assert (answer.kind, answer.evidence.forged) == (Repaid.UNKNOWN, True)
    unsigned = union.said(b"respCode=64&respMsg=no")
    assert refunds.refund_answer(unsigned, union.us, order).kind is Repaid.UNKNOWN
