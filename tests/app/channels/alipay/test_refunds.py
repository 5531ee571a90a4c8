"""Refunds: the table against the fact sheet, ``fund_change``, cumulative sums, and what must name our refund."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.alipay import refunds, table
from app.channels.outcome import NoAnswer, NotSent, Reply
from app.core.answers import Repaid
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder

REFUND_NO = "712611220001000100010017"
NOT_SO = (Repaid.REFUSED, Reason.NOREFUND)
CODES = {  # alipay.md §6, transcribed by hand; reasons from words.md §4.2
    "ACQ.SYSTEM_ERROR": (Repaid.AGAIN, Reason.NOANSWER),
    "ACQ.REFUND_CHARGE_ERROR": (Repaid.AGAIN, None),
    "ACQ.SELLER_BALANCE_NOT_ENOUGH": (Repaid.SHOP_FUNDS, Reason.SHOPFUNDS),
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL": NOT_SO,
    "ACQ.REFUND_FEE_ERROR": NOT_SO,
    "ACQ.TRADE_STATUS_ERROR": NOT_SO,
    "ACQ.REASON_TRADE_STATUS_INVALID": NOT_SO,
    "ACQ.TRADE_NOT_ALLOW_REFUND": NOT_SO,
    "ACQ.NOT_ALLOW_PARTIAL_REFUND": NOT_SO,
    "ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND": NOT_SO,
    "ACQ.DISCORDANT_REPEAT_REQUEST": NOT_SO,
    "ACQ.TRADE_NOT_EXIST": (Repaid.REFUSED, Reason.NOTFOUND),
    "ACQ.TRADE_HAS_FINISHED": (Repaid.TOO_LATE, Reason.TOOLATE),
    "ACQ.BUYER_ERROR": (Repaid.REFUSED, Reason.PAYEE),
    "ACQ.CUSTOMER_VALIDATE_ERROR": (Repaid.REFUSED, Reason.PAYEE),
    "ACQ.INVALID_PARAMETER": (Repaid.MISCONFIGURED, Reason.CONFIG),
    # beyond the sheet
    "ACQ.TRADE_HAS_CLOSE": (Repaid.REFUSED, Reason.ALREADY),
    "ACQ.REASON_TRADE_REFUND_FEE_ERR": NOT_SO,
    "ACQ.REASON_TRADE_BEEN_FREEZEN": NOT_SO,
    "ACQ.BUYER_NOT_EXIST": (Repaid.REFUSED, Reason.PAYEE),
    "ACQ.BUYER_ENABLE_STATUS_FORBID": (Repaid.REFUSED, Reason.PAYEE),
}


@pytest.fixture(scope="module")
def refund(ali):
    return RefundOrder(REFUND_NO, ali.order, ali.ours["trade_no"], 500, 1, "换货", ali.order.began_ms)


@pytest.fixture(scope="module")
def ask(ali, refund):
    def asked(body=None, **fields):
        body = body or ali.signed(refunds.REFUND_METHOD, **fields)
        return refunds.refund_answer(Reply(200, {}, body, None), ali.key_for, refund)

    return asked


@pytest.fixture(scope="module")
def query(ali, refund):
    def asked(body=None, **fields):
        body = body or ali.signed(refunds.QUERY_METHOD, **fields)
        return refunds.refund_query_answer(Reply(200, {}, body, None), ali.key_for, refund)

    return asked


@pytest.fixture(scope="module")
def taken(ali):
    named = {name: ali.ours[name] for name in ("code", "msg", "out_trade_no", "trade_no")}
    return {**named, "refund_fee": "5.00", "fund_change": "Y"}


@pytest.fixture(scope="module")
def found(ali):
    named = {name: ali.ours[name] for name in ("code", "msg", "out_trade_no", "trade_no", "total_amount")}
    return {**named, "out_request_no": REFUND_NO, "refund_amount": "5.00", "refund_status": "REFUND_SUCCESS"}


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_sheet(code, ask):
    answer = ask(code="40004", msg="Business Failed", sub_code=code, sub_msg="-")
    assert (answer.kind, answer.evidence.reason) == CODES[code]


def test_the_table_holds_no_more_than_the_sheet():
    assert set(table.REFUND) == {*CODES, "10000"}


@pytest.mark.parametrize(
    ("code", "sub_code", "kind"),
    [
        ("20000", "aop.ACQ.SYSTEM_ERROR", Repaid.UNKNOWN),
        ("40005", "isv.app-call-limited", Repaid.UNKNOWN),
        ("40006", "isv.insufficient-isv-permissions", Repaid.MISCONFIGURED),
        ("40004", "ACQ.NEW_ONE", Repaid.UNKNOWN),
        ("40004", "10000", Repaid.UNKNOWN),
        ("10003", "", Repaid.UNKNOWN),
    ],
)
def test_the_gateways_own_codes(code, sub_code, kind, ask, query):
    assert ask(code=code, sub_code=sub_code).kind is kind
    assert query(code=code, sub_code=sub_code).kind is kind


def test_money_that_moved_is_done_and_the_sum_is_cumulative(ask, taken):
    assert (ask(**taken).kind, ask(**taken).total_fen) == (Repaid.DONE, 500)
    assert ask(**{**taken, "refund_fee": "12.50"}).total_fen == 1250


@pytest.mark.parametrize("change", ["N", "", "y", None, 1])
def test_without_fund_change_the_query_decides(change, ask, taken):
    assert ask(**{**taken, "fund_change": change}).kind is Repaid.ACCEPTED
    assert ask(**{**taken, "fund_change": change, "refund_fee": "0.00"}).kind is Repaid.ACCEPTED


def test_moved_money_without_a_sum_is_left_to_the_query(ask, taken):
    assert ask(**{**taken, "refund_fee": None}).kind is Repaid.ACCEPTED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("out_trade_no", "702611220001000100020016"),
        ("trade_no", "2026112222001432790585537961"),
        ("refund_fee", "4.99"),
        ("refund_fee", "12.51"),
    ],
)
def test_another_sale_or_an_impossible_sum_is_a_mismatch(name, value, ask, taken):
    assert ask(**{**taken, name: value}).kind is Repaid.MISMATCH


def test_an_answer_that_names_no_sale_is_unknown(ask, taken):
    assert ask(**{**taken, "out_trade_no": ""}).kind is Repaid.UNKNOWN


def test_the_query(query, found):
    assert query(**found).kind is Repaid.DONE
    assert query(**{**found, "refund_status": "REFUND_HALF"}).kind is Repaid.UNKNOWN
    assert query(code="10000", msg="Success").kind is Repaid.NO_SUCH_REFUND
    assert query(code="40004", sub_code="ACQ.TRADE_NOT_EXIST").kind is Repaid.NO_SUCH_REFUND
    assert query(code="40004", sub_code="ACQ.SYSTEM_ERROR").kind is Repaid.UNKNOWN
    assert query(code="40004", sub_code="ACQ.INVALID_PARAMETER").kind is Repaid.MISCONFIGURED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("out_trade_no", "1"),
        ("trade_no", "1"),
        ("out_request_no", "7"),
        ("refund_amount", "12.50"),
        ("total_amount", "5.00"),
    ],
)
def test_a_query_about_another_refund_is_a_mismatch(name, value, query, found):
    assert query(**{**found, name: value}).kind is Repaid.MISMATCH


@pytest.mark.parametrize("name", ["out_trade_no", "out_request_no", "refund_amount"])
def test_a_success_must_name_all_of_it(name, query, found):
    assert query(**{**found, name: None}).kind is Repaid.UNKNOWN


def test_nobody_signed_it(ask, query, ali):
    for read in (ask, query):
        refused = read(ali.unsigned(code="40004", sub_code="ACQ.TRADE_HAS_FINISHED"))
        assert (refused.kind, refused.evidence.verified) == (Repaid.UNKNOWN, False)
        keys = read(ali.unsigned(code="40002", sub_code="isv.invalid-signature"))
        assert (keys.kind, keys.evidence.reason) == (Repaid.MISCONFIGURED, Reason.KEYS)


def test_silence_and_a_line_that_was_down(ali, refund):
    for read in (refunds.refund_answer, refunds.refund_query_answer):
        assert read(NotSent("no line"), ali.key_for, refund).kind is Repaid.NOT_SENT
        assert read(NoAnswer("closed", bytes_begun=True), ali.key_for, refund).kind is Repaid.UNKNOWN


def test_the_number_of_the_refund_always_goes_out_and_nothing_that_is_not_asked_for(refund):
    asked = refunds.refund_fields(refund)
    assert (asked["out_request_no"], asked["refund_amount"]) == (REFUND_NO, "5.00")
    assert set(asked) == {"out_trade_no", "out_request_no", "refund_amount", "refund_reason"}
    assert refunds.query_fields(refund)["out_request_no"] == REFUND_NO


@settings(max_examples=120, deadline=None, derandomize=True)
@given(at=st.integers(0, 5000), value=st.integers(0, 255), cut=st.booleans())
def test_a_mutated_answer_gives_nothing_back(at, value, cut, *, ali, ask, query, taken, found):
    for body, method in (
        (ali.signed(refunds.REFUND_METHOD, **taken), ask),
        (ali.signed(refunds.QUERY_METHOD, **found), query),
    ):
        place = at % len(body)
        changed = body[:place] if cut else body[:place] + bytes([value]) + body[place + 1 :]
        if changed != body:
            assert method(changed or b" ").kind in {Repaid.UNKNOWN, Repaid.MISCONFIGURED}
