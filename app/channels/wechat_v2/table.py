"""Every code of the WeChat V2 fact sheet and what the till makes of it (``wechat.md`` §2.1-2.7, ``words.md`` §4.2).

A row is looked up by (call, code), never by the code alone. What is not here is UNKNOWN with ``noanswer``: nothing
outside these tables is ever paid or declined. All rows speak of *verified* answers; an unsigned ``return_code=FAIL``
is judged by ``UNSIGNED_TEXTS`` alone.
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

_UNKNOWN_PAY: Final[PayRow] = (Pay.UNKNOWN, Reason.NOANSWER)
_ASK_FIRST: Final[PayRow] = (Pay.DOUBTFUL, Reason.NUMBER)
_NEW_CODE: Final[PayRow] = (Pay.DECLINED, Reason.CODE)
_OVER: Final[PayRow] = (Pay.DECLINED, Reason.OVER)
_OUR_CONFIG: Final[PayRow] = (Pay.MISCONFIGURED, Reason.CONFIG)

PAY: Final[Mapping[str, PayRow]] = MappingProxyType(
    {
        "SYSTEMERROR": _UNKNOWN_PAY,
        "BANKERROR": _UNKNOWN_PAY,  # the official demo takes it for a failure; the table says unknown
        "USERPAYING": (Pay.PENDING, None),
        "ORDERPAID": _ASK_FIRST,
        "OUT_TRADE_NO_USED": _ASK_FIRST,
        "INVALID_REQUEST": _ASK_FIRST,  # one code for a used number, a missing right and "too often" (§7.8)
        "TRADE_ERROR": (Pay.DOUBTFUL, Reason.WALLET),  # §7.8
        "AUTHCODEEXPIRE": _NEW_CODE,
        "AUTH_CODE_INVALID": _NEW_CODE,
        "AUTH_CODE_ERROR": _NEW_CODE,
        "NOTENOUGH": (Pay.DECLINED, Reason.BALANCE),
        "NOTSUPORTCARD": (Pay.DECLINED, Reason.CARD),  # spelt so by the channel
        "RULELIMIT": (Pay.DECLINED, Reason.LIMIT),
        "ORDERCLOSED": _OVER,
        "ORDERREVERSED": _OVER,
        "BUYER_MISMATCH": _OVER,
        "NOAUTH": _OUR_CONFIG,
        "APPID_NOT_EXIST": _OUR_CONFIG,
        "MCHID_NOT_EXIST": _OUR_CONFIG,
        "APPID_MCHID_NOT_MATCH": _OUR_CONFIG,
        "PARAM_ERROR": _OUR_CONFIG,
        "LACK_PARAMS": _OUR_CONFIG,
        "XML_FORMAT_ERROR": _OUR_CONFIG,
        "NOT_UTF8": _OUR_CONFIG,
        "REQUIRE_POST_METHOD": _OUR_CONFIG,
        "SIGNERROR": (Pay.MISCONFIGURED, Reason.KEYS),
    }
)

# With one pay request per order number these cannot come (words.md §4.3): believed, and told to the maintainer.
ODD_PAY: Final = frozenset({"ORDERCLOSED", "ORDERREVERSED", "BUYER_MISMATCH"})

TRADE_STATE: Final[Mapping[str, FoundRow]] = MappingProxyType(
    {
        "SUCCESS": (Found.PAID, None),
        # The query does not say how much was refunded, so "in full" is never assumed: a sale past D2 that was only
        # partly given back must not end. Whoever knows the sum (refund_fee) is handled in ``answers``.
        "REFUND": (Found.PARTLY_REFUNDED, None),
        "REVOKED": (Found.RETURNED, None),
        "CLOSED": (Found.RETURNED, None),
        "PAYERROR": (Found.PAY_ERROR, None),
        "USERPAYING": (Found.PENDING, None),
        "NOTPAY": (Found.PENDING, None),
        "ACCEPT": (Found.PENDING, None),
    }
)

ODD_STATE: Final = frozenset({"CLOSED"})  # a payment-code order cannot be closed, only revoked (§7.8)

_QUERY_CONFIG: Final[FoundRow] = (Found.MISCONFIGURED, Reason.CONFIG)

QUERY: Final[Mapping[str, FoundRow]] = MappingProxyType(
    {
        "ORDERNOTEXIST": (Found.NO_SUCH_ORDER, Reason.NOTFOUND),
        "SYSTEMERROR": (Found.UNKNOWN, Reason.NOANSWER),
        # Envelope codes that mean the same in every call; without them a wrong id would look like a slow channel.
        "NOAUTH": _QUERY_CONFIG,
        "APPID_NOT_EXIST": _QUERY_CONFIG,
        "MCHID_NOT_EXIST": _QUERY_CONFIG,
        "APPID_MCHID_NOT_MATCH": _QUERY_CONFIG,
        "PARAM_ERROR": _QUERY_CONFIG,
        "LACK_PARAMS": _QUERY_CONFIG,
        "XML_FORMAT_ERROR": _QUERY_CONFIG,
        "NOT_UTF8": _QUERY_CONFIG,
        "REQUIRE_POST_METHOD": _QUERY_CONFIG,
        "SIGNERROR": (Found.MISCONFIGURED, Reason.KEYS),
    }
)

REVERSE: Final[Mapping[str, UndoneRow]] = MappingProxyType(
    {
        "SUCCESS": (Undone.DONE, None),
        "SYSTEMERROR": (Undone.AGAIN, Reason.NOANSWER),
        "USERPAYING": (Undone.BUSY, None),
        "REVERSE_EXPIRE": (Undone.TOO_LATE, Reason.TOOLATE),
        # About this one order, so the channel stays open for others.
        "INVALID_TRANSACTIONID": (Undone.REFUSED, Reason.CONFIG),
        "INVALID_REQUEST": (Undone.REFUSED, Reason.CONFIG),
        "TRADE_ERROR": (Undone.REFUSED, None),
        "PARAM_ERROR": (Undone.MISCONFIGURED, Reason.CONFIG),
        "REQUIRE_POST_METHOD": (Undone.MISCONFIGURED, Reason.CONFIG),
        "SIGNERROR": (Undone.MISCONFIGURED, Reason.KEYS),
    }
)

_REFUND_CONFIG: Final[RepaidRow] = (Repaid.MISCONFIGURED, Reason.CONFIG)
_REFUND_KEYS: Final[RepaidRow] = (Repaid.MISCONFIGURED, Reason.KEYS)
_NOT_SO: Final[RepaidRow] = (Repaid.REFUSED, Reason.NOREFUND)
_NO_SALE: Final[RepaidRow] = (Repaid.REFUSED, Reason.NOTFOUND)
_TOO_OFTEN: Final[RepaidRow] = (Repaid.TOO_MANY, Reason.BUSY)

_REFUND_ENVELOPE: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {
        "NOAUTH": _REFUND_CONFIG,
        "APPID_NOT_EXIST": _REFUND_CONFIG,
        "MCHID_NOT_EXIST": _REFUND_CONFIG,
        "APPID_MCHID_NOT_MATCH": _REFUND_CONFIG,
        "PARAM_ERROR": _REFUND_CONFIG,
        "LACK_PARAMS": _REFUND_CONFIG,
        "XML_FORMAT_ERROR": _REFUND_CONFIG,
        "NOT_UTF8": _REFUND_CONFIG,
        "REQUIRE_POST_METHOD": _REFUND_CONFIG,
        "SIGNERROR": _REFUND_KEYS,
        "CERT_ERROR": _REFUND_KEYS,
    }
)

REFUND: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {
        **_REFUND_ENVELOPE,
        "SUCCESS": (Repaid.ACCEPTED, None),  # taken, not finished (RF): the query ends it
        "SYSTEMERROR": (Repaid.AGAIN, Reason.NOANSWER),
        "BIZERR_NEED_RETRY": (Repaid.AGAIN, None),
        "ORDER_NOT_READY": (Repaid.AGAIN, None),  # paid, but not settled inside WeChat yet
        "NOTENOUGH": (Repaid.SHOP_FUNDS, Reason.SHOPFUNDS),
        "TRADE_OVERDUE": (Repaid.TOO_LATE, Reason.TOOLATE),
        "FREQUENCY_LIMITED": _TOO_OFTEN,
        "INVALID_REQ_TOO_MUCH": _TOO_OFTEN,
        "USER_ACCOUNT_ABNORMAL": (Repaid.REFUSED, Reason.PAYEE),
        "REFUND_FEE_MISMATCH": _NOT_SO,
        "INVALID_REQUEST": _NOT_SO,
        "ERROR": _NOT_SO,
        "INVALID_TRANSACTIONID": _NO_SALE,
        "ORDERNOTEXIST": _NO_SALE,
    }
)

REFUND_STATUS: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {
        "SUCCESS": (Repaid.DONE, None),
        "PROCESSING": (Repaid.ACCEPTED, None),
        "REFUNDCLOSE": (Repaid.CLOSED, None),
        "CHANGE": (Repaid.ABNORMAL, None),
    }
)

REFUND_QUERY: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {
        **_REFUND_ENVELOPE,
        "REFUNDNOTEXIST": (Repaid.NO_SUCH_REFUND, Reason.NOTFOUND),
        "SYSTEMERROR": (Repaid.UNKNOWN, Reason.NOANSWER),
    }
)

# return_msg or error_code of a refused downloadbill, lower case, matched as a part, first hit wins (DB).
BILL_TEXTS: Final[tuple[tuple[str, BillFault], ...]] = (
    ("no bill exist", BillFault.NONE),
    ("bill creating", BillFault.LATER),
    ("systemerror", BillFault.LATER),
    ("invalid bill_type", BillFault.WRONG_ASK),
    ("data format error", BillFault.WRONG_ASK),
    ("missing parameter", BillFault.WRONG_ASK),
    ("uncompressgzip error", BillFault.DAMAGED),
    ("compressgzip error", BillFault.DAMAGED),
    ("sign error", BillFault.KEYS),
    ("签名", BillFault.KEYS),
)

# return_msg of an unsigned FAIL, matched as a part, lower case, first hit wins (wechat.md §2: "a parameter/sign
# error"). It may say that our side is wrong, never that the customer's payment is.
UNSIGNED_TEXTS: Final[tuple[tuple[str, Reason], ...]] = (
    ("签名", Reason.KEYS),
    ("sign", Reason.KEYS),
    ("证书", Reason.KEYS),
    ("cert", Reason.KEYS),
    ("参数", Reason.CONFIG),
    ("param", Reason.CONFIG),
    ("缺少", Reason.CONFIG),
    ("格式", Reason.CONFIG),
    ("appid", Reason.CONFIG),
    ("mch_id", Reason.CONFIG),
    ("mchid", Reason.CONFIG),
    ("商户号", Reason.CONFIG),
    ("权限", Reason.CONFIG),
)


def unsigned_reason(return_msg: str) -> Reason | None:
    """Why our own request or key is at fault, or None where the text does not say so."""
    lower = return_msg.lower()
    return next((reason for part, reason in UNSIGNED_TEXTS if part in lower), None)
