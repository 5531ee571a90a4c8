"""The tables against the codes of the fact sheet, transcribed here by hand, call by call."""

import pytest

from app.channels.alipay import table
from app.core.answers import Found, Pay, Undone
from app.core.reasons import Reason

R = Reason
DECLINED = {
    "ACQ.PAYMENT_AUTH_CODE_INVALID": R.CODE,
    "ACQ.PULL_MOBILE_CASHIER_FAIL": R.CODE,
    "ACQ.AUTH_TOKEN_IS_NOT_EXIST": R.CODE,
    "SOUNDWAVE_PARSER_FAIL": R.CODE,
    "ACQ.BUYER_BALANCE_NOT_ENOUGH": R.BALANCE,
    "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH": R.BALANCE,
    "ACQ.ERROR_BALANCE_PAYMENT_DISABLE": R.CARD,
    "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE": R.CARD,
    "ACQ.NOT_SUPPORT_PAYMENT_INST": R.CARD,
    "ACQ.USER_FACE_PAYMENT_SWITCH_OFF": R.SETUP,
    "ACQ.MOBILE_PAYMENT_SWITCH_OFF": R.SETUP,
    "ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT": R.SETUP,
    "ACQ.NOT_CERTIFIED_USER": R.SETUP,
    "ACQ.BUYER_ENABLE_STATUS_FORBID": R.ACCOUNT,
    "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR": R.LIMIT,
    "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR": R.LIMIT,
    "ACQ.PAYMENT_REQUEST_HAS_RISK": R.WALLET,
    "ACQ.BUYER_SELLER_EQUAL": R.SELF,
    "ACQ.TRADE_HAS_CLOSE": R.OVER,
    "ACQ.SELLER_BEEN_BLOCKED": R.FROZEN,
    "ACQ.MERCHANT_STATUS_NOT_NORMAL": R.FROZEN,
    "ACQ.BEYOND_PAY_RESTRICTION": R.SHOPLIMIT,
    "ACQ.PRODUCT_AMOUNT_LIMIT_ERROR": R.AMOUNT,
    "ACQ.TOTAL_FEE_EXCEED": R.AMOUNT,
}
QUERIED_FIRST = {
    "ACQ.PAYMENT_FAIL": R.CODE,
    "ACQ.TRADE_HAS_SUCCESS": R.NUMBER,
    "ACQ.CONTEXT_INCONSISTENT": R.NUMBER,
    "ACQ.TRADE_BUYER_NOT_MATCH": R.NUMBER,
}
OUR_FAULT = {
    "ACQ.ACCESS_FORBIDDEN",
    "ACQ.PARTNER_ERROR",
    "ACQ.INVALID_PARAMETER",
    "ACQ.EXIST_FORBIDDEN_WORD",
    "ACQ.INVALID_STORE_ID",
}
CANCEL = {
    "10000",
    "ACQ.SYSTEM_ERROR",
    "AQC.SYSTEM_ERROR",
    "ACQ.TRADE_HAS_FINISHED",
    "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    "ACQ.TRADE_CANCEL_TIME_OUT",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "ACQ.REASON_TRADE_BEEN_FREEZEN",
    "ACQ.CANCEL_NOT_ALLOWED",
    "ACQ.INVALID_PARAMETER",
}


def test_every_code_of_the_sheet_has_its_row_and_no_other_has_one():
    assert set(table.PAY) == {"10000", "10003", "ACQ.SYSTEM_ERROR", *DECLINED, *QUERIED_FIRST, *OUR_FAULT}
    assert set(table.TRADE_STATUS) == {"WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_FINISHED", "TRADE_CLOSED"}
    assert {"ACQ.TRADE_NOT_EXIST", "ACQ.SYSTEM_ERROR"} <= set(table.QUERY)
    assert set(table.CANCEL) == CANCEL
    assert sorted(table.CONFIG_CODES) == ["20001", "40001", "40002", "40003", "40006"]
    assert {prefix for prefix, _ in table.PAY_FAMILIES} == {
        "ACQ.BEYOND_PER_RECEIPT_",
        "ACQ.MERCHANT_PERM_RECEIPT_",
        "ACQ.MERCHANT_AGREEMENT_",
    }


def test_exactly_these_sub_codes_decline_a_payment():
    found = {code: row[1] for code, row in table.PAY.items() if row[0] is Pay.DECLINED}
    assert found == DECLINED
    assert not any(row[0] is Pay.PAID for row in table.PAY.values())


def test_a_sub_code_counts_under_40004_only():
    assert table.pay_row("40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH") == (Pay.DECLINED, R.BALANCE)
    for code in ("20000", "30000", "", "10001", "ACQ.BUYER_BALANCE_NOT_ENOUGH"):
        assert table.pay_row(code, "ACQ.BUYER_BALANCE_NOT_ENOUGH")[0] is Pay.UNKNOWN
    for number in ("10000", "10003"):
        assert table.pay_row("40004", number)[0] is Pay.UNKNOWN
        assert table.cancel_row("40004", number)[0] is Undone.UNKNOWN


@pytest.mark.parametrize(
    ("code", "sub_code", "row"),
    [
        ("10000", "", (Pay.ACCEPTED, None)),
        ("10003", "", (Pay.PENDING, None)),
        ("20000", "isp.unknow-error", (Pay.UNKNOWN, R.NOANSWER)),
        ("20000", "aop.ACQ.SYSTEM_ERROR", (Pay.UNKNOWN, R.NOANSWER)),
        ("40004", "ACQ.SYSTEM_ERROR", (Pay.UNKNOWN, R.NOANSWER)),
        ("40004", "ACQ.SOMETHING_NEW", (Pay.UNKNOWN, R.NOANSWER)),
        ("40004", "", (Pay.UNKNOWN, R.NOANSWER)),
        ("40005", "isv.app-call-limited", (Pay.UNKNOWN, R.BUSY)),
        ("40002", "isv.invalid-signature", (Pay.MISCONFIGURED, R.KEYS)),
        ("40006", "isv.insufficient-isv-permissions", (Pay.MISCONFIGURED, R.CONFIG)),
        ("40004", "ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION", (Pay.DOUBTFUL, R.SHOPLIMIT)),
        ("40004", "ACQ.MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT", (Pay.DOUBTFUL, R.SHOPLIMIT)),
        ("40004", "ACQ.MERCHANT_AGREEMENT_NOT_EXIST", (Pay.DOUBTFUL, R.CONFIG)),
    ],
)
def test_rows_of_pay(code, sub_code, row):
    assert table.pay_row(code, sub_code) == row


def test_rows_of_query_and_cancel():
    assert table.query_row("40004", "ACQ.TRADE_NOT_EXIST") == (Found.NO_SUCH_ORDER, R.NOTFOUND)
    assert table.query_row("20000", "") == (Found.UNKNOWN, R.NOANSWER)
    assert table.query_row("40002", "isv.invalid-signature") == (Found.MISCONFIGURED, R.KEYS)
    assert table.cancel_row("20000", "")[0] is Undone.AGAIN
    assert table.cancel_row("40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH") == (Undone.SHOP_FUNDS, R.SHOPFUNDS)
    assert table.cancel_row("40004", "ACQ.TRADE_CANCEL_TIME_OUT") == (Undone.TOO_LATE, R.TOOLATE)
    assert table.cancel_row("40004", "ACQ.NEW") == (Undone.UNKNOWN, R.NOANSWER)
    paid = [status for status, row in table.TRADE_STATUS.items() if row[0] is Found.PAID]
    assert paid == ["TRADE_SUCCESS", "TRADE_FINISHED"]
