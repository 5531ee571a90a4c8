import pytest

from app.channels.outcome import NoAnswer, NotSent
from app.channels.wechat_v2 import answers, table
from app.core.answers import Found, Pay, Undone
from app.core.reasons import Reason


def pay(wechat, *args, **fields):
    return answers.pay_answer(wechat.said(*args, **fields), wechat.us, wechat.order)


def query(wechat, *args, **fields):
    return answers.query_answer(wechat.said(*args, **fields), wechat.us, wechat.order)


def reverse(wechat, *args, **fields):
    return answers.reverse_answer(wechat.said(*args, **fields), wechat.us, wechat.order)


def test_a_verified_success_with_our_order_and_amount_is_paid(wechat):
    answer = pay(wechat, **wechat.paid)
    assert answer.kind is Pay.PAID
    evidence = answer.evidence
    assert (evidence.verified, evidence.paid_fen, evidence.paid_ms) == (True, 1250, 1_795_358_401_000)
    assert evidence.channel_no == "4200002026112200000000000001"
    assert evidence.payer == "oUp***ukE"


@pytest.mark.parametrize(
    "changes",
    [
        {"total_fee": "1251"},
        {"total_fee": "01250"},
        {"out_trade_no": "702611220001000100010026"},
        {"fee_type": "HKD"},
        {"mch_id": "10000101"},
        {"appid": "wx0000000000000000"},
    ],
)
def test_a_verified_success_about_something_else_is_a_mismatch(changes, wechat):
    answer = pay(wechat, **{**wechat.paid, **changes})
    assert answer.kind is Pay.MISMATCH
    assert answer.evidence.odd
    assert query(wechat, **{**wechat.paid, "trade_state": "SUCCESS", **changes}).kind is Found.MISMATCH


@pytest.mark.parametrize("missing", ["out_trade_no", "total_fee", "appid", "mch_id"])
def test_a_success_that_does_not_name_our_order_and_amount_is_unknown(missing, wechat):
    assert pay(wechat, **{**wechat.paid, missing: None}).kind is Pay.UNKNOWN
    assert query(wechat, **{**wechat.paid, "trade_state": "SUCCESS", missing: None}).kind is Found.UNKNOWN


def test_a_coupon_does_not_change_what_was_paid_and_no_currency_means_yuan(wechat):
    answer = pay(wechat, **{**wechat.paid, "fee_type": None, "settlement_total_fee": "1000", "coupon_fee": "250"})
    assert (answer.kind, answer.evidence.paid_fen) == (Pay.PAID, 1250)


def test_success_that_contradicts_itself_is_unknown(wechat):
    assert pay(wechat, **wechat.paid, trade_state="USERPAYING").kind is Pay.UNKNOWN
    assert pay(wechat, **{**wechat.paid, "result_code": "MAYBE"}).kind is Pay.UNKNOWN


def test_each_refusal_gets_the_class_and_reason_of_its_row(wechat):
    for code, (kind, reason) in table.PAY.items():
        answer = pay(wechat, result_code="FAIL", err_code=code, err_code_des="不行")
        assert (answer.kind, answer.evidence.reason, answer.evidence.code) == (kind, reason, code)
        assert answer.evidence.says == "不行"
        assert answer.evidence.odd is (code in table.ODD_PAY)
    answer = pay(wechat, result_code="FAIL", err_code="SOMETHING_NEW")
    assert (answer.kind, answer.evidence.reason) == (Pay.UNKNOWN, Reason.NOANSWER)


def test_a_refusal_for_another_merchant_is_not_ours(wechat):
    answer = pay(wechat, result_code="FAIL", err_code="NOTENOUGH", mch_id="10000101")
    assert answer.kind is Pay.MISMATCH
    assert pay(wechat, result_code="FAIL", err_code="NOTENOUGH", mch_id=None).kind is Pay.UNKNOWN


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        ("签名错误", Pay.MISCONFIGURED, Reason.KEYS),
        ("缺少参数", Pay.MISCONFIGURED, Reason.CONFIG),
        ("系统繁忙，请稍后再试", Pay.UNKNOWN, Reason.NOANSWER),
        ("付款码 134567890123456789 余额不足", Pay.UNKNOWN, Reason.NOANSWER),
    ],
)
def test_an_unsigned_refusal_never_declines(body, kind, reason, wechat):
    xml = f"<xml><return_code>FAIL</return_code><return_msg><![CDATA[{body}]]></return_msg></xml>".encode()
    answer = pay(wechat, xml)
    assert (answer.kind, answer.evidence.reason, answer.evidence.verified) == (kind, reason, False)
    assert "134567890123456789" not in repr(answer)


def test_an_echoed_payment_code_reaches_no_evidence(wechat):
    for des in ("付款码134567890123456789已过期", "code=134567890123456789"):
        answer = pay(wechat, result_code="FAIL", err_code="AUTH_CODE_INVALID", err_code_des=des)
        assert answer.kind is Pay.DECLINED
        assert "134567890123456789" not in repr(answer)


def test_a_forged_success_is_a_security_event_and_unknown(wechat):
    body = wechat.signed(**wechat.paid).replace(b"<![CDATA[1250]]>", b"<![CDATA[1251]]>")
    for answer in (pay(wechat, body), query(wechat, body), reverse(wechat, body)):
        assert answer.kind in {Pay.UNKNOWN, Found.UNKNOWN, Undone.UNKNOWN}
        assert answer.evidence.forged


