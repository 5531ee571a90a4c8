"""Alipay's notifications: the three printed ones, in every order; and that no refund ever passes for a payment."""

import itertools
import json
from pathlib import Path
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.alipay import notices
from app.channels.books import NoNotice, NoticeKind

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "alipay_notify_kinds.json").read_text("utf-8"))[
    "vectors"
]
PAYMENT, FULL, PARTIAL = (dict(vector["params"]) for vector in VECTORS)
KINDS = {"payment": NoticeKind.PAYMENT, "full_refund": NoticeKind.REFUND, "partial_refund": NoticeKind.PARTIAL_REFUND}
APP_ID = PAYMENT["app_id"]


@pytest.fixture(scope="module")
def signed(ali):
    """A body signed as Alipay does: sign and sign_type taken out, the rest in order, empty fields counted or not."""

    def make(params, *, empty=True):
        content = "&".join(
            f"{n}={params[n]}" for n in sorted(params) if n not in {"sign", "sign_type"} and (params[n] or empty)
        )
        return urlencode({**params, "sign": ali.sign(content.encode())}).encode()

    return make


@pytest.fixture(scope="module")
def read(ali):
    return lambda body: notices.read_notice(body, APP_ID, ali.key_for)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["kind"])
def test_the_printed_ones(vector, read, signed):
    notice = read(signed(vector["params"]))
    assert notice.kind is KINDS[vector["kind"]]
    assert notice.out_trade_no == vector["params"]["out_trade_no"]
    assert notice.evidence.verified


def test_what_each_says(read, signed):
    paid, full, partial = (read(signed(params)) for params in (PAYMENT, FULL, PARTIAL))
    assert (paid.amount_fen, paid.refunded_fen, paid.evidence.paid_fen) == (10, None, 10)
    assert paid.at_ms == 1_604_992_992_000  # 2020-11-10 15:23:12 at UTC+8
    assert (full.amount_fen, full.refunded_fen, full.out_refund_no) == (10, 10, "R162020111099505648")
    assert full.at_ms == 1_604_993_036_491
    assert (partial.amount_fen, partial.refunded_fen, partial.at_ms) == (20, 10, 1_604_993_323_451)
    assert full.evidence.paid_fen is partial.evidence.paid_fen is None


def test_any_order_and_any_repetition_say_the_same(read, signed):
    bodies = [signed(params) for params in (PAYMENT, FULL, PARTIAL)]
    alone = {body: read(body) for body in bodies}
    assert len({notice.digest for notice in alone.values()}) == 3
    for order in itertools.product(bodies, repeat=3):
        assert [read(body) for body in order] == [alone[body] for body in order]


def test_a_payment_may_carry_an_empty_refund_fee(read, signed):
    for empty in (True, False):  # Alipay's own programs disagree on whether it is signed
        body = signed({**PAYMENT, "refund_fee": "", "gmt_refund": ""}, empty=empty)
        assert read(body).kind is NoticeKind.PAYMENT
    assert read(signed({**PAYMENT, "refund_fee": "0.00"})).kind is NoticeKind.PAYMENT


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"trade_status": "TRADE_FINISHED"}, NoticeKind.PAYMENT),
        ({"trade_status": "TRADE_CLOSED"}, NoticeKind.CLOSE),
        ({"trade_status": "WAIT_BUYER_PAY"}, NoticeKind.OTHER),
        ({"trade_status": "TRADE_NEW"}, NoticeKind.OTHER),
        ({"notify_type": "batch_refund_notify"}, NoticeKind.OTHER),
        ({"out_trade_no": ""}, NoticeKind.OTHER),
        ({"total_amount": "0,10"}, NoticeKind.OTHER),
        ({"refund_fee": "0.10"}, NoticeKind.OTHER),  # one sign of a refund without the other
        ({"refund_fee": "1e-1"}, NoticeKind.OTHER),
        ({"refund_fee": "-0.10", "gmt_refund": "2020-11-10 15:23:56"}, NoticeKind.OTHER),
        ({"gmt_refund": "2020-11-10 15:23:56"}, NoticeKind.OTHER),
        ({"refund_fee": "0.11", "gmt_refund": "2020-11-10 15:23:56"}, NoticeKind.OTHER),
        ({"refund_fee": "0.10", "gmt_refund": "2020-11-10 15:23:56"}, NoticeKind.REFUND),
        ({"refund_fee": "0.09", "trade_refund_time": "2020-11-10 15:23:56"}, NoticeKind.PARTIAL_REFUND),
        ({"msg_method": "alipay.trade.refund.depositback.completed", "notify_type": ""}, NoticeKind.OTHER),
    ],
)
def test_the_rule(changes, kind, read, signed):
    assert read(signed({**PAYMENT, **changes})).kind is kind


