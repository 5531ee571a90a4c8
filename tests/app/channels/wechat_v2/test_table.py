"""The tables against the codes of the fact sheet, transcribed here by hand, call by call."""

import pytest

from app.channels.wechat_v2 import table
from app.core.answers import Found, Pay, Undone
from app.core.reasons import Reason

PAY = {
    "SYSTEMERROR",
    "BANKERROR",
    "USERPAYING",
    "ORDERPAID",
    "OUT_TRADE_NO_USED",
    "AUTHCODEEXPIRE",
    "AUTH_CODE_INVALID",
    "AUTH_CODE_ERROR",
    "NOTENOUGH",
    "NOTSUPORTCARD",
    "ORDERCLOSED",
    "ORDERREVERSED",
    "TRADE_ERROR",
    "RULELIMIT",
    "BUYER_MISMATCH",
    "INVALID_REQUEST",
    "NOAUTH",
    "APPID_NOT_EXIST",
    "MCHID_NOT_EXIST",
    "APPID_MCHID_NOT_MATCH",
    "PARAM_ERROR",
    "LACK_PARAMS",
    "XML_FORMAT_ERROR",
    "NOT_UTF8",
    "REQUIRE_POST_METHOD",
    "SIGNERROR",
}
STATES = {"SUCCESS", "REFUND", "REVOKED", "CLOSED", "PAYERROR", "USERPAYING", "NOTPAY", "ACCEPT"}
REVERSE = {
    "SUCCESS",
    "SYSTEMERROR",
    "USERPAYING",
    "REVERSE_EXPIRE",
    "INVALID_TRANSACTIONID",
    "PARAM_ERROR",
    "REQUIRE_POST_METHOD",
    "SIGNERROR",
    "INVALID_REQUEST",
    "TRADE_ERROR",
}
DECLINED = {
    "AUTHCODEEXPIRE": Reason.CODE,
    "AUTH_CODE_INVALID": Reason.CODE,
    "AUTH_CODE_ERROR": Reason.CODE,
    "NOTENOUGH": Reason.BALANCE,
    "NOTSUPORTCARD": Reason.CARD,
    "RULELIMIT": Reason.LIMIT,
    "ORDERCLOSED": Reason.OVER,
    "ORDERREVERSED": Reason.OVER,
    "BUYER_MISMATCH": Reason.OVER,
}


def test_every_code_of_the_sheet_has_its_row_and_no_other_has_one():
    assert set(table.PAY) == PAY
    assert set(table.TRADE_STATE) == STATES
    assert {"ORDERNOTEXIST", "SYSTEMERROR"} <= set(table.QUERY)
    assert set(table.REVERSE) == REVERSE


def test_exactly_these_codes_decline_a_payment_and_none_of_the_table_pays():
    assert {code: row[1] for code, row in table.PAY.items() if row[0] is Pay.DECLINED} == DECLINED
    assert not any(row[0] in {Pay.PAID, Pay.ACCEPTED} for row in table.PAY.values())


def test_what_the_documents_call_unknown_or_in_doubt_is_never_believed():
    for code in ("SYSTEMERROR", "BANKERROR"):
        assert table.PAY[code] == (Pay.UNKNOWN, Reason.NOANSWER)
    for code in ("TRADE_ERROR", "INVALID_REQUEST", "ORDERPAID", "OUT_TRADE_NO_USED"):
        assert table.PAY[code][0] is Pay.DOUBTFUL
    assert table.PAY["USERPAYING"] == (Pay.PENDING, None)


def test_only_success_is_paid_and_payerror_must_be_reversed():
    assert [state for state, row in table.TRADE_STATE.items() if row[0] is Found.PAID] == ["SUCCESS"]
    assert table.TRADE_STATE["PAYERROR"][0] is Found.PAY_ERROR
    assert {state for state, row in table.TRADE_STATE.items() if row[0] is Found.RETURNED} == {"REVOKED", "CLOSED"}


def test_reverse_rows():
    assert table.REVERSE["USERPAYING"][0] is Undone.BUSY
    assert table.REVERSE["REVERSE_EXPIRE"] == (Undone.TOO_LATE, Reason.TOOLATE)
    assert table.REVERSE["SIGNERROR"] == (Undone.MISCONFIGURED, Reason.KEYS)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("签名错误", Reason.KEYS),
        ("SIGN ERROR", Reason.KEYS),
        ("请使用商户证书", Reason.KEYS),
        ("参数格式校验错误", Reason.CONFIG),
        ("缺少参数", Reason.CONFIG),
        ("appid不存在", Reason.CONFIG),
        ("系统繁忙", None),
        ("余额不足", None),
        ("", None),
    ],
)
def test_the_text_of_an_unsigned_refusal_may_only_blame_us(text, reason):
    assert table.unsigned_reason(text) == reason
