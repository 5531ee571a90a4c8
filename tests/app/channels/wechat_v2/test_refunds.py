"""Refunds: the table against the fact sheet, what is believed, and what must name our refund."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.outcome import NoAnswer, NotSent
from app.channels.wechat_v2 import refunds, table
from app.channels.wechat_v2.refunds import More
from app.core.answers import Repaid
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder

REFUND_NO = "712611220001000100010017"
CODES = {  # wechat.md §2.5, transcribed by hand; reasons from words.md §4.2
    "SYSTEMERROR": (Repaid.AGAIN, Reason.NOANSWER),
    "BIZERR_NEED_RETRY": (Repaid.AGAIN, None),
    "ORDER_NOT_READY": (Repaid.AGAIN, None),
    "NOTENOUGH": (Repaid.SHOP_FUNDS, Reason.SHOPFUNDS),
    "TRADE_OVERDUE": (Repaid.TOO_LATE, Reason.TOOLATE),
    "FREQUENCY_LIMITED": (Repaid.TOO_MANY, Reason.BUSY),
    "INVALID_REQ_TOO_MUCH": (Repaid.TOO_MANY, Reason.BUSY),
    "USER_ACCOUNT_ABNORMAL": (Repaid.REFUSED, Reason.PAYEE),
    "REFUND_FEE_MISMATCH": (Repaid.REFUSED, Reason.NOREFUND),
    "INVALID_REQUEST": (Repaid.REFUSED, Reason.NOREFUND),
    "ERROR": (Repaid.REFUSED, Reason.NOREFUND),
    "INVALID_TRANSACTIONID": (Repaid.REFUSED, Reason.NOTFOUND),
    "ORDERNOTEXIST": (Repaid.REFUSED, Reason.NOTFOUND),
    "CERT_ERROR": (Repaid.MISCONFIGURED, Reason.KEYS),
    "SIGNERROR": (Repaid.MISCONFIGURED, Reason.KEYS),
    "PARAM_ERROR": (Repaid.MISCONFIGURED, Reason.CONFIG),
    "XML_FORMAT_ERROR": (Repaid.MISCONFIGURED, Reason.CONFIG),
    "APPID_NOT_EXIST": (Repaid.MISCONFIGURED, Reason.CONFIG),
    "MCHID_NOT_EXIST": (Repaid.MISCONFIGURED, Reason.CONFIG),
    "REQUIRE_POST_METHOD": (Repaid.MISCONFIGURED, Reason.CONFIG),
}
STATUSES = {
    "SUCCESS": Repaid.DONE,
    "PROCESSING": Repaid.ACCEPTED,
    "REFUNDCLOSE": Repaid.CLOSED,
    "CHANGE": Repaid.ABNORMAL,
}


@pytest.fixture(scope="module")
def refund(wechat):
    return RefundOrder(REFUND_NO, wechat.order, "", 500, 1, "换货", wechat.order.began_ms)


@pytest.fixture(scope="module")
def taken(wechat):
    """The fields of a refund that was taken."""
    return {
        "out_trade_no": wechat.order.out_trade_no,
        "out_refund_no": REFUND_NO,
        "refund_id": "50000709672026112200000000001",
        "refund_fee": "500",
        "total_fee": "1250",
    }


@pytest.fixture(scope="module")
def listed(wechat):
    """The fields of a refundquery that lists ours, third of three."""
    fields = {"out_trade_no": wechat.order.out_trade_no, "total_fee": "1250", "refund_count": "3"}
    for n, number in enumerate(("711", "712", REFUND_NO)):
        fields[f"out_refund_no_{n}"] = number
        fields[f"refund_id_{n}"] = f"5000{n}"
        fields[f"refund_fee_{n}"] = "500" if number == REFUND_NO else "100"
        fields[f"refund_status_{n}"] = "SUCCESS" if number == REFUND_NO else "PROCESSING"
    return fields


@pytest.fixture(scope="module")
def ask(wechat, refund):
    return lambda **fields: refunds.refund_answer(wechat.said(**fields), wechat.us, refund)


@pytest.fixture(scope="module")
def query(wechat, refund):
    def asked(offset=0, **fields):
        return refunds.refund_query_answer(wechat.said(**fields), wechat.us, refund, offset)

    return asked


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_sheet(code, ask):
    answer = ask(result_code="FAIL", err_code=code)
    assert (answer.kind, answer.evidence.reason) == CODES[code]
    assert answer.evidence.code == code


def test_success_is_taken_and_not_yet_done(ask, taken):
    answer = ask(**taken)
    assert (answer.kind, answer.refund_no) == (Repaid.ACCEPTED, taken["refund_id"])
    assert answer.evidence.paid_fen is None


def test_a_code_nobody_listed_and_a_contradiction_are_unknown(ask):
    assert ask(result_code="FAIL", err_code="NEW_ONE").kind is Repaid.UNKNOWN
    assert ask(result_code="FAIL", err_code="SUCCESS").kind is Repaid.UNKNOWN
    assert ask(result_code="MAYBE", err_code="NOTENOUGH").kind is Repaid.UNKNOWN


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("out_trade_no", "702611220001000100020016"),
        ("out_refund_no", "7"),
        ("refund_fee", "1250"),
        ("total_fee", "500"),
        ("mch_id", "10000101"),
        ("sub_mch_id", "1900000110"),
    ],
)
def test_another_refund_sale_or_merchant_is_a_mismatch(name, value, *, ask, query, taken, listed):
    assert ask(**{**taken, name: value}).kind is Repaid.MISMATCH
    inside = {"out_refund_no": "out_refund_no_0", "refund_fee": "refund_fee_2"}.get(name, name)
    if name != "out_refund_no":  # other refunds may stand in a list
        assert query(**{**listed, inside: value}).kind is Repaid.MISMATCH


@pytest.mark.parametrize("name", ["out_trade_no", "out_refund_no", "refund_fee"])
def test_what_names_nothing_proves_nothing(name, ask, taken):
    assert ask(**{**taken, name: None}).kind is Repaid.UNKNOWN


@pytest.mark.parametrize("status", STATUSES)
def test_the_query_finds_ours_among_several(status, query, listed):
    answer = query(**{**listed, "refund_status_2": status})
    assert (answer.kind, answer.refund_no) == (STATUSES[status], "50002")


def test_a_status_nobody_listed_is_unknown(query, listed):
    assert query(**{**listed, "refund_status_2": "HALF"}).kind is Repaid.UNKNOWN
    assert query(**{**listed, "refund_status_2": None}).kind is Repaid.UNKNOWN
    assert query(**{**listed, "refund_fee_2": None}).kind is Repaid.UNKNOWN


def test_the_same_number_twice_is_unknown(query, listed):
    assert query(**{**listed, "out_refund_no_0": REFUND_NO, "refund_fee_2": "100"}).kind is Repaid.UNKNOWN


def test_paging_reads_on_until_all_were_seen(query, listed):
    others = {**listed, "out_refund_no_2": "713", "total_refund_count": "5"}
    assert query(**others) == More(3)
    assert query(offset=3, **others).kind is Repaid.NO_SUCH_REFUND
    assert query(**{**others, "total_refund_count": "3"}).kind is Repaid.NO_SUCH_REFUND
    assert query(offset=49, **{**others, "total_refund_count": "999999999"}).kind is Repaid.NO_SUCH_REFUND


def test_no_such_refund_and_a_failing_query(query):
    assert query(result_code="FAIL", err_code="REFUNDNOTEXIST").kind is Repaid.NO_SUCH_REFUND
    assert query(result_code="FAIL", err_code="SYSTEMERROR").kind is Repaid.UNKNOWN
    assert query(result_code="FAIL", err_code="SIGNERROR").evidence.reason is Reason.KEYS
    assert query(result_code="FAIL", err_code="REFUNDNOTEXIST", mch_id="1").kind is Repaid.MISMATCH


def test_silence_and_a_line_that_was_down(wechat, refund):
    for read in (refunds.refund_answer, refunds.refund_query_answer):
        assert read(NotSent("no line"), wechat.us, refund).kind is Repaid.NOT_SENT
        assert read(NoAnswer("closed", bytes_begun=True), wechat.us, refund).kind is Repaid.UNKNOWN
        refused = read(NoAnswer("TLS", bytes_begun=False, tls_refused=True), wechat.us, refund)
        assert (refused.kind, refused.evidence.reason) == (Repaid.MISCONFIGURED, Reason.KEYS)


def test_the_request_is_the_same_each_time_and_short_enough(refund, wechat):
    long = RefundOrder(REFUND_NO, wechat.order, "", 500, 1, "退" * 100, 0)
    asked = refunds.refund_fields(long)
    assert asked == refunds.refund_fields(long)
    assert asked["refund_desc"] == "退" * 26
    assert (asked["refund_fee"], asked["total_fee"], asked["out_refund_no"]) == ("500", "1250", REFUND_NO)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(at=st.integers(0, 5000), value=st.integers(0, 255), cut=st.booleans())
def test_a_mutated_answer_gives_nothing_back(at, value, cut, *, wechat, refund, taken, listed):
    for body in (wechat.signed(**listed), wechat.signed(**taken), wechat.signed(result_code="FAIL", err_code="ERROR")):
        place = at % len(body)
        changed = body[:place] if cut else body[:place] + bytes([value]) + body[place + 1 :]
        said = wechat.said(changed)
        if changed == body or refunds.opened(said, wechat.us) == refunds.opened(wechat.said(body), wechat.us):
            continue
        for answer in (
            refunds.refund_answer(said, wechat.us, refund),
            refunds.refund_query_answer(said, wechat.us, refund),
        ):
            assert answer.kind in {Repaid.UNKNOWN, Repaid.MISCONFIGURED}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    fields=st.dictionaries(
        st.sampled_from(
            [
                "out_refund_no_0",
                "out_refund_no_1",
                "refund_status_0",
                "refund_fee_0",
                "out_refund_no",
                "refund_fee",
                "total_refund_count",
                "offset",
                "total_fee",
            ]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="<>&]"), max_size=8),
    )
)
def test_signed_nonsense_is_never_done(fields, query, ask):
    assert ask(**fields).kind in {Repaid.UNKNOWN, Repaid.MISMATCH}
    answer = query(**fields)
    assert isinstance(answer, More) or answer.kind in {Repaid.UNKNOWN, Repaid.MISMATCH, Repaid.NO_SUCH_REFUND}


def test_the_tables_hold_no_more_than_the_sheet():
    envelope = {"NOAUTH", "LACK_PARAMS", "NOT_UTF8", "APPID_MCHID_NOT_MATCH"}  # the same in every call
    assert set(table.REFUND) == {*CODES, *envelope, "SUCCESS"}
    assert set(table.REFUND_STATUS) == set(STATUSES)
