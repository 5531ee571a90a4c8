"""The tables against the words' own sheet (words.md §4.2, rows ``up``), row by row."""

import pytest

from app.channels.books import BillFault
from app.channels.unionpay import table
from app.core.answers import Found, Pay, Repaid, Undone
from app.core.reasons import Reason

R = Reason

DECLINED = {
    R.WALLET: "01 38",
    R.CARD: "30 44 60 61 62 63 68 73 78 79",
    R.FROZEN: "31 92 93 94 95 96",
    R.AMOUNT: "33",
    R.OVER: "35 36 39 45 46",
    R.SETUP: "40 66 77",
    R.BALANCE: "64 90",
    R.PASSWORD: "65 67 69 82 91",
    R.CODE: "80 86 88 89",
    R.LIMIT: "81 87",
    R.PROMO: "85",
}
PAY = {
    **{code: (Pay.DECLINED, reason) for reason, codes in DECLINED.items() for code in codes.split()},
    **dict.fromkeys(["10", "13", "32", "43"], (Pay.MISCONFIGURED, R.CONFIG)),
    "11": (Pay.MISCONFIGURED, R.KEYS),
    **dict.fromkeys(["03", "04", "05", "70", "83", "99"], (Pay.UNKNOWN, R.NOANSWER)),
    **dict.fromkeys(["02", "06", "37"], (Pay.UNKNOWN, R.BUSY)),
    "12": (Pay.DOUBTFUL, R.NUMBER),
    "42": (Pay.UNKNOWN, R.NOANSWER),
    "34": (Pay.UNKNOWN, R.NOTFOUND),
    "00": (Pay.ACCEPTED, None),
    "A6": (Pay.ACCEPTED, None),
}
QUERY = {
    "34": (Found.NO_SUCH_ORDER, R.NOTFOUND),
    **dict.fromkeys(["10", "12", "13", "31", "32", "43"], (Found.MISCONFIGURED, R.CONFIG)),
    "11": (Found.MISCONFIGURED, R.KEYS),  # the sheet's r.config says less of a wrong key
    **dict.fromkeys(["03", "04", "05", "99"], (Found.UNKNOWN, R.NOANSWER)),
    **dict.fromkeys(["02", "06", "37"], (Found.UNKNOWN, R.BUSY)),
}
REVERSE = {
    "00": (Undone.DONE, None),
    **dict.fromkeys(["03", "04", "05", "99"], (Undone.AGAIN, R.NOANSWER)),
    "34": (Undone.AGAIN, R.NOTFOUND),
    "39": (Undone.TOO_LATE, R.TOOLATE),
    **dict.fromkeys(["10", "13", "31", "32", "43"], (Undone.MISCONFIGURED, R.CONFIG)),
    "11": (Undone.MISCONFIGURED, R.KEYS),
    **dict.fromkeys(["02", "06", "37"], (Undone.AGAIN, R.BUSY)),
    "45": (Undone.REFUSED, R.ALREADY),
    "46": (Undone.DONE, R.ALREADY),
    **dict.fromkeys(["35", "36"], (Undone.REFUSED, None)),
}
REFUND = {
    "00": (Repaid.ACCEPTED, None),
    **dict.fromkeys(["03", "04", "05", "99"], (Repaid.UNKNOWN, R.NOANSWER)),
    "39": (Repaid.TOO_LATE, R.TOOLATE),
    **dict.fromkeys(["10", "13", "31", "32", "43"], (Repaid.MISCONFIGURED, R.CONFIG)),
    "11": (Repaid.MISCONFIGURED, R.KEYS),
    **dict.fromkeys(["02", "06"], (Repaid.AGAIN, R.BUSY)),
    "37": (Repaid.TOO_MANY, R.BUSY),
    "12": (Repaid.UNKNOWN, R.NUMBER),
    **dict.fromkeys(["45", "46"], (Repaid.REFUSED, R.ALREADY)),
    **dict.fromkeys(["33", "35", "36"], (Repaid.REFUSED, R.NOREFUND)),
    **dict.fromkeys(["64", "90"], (Repaid.SHOP_FUNDS, R.SHOPFUNDS)),
}
EVERY = [f"{n:02d}" for n in range(100)] + ["A6", "", "0", "000", "a6", "AA", "00 ", "٠٠"]


@pytest.mark.parametrize(
    ("rows", "sheet"),
    [(table.PAY, PAY), (table.QUERY, QUERY), (table.REVERSE, REVERSE), (table.REFUND, REFUND)],
    ids=["pay", "query", "reverse", "refund"],
)
def test_a_table_is_the_sheet(rows, sheet):
    assert dict(rows) == sheet


@pytest.mark.parametrize("code", [c for c in EVERY if c not in PAY])
def test_what_is_in_no_list_is_unknown(code):
    assert table.pay_row(code) == (Pay.UNKNOWN, R.NOANSWER)
    assert table.query_row(code) == (Found.UNKNOWN, R.NOANSWER)
    assert table.payment_row(code) == (Found.UNKNOWN, R.NOANSWER)
    assert table.reverse_row(code) == (Undone.UNKNOWN, R.NOANSWER)
    assert table.refund_row(code) == (Repaid.UNKNOWN, R.NOANSWER)
    assert table.refunded_row(code)[0] is Repaid.UNKNOWN
    assert not table.took_nothing(code)


def test_no_answer_to_a_payment_pays_and_only_00_and_a6_of_its_query_do():
    assert not any(row[0] is Pay.PAID for row in table.PAY.values())
    assert [code for code in EVERY if table.payment_row(code)[0] is Found.PAID] == ["00", "A6"]
    assert [code for code in EVERY if table.refunded_row(code)[0] is Repaid.DONE] == ["00", "A6"]


def test_a_failure_of_the_payment_says_nothing_was_taken_unless_it_speaks_of_another_transaction():
    failed = {code for code in EVERY if table.payment_row(code)[0] is Found.RETURNED}
    assert failed == {code for code, row in PAY.items() if row[0] in {Pay.DECLINED, Pay.MISCONFIGURED}}
    assert {code for code in failed if not table.took_nothing(code)} == {"35", "36", "39", "45", "46"}
    assert "34" not in failed


def test_a_refund_that_failed_is_closed():
    assert table.refunded_row("64") == (Repaid.CLOSED, R.SHOPFUNDS)
    assert table.refunded_row("45") == (Repaid.CLOSED, R.ALREADY)
    assert table.refunded_row("05") == (Repaid.ACCEPTED, None)
    assert table.refunded_row("34")[0] is table.refunded_row("42")[0] is Repaid.UNKNOWN


def test_the_files_own_rows():
    assert table.FILE["98"] is BillFault.NONE
    assert table.FILE["14"] is table.FILE["41"] is BillFault.WRONG_ASK
    assert table.FILE["11"] is BillFault.KEYS
    assert "00" not in table.FILE