def test_what_is_not_for_us_is_nothing(read, signed, ali):
    assert read(signed({**PAYMENT, "app_id": "1"})) == NoNotice("for another application")
    assert isinstance(read(signed({**PAYMENT, "sign_type": "RSA"})), NoNotice)
    assert isinstance(read(signed({**PAYMENT, "charset": "GBK"})), NoNotice)
    assert isinstance(read(signed({**PAYMENT, "alipay_cert_sn": "ab" * 16})), NoNotice)
    assert isinstance(notices.read_notice(signed(PAYMENT), APP_ID, lambda _serial: None), NoNotice)
    assert isinstance(read(urlencode({**PAYMENT, "sign": ali.sign(b"something else")}).encode()), NoNotice)


def test_a_forms_oddities_are_nothing(read, signed):
    body = signed(PAYMENT)
    for bad in (b"", b"x", body + b"&app_id=1", body + b"&" + b"x" * 70_000, body.replace(b"%3A", b"%3", 1), b"%FF=1"):
        assert isinstance(read(bad), NoNotice)
    assert isinstance(read(b"&".join(b"f%d=1" % n for n in range(200))), NoNotice)


def test_values_are_decoded_once(read, signed):
    body = signed({**PAYMENT, "passback_params": "a%26b", "body": "100% 苹果+梨"})
    assert read(body).kind is NoticeKind.PAYMENT
    assert isinstance(read(body.replace(b"a%2526b", b"a%26b")), NoNotice)


def test_a_refund_hidden_inside_another_field_is_no_payment(read, signed):
    """The signed text is the same when one value swallows the fields after it; the signature therefore holds."""
    for refund in (FULL, PARTIAL):
        fields = dict(refund)
        names = sorted(fields)
        for hidden in [n for n in ("refund_fee", "gmt_refund", "trade_refund_time") if n in fields]:
            before = names[names.index(hidden) - 1]
            fields[before] += f"&{hidden}={fields.pop(hidden)}"
            names.remove(hidden)
        genuine = dict(pair.split("=", 1) for pair in signed(refund).decode().split("&"))
        body = "&".join(
            f"{n}={quote_plus(v)}" if n != "sign" else f"sign={genuine['sign']}" for n, v in fields.items()
        ).encode()
        assert isinstance(read(body), NoNotice)


def test_the_answer_is_their_own_word():
    assert notices.notice_reply(taken=True).body == b"success"
    assert notices.notice_reply(taken=False).body != b"success"


@settings(max_examples=250, deadline=None, derandomize=True)
@given(
    which=st.sampled_from([PAYMENT, FULL, PARTIAL]),
    at=st.integers(0, 5000),
    value=st.integers(0, 255),
    cut=st.booleans(),
)
def test_a_mutated_notice_is_nothing_or_the_same(which, at, value, cut, *, read, signed):
    body = signed(which)
    place = at % len(body)
    changed = body[:place] if cut else body[:place] + bytes([value]) + body[place + 1 :]
    notice, genuine = read(changed), read(body)
    if not isinstance(notice, NoNotice):  # another spelling of the same fields, e.g. %3a for %3A
        assert (notice.kind, notice.amount_fen, notice.out_trade_no) == (
            genuine.kind,
            genuine.amount_fen,
            genuine.out_trade_no,
        )


REFUND_MARKS = {
    "refund_fee": st.sampled_from(["0.10", "0.01", "9", "x"]),
    "gmt_refund": st.just("2020-11-10 15:23:56.491"),
    "trade_refund_time": st.just("2020-11-10 15:23:56"),
}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    marks=st.fixed_dictionaries({}, optional=REFUND_MARKS).filter(bool),
    status=st.sampled_from(["TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED", "WAIT_BUYER_PAY"]),
)
def test_any_mark_of_a_refund_forbids_a_payment(marks, status):
    assert notices.classified({**PAYMENT, **marks, "trade_status": status}).kind is not NoticeKind.PAYMENT


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_noise_is_nothing(read, body):
    assert isinstance(read(body), NoNotice)