@pytest.mark.parametrize(("status", "reason"), [(500, Reason.NOANSWER), (502, Reason.NOANSWER), (429, Reason.BUSY)])
def test_any_status_but_200_is_unknown_whatever_it_brings(status, reason, wechat):
    body = wechat.signed(**wechat.paid)
    answer = pay(wechat, body, status)
    assert (answer.kind, answer.evidence.reason, answer.evidence.code) == (Pay.UNKNOWN, reason, f"HTTP {status}")
    assert query(wechat, body, status).kind is Found.UNKNOWN
    assert reverse(wechat, body, status).kind is Undone.UNKNOWN


def test_silence_and_what_was_never_sent(wechat):
    for make in (answers.pay_answer, answers.query_answer, answers.reverse_answer):
        silent = make(NoAnswer("TimeoutError", bytes_begun=False), wechat.us, wechat.order)
        assert silent.kind in {Pay.UNKNOWN, Found.UNKNOWN, Undone.UNKNOWN}
        refused = make(NoAnswer("TLS", bytes_begun=False, tls_refused=True), wechat.us, wechat.order)
        assert refused.kind in {Pay.MISCONFIGURED, Found.MISCONFIGURED, Undone.MISCONFIGURED}
        assert refused.evidence.reason is Reason.KEYS
        not_sent = make(NotSent("gaierror"), wechat.us, wechat.order)
        assert not_sent.kind in {Pay.NOT_SENT, Found.UNKNOWN, Undone.NOT_SENT}


def test_each_trade_state_gets_the_class_of_its_row(wechat):
    for state, (kind, _) in table.TRADE_STATE.items():
        answer = query(wechat, **wechat.paid, trade_state=state, trade_state_desc="说明")
        assert (answer.kind, answer.evidence.code) == (kind, state)
        assert answer.evidence.odd is (state in table.ODD_STATE)
    assert query(wechat, **wechat.paid, trade_state="NEW_STATE").kind is Found.UNKNOWN
    assert query(wechat, **wechat.paid).kind is Found.UNKNOWN


def test_revoked_needs_our_order_number(wechat):
    assert query(wechat, trade_state="REVOKED", out_trade_no=wechat.order.out_trade_no).kind is Found.RETURNED
    assert query(wechat, trade_state="REVOKED").kind is Found.UNKNOWN


def test_a_refund_is_in_full_only_where_the_sum_says_so(wechat):
    silent = query(wechat, **wechat.paid, trade_state="REFUND")
    assert (silent.kind, silent.refunded_fen, silent.evidence.took_money) == (Found.PARTLY_REFUNDED, 0, True)
    part = query(wechat, **wechat.paid, trade_state="REFUND", refund_fee="250")
    assert (part.kind, part.refunded_fen) == (Found.PARTLY_REFUNDED, 250)
    full = query(wechat, **wechat.paid, trade_state="REFUND", refund_fee="1250")
    assert (full.kind, full.refunded_fen) == (Found.RETURNED, 1250)
    absurd = query(wechat, **wechat.paid, trade_state="REFUND", refund_fee="9999")
    assert (absurd.kind, absurd.refunded_fen) == (Found.PARTLY_REFUNDED, 0)


def test_no_such_order_and_other_query_errors(wechat):
    missing = query(wechat, result_code="FAIL", err_code="ORDERNOTEXIST")
    assert (missing.kind, missing.evidence.reason) == (Found.NO_SUCH_ORDER, Reason.NOTFOUND)
    assert query(wechat, result_code="FAIL", err_code="SYSTEMERROR").kind is Found.UNKNOWN
    assert query(wechat, result_code="FAIL", err_code="NEW").kind is Found.UNKNOWN
    assert query(wechat, result_code="FAIL", err_code="SIGNERROR").kind is Found.MISCONFIGURED


def test_each_reverse_result_gets_the_class_of_its_row_unless_it_asks_for_another_call(wechat):
    for code, (kind, reason) in table.REVERSE.items():
        result = {"result_code": "SUCCESS"} if code == "SUCCESS" else {"result_code": "FAIL", "err_code": code}
        answer = reverse(wechat, **result, recall="N")
        assert (answer.kind, answer.evidence.reason) == (kind, reason)
        assert reverse(wechat, **result).kind is kind
        assert reverse(wechat, **result, recall="Y").kind is Undone.AGAIN
    assert reverse(wechat, result_code="FAIL", err_code="NEW").kind is Undone.UNKNOWN
    assert reverse(wechat, result_code="FAIL", err_code="SUCCESS").kind is Undone.UNKNOWN
    assert reverse(wechat, result_code="SUCCESS", mch_id="10000101").kind is Undone.UNKNOWN


def test_a_warm_up_proves_the_keys_by_a_verified_no(wechat):
    proved = answers.warm_answer(wechat.said(result_code="FAIL", err_code="ORDERNOTEXIST"), wechat.us)
    assert (proved.kind, proved.evidence.verified) == (Found.NO_SUCH_ORDER, True)
    wrong = answers.warm_answer(
        wechat.said("<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>".encode()), wechat.us
    )
    assert wrong.kind is Found.MISCONFIGURED
