import pytest

from app.channels.outcome import NoAnswer, NotSent
from app.channels.wechat_v3 import answers
from app.channels.wechat_v3.answers import Came
from app.channels.wechat_v3.config import Partner
from app.channels.wechat_v3.wire import PROBE
from app.core.answers import Found, Pay, Undone
from app.core.reasons import Reason


@pytest.fixture
def pay(wechat):
    return lambda reply: answers.pay_answer(wechat.came(reply), wechat.us, wechat.order)


@pytest.fixture
def query(wechat):
    return lambda reply: answers.query_answer(wechat.came(reply), wechat.us, wechat.order)


@pytest.fixture
def reverse(wechat):
    return lambda reply: answers.reverse_answer(wechat.came(reply), wechat.us, wechat.order)


def test_a_signed_success_about_our_order_is_paid(wechat, pay, query):
    for answer in (pay(wechat.reply(wechat.paid)), query(wechat.reply(wechat.paid))):
        assert answer.kind in {Pay.PAID, Found.PAID}
        evidence = answer.evidence
        assert evidence.verified
        assert (evidence.paid_fen, evidence.paid_ms) == (1250, 1_795_358_401_000)
        assert evidence.channel_no == "4200002026112200000000000001"
        assert evidence.payer == "oUp***ukE"


@pytest.mark.parametrize(
    "changes",
    [
        {"mchid": "1900007292"},
        {"appid": "wx0000000000000000"},
        {"out_trade_no": "702611220001000100010026"},
        {"amount": {"total": 1, "currency": "CNY"}},
        {"amount": {"total": 1250, "currency": "HKD"}},
        {"mchid": 1900007291},
        {"out_trade_no": ["702611220001000100010018"]},
    ],
)
def test_a_signed_answer_about_something_else_is_a_mismatch(changes, wechat, pay, query):
    said = wechat.reply(wechat.order_says(**changes))
    assert pay(said).kind is Pay.MISMATCH
    assert query(said).kind is Found.MISMATCH
    assert pay(said).evidence.odd


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": None},
        {"amount": {}},
        {"amount": {"total": 1250.0}},
        {"amount": {"total": True}},
        {"amount": {"total": "1250"}},
        {"amount": [1250]},
        {"mchid": None},
        {"out_trade_no": None},
        {"trade_state": None},
        {"trade_state": "success"},
        {"trade_state": ["SUCCESS"]},
        {"trade_state": "REFUNDING"},
    ],
)
def test_what_lacks_a_part_of_the_proof_is_unknown(changes, wechat, pay, query):
    said = wechat.reply(wechat.order_says(**changes))
    assert pay(said).kind is Pay.UNKNOWN
    assert query(said).kind is Found.UNKNOWN


def test_the_appid_may_be_missing_but_not_wrong(wechat, pay):
    assert pay(wechat.reply(wechat.order_says(appid=None))).kind is Pay.PAID


@pytest.mark.parametrize(
    ("state", "kind", "found"),
    [
        ("USERPAYING", Pay.PENDING, Found.PENDING),
        ("NOTPAY", Pay.PENDING, Found.PENDING),
        ("ACCEPT", Pay.PENDING, Found.PENDING),
        ("PAYERROR", Pay.UNSIGNED, Found.PAY_ERROR),
        ("REVOKED", Pay.UNKNOWN, Found.RETURNED),
        ("CLOSED", Pay.UNKNOWN, Found.RETURNED),
        ("REFUND", Pay.UNKNOWN, Found.PARTLY_REFUNDED),
    ],
)
def test_the_other_states(*, state, kind, found, wechat, pay, query):
    said = wechat.reply(wechat.order_says(trade_state=state, amount=None))
    assert pay(said).kind is kind
    assert query(said).kind is found
    assert query(said).evidence.odd is (state == "CLOSED")


@pytest.mark.parametrize(
    "reply",
    [
        lambda w: w.reply(w.paid, signed=False),
        lambda w: w.reply(w.paid, wechatpay_serial="PUB_KEY_ID_2"),
        lambda w: w.reply(w.paid, wechatpay_signature="AAAA"),
        lambda w: w.reply(w.paid, wechatpay_nonce=""),
        lambda w: w.reply(w.paid, wechatpay_timestamp="１７９５３５８４００"),
    ],
)
def test_a_success_without_its_signature_is_forged(reply, wechat, pay, query):
    said = reply(wechat)
    assert (pay(said).kind, query(said).kind) == (Pay.UNKNOWN, Found.UNKNOWN)
    assert pay(said).evidence.forged
    assert not pay(said).evidence.verified


def test_a_probe_fails_without_fuss(wechat, pay):
    """WeChat sends bad signatures on purpose, on real answers too: the answer is void, and nobody is alarmed."""
    answer = pay(wechat.reply(wechat.paid, wechatpay_signature=PROBE + "kR8Xz9"))
    assert answer.kind is Pay.UNKNOWN
    assert not answer.evidence.forged
    assert not answer.evidence.verified


