"""Whatever is done to a signed answer, it never becomes a payment or a refusal, and nothing raises."""

from dataclasses import replace

from hostile import SAMPLED, rounds
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.outcome import Reply
from app.channels.wechat_v3 import answers, refunds
from app.core.answers import Found, Pay, Repaid

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
WHERE = st.sampled_from(
    ["body", "body", "body", "wechatpay-signature", "wechatpay-timestamp", "wechatpay-nonce", "wechatpay-serial"]
)
HARMLESS = {Pay.UNKNOWN, Pay.UNSIGNED, Pay.MISCONFIGURED}


def mutated(body: bytes, mutation) -> bytes:
    kind, place, value = mutation
    at = place % max(len(body), 1)
    match kind:
        case "flip":
            return body[:at] + bytes([body[at] ^ (1 << value)]) + body[at + 1 :] if body else body
        case "set":
            return body[:at] + bytes([value]) + body[at + 1 :]
        case "cut":
            return body[: min(at, value % len(body))] + body[max(at, value % len(body)) :] if body else body
        case "repeat":
            return body[:at] + body[at : at + value] * 2 + body[at + value :]
        case "swap":
            return body[:at] + body[at + value : at + 2 * value] + body[at : at + value] + body[at + 2 * value :]
        case _:
            return body[:at] + bytes([value]) + body[at:]


def damaged(reply: Reply, where: str, mutation) -> Reply:
    if where == "body":
        return replace(reply, body=mutated(reply.body, mutation))
    changed = mutated(reply.headers[where].encode("latin-1"), mutation).decode("latin-1")
    return replace(reply, headers={**reply.headers, where: changed})


@settings(max_examples=rounds(300), deadline=None, derandomize=SAMPLED)
@given(where=WHERE, mutation=MUTATION, twice=st.none() | MUTATION)
def test_a_mutated_answer_never_pays_and_never_declines(*, where, mutation, twice, wechat):
    originals = [
        wechat.reply(wechat.paid),
        wechat.reply(wechat.order_says(trade_state="REVOKED")),
        wechat.refused(403, "RULE_LIMIT", "超出限额"),
        wechat.refused(404, "ORDER_NOT_EXIST", "订单不存在"),
        wechat.reply(wechat.refund_says),
    ]
    for original in originals:
        said = damaged(original, where, mutation)
        said = damaged(said, where, twice) if twice else said
        if said == original:
            continue
        came = wechat.came(said)
        assert answers.pay_answer(came, wechat.us, wechat.order).kind in HARMLESS
        assert answers.query_answer(came, wechat.us, wechat.order).kind in {Found.UNKNOWN, Found.MISCONFIGURED}
        answers.reverse_answer(came, wechat.us, wechat.order)
        repaid = refunds.refund_query_answer(came, wechat.refund).kind
        assert repaid in {Repaid.UNKNOWN, Repaid.MISCONFIGURED}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")),
    headers=st.dictionaries(
        st.sampled_from(["wechatpay-signature", "wechatpay-serial", "wechatpay-nonce", "content-type", "request-id"]),
        st.text(st.characters(codec="latin-1"), max_size=40),
    ),
)
def test_noise_is_unknown(*, status, body, headers, wechat):
    came = wechat.came(Reply(status, headers, body, None))
    assert answers.pay_answer(came, wechat.us, wechat.order).kind in HARMLESS
    assert answers.query_answer(came, wechat.us, wechat.order).kind in {Found.UNKNOWN, Found.MISCONFIGURED}


SCALARS = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats() | st.text(max_size=12)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.sampled_from(["total", "x"]), SCALARS)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(["mchid", "appid", "out_trade_no", "trade_state", "amount", "payer", "success_time"]),
    to=VALUES,
)
def test_a_signed_answer_with_any_one_field_changed_never_raises_and_pays_only_us(name, to, wechat):
    fields = {**wechat.paid, name: to}
    answer = answers.pay_answer(wechat.came(wechat.reply(fields)), wechat.us, wechat.order)
    if answer.kind is Pay.PAID:
        assert name in {"payer", "success_time", "appid", "amount"}
        assert name != "amount" or (to["total"] == 1250 and type(to["total"]) is int)
        assert name != "appid" or to in {"", wechat.us.appid}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    code=st.text(st.characters(codec="ascii", categories=("Lu", "Nd", "Pc")), max_size=32), status=st.integers(400, 599)
)
def test_no_code_declines_and_no_unlisted_one_decides(code, status, wechat):
    answer = answers.pay_answer(wechat.came(wechat.refused(status, code)), wechat.us, wechat.order)
    listed = {*answers.table.PAY, *answers.table.PAY_AS_V2}
    assert answer.kind is Pay.UNKNOWN or code in listed
    assert answer.kind in HARMLESS
