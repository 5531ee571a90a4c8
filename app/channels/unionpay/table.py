"""Every respCode of the UnionPay fact sheet and what the till makes of it (``unionpay.md`` §3-4, ``words.md`` §4.2).

A row is looked up by (call, code), never by the code alone. What is not here is UNKNOWN with ``noanswer``: nothing
outside these tables is ever paid or declined. All rows speak of *verified* answers; an unsigned one keeps its reason
and loses its class. No row of the pay call is paid: 00 says that the request was taken in, the query what became of it.
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

SUCCESS: Final = "00"
FLAWED: Final = "A6"  # 有缺陷的成功: paid, and a person should look at it
_UNSURE: Final = ("03", "04", "05", "99")
_BUSY: Final = ("02", "06", "37")


def _declined(reason: Reason, *codes: str) -> dict[str, PayRow]:
    return dict.fromkeys(codes, (Pay.DECLINED, reason))


PAY: Final[Mapping[str, PayRow]] = MappingProxyType(
    {
        SUCCESS: (Pay.ACCEPTED, None),
        FLAWED: (Pay.ACCEPTED, None),  # only the query's A6 counts as paid (words.md §4.3)
        **dict.fromkeys((*_UNSURE, "70", "83"), (Pay.UNKNOWN, Reason.NOANSWER)),
        **dict.fromkeys(_BUSY, (Pay.UNKNOWN, Reason.BUSY)),  # "later" must not be obeyed with the same number
        "12": (Pay.DOUBTFUL, Reason.NUMBER),
        "34": (Pay.UNKNOWN, Reason.NOTFOUND),
        "42": (Pay.UNKNOWN, Reason.NOANSWER),  # debited, but too late: only a query and a person know
        "10": (Pay.MISCONFIGURED, Reason.CONFIG),
        "13": (Pay.MISCONFIGURED, Reason.CONFIG),
        "32": (Pay.MISCONFIGURED, Reason.CONFIG),
        "43": (Pay.MISCONFIGURED, Reason.CONFIG),
        "11": (Pay.MISCONFIGURED, Reason.KEYS),
        **_declined(Reason.WALLET, "01", "38"),
        **_declined(Reason.CARD, "30", "44", "60", "61", "62", "63", "68", "73", "78", "79"),
        **_declined(Reason.FROZEN, "31", "92", "93", "94", "95", "96"),
        **_declined(Reason.AMOUNT, "33"),
        **_declined(Reason.OVER, "35", "36", "39", "45", "46"),
        **_declined(Reason.SETUP, "40", "66", "77"),
        **_declined(Reason.BALANCE, "64", "90"),
        **_declined(Reason.PASSWORD, "65", "67", "69", "82", "91"),
        **_declined(Reason.CODE, "80", "86", "88", "89"),
        **_declined(Reason.LIMIT, "81", "87"),
        **_declined(Reason.PROMO, "85"),
    }
)

# They speak of an earlier transaction, which a payment does not have: believed, and told to the maintainer.
ODD_PAY: Final = frozenset({FLAWED, "35", "36", "39", "42", "45", "46"})
ODD_QUERY: Final = frozenset({FLAWED, "42"})

QUERY: Final[Mapping[str, FoundRow]] = MappingProxyType(
    {
        "34": (Found.NO_SUCH_ORDER, Reason.NOTFOUND),  # never final by itself
        **dict.fromkeys(_UNSURE, (Found.UNKNOWN, Reason.NOANSWER)),
        **dict.fromkeys(_BUSY, (Found.UNKNOWN, Reason.BUSY)),
        # The question itself was wrong. Without the last three a wrong merchant would look like a slow channel.
        **dict.fromkeys(("10", "12", "13", "31", "32", "43"), (Found.MISCONFIGURED, Reason.CONFIG)),
        "11": (Found.MISCONFIGURED, Reason.KEYS),
    }
)

REVERSE: Final[Mapping[str, UndoneRow]] = MappingProxyType(
    {
        SUCCESS: (Undone.DONE, None),
        **dict.fromkeys(_UNSURE, (Undone.AGAIN, Reason.NOANSWER)),
        **dict.fromkeys(_BUSY, (Undone.AGAIN, Reason.BUSY)),
        "34": (Undone.AGAIN, Reason.NOTFOUND),
        "39": (Undone.TOO_LATE, Reason.TOOLATE),
        "46": (Undone.DONE, Reason.ALREADY),  # an earlier try of ours was heard; the query says whether it holds
        "45": (Undone.REFUSED, Reason.ALREADY),  # somebody refunded or voided it
        "35": (Undone.REFUSED, None),
        "36": (Undone.REFUSED, None),
        **dict.fromkeys(("10", "13", "31", "32", "43"), (Undone.MISCONFIGURED, Reason.CONFIG)),
        "11": (Undone.MISCONFIGURED, Reason.KEYS),
    }
)

REFUND: Final[Mapping[str, RepaidRow]] = MappingProxyType(  # 退货 and 消费撤销
    {
        SUCCESS: (Repaid.ACCEPTED, None),
        **dict.fromkeys(_UNSURE, (Repaid.UNKNOWN, Reason.NOANSWER)),
        "02": (Repaid.AGAIN, Reason.BUSY),
        "06": (Repaid.AGAIN, Reason.BUSY),
        "37": (Repaid.TOO_MANY, Reason.BUSY),
        "12": (Repaid.UNKNOWN, Reason.NUMBER),  # this very number was heard before: its query tells
        "39": (Repaid.TOO_LATE, Reason.TOOLATE),
        "45": (Repaid.REFUSED, Reason.ALREADY),
        "46": (Repaid.REFUSED, Reason.ALREADY),
        **dict.fromkeys(("33", "35", "36"), (Repaid.REFUSED, Reason.NOREFUND)),
        **dict.fromkeys(("64", "90"), (Repaid.SHOP_FUNDS, Reason.SHOPFUNDS)),
        **dict.fromkeys(("10", "13", "31", "32", "43"), (Repaid.MISCONFIGURED, Reason.CONFIG)),
        "11": (Repaid.MISCONFIGURED, Reason.KEYS),
    }
)

_FAILED: Final = frozenset({Pay.DECLINED, Pay.MISCONFIGURED})
_PAID: Final = frozenset({SUCCESS, FLAWED})


def _original(code: str, row: PayRow) -> FoundRow:
    kind, reason = row
    if code in _PAID:
        return Found.PAID, None
    return (Found.RETURNED if kind in _FAILED else Found.UNKNOWN), reason


def _original_refund(code: str, row: PayRow) -> RepaidRow:
    kind, reason = row
    if code in _PAID:
        return Repaid.DONE, None
    if code in {"03", "04", "05"}:
        return Repaid.ACCEPTED, None
    if kind in _FAILED:
        return Repaid.CLOSED, REFUND.get(code, (Repaid.UNKNOWN, Reason.NOANSWER))[1]
    return Repaid.UNKNOWN, reason


# What ``origRespCode`` says in a query that succeeded: 00 and A6 paid, a listed failure never paid, all else not known.
ORIGINAL: Final[Mapping[str, FoundRow]] = MappingProxyType({code: _original(code, row) for code, row in PAY.items()})
# The same of a refund or a void: a listed failure is CLOSED, a new one needs a new number.
ORIGINAL_REFUND: Final[Mapping[str, RepaidRow]] = MappingProxyType(
    {code: _original_refund(code, row) for code, row in PAY.items()}
)

FILE: Final[Mapping[str, BillFault]] = MappingProxyType(
    {
        "98": BillFault.NONE,
        **dict.fromkeys(("10", "12", "13", "14", "31", "32", "41", "43"), BillFault.WRONG_ASK),
        "11": BillFault.KEYS,
        **dict.fromkeys(_BUSY, BillFault.LATER),
    }
)

_UNKNOWN_PAY: Final[PayRow] = (Pay.UNKNOWN, Reason.NOANSWER)


def pay_row(code: str) -> PayRow:
    """The class and the reason of a verified answer to a payment."""
    return PAY.get(code, _UNKNOWN_PAY)


def query_row(code: str) -> FoundRow:
    """The class and the reason of a verified answer to a query that did not succeed itself."""
    return QUERY.get(code, (Found.UNKNOWN, Reason.NOANSWER))


def payment_row(orig_code: str) -> FoundRow:
    """What ``origRespCode`` says of a payment."""
    return ORIGINAL.get(orig_code, (Found.UNKNOWN, Reason.NOANSWER))


def took_nothing(orig_code: str) -> bool:
    """True if this failure says that no money was taken; "already reversed" and its like do not say so."""
    kind, reason = pay_row(orig_code)
    return kind in _FAILED and reason is not Reason.OVER


def reverse_row(code: str) -> UndoneRow:
    """The class and the reason of a verified answer to 冲正."""
    return REVERSE.get(code, (Undone.UNKNOWN, Reason.NOANSWER))


def refund_row(code: str) -> RepaidRow:
    """The class and the reason of a verified answer to a refund or a void."""
    return REFUND.get(code, (Repaid.UNKNOWN, Reason.NOANSWER))


def refunded_row(orig_code: str) -> RepaidRow:
    """What ``origRespCode`` says of a refund or a void."""
    return ORIGINAL_REFUND.get(orig_code, (Repaid.UNKNOWN, Reason.NOANSWER))