@pytest.mark.parametrize("age", [-301, 301, 86_400])
def test_an_old_signature_proves_nothing(age, wechat, pay):
    answer = pay(wechat.reply(wechat.paid, age_s=age))
    assert answer.kind is Pay.UNKNOWN
    assert not answer.evidence.forged
    assert pay(wechat.reply(wechat.paid, age_s=299)).kind is Pay.PAID


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(
    ("status", "code", "kind", "reason"),
    [
        (400, "PARAM_ERROR", Pay.MISCONFIGURED, Reason.CONFIG),
        (403, "NO_AUTH", Pay.MISCONFIGURED, Reason.CONFIG),
        (401, "SIGN_ERROR", Pay.MISCONFIGURED, Reason.KEYS),
        (400, "INVALID_REQUEST", Pay.UNSIGNED, Reason.NUMBER),
        (403, "RULE_LIMIT", Pay.UNSIGNED, Reason.LIMIT),
        (403, "TRADE_ERROR", Pay.UNSIGNED, Reason.WALLET),
        (429, "RATELIMIT_EXCEEDED", Pay.UNKNOWN, Reason.BUSY),
        (500, "SYSTEM_ERROR", Pay.UNKNOWN, Reason.NOANSWER),
        (403, "SOMETHING_NEW", Pay.UNKNOWN, Reason.NOANSWER),
        (502, "PARAM_ERROR", Pay.UNKNOWN, Reason.NOANSWER),
    ],
)
def test_a_refusal_frees_the_customer_and_never_declines(*, signed, status, code, kind, reason, wechat, pay):
    answer = pay(wechat.refused(status, code, "付款码 134567890123456789 无效", signed=signed))
    assert (answer.kind, answer.evidence.reason) == (kind, reason)
    assert answer.evidence.verified is signed
    assert answer.evidence.code == code
    assert "134567890123456789" not in answer.evidence.says


def test_a_wrong_clock_is_not_a_wrong_key(wechat, pay):
    """401 while the channel's Date is far from ours: nothing was charged, and no key is to blame."""
    refused = wechat.refused(401, "SIGN_ERROR", signed=False)
    off = Came(refused, wechat.now_ms + 400_000, wechat.key_for)
    answer = answers.pay_answer(off, wechat.us, wechat.order)
    assert (answer.kind, answer.evidence.reason) == (Pay.UNSIGNED, Reason.NOANSWER)
    assert pay(refused).kind is Pay.MISCONFIGURED
    assert answers.query_answer(off, wechat.us, wechat.order).kind is Found.UNKNOWN


@pytest.mark.parametrize("body", [b"<html>502</html>", b"", b"[]", b'{"code":"RULE_LIMIT","code":"X"}', b"\xff"])
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 502])
def test_a_refusal_that_cannot_be_read_is_unknown(*, status, body, wechat, pay, query, reverse):
    said = wechat.reply(body, status, signed=False)
    assert pay(said).kind is Pay.UNKNOWN
    assert pay(said).evidence.code == f"HTTP {status}"
    assert query(said).kind is Found.UNKNOWN
    assert reverse(said).kind is Undone.UNKNOWN


@pytest.mark.parametrize("status", [201, 202, 204, 301, 302, 304])
def test_no_other_status_carries_an_order(status, wechat, pay, query):
    said = wechat.reply(wechat.paid, status)
    assert pay(said).kind is Pay.UNKNOWN
    assert query(said).kind is Found.UNKNOWN


def test_a_password_that_is_awaited_may_come_with_202(wechat, pay, query):
    """Seen in the field; anything else under 202 stays unknown."""
    waiting = wechat.order_says(trade_state="USERPAYING")
    assert pay(wechat.reply(waiting, 202)).kind is Pay.PENDING
    assert pay(wechat.reply({**waiting, "out_trade_no": "702611220001000100010026"}, 202)).kind is Pay.MISMATCH
    assert pay(wechat.reply(waiting, 202, signed=False)).kind is Pay.UNKNOWN
    assert pay(wechat.reply({"code": "USERPAYING", "message": "需要用户输入支付密码"}, 202)).kind is Pay.PENDING
    assert pay(wechat.reply({"code": "SUCCESS"}, 202)).kind is Pay.UNKNOWN
    assert pay(wechat.reply({**waiting, "trade_state": "SUCCESS", "code": "USERPAYING"}, 202)).kind is Pay.UNKNOWN
    assert pay(wechat.reply(waiting, 201)).kind is Pay.UNKNOWN
    assert query(wechat.reply(waiting, 202)).kind is Found.UNKNOWN


