"""Whatever is done to a signed answer, it never becomes a payment or a refusal, and nothing raises."""

from hostile import SAMPLED, rounds
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.alipay import table
from app.channels.alipay.wire import NotTheirsError, members
from app.core.answers import Found, Pay, Undone

BYTES = st.integers(0, 255)
PLACE = st.integers(0, 10_000)
MUTATION = st.one_of(
    st.tuples(st.just("flip"), PLACE, st.integers(0, 7)),
    st.tuples(st.just("set"), PLACE, BYTES),
    st.tuples(st.just("cut"), PLACE, PLACE),
    st.tuples(st.just("repeat"), PLACE, st.integers(1, 400)),
    st.tuples(st.just("swap"), PLACE, st.integers(1, 80)),
    st.tuples(st.just("insert"), PLACE, BYTES),
)


def mutated(body: bytes, mutation) -> bytes:
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
        case _:
            return body[:at] + bytes([value]) + body[at:]


def same_message(one: bytes, other: bytes) -> bool:
    """True if both hold the very same signed bytes under the same name: white space around them is free."""
    try:
        read = [{n: m.raw for n, m in members(body).items()} for body in (one, other)]
    except NotTheirsError:
        return False
    return all(read[0].get(name) == raw for name, raw in read[1].items())


@settings(max_examples=rounds(350), deadline=None, derandomize=SAMPLED)
@given(mutation=MUTATION, twice=st.none() | MUTATION)
def test_a_mutated_answer_never_pays_and_never_declines(mutation, twice, ali):
    paid = ali.signed(**ali.ours)
    refused = ali.signed(
        code="40004", msg="Business Failed", sub_code="ACQ.BUYER_BALANCE_NOT_ENOUGH", sub_msg="余额不足"
    )
    found = ali.signed("alipay.trade.query", **ali.ours, trade_status="TRADE_SUCCESS")
    for body in (paid, refused, found):
        changed = mutated(body, mutation)
        changed = mutated(changed, twice) if twice and changed else changed
        if same_message(changed, body):
            continue
        assert ali.pay(changed).kind in {Pay.UNKNOWN, Pay.UNSIGNED}
        assert ali.query(changed).kind is Found.UNKNOWN
        assert ali.cancel(changed).kind is Undone.UNKNOWN


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_noise_is_unknown(ali, body):
    assert ali.pay(body).kind is Pay.UNKNOWN


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    fields=st.dictionaries(st.sampled_from(["code", "sub_code", "out_trade_no", "total_amount", "trade_status"]), JSON)
)
def test_signed_nonsense_never_pays_and_never_declines(ali, fields):
    assert ali.pay(**fields).kind in {Pay.UNKNOWN, Pay.MISMATCH}
    assert ali.query(**fields).kind in {Found.UNKNOWN, Found.MISMATCH}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(code=st.from_regex(r"(ACQ\.)?[A-Z_]{0,30}", fullmatch=True))
def test_no_unlisted_code_declines(code):
    row = table.pay_row("40004", code)
    listed = code in table.PAY or any(code.startswith(prefix) for prefix, _ in table.PAY_FAMILIES)
    assert listed or row[0] is Pay.UNKNOWN
