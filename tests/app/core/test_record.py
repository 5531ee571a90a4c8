import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.record import BadRecord, from_body, order_of, same_record, state_of, to_body
from app.core.refunds import Hand, HandState, Refund, RefundState
from app.core.sale import Call, Order, Sale, State

TEXT = st.text(max_size=12)
MS = st.integers(0, 4_102_415_999_999)
FEN = st.integers(1, 10**9)
ORDERS = st.builds(
    Order,
    out_trade_no=TEXT,
    purchase=TEXT,
    channel=st.sampled_from(Channel),
    amount_fen=FEN,
    code_mark=TEXT,
    operator=TEXT,
    terminal=TEXT,
    began_ms=MS,
    day=TEXT,
    training=st.booleans(),
)
REFUNDS = st.builds(
    Refund,
    out_refund_no=TEXT,
    amount_fen=FEN,
    ordinal=st.integers(1, 99),
    reason=TEXT,
    began_ms=MS,
    by=TEXT,
    nonce=TEXT,
    void=st.booleans(),
    state=st.sampled_from(RefundState),
    calls=st.integers(0, 99),
    confirmed=st.booleans(),
    refund_no=TEXT,
    why=st.none() | st.sampled_from(Reason),
    code=TEXT,
    says=TEXT,
    ended_ms=st.none() | MS,
)
HANDS = st.builds(
    Hand,
    amount_fen=FEN,
    reason=TEXT,
    voucher=TEXT,
    by=TEXT,
    nonce=TEXT,
    began_ms=MS,
    state=st.sampled_from(HandState),
    ended_ms=st.none() | MS,
)
SALES = st.builds(
    Sale,
    order=ORDERS,
    state=st.sampled_from(State),
    reason=st.none() | st.sampled_from(Reason),
    code=TEXT,
    says=TEXT,
    channel_no=TEXT,
    payer=TEXT,
    paid_ms=st.none() | MS,
    said_fen=st.none() | FEN,
    took_money=st.none() | st.booleans(),
    refunded_fen=st.integers(0, 10**9),
    deadline_ms=MS,
    ended_ms=st.none() | MS,
    accepted=st.booleans(),
    stopped_by=TEXT,
    reverses=st.integers(0, 99),
    reverses_answered=st.integers(0, 99),
    hollow=st.integers(0, 9),
    forged=st.booleans(),
    recovered=st.booleans(),
    alarm=TEXT,
    doubted=st.booleans(),
    must_query=st.booleans(),
    elsewhere_fen=st.integers(0, 10**9),
    refunds=st.lists(REFUNDS, max_size=3).map(tuple),
    hand=st.none() | HANDS,
)
ORDER = Order("4" * 24, "p", Channel.WECHAT, 1250, "ab", "李", "0001", 1, "2026-11-22")
BODY = to_body(Sale(ORDER))
REFUND = to_body(Sale(ORDER, refunds=(Refund("1", 2, 1, "r", 3),)))["refunds"][0]


@given(SALES)
def test_a_sale_comes_back_from_the_journals_json(sale):
    back = from_body(json.loads(json.dumps(to_body(sale), ensure_ascii=False)))
    assert back == sale
    assert same_record(back, sale)


def test_what_lives_in_one_run_only_is_left_out():
    running = Sale(ORDER, sent_at=1.5, deadline=2.5, calls=frozenset({Call.PAY}), stop_asked=True, silences=3)
    assert to_body(running) == BODY
    assert from_body(BODY) == Sale(ORDER)
    assert same_record(running, Sale(ORDER))
    assert "float" not in {type(value).__name__ for value in BODY.values()}


def test_every_field_is_either_kept_or_of_this_run_only():
    run_only = {
        "sent_at", "deadline", "quarantine_until", "next_query", "next_reverse", "next_ring", "queried_at", "heard_at",
        "silences", "tries", "undone", "reverse_asked_at",
        "reversed_at", "calls", "stop_asked", "overdue", "unseen", "hinted", "next_refund", "refund_tries",
        "refund_doubt_until", "refund_sent_at", "reverse_over_at",
    }  # fmt: skip
    assert {f.name for f in dataclasses.fields(Sale)} - run_only - {"order"} == set(BODY) - {"v", "order"}


