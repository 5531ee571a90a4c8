"""The tables against the codes of the fact sheet and the words, transcribed here by hand, call by call."""

import pytest

from app.channels.books import BillFault
from app.channels.wechat_v3 import table
from app.core.answers import Found, Pay, Repaid, Undone
from app.core.reasons import Reason

STATES = {"SUCCESS", "REFUND", "REVOKED", "CLOSED", "PAYERROR", "USERPAYING", "NOTPAY", "ACCEPT"}
PAY = {
    "PARAM_ERROR": (Pay.MISCONFIGURED, Reason.CONFIG),
    "NO_AUTH": (Pay.MISCONFIGURED, Reason.CONFIG),
    "INVALID_REQUEST": (Pay.UNSIGNED, Reason.NUMBER),
    "SIGN_ERROR": (Pay.MISCONFIGURED, Reason.KEYS),
    "268443699": (Pay.MISCONFIGURED, Reason.KEYS),
    "RULE_LIMIT": (Pay.UNSIGNED, Reason.LIMIT),
    "TRADE_ERROR": (Pay.UNSIGNED, Reason.WALLET),
    "FREQUENCY_LIMITED": (Pay.UNKNOWN, Reason.BUSY),
    "RATELIMIT_EXCEEDED": (Pay.UNKNOWN, Reason.BUSY),
    "SYSTEM_ERROR": (Pay.UNKNOWN, Reason.NOANSWER),
    "BANK_ERROR": (Pay.UNKNOWN, Reason.NOANSWER),
}
REFUND = {
    "NOT_ENOUGH": Reason.SHOPFUNDS,
    "RESOURCE_NOT_EXISTS": Reason.NOTFOUND,
    "PARAM_ERROR": Reason.CONFIG,
    "NO_AUTH": Reason.CONFIG,
    "INVALID_REQUEST": Reason.NOREFUND,
    "TRADE_ERROR": Reason.NOREFUND,
    "RULE_LIMIT": Reason.NOREFUND,
    "FREQUENCY_LIMITED": Reason.BUSY,
    "RATELIMIT_EXCEEDED": Reason.BUSY,
    "SYSTEM_ERROR": Reason.NOANSWER,
    "BANK_ERROR": Reason.NOANSWER,
    "SIGN_ERROR": Reason.KEYS,
    "268443699": Reason.KEYS,
}


def test_every_code_of_the_sheet_has_its_row_and_no_other_has_one():
    assert dict(table.PAY) == PAY
    assert set(table.PAY_STATE) == set(table.TRADE_STATE) == STATES
    assert table.QUERY["ORDER_NOT_EXIST"] == table.QUERY["268512771"] == (Found.NO_SUCH_ORDER, Reason.NOTFOUND)
    assert {code: row[1] for code, row in table.REFUND.items()} == REFUND
    assert set(table.REFUND_STATUS) == {"SUCCESS", "PROCESSING", "CLOSED", "ABNORMAL"}
    for code in ("TRADE_ERROR", "INVALID_REQUEST", "268449641"):
        assert table.REVERSE[code][0] is Undone.REFUSED
    assert {"NO_STATEMENT_EXIST", "STATEMENT_CREATING", "INVALID_REQUEST", "FREQUENCY_LIMITED", "NO_AUTH"} <= set(
        table.BILL
    )
    assert table.BILL["NO_STATEMENT_EXIST"] is BillFault.NONE
    assert table.BILL["STATEMENT_CREATING"] is BillFault.LATER


def test_no_code_declines_a_payment_and_only_one_state_pays():
    rows = [*table.PAY.values(), *table.PAY_AS_V2.values(), *table.PAY_STATE.values()]
    assert not any(row[0] is Pay.DECLINED for row in rows)
    assert [state for state, row in table.PAY_STATE.items() if row[0] is Pay.PAID] == ["SUCCESS"]
    assert not any(row[0] is Pay.PAID for row in table.PAY.values())
    assert [state for state, row in table.TRADE_STATE.items() if row[0] is Found.PAID] == ["SUCCESS"]
    assert not {row[0] for row in table.QUERY.values()} & {Found.PAID, Found.RETURNED, Found.PENDING}


def test_v2s_codes_choose_the_words_of_a_refusal_and_nothing_else():
    assert not set(table.PAY_AS_V2) & set(table.PAY)
    assert {row[0] for row in table.PAY_AS_V2.values()} == {Pay.UNSIGNED, Pay.MISCONFIGURED}
    assert table.PAY_AS_V2["NOT_ENOUGH"][1] is Reason.BALANCE
    assert table.PAY_AS_V2["AUTH_CODE_INVALID"][1] is Reason.CODE


def test_payerror_goes_straight_to_the_reverse_and_must_be_reversed_when_found():
    assert table.PAY_STATE["PAYERROR"][0] is Pay.UNSIGNED
    assert table.TRADE_STATE["PAYERROR"][0] is Found.PAY_ERROR


def test_a_refund_is_refused_for_good_by_three_codes_only():
    refused = {code for code, row in table.REFUND.items() if row[0] is Repaid.REFUSED}
    assert refused == {"INVALID_REQUEST", "TRADE_ERROR", "RULE_LIMIT"}


@pytest.mark.parametrize(
    ("status", "code", "number", "row"),
    [
        (403, "RULE_LIMIT", "", table.PAY["RULE_LIMIT"]),
        (500, "RULE_LIMIT", "", None),
        (200, "PARAM_ERROR", "", None),
        (302, "PARAM_ERROR", "", None),
        (500, "SYSTEM_ERROR", "", table.PAY["SYSTEM_ERROR"]),
        (503, "BANK_ERROR", "", table.PAY["BANK_ERROR"]),
        (403, "NEW_CODE", "", None),
        (401, "", "268443699", table.PAY["SIGN_ERROR"]),
        (401, "NEW_CODE", "268443699", table.PAY["SIGN_ERROR"]),
        (502, "", "268443699", None),
        (404, "", "268512771", None),
    ],
)
def test_a_code_counts_only_with_its_kind_of_status(status, code, number, row):
    assert table.listed(table.PAY, status, code, number) == row
