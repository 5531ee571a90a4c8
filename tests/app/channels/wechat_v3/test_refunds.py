import pytest

from app.channels.outcome import NoAnswer, NotSent
from app.channels.wechat_v3 import refunds
from app.core.answers import Repaid
from app.core.reasons import Reason


@pytest.fixture
def refund(wechat):
    return lambda reply: refunds.refund_answer(wechat.came(reply), wechat.refund)


@pytest.fixture
def query(wechat):
    return lambda reply: refunds.refund_query_answer(wechat.came(reply), wechat.refund)


@pytest.mark.parametrize(
    ("status", "first", "asked"),
    [
        ("SUCCESS", Repaid.ACCEPTED, Repaid.DONE),
        ("PROCESSING", Repaid.ACCEPTED, Repaid.ACCEPTED),
        ("CLOSED", Repaid.CLOSED, Repaid.CLOSED),
        ("ABNORMAL", Repaid.ABNORMAL, Repaid.ABNORMAL),
        ("SOMETHING", Repaid.UNKNOWN, Repaid.UNKNOWN),
    ],
)
def test_a_refund_is_done_only_when_its_query_says_so(*, status, first, asked, wechat, refund, query):
    said = wechat.reply({**wechat.refund_says, "status": status})
    assert (refund(said).kind, query(said).kind) == (first, asked)
    assert refund(said).refund_no == "50000000382019052709732678859"
    assert query(said).evidence.verified


@pytest.mark.parametrize(
    "changes",
    [
        {"out_refund_no": "702611220001000100010018R2"},
        {"out_trade_no": "702611220001000100010026"},
        {"amount": {"total": 1250, "refund": 501, "currency": "CNY"}},
        {"amount": {"total": 1251, "refund": 500, "currency": "CNY"}},
        {"amount": {"total": 1250, "refund": 500, "currency": "USD"}},
    ],
)
def test_another_refund_or_sum_is_a_mismatch(changes, wechat, refund, query):
    said = wechat.reply({**wechat.refund_says, **changes})
    assert refund(said).kind is query(said).kind is Repaid.MISMATCH


@pytest.mark.parametrize(
    "changes",
    [
        {"out_refund_no": None},
        {"amount": {}},
        {"amount": {"refund": 500.0}},
        {"amount": {"refund": True}},
        {"amount": 5},
    ],
)
def test_a_refund_that_does_not_name_itself_is_unknown(changes, wechat, query):
    fields = {n: v for n, v in {**wechat.refund_says, **changes}.items() if v is not None}
    assert query(wechat.reply(fields)).kind is Repaid.UNKNOWN


@pytest.mark.parametrize(
    ("status", "code", "signed", "unsigned", "reason"),
    [
        (403, "NOT_ENOUGH", Repaid.SHOP_FUNDS, Repaid.SHOP_FUNDS, Reason.SHOPFUNDS),
        (404, "RESOURCE_NOT_EXISTS", Repaid.AGAIN, Repaid.AGAIN, Reason.NOTFOUND),
        (400, "INVALID_REQUEST", Repaid.REFUSED, Repaid.UNKNOWN, Reason.NOREFUND),
        (403, "RULE_LIMIT", Repaid.REFUSED, Repaid.UNKNOWN, Reason.NOREFUND),
        (429, "FREQUENCY_LIMITED", Repaid.TOO_MANY, Repaid.TOO_MANY, Reason.BUSY),
        (400, "PARAM_ERROR", Repaid.MISCONFIGURED, Repaid.MISCONFIGURED, Reason.CONFIG),
        (401, "SIGN_ERROR", Repaid.MISCONFIGURED, Repaid.MISCONFIGURED, Reason.KEYS),
        (500, "SYSTEM_ERROR", Repaid.AGAIN, Repaid.AGAIN, Reason.NOANSWER),
        (502, "", Repaid.UNKNOWN, Repaid.UNKNOWN, Reason.NOANSWER),
    ],
)
def test_a_refusal_is_final_only_when_signed(*, status, code, signed, unsigned, reason, wechat, refund):
    for sign, kind in ((True, signed), (False, unsigned)):
        answer = refund(wechat.refused(status, code, signed=sign))
        assert (answer.kind, answer.evidence.reason) == (kind, reason)


def test_no_such_refund_counts_only_when_signed(wechat, query):
    assert query(wechat.refused(404, "RESOURCE_NOT_EXISTS")).kind is Repaid.NO_SUCH_REFUND
    unsigned = query(wechat.refused(404, "RESOURCE_NOT_EXISTS", signed=False))
    assert (unsigned.kind, unsigned.evidence.reason) == (Repaid.UNKNOWN, Reason.NOTFOUND)


def test_silence_is_told_apart_from_not_sent(wechat, refund, query):
    assert refund(NotSent("no route")).kind is Repaid.NOT_SENT
    assert refund(NoAnswer("TimeoutError", bytes_begun=True)).kind is Repaid.UNKNOWN
    assert query(wechat.reply(wechat.refund_says, signed=False)).kind is Repaid.UNKNOWN
    assert query(wechat.reply(wechat.refund_says, 202)).kind is Repaid.UNKNOWN