def test_any_kept_field_makes_a_new_record():
    sale = Sale(ORDER)
    assert not same_record(sale, dataclasses.replace(sale, says="x"))
    assert not same_record(sale, dataclasses.replace(sale, order=dataclasses.replace(ORDER, amount_fen=1)))


@pytest.mark.parametrize("key", [*BODY, "extra"])
def test_a_missing_or_unknown_key_is_refused_by_name(key):
    body = dict(BODY) | {"extra": 1} if key == "extra" else {k: v for k, v in BODY.items() if k != key}
    with pytest.raises(BadRecord, match=rf"\b{key}\b"):
        from_body(body)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("v", 3),
        ("v", None),
        ("v", True),
        ("order", None),
        ("order", {**BODY["order"], "amount_fen": 0}),
        ("order", {**BODY["order"], "amount_fen": 12.5}),
        ("order", {**BODY["order"], "code": "x"}),
        ("order", {**BODY["order"], "channel": "cash"}),
        ("state", "paid"),
        ("state", None),
        ("reason", "because"),
        ("code", 1),
        ("paid_ms", "1"),
        ("reverses", True),
        ("reverses", 1.0),
        ("forged", 1),
        ("took_money", 0),
        ("forged", None),
        ("refunds", None),
        ("refunds", [1]),
        ("refunds", [{"amount_fen": 1}]),
        ("refunds", [{**REFUND, "state": "because"}]),
        ("hand", 1),
        ("hand", {}),
    ],
)
def test_a_wrong_value_is_refused_and_not_repeated(key, value):
    with pytest.raises(BadRecord) as caught:
        from_body({**BODY, key: value})
    assert "because" not in str(caught.value)


VERSION_1 = {  # as the first program wrote it
    "v": 1,
    "order": {
        "out_trade_no": "4" * 24, "purchase": "p", "channel": "wechat", "amount_fen": 1250, "code_mark": "ab",
        "operator": "李", "terminal": "0001", "began_ms": 1, "day": "2026-11-22", "training": False,
    },
    "state": "PAID", "reason": None, "code": "SUCCESS", "says": "", "channel_no": "42", "payer": "o**x", "paid_ms": 2,
    "said_fen": None, "took_money": True, "refunded_fen": 0, "deadline_ms": 45000, "ended_ms": 3, "accepted": False,
    "stopped_by": "", "reverses": 0, "reverses_answered": 0, "hollow": 0, "forged": False, "recovered": False,
    "alarm": "",
}  # fmt: skip


def test_a_sale_of_the_first_version_reads_as_one_without_refunds():
    sale = from_body(VERSION_1)
    assert (sale.state, sale.refunds, sale.hand, sale.left_fen) == (State.PAID, (), None, 1250)
    assert {**to_body(sale), "v": 1}.items() >= VERSION_1.items()
    assert from_body(to_body(sale)) == sale
    with pytest.raises(BadRecord, match="refunds"):
        from_body({**VERSION_1, "refunds": []})


@given(SALES)
def test_order_and_state_are_read_alone_as_with_the_whole_sale(sale):
    body = to_body(sale)
    assert (order_of(body), state_of(body)) == (sale.order, sale.state)
    assert (order_of(VERSION_1), state_of(VERSION_1)) == (from_body(VERSION_1).order, State.PAID)


@pytest.mark.parametrize("wrong", [{"v": 3}, {"order": None}, {"order": {**BODY["order"], "amount_fen": 0}}])
def test_an_order_alone_is_read_as_strictly(wrong):
    with pytest.raises(BadRecord):
        order_of({**BODY, **wrong})


@pytest.mark.parametrize("wrong", [{"v": 3}, {"state": "paid"}, {"state": None}])
def test_a_state_alone_is_read_as_strictly(wrong):
    with pytest.raises(BadRecord):
        state_of({**BODY, **wrong})
