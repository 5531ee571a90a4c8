"""Every code of the Alipay fact sheet and what the till makes of it (``alipay.md`` §2-6 and 9, ``words.md`` §4.2).

A row is looked up by (call, code): first the gateway code, and for 40004 the sub_code. What is not here is UNKNOWN
with ``noanswer``: nothing outside these tables is ever paid or declined. All rows speak of *verified* answers; an
unsigned one keeps its reason and loses its class (``unsigned_pay``).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.channels.books import BillFault
from app.core.answers import Found, Pay, Repaid, Undone
from app.core.reasons import Reason

PayRow = tuple[Pay, Reason | None]
FoundRow = tuple[Found, Reason | None]
UndoneRow = tuple[Undone, Reason | None]
RepaidRow = tuple[Repaid, Reason | None]

BUSINESS: Final = "40004"  # "business failed": the sub_code decides
INVALID_SIGNATURE: Final = frozenset({"isv.invalid-signature", "isv.missing-signature-key", "isv.missing-signature"})

CONFIG_CODES: Final = frozenset({"40001", "40002", "40003", "40006", "20001"})
BUSY_CODES: Final = frozenset({"40005", "isv.app-call-limited"})
UNKNOWN_CODES: Final = frozenset({"20000", "isp.unknow-error", "aop.unknow-error", "aop.ACQ.SYSTEM_ERROR"})

_UNKNOWN: Final[PayRow] = (Pay.UNKNOWN, Reason.NOANSWER)
_ASK_FIRST: Final[PayRow] = (Pay.DOUBTFUL, Reason.NUMBER)
_OUR_CONFIG: Final[PayRow] = (Pay.MISCONFIGURED, Reason.CONFIG)


def _declined(reason: Reason, *codes: str) -> dict[str, PayRow]:
    return dict.fromkeys(codes, (Pay.DECLINED, reason))


PAY: Final[Mapping[str, PayRow]] = MappingProxyType(
    {
        "10000": (Pay.ACCEPTED, None),  # may still be rolled back: the query decides (§7.7)
        "10003": (Pay.PENDING, None),
        "ACQ.SYSTEM_ERROR": _UNKNOWN,
        "ACQ.PAYMENT_FAIL": (Pay.DOUBTFUL, Reason.CODE),  # §7.8
        "ACQ.TRADE_HAS_SUCCESS": _ASK_FIRST,
        "ACQ.CONTEXT_INCONSISTENT": _ASK_FIRST,
        "ACQ.TRADE_BUYER_NOT_MATCH": _ASK_FIRST,
        **_declined(
            Reason.CODE,
            "ACQ.PAYMENT_AUTH_CODE_INVALID",
            "ACQ.PULL_MOBILE_CASHIER_FAIL",
            "ACQ.AUTH_TOKEN_IS_NOT_EXIST",
            "SOUNDWAVE_PARSER_FAIL",
        ),
        **_declined(Reason.BALANCE, "ACQ.BUYER_BALANCE_NOT_ENOUGH", "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH"),
        **_declined(
            Reason.CARD,
            "ACQ.ERROR_BALANCE_PAYMENT_DISABLE",
            "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE",
            "ACQ.NOT_SUPPORT_PAYMENT_INST",
        ),
        **_declined(
            Reason.SETUP,
            "ACQ.USER_FACE_PAYMENT_SWITCH_OFF",
            "ACQ.MOBILE_PAYMENT_SWITCH_OFF",
            "ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT",
            "ACQ.NOT_CERTIFIED_USER",
        ),
        **_declined(Reason.ACCOUNT, "ACQ.BUYER_ENABLE_STATUS_FORBID"),
        **_declined(
            Reason.LIMIT, "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR"
        ),
        **_declined(Reason.WALLET, "ACQ.PAYMENT_REQUEST_HAS_RISK"),
        **_declined(Reason.SELF, "ACQ.BUYER_SELLER_EQUAL"),
        **_declined(Reason.OVER, "ACQ.TRADE_HAS_CLOSE"),
        **_declined(Reason.FROZEN, "ACQ.SELLER_BEEN_BLOCKED", "ACQ.MERCHANT_STATUS_NOT_NORMAL"),
        **_declined(Reason.SHOPLIMIT, "ACQ.BEYOND_PAY_RESTRICTION"),
        **_declined(Reason.AMOUNT, "ACQ.PRODUCT_AMOUNT_LIMIT_ERROR", "ACQ.TOTAL_FEE_EXCEED"),
        "ACQ.ACCESS_FORBIDDEN": _OUR_CONFIG,
        "ACQ.PARTNER_ERROR": _OUR_CONFIG,
        "ACQ.INVALID_PARAMETER": _OUR_CONFIG,  # the access notes ask that calls stop on this one
        "ACQ.EXIST_FORBIDDEN_WORD": _OUR_CONFIG,
        "ACQ.INVALID_STORE_ID": _OUR_CONFIG,
    }
)

# Families whose members the documents do not list. The prefix may choose the words, never the state (words.md §4.3):
# such a refusal is queried before anything is made of it.
PAY_FAMILIES: Final[tuple[tuple[str, PayRow], ...]] = (
    ("ACQ.BEYOND_PER_RECEIPT_", (Pay.DOUBTFUL, Reason.SHOPLIMIT)),
    ("ACQ.MERCHANT_PERM_RECEIPT_", (Pay.DOUBTFUL, Reason.SHOPLIMIT)),
    ("ACQ.MERCHANT_AGREEMENT_", (Pay.DOUBTFUL, Reason.CONFIG)),
)

ODD_PAY: Final = frozenset({"ACQ.TRADE_HAS_CLOSE"})  # cannot come with one pay request per order number

TRADE_STATUS: Final[Mapping[str, FoundRow]] = MappingProxyType(
    {
        "WAIT_BUYER_PAY": (Found.PENDING, None),
        "TRADE_SUCCESS": (Found.PAID, None),  # also after a partial refund, which the query does not tell
        "TRADE_FINISHED": (Found.PAID, None),
        "TRADE_CLOSED": (Found.RETURNED, None),  # never paid, or refunded in full
    }
)

QUERY: Final[Mapping[str, FoundRow]] = MappingProxyType(
    {
        "ACQ.TRADE_NOT_EXIST": (Found.NO_SUCH_ORDER, Reason.NOTFOUND),
        "ACQ.SYSTEM_ERROR": (Found.UNKNOWN, Reason.NOANSWER),
        "ACQ.INVALID_PARAMETER": (Found.MISCONFIGURED, Reason.CONFIG),
    }
)

CANCEL: Final[Mapping[str, UndoneRow]] = MappingProxyType(
    {
        "10000": (Undone.DONE, None),
        "ACQ.SYSTEM_ERROR": (Undone.AGAIN, Reason.NOANSWER),
        "AQC.SYSTEM_ERROR": (Undone.AGAIN, Reason.NOANSWER),  # spelt so by the channel
        # The official text says "call again", other documents that a person decides. A finished trade cannot be
        # cancelled however often it is tried, so the person is called; the machine goes on trying all the same.
        "ACQ.TRADE_HAS_FINISHED": (Undone.REFUSED, None),
        "ACQ.SELLER_BALANCE_NOT_ENOUGH": (Undone.SHOP_FUNDS, Reason.SHOPFUNDS),
        "ACQ.TRADE_CANCEL_TIME_OUT": (Undone.TOO_LATE, Reason.TOOLATE),
        "ACQ.REASON_TRADE_REFUND_FEE_ERR": (Undone.REFUSED, Reason.ALREADY),
        "ACQ.REASON_TRADE_BEEN_FREEZEN": (Undone.REFUSED, None),
        "ACQ.CANCEL_NOT_ALLOWED": (Undone.REFUSED, None),
        "ACQ.INVALID_PARAMETER": (Undone.MISCONFIGURED, Reason.CONFIG),
    }
)

_NOT_SO: Final[RepaidRow] = (Repaid.REFUSED, Reason.NOREFUND)
_NO_PAYEE: Final[RepaidRow] = (Repaid.REFUSED, Reason.PAYEE)

REFUND: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {
        "10000": (Repaid.ACCEPTED, None),  # says that the call was right, not that money moved (REF)
        "ACQ.SYSTEM_ERROR": (Repaid.AGAIN, Reason.NOANSWER),
        "ACQ.REFUND_CHARGE_ERROR": (Repaid.AGAIN, None),
        "ACQ.SELLER_BALANCE_NOT_ENOUGH": (Repaid.SHOP_FUNDS, Reason.SHOPFUNDS),
        "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL": _NOT_SO,
        "ACQ.REFUND_FEE_ERROR": _NOT_SO,
        "ACQ.TRADE_STATUS_ERROR": _NOT_SO,
        "ACQ.REASON_TRADE_STATUS_INVALID": _NOT_SO,
        "ACQ.TRADE_NOT_ALLOW_REFUND": _NOT_SO,
        "ACQ.NOT_ALLOW_PARTIAL_REFUND": _NOT_SO,
        "ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND": _NOT_SO,
        # The number has already carried another amount: that refund may have gone through, so a person looks.
        "ACQ.DISCORDANT_REPEAT_REQUEST": _NOT_SO,
        "ACQ.TRADE_NOT_EXIST": (Repaid.REFUSED, Reason.NOTFOUND),
        "ACQ.TRADE_HAS_FINISHED": (Repaid.TOO_LATE, Reason.TOOLATE),
        "ACQ.BUYER_ERROR": _NO_PAYEE,
        "ACQ.CUSTOMER_VALIDATE_ERROR": _NO_PAYEE,
        "ACQ.INVALID_PARAMETER": (Repaid.MISCONFIGURED, Reason.CONFIG),
        # Not on the sheet, but in the call's list of errors as several public clients carry it.
        "ACQ.TRADE_HAS_CLOSE": (Repaid.REFUSED, Reason.ALREADY),  # cancelled, or all of it refunded
        "ACQ.REASON_TRADE_REFUND_FEE_ERR": _NOT_SO,
        "ACQ.REASON_TRADE_BEEN_FREEZEN": _NOT_SO,
        "ACQ.BUYER_NOT_EXIST": _NO_PAYEE,
        "ACQ.BUYER_ENABLE_STATUS_FORBID": _NO_PAYEE,
    }
)

FUND_CHANGE: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {"Y": (Repaid.DONE, None), "N": (Repaid.ACCEPTED, None), "": (Repaid.ACCEPTED, None)}
)

REFUND_STATUS: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {"REFUND_SUCCESS": (Repaid.DONE, None), "": (Repaid.NO_SUCH_REFUND, Reason.NOTFOUND)}
)

REFUND_QUERY: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {
        "ACQ.TRADE_NOT_EXIST": (Repaid.NO_SUCH_REFUND, Reason.NOTFOUND),
        "ACQ.SYSTEM_ERROR": (Repaid.UNKNOWN, Reason.NOANSWER),
        "ACQ.INVALID_PARAMETER": (Repaid.MISCONFIGURED, Reason.CONFIG),
    }
)

BILL: Final[Mapping[str, BillFault]] = MappingProxyType(
    {
        "BILL_NOT_EXIST": BillFault.NONE,
        "NO_BILL_DATA": BillFault.NONE,
        "SYSTEM_RATE_LIMIT": BillFault.LATER,
        "USER_RATE_LIMIT": BillFault.LATER,
        "INVAILID_ARGUMENTS": BillFault.WRONG_ASK,  # spelt so by the channel
        "INVALID_ARGUMENTS": BillFault.WRONG_ASK,
    }
)

ACTION_TOOK_MONEY: Final[Mapping[str, bool]] = MappingProxyType({"refund": True, "close": False})


def gateway_reason(code: str, sub_code: str) -> tuple[bool, Reason] | None:
    """(our own fault?, reason) for a code of the gateway itself, the same in every call; None for a business code."""
    if sub_code in INVALID_SIGNATURE:
        return True, Reason.KEYS
    if code in CONFIG_CODES:
        return True, Reason.CONFIG
    if code in BUSY_CODES or sub_code in BUSY_CODES:
        return False, Reason.BUSY
    if code in UNKNOWN_CODES or sub_code in UNKNOWN_CODES:
        return False, Reason.NOANSWER
    return None


def pay_row(code: str, sub_code: str) -> PayRow:
    """The class and the reason of a verified answer to trade.pay."""
    gateway = gateway_reason(code, sub_code)
    if gateway is not None:
        return (Pay.MISCONFIGURED if gateway[0] else Pay.UNKNOWN), gateway[1]
    if code != BUSINESS:
        return PAY.get(code, _UNKNOWN) if code in {"10000", "10003"} else _UNKNOWN
    if sub_code in PAY and sub_code not in {"10000", "10003"}:
        return PAY[sub_code]
    return next((row for prefix, row in PAY_FAMILIES if sub_code.startswith(prefix)), _UNKNOWN)


def query_row(code: str, sub_code: str) -> FoundRow:
    """The class and the reason of a verified answer to trade.query other than 10000."""
    gateway = gateway_reason(code, sub_code)
    if gateway is not None:
        return (Found.MISCONFIGURED if gateway[0] else Found.UNKNOWN), gateway[1]
    return QUERY.get(sub_code if code == BUSINESS else "", (Found.UNKNOWN, Reason.NOANSWER))


def cancel_row(code: str, sub_code: str) -> UndoneRow:
    """The class and the reason of a verified answer to trade.cancel."""
    gateway = gateway_reason(code, sub_code)
    if gateway is not None:
        return (Undone.MISCONFIGURED if gateway[0] else Undone.AGAIN), gateway[1]
    if code == "10000":
        return CANCEL[code]
    named = sub_code if code == BUSINESS and sub_code != "10000" else ""
    return CANCEL.get(named, (Undone.UNKNOWN, Reason.NOANSWER))


def refund_row(code: str, sub_code: str) -> RepaidRow:
    """The class and the reason of a verified answer to trade.refund; ``FUND_CHANGE`` decides under 10000."""
    gateway = gateway_reason(code, sub_code)
    if gateway is not None:
        return (Repaid.MISCONFIGURED if gateway[0] else Repaid.UNKNOWN), gateway[1]
    if code == "10000":
        return REFUND[code]
    named = sub_code if code == BUSINESS and sub_code != "10000" else ""
    return REFUND.get(named, (Repaid.UNKNOWN, Reason.NOANSWER))


def refund_query_row(code: str, sub_code: str) -> RepaidRow:
    """The class and the reason of a verified answer to fastpay.refund.query other than 10000."""
    gateway = gateway_reason(code, sub_code)
    if gateway is not None:
        return (Repaid.MISCONFIGURED if gateway[0] else Repaid.UNKNOWN), gateway[1]
    return REFUND_QUERY.get(sub_code if code == BUSINESS else "", (Repaid.UNKNOWN, Reason.NOANSWER))


def bill_fault(code: str, sub_code: str) -> BillFault:
    """Why bill.downloadurl.query gave no address."""
    gateway = gateway_reason(code, sub_code)
    if gateway is not None:
        ours, reason = gateway
        return (BillFault.KEYS if reason is Reason.KEYS else BillFault.WRONG_ASK) if ours else BillFault.LATER
    return BILL.get(sub_code.rpartition(".")[2].upper(), BillFault.NO_ANSWER)
