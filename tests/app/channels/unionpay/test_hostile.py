"""Whatever is done to a signed answer, it never becomes a payment or a refusal, and nothing raises."""

import re

import pytest
from hostile import SAMPLED, rounds
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.books import NoNotice
from app.channels.unionpay import answers, notices, refunds, table
from app.channels.unionpay.wire import NotTheirsError, parse
from app.core.answers import Found, Pay, Repaid, Undone

BYTES = st.integers(0, 255)
PLACE = st.integers(0, 10_000)
MUTATION = st.one_of(
    st.tuples(st.just("flip"), PLACE, st.integers(0, 7)),
    st.tuples(st.just("set"), PLACE, BYTES),
    st.tuples(st.just("cut"), PLACE, PLACE),
    st.tuples(st.just("repeat"), PLACE, st.integers(1, 400)),
    st.tuples(st.just("swap"), PLACE, st.integers(1, 80)),
    st.tuples(st.just("insert"), PLACE, BYTES),
    st.tuples(st.just("field"), PLACE, PLACE),
)


def mutated(body: bytes, mutation) -> bytes:  # noqa: PLR0911 - one return per kind of harm
    kind, place, value = mutation
    at = place % len(body)
    match kind:
        case "flip":
            return body[:at] + bytes([body[at] ^ (1 << value)]) + body[at + 1 :]
        case "set":
            return body[:at] + bytes([value]) + body[at + 1 :]
        case "cut":
            return body[: min(at, value % len(body))] + body[max(at, value % len(body)) :]
        case "repeat":
            return body[:at] + body[at : at + value] * 2 + body[at + value :]
        case "swap":
            return body[:at] + body[at + value : at + 2 * value] + body[at : at + value] + body[at + 2 * value :]
        case "field":  # one field's value in the place of another's
            pairs = [re.split(b"=", pair, maxsplit=1) for pair in body.split(b"&")]
            if any(len(pair) != 2 for pair in pairs):
                return body + b"&"
            pairs[place % len(pairs)][1] = pairs[value % len(pairs)][1]
            return b"&".join(b"=".join(pair) for pair in pairs)
        case _:
            return body[:at] + bytes([value]) + body[at:]


def same_message(one: bytes, other: bytes) -> bool:
    """True if both hold the very same fields: their order is free."""
    try:
        return parse(one) == parse(other)
    except NotTheirsError:
        return False


@pytest.fixture(scope="session")
def bodies(union):
    return [
        union.body(**union.ours),
        union.body(**union.ours, respCode="64", respMsg="余额不足[6400001]"),
        union.body(**union.paid),
        union.body(**{**union.paid, "origRespCode": "64", "reqReserved": "{a=1&b=2}[c&d]"}),
        union.body(**union.back(union.refund()), origRespCode="00"),
    ]


@settings(max_examples=rounds(500), deadline=None, derandomize=SAMPLED)
@given(mutation=MUTATION, twice=st.none() | MUTATION)
def test_a_mutated_answer_never_pays_and_never_declines(mutation, twice, union, bodies):
    for body in bodies:
        changed = mutated(body, mutation)
        changed = mutated(changed, twice) if twice and changed else changed
        if same_message(changed, body):
            continue
        said = union.said(changed)
        assert answers.pay_answer(said, union.us, union.order).kind in {Pay.UNKNOWN, Pay.UNSIGNED, Pay.MISCONFIGURED}
        assert answers.query_answer(said, union.us, union.order).kind in {Found.UNKNOWN, Found.MISCONFIGURED}
        assert answers.reverse_answer(said, union.us, union.order).kind in {Undone.UNKNOWN, Undone.MISCONFIGURED}
        assert refunds.refund_answer(said, union.us, union.refund()).kind in {Repaid.UNKNOWN, Repaid.MISCONFIGURED}
        asked = refunds.refund_query_answer(said, union.us, union.refund())
        assert asked.kind in {Repaid.UNKNOWN, Repaid.MISCONFIGURED}
        notice = notices.read_notice(changed, union.us, "http://www.specialUrl.com", union.order.began_ms)
        assert isinstance(notice, NoNotice)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_noise_is_unknown(union, body):
    assert answers.pay_answer(union.said(body), union.us, union.order).kind is Pay.UNKNOWN
    notice = notices.read_notice(body, union.us, "http://www.specialUrl.com", 0)
    assert isinstance(notice, NoNotice)


FIELD = st.sampled_from(
    ["respCode", "orderId", "txnTime", "txnAmt", "origRespCode", "txnType", "currencyCode", "merId"]
)
WORD = st.sampled_from(["00", "A6", "64", "01", "156", "1250", "0", "-1250", "1250.0", "٠٠", "{", "[&=]"]) | st.text(
    max_size=8
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(fields=st.dictionaries(FIELD, WORD))
def test_signed_nonsense_never_pays_and_never_declines(union, fields):
    """Some of what our order is known by is missing or another's, so nothing may be decided."""
    said = union.said(**{"merId": None, **fields})
    assert answers.pay_answer(said, union.us, union.order).kind not in {Pay.PAID, Pay.ACCEPTED, Pay.DECLINED}
    assert answers.query_answer(said, union.us, union.order).kind not in {Found.PAID, Found.RETURNED}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(code=st.text(max_size=3))
def test_no_unlisted_code_declines(code):
    assert code in table.PAY or table.pay_row(code)[0] is Pay.UNKNOWN
    assert code in table.PAY or table.payment_row(code)[0] is Found.UNKNOWN
