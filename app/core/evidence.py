"""What an answer adds to a sale beyond its class, and what is not believed of it."""

from typing import Final

from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer, RefundAnswer, Repaid, ReverseAnswer, Undone
from app.core.copies import replace
from app.core.events import Now
from app.core.refund_rules import put
from app.core.sale import ALARM_OFFLINE, Sale

_PAY_BY_SIGNATURE: Final = frozenset({Pay.PAID, Pay.ACCEPTED, Pay.DECLINED, Pay.DOUBTFUL, Pay.PENDING, Pay.MISMATCH})
_FOUND_UNSIGNED: Final = frozenset({Found.UNKNOWN, Found.MISCONFIGURED})
_UNDONE_UNSIGNED: Final = frozenset({Undone.UNKNOWN, Undone.MISCONFIGURED, Undone.NOT_SENT})
# A refusal that nobody signed may say "later" or "again": the same number again does no harm.
_REPAID_UNSIGNED: Final = frozenset(
    {Repaid.UNKNOWN, Repaid.MISCONFIGURED, Repaid.NOT_SENT, Repaid.AGAIN, Repaid.TOO_MANY, Repaid.SHOP_FUNDS}
)
_SILENT: Final = frozenset({Pay.UNKNOWN, Pay.NOT_SENT, Found.UNKNOWN, Undone.UNKNOWN, Undone.NOT_SENT})
_NO_REFUND_SAID: Final = frozenset({Repaid.UNKNOWN, Repaid.NOT_SENT})


def believed_pay(answer: PayAnswer) -> PayAnswer:
    """Whatever speaks of the order counts only where the signature held (reliability I-15); else it is UNKNOWN."""
    if answer.kind in _PAY_BY_SIGNATURE and not answer.evidence.verified:
        return replace(answer, kind=Pay.UNKNOWN)
    return answer


def believed_query(answer: QueryAnswer) -> QueryAnswer:
    """As ``believed_pay``, for a query."""
    if answer.kind not in _FOUND_UNSIGNED and not answer.evidence.verified:
        return replace(answer, kind=Found.UNKNOWN)
    return answer


def believed_reverse(answer: ReverseAnswer) -> ReverseAnswer:
    """As ``believed_pay``, for a reverse."""
    if answer.kind not in _UNDONE_UNSIGNED and not answer.evidence.verified:
        return replace(answer, kind=Undone.UNKNOWN)
    return answer


def believed_refund(answer: RefundAnswer) -> RefundAnswer:
    """As ``believed_pay``, for a refund and its query."""
    if answer.kind not in _REPAID_UNSIGNED and not answer.evidence.verified:
        return replace(answer, kind=Repaid.UNKNOWN)
    return answer


def heard_refund(sale: Sale, answer: RefundAnswer, now: Now) -> Sale:
    """``sale`` and its last refund with what stands beside an answer about it."""
    evidence = answer.evidence
    silent = answer.kind in _NO_REFUND_SAID and not evidence.verified
    sale = replace(
        sale,
        forged=sale.forged or evidence.forged,
        silences=sale.silences + 1 if silent else 0,
        heard_at=sale.heard_at if silent else now.mono,
        alarm="" if sale.alarm == ALARM_OFFLINE and not silent else sale.alarm,
    )
    refund = sale.refund or sale.unconfirmed
    if refund is None or silent:
        return sale
    refund = replace(
        refund,
        refund_no=(answer.refund_no if evidence.verified else "") or refund.refund_no,
        why=evidence.reason,
        code=evidence.code or refund.code,
        says=evidence.says if evidence.code else refund.says,
    )
    return put(sale, refund)


def heard(sale: Sale, kind: Pay | Found | Undone, evidence: Evidence, now: Now) -> Sale:
    """``sale`` with what stands beside an answer. Names, times and sums are taken from verified answers only."""
    silent = kind in _SILENT and not evidence.verified
    sale = replace(
        sale,
        forged=sale.forged or evidence.forged,
        code=evidence.code or sale.code,
        says=evidence.says if evidence.code else sale.says,
        silences=sale.silences + 1 if silent else 0,
        heard_at=sale.heard_at if silent else now.mono,
        alarm="" if sale.alarm == ALARM_OFFLINE and not silent else sale.alarm,
    )
    if not evidence.verified:
        return sale
    return replace(
        sale,
        channel_no=evidence.channel_no or sale.channel_no,
        payer=evidence.payer or sale.payer,
        paid_ms=sale.paid_ms if evidence.paid_ms is None else evidence.paid_ms,
        said_fen=sale.said_fen if evidence.paid_fen in (None, sale.order.amount_fen) else evidence.paid_fen,
    )


def took_by_reverse(sale: Sale, evidence: Evidence) -> bool | None:
    """Whether money had been taken, after a reverse answer (Alipay's ``action``, alipay.md §5).

    "close" proves nothing once an earlier cancel may have given money back without our hearing of it.
    """
    if not evidence.verified or evidence.took_money is None or sale.took_money is True:
        return sale.took_money
    if evidence.took_money:
        return True
    return False if sale.reverses == 1 else sale.took_money
