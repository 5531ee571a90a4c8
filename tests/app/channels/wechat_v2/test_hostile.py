"""Whatever is done to a signed answer, it never becomes a payment or a refusal, and nothing raises."""

from hostile import SAMPLED, rounds
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.wechat_v2 import answers
from app.channels.wechat_v2.wire import NotTheirsError, parse
from app.core.answers import Found, Pay, PayAnswer, QueryAnswer

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
    """True if both say the same fields: WeChat signs fields, not bytes, so their order and the white space are free."""
    try:
        fields = [{n: v for n, v in parse(body).items() if v} for body in (one, other)]
    except NotTheirsError:
        return False
    return fields[0] == fields[1]


@settings(max_examples=rounds(350), deadline=None, derandomize=SAMPLED)
@given(mutation=MUTATION, twice=st.none() | MUTATION)
def test_a_mutated_answer_never_pays_and_never_declines(mutation, twice, wechat):
    bodies = [
        wechat.signed(**wechat.paid),
        wechat.signed(result_code="FAIL", err_code="NOTENOUGH", err_code_des="余额不足"),
        wechat.signed(**wechat.paid, trade_state="REVOKED"),
    ]
    for body in bodies:
        changed = mutated(body, mutation)
        changed = mutated(changed, twice) if twice and changed else changed
        if same_message(changed, body):
            continue
        said = wechat.said(changed)
        paid: PayAnswer = answers.pay_answer(said, wechat.us, wechat.order)
        assert paid.kind in {Pay.UNKNOWN, Pay.MISCONFIGURED}
        found: QueryAnswer = answers.query_answer(said, wechat.us, wechat.order)
        assert found.kind in {Found.UNKNOWN, Found.MISCONFIGURED}
        answers.reverse_answer(said, wechat.us, wechat.order)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_noise_is_unknown(wechat, body):
    assert answers.pay_answer(wechat.said(body), wechat.us, wechat.order).kind is Pay.UNKNOWN


@settings(max_examples=200, deadline=None, derandomize=True)
@given(code=st.text(st.characters(codec="ascii", categories=("Lu", "Nd", "Pc")), max_size=32))
def test_no_unlisted_code_declines(wechat, code):
    answer = answers.pay_answer(wechat.said(result_code="FAIL", err_code=code), wechat.us, wechat.order)
    assert answer.kind is Pay.UNKNOWN or code in answers.table.PAY