def test_no_such_order_counts_only_with_a_signature_or_by_a_setting(wechat, query):
    """The one word of a 4xx that can end a sale (180 s rule), so TLS alone does not do by default."""
    unsigned = wechat.refused(404, "ORDER_NOT_EXIST", "订单不存在", signed=False)
    signed = query(wechat.refused(404, "ORDER_NOT_EXIST", "订单不存在"))
    assert (signed.kind, signed.evidence.verified) == (Found.NO_SUCH_ORDER, True)
    assert query(unsigned).kind is Found.UNKNOWN
    assert query(unsigned).evidence.reason is Reason.NOTFOUND
    lenient = answers.Us(wechat.us.mchid, wechat.us.appid, unsigned_not_found=True)
    assert answers.query_answer(wechat.came(unsigned), lenient, wechat.order).kind is Found.NO_SUCH_ORDER
    # the number stands in an unsigned header: it may choose the words only
    by_number = query(wechat.refused(404, "", number="268512771"))
    assert (by_number.kind, by_number.evidence.reason) == (Found.UNKNOWN, Reason.NOTFOUND)


@pytest.mark.parametrize(
    ("status", "fields"), [(200, {"appid": "wxd678efh567hg6787", "mchid": "1900007291"}), (200, {}), (204, b"")]
)
def test_a_reverse_is_done_by_200_or_204_when_signed(status, fields, wechat, reverse):
    assert reverse(wechat.reply(fields, status)).kind is Undone.DONE
    unsigned = reverse(wechat.reply(fields, status, signed=False))
    assert unsigned.kind is Undone.UNKNOWN
    assert unsigned.evidence.forged


def test_a_reverse_of_another_order_is_none(wechat, reverse):
    answer = reverse(wechat.reply({"mchid": wechat.us.mchid, "out_trade_no": "702611220001000100010026"}))
    assert answer.kind is Undone.UNKNOWN
    assert answer.evidence.odd


@pytest.mark.parametrize(
    ("status", "code", "signed", "unsigned"),
    [
        (403, "TRADE_ERROR", Undone.REFUSED, Undone.UNKNOWN),
        (400, "INVALID_REQUEST", Undone.REFUSED, Undone.UNKNOWN),
        (400, "PARAM_ERROR", Undone.MISCONFIGURED, Undone.MISCONFIGURED),
        (401, "SIGN_ERROR", Undone.MISCONFIGURED, Undone.MISCONFIGURED),
        (404, "ORDER_NOT_EXIST", Undone.UNKNOWN, Undone.UNKNOWN),
        (429, "FREQUENCY_LIMITED", Undone.AGAIN, Undone.UNKNOWN),
        (500, "SYSTEM_ERROR", Undone.AGAIN, Undone.UNKNOWN),
    ],
)
def test_a_reverse_that_was_refused(*, status, code, signed, unsigned, wechat, reverse):
    assert reverse(wechat.refused(status, code)).kind is signed
    assert reverse(wechat.refused(status, code, signed=False)).kind is unsigned
    assert reverse(wechat.refused(status, code)).evidence.verified


def test_silence_is_told_apart_from_not_sent(wechat, pay, query, reverse):
    not_sent, silence = NotSent("ConnectionRefusedError"), NoAnswer("TimeoutError", bytes_begun=False)
    assert (pay(not_sent).kind, pay(silence).kind) == (Pay.NOT_SENT, Pay.UNKNOWN)
    assert (query(not_sent).kind, query(silence).kind) == (Found.UNKNOWN, Found.UNKNOWN)
    assert (reverse(not_sent).kind, reverse(silence).kind) == (Undone.NOT_SENT, Undone.UNKNOWN)


def test_a_service_provider_is_answered_by_its_own_names(wechat):
    shop = wechat.selling_for(Partner("1900000109", "wx0123456789abcdef"))
    ours = {
        **shop.order_says(appid=None, mchid=None),
        "sp_appid": shop.us.appid,
        "sp_mchid": shop.us.mchid,
        "sub_mchid": "1900000109",
        "payer": {"sp_openid": "oUpF8uMEb4qRXf22hE3X68TekukE"},
    }

    def paid(**changes):
        fields = {n: v for n, v in {**ours, **changes}.items() if v is not None}
        return answers.pay_answer(shop.came(shop.reply(fields)), shop.us, shop.order)

    assert paid().kind is Pay.PAID
    assert paid().evidence.payer == "oUp***ukE"
    assert paid(sub_mchid="1900000110").kind is Pay.MISMATCH
    assert paid(sub_appid="wxffff").kind is Pay.MISMATCH
    assert paid(sub_mchid=None).kind is Pay.UNKNOWN
    assert paid(sp_mchid=None).kind is Pay.UNKNOWN
    direct = wechat.reply(wechat.paid)
    assert answers.pay_answer(shop.came(direct), shop.us, shop.order).kind is Pay.UNKNOWN
