"""Every code of the WeChat V3 fact sheet and what the till makes of it (``wechat.md`` §3, ``words.md`` §4.2 ``wx3``).

A row is looked up by (call, code): the states of a signed 2xx answer in one table, the codes of a 4xx or 5xx in
another. A code counts only with the kind of status it is documented for; what is not here is UNKNOWN with
``noanswer``. No refusal of V3 declines: its list of business errors is not published, and its refusals name no order.
They free the customer at once and go straight to D2, where reverse and query decide (design §7.10a).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from app.channels.books import BillFault
from app.core.answers import Found, Pay, Repaid, Undone
from app.core.reasons import Reason

PayRow = tuple[Pay, Reason | None]
FoundRow = tuple[Found, Reason | None]
UndoneRow = tuple[Undone, Reason | None]
RepaidRow = tuple[Repaid, Reason | None]

# The error's own number, where a body names no code of these tables (the end of ``Request-ID``; wechat.md §3.1).
SIGN_NUMBER: Final = "268443699"
NO_ORDER_NUMBER: Final = "268512771"
CANNOT_CLOSE_NUMBER: Final = "268449641"

SERVER_CODES: Final = frozenset({"SYSTEM_ERROR", "BANK_ERROR"})  # documented with 5xx; all others with 4xx

PAY_STATE: Final[Mapping[str, PayRow]] = MappingProxyType(
    {
        "SUCCESS": (Pay.PAID, None),
        "USERPAYING": (Pay.PENDING, None),
        "NOTPAY": (Pay.PENDING, None),
        "ACCEPT": (Pay.PENDING, None),
        "PAYERROR": (Pay.UNSIGNED, Reason.WALLET),  # signed, and yet: D2, reverse, query (§7.8)
        # With one pay request per order number the answer to it cannot be any of these: the query decides.
        "REFUND": (Pay.UNKNOWN, Reason.NOANSWER),
        "REVOKED": (Pay.UNKNOWN, Reason.NOANSWER),
        "CLOSED": (Pay.UNKNOWN, Reason.NOANSWER),
    }
)
ODD_PAY_STATE: Final = frozenset({"REFUND", "REVOKED", "CLOSED"})

_OUR_CONFIG: Final[PayRow] = (Pay.MISCONFIGURED, Reason.CONFIG)
_OUR_KEYS: Final[PayRow] = (Pay.MISCONFIGURED, Reason.KEYS)


def _refused(reason: Reason, *codes: str) -> dict[str, PayRow]:
    return dict.fromkeys(codes, (Pay.UNSIGNED, reason))


PAY: Final[Mapping[str, PayRow]] = MappingProxyType(
    {
        "PARAM_ERROR": _OUR_CONFIG,
        "NO_AUTH": _OUR_CONFIG,
        "SIGN_ERROR": _OUR_KEYS,
        SIGN_NUMBER: _OUR_KEYS,
        "INVALID_REQUEST": (Pay.UNSIGNED, Reason.NUMBER),
        "RULE_LIMIT": (Pay.UNSIGNED, Reason.LIMIT),
        "TRADE_ERROR": (Pay.UNSIGNED, Reason.WALLET),
        "FREQUENCY_LIMITED": (Pay.UNKNOWN, Reason.BUSY),
        "RATELIMIT_EXCEEDED": (Pay.UNKNOWN, Reason.BUSY),
        "SYSTEM_ERROR": (Pay.UNKNOWN, Reason.NOANSWER),
        "BANK_ERROR": (Pay.UNKNOWN, Reason.NOANSWER),
    }
)

# What else codepay refuses with is on no page. These are V2's codes, in V2's spelling and as V3 spells its own (a
# refund was seen refused with NOT_ENOUGH). They choose the words; where the sale goes is the same for every refusal.
PAY_AS_V2: Final[Mapping[str, PayRow]] = MappingProxyType(
    {
        **_refused(Reason.BALANCE, "NOT_ENOUGH", "NOTENOUGH"),
        **_refused(Reason.CODE, "AUTH_CODE_INVALID", "AUTH_CODE_ERROR", "AUTH_CODE_EXPIRED", "AUTHCODEEXPIRE"),
        **_refused(Reason.CARD, "NOTSUPORTCARD", "NOT_SUPPORT_CARD"),
        **_refused(Reason.LIMIT, "RULELIMIT"),
        **_refused(Reason.NUMBER, "ORDER_PAID", "ORDERPAID", "OUT_TRADE_NO_USED"),
        **_refused(Reason.OVER, "ORDER_CLOSED", "ORDERCLOSED", "ORDER_REVERSED", "ORDERREVERSED", "BUYER_MISMATCH"),
        "APPID_MCHID_NOT_MATCH": _OUR_CONFIG,
        "APPID_NOT_EXIST": _OUR_CONFIG,
        "MCHID_NOT_EXIST": _OUR_CONFIG,
        "MCH_NOT_EXISTS": _OUR_CONFIG,
        "NOAUTH": _OUR_CONFIG,
    }
)

TRADE_STATE: Final[Mapping[str, FoundRow]] = MappingProxyType(
    {
        "SUCCESS": (Found.PAID, None),
        # The query does not say how much was refunded, so "in full" is never assumed.
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

QUERY: Final[Mapping[str, FoundRow]] = MappingProxyType(
    {
        "ORDER_NOT_EXIST": (Found.NO_SUCH_ORDER, Reason.NOTFOUND),
        NO_ORDER_NUMBER: (Found.NO_SUCH_ORDER, Reason.NOTFOUND),
        # Codes that mean the same in every call; without them a wrong id would look like a slow channel.
        "PARAM_ERROR": (Found.MISCONFIGURED, Reason.CONFIG),
        "INVALID_REQUEST": (Found.MISCONFIGURED, Reason.CONFIG),
        "NO_AUTH": (Found.MISCONFIGURED, Reason.CONFIG),
        "SIGN_ERROR": (Found.MISCONFIGURED, Reason.KEYS),
        SIGN_NUMBER: (Found.MISCONFIGURED, Reason.KEYS),
        "FREQUENCY_LIMITED": (Found.UNKNOWN, Reason.BUSY),
        "RATELIMIT_EXCEEDED": (Found.UNKNOWN, Reason.BUSY),
        "SYSTEM_ERROR": (Found.UNKNOWN, Reason.NOANSWER),
        "BANK_ERROR": (Found.UNKNOWN, Reason.NOANSWER),
    }
)

REVERSE_STATUS: Final = frozenset({200, 204})  # 204 from the global variant; neither is proof

REVERSE: Final[Mapping[str, UndoneRow]] = MappingProxyType(
    {
        # About this one order, so the channel stays open for others.
        "TRADE_ERROR": (Undone.REFUSED, None),
        "INVALID_REQUEST": (Undone.REFUSED, Reason.CONFIG),
        CANNOT_CLOSE_NUMBER: (Undone.REFUSED, None),
        "PARAM_ERROR": (Undone.MISCONFIGURED, Reason.CONFIG),
        "NO_AUTH": (Undone.MISCONFIGURED, Reason.CONFIG),
        "SIGN_ERROR": (Undone.MISCONFIGURED, Reason.KEYS),
        SIGN_NUMBER: (Undone.MISCONFIGURED, Reason.KEYS),
        "ORDER_NOT_EXIST": (Undone.UNKNOWN, Reason.NOTFOUND),
        NO_ORDER_NUMBER: (Undone.UNKNOWN, Reason.NOTFOUND),
        "FREQUENCY_LIMITED": (Undone.AGAIN, Reason.BUSY),
        "RATELIMIT_EXCEEDED": (Undone.AGAIN, Reason.BUSY),
        "SYSTEM_ERROR": (Undone.AGAIN, Reason.NOANSWER),
        "BANK_ERROR": (Undone.AGAIN, Reason.NOANSWER),
    }
)

REFUND_STATUS: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {
        "SUCCESS": (Repaid.DONE, None),
        "PROCESSING": (Repaid.ACCEPTED, None),
        "CLOSED": (Repaid.CLOSED, None),
        "ABNORMAL": (Repaid.ABNORMAL, None),
    }
)

REFUND: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {
        "NOT_ENOUGH": (Repaid.SHOP_FUNDS, Reason.SHOPFUNDS),
        # Users see it now and then for orders that exist, and the same request pass later.
        "RESOURCE_NOT_EXISTS": (Repaid.AGAIN, Reason.NOTFOUND),
        "INVALID_REQUEST": (Repaid.REFUSED, Reason.NOREFUND),
        "TRADE_ERROR": (Repaid.REFUSED, Reason.NOREFUND),
        "RULE_LIMIT": (Repaid.REFUSED, Reason.NOREFUND),
        "PARAM_ERROR": (Repaid.MISCONFIGURED, Reason.CONFIG),
        "NO_AUTH": (Repaid.MISCONFIGURED, Reason.CONFIG),
        "SIGN_ERROR": (Repaid.MISCONFIGURED, Reason.KEYS),
        SIGN_NUMBER: (Repaid.MISCONFIGURED, Reason.KEYS),
        "FREQUENCY_LIMITED": (Repaid.TOO_MANY, Reason.BUSY),
        "RATELIMIT_EXCEEDED": (Repaid.TOO_MANY, Reason.BUSY),
        "SYSTEM_ERROR": (Repaid.AGAIN, Reason.NOANSWER),
        "BANK_ERROR": (Repaid.AGAIN, Reason.NOANSWER),
    }
)

REFUND_QUERY: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {
        "RESOURCE_NOT_EXISTS": (Repaid.NO_SUCH_REFUND, Reason.NOTFOUND),
        "PARAM_ERROR": (Repaid.MISCONFIGURED, Reason.CONFIG),
        "INVALID_REQUEST": (Repaid.MISCONFIGURED, Reason.CONFIG),
        "NO_AUTH": (Repaid.MISCONFIGURED, Reason.CONFIG),
        "SIGN_ERROR": (Repaid.MISCONFIGURED, Reason.KEYS),
        SIGN_NUMBER: (Repaid.MISCONFIGURED, Reason.KEYS),
        "FREQUENCY_LIMITED": (Repaid.UNKNOWN, Reason.BUSY),
        "RATELIMIT_EXCEEDED": (Repaid.UNKNOWN, Reason.BUSY),
        "SYSTEM_ERROR": (Repaid.UNKNOWN, Reason.NOANSWER),
        "BANK_ERROR": (Repaid.UNKNOWN, Reason.NOANSWER),
    }
)

BILL: Final[Mapping[str, BillFault]] = MappingProxyType(
    {
        "NO_STATEMENT_EXIST": BillFault.NONE,
        "STATEMENT_CREATING": BillFault.LATER,
        "FREQUENCY_LIMITED": BillFault.LATER,
        "RATELIMIT_EXCEEDED": BillFault.LATER,
        "INVALID_REQUEST": BillFault.WRONG_ASK,
        "PARAM_ERROR": BillFault.WRONG_ASK,
        "NO_AUTH": BillFault.WRONG_ASK,
        "SIGN_ERROR": BillFault.KEYS,
        SIGN_NUMBER: BillFault.KEYS,
    }
)

# What a refusal may be without a signature: nothing that speaks of the order. All of these go on trying.
UNSIGNED_PAY: Final = frozenset({Pay.UNSIGNED, Pay.UNKNOWN, Pay.MISCONFIGURED})
UNSIGNED_FOUND: Final = frozenset({Found.UNKNOWN, Found.MISCONFIGURED})
UNSIGNED_UNDONE: Final = frozenset({Undone.UNKNOWN, Undone.MISCONFIGURED})
UNSIGNED_REPAID: Final = frozenset(
    {Repaid.UNKNOWN, Repaid.MISCONFIGURED, Repaid.AGAIN, Repaid.TOO_MANY, Repaid.SHOP_FUNDS}
)


_Row = TypeVar("_Row")


def listed(table: Mapping[str, _Row], status: int, code: str, number: str) -> _Row | None:
    """The row of a refusal: by its code, else by its number, and only with the kind of status it belongs to."""
    known = code if code in table else number
    fits = 500 <= status < 600 if known in SERVER_CODES else 400 <= status < 500
    return table.get(known) if fits else None
