"""The answers about money given back: 退货, 消费撤销, and the query of either by its own number. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from app.channels import wording
from app.channels.outcome import Outcome
from app.channels.unionpay import table
from app.channels.unionpay.answers import About, Doubt, Us, binds, evidence, opened, other, txn_time
from app.core.answers import Found, RefundAnswer, Repaid
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder

VOID: Final = ("31", "00")
REFUND: Final = ("04", "00")


def kind_of(refund: RefundOrder) -> tuple[str, str]:
    """The transaction's type and subtype."""
    return VOID if refund.void else REFUND


def _about(refund: RefundOrder, *also: str) -> About:
    types = frozenset({kind_of(refund)[0], *also})
    return About(refund.out_refund_no, txn_time(refund.began_ms), refund.amount_fen, types)


def refund_answer(outcome: Outcome, us: Us, refund: RefundOrder) -> RefundAnswer:
    """The synchronous answer: taken in, or refused. 00 is never the end of it; the query is."""
    fields = opened(outcome, us.key_of)
    if isinstance(fields, Doubt):
        return RefundAnswer(_doubtful(fields), fields.evidence)
    about = _about(refund)
    kind, reason = table.refund_row(fields["respCode"])
    return _bound(fields, us, about, RefundAnswer(kind, evidence(fields, fields["respCode"], reason)))


def refund_query_answer(outcome: Outcome, us: Us, refund: RefundOrder) -> RefundAnswer:
    """The answer to the query of the refund's own orderId and txnTime."""
    fields = opened(outcome, us.key_of)
    if isinstance(fields, Doubt):
        doubtful = Repaid.MISCONFIGURED if fields.misconfigured else Repaid.UNKNOWN
        return RefundAnswer(doubtful, fields.evidence)
    about, code = _about(refund, "00"), fields["respCode"]
    if code != table.SUCCESS:
        found, reason = table.query_row(code)
        said = evidence(fields, code, reason)
        if other(fields, us, about):
            return RefundAnswer(Repaid.MISMATCH, replace(said, odd=True))
        return RefundAnswer(_unanswered(found), said)
    orig = fields.get("origRespCode", "")
    kind, reason = table.refunded_row(orig)
    said = evidence(fields, orig, reason, odd=orig in table.ODD_QUERY)
    return _bound(fields, us, about, RefundAnswer(kind, said), "txnAmt")


def _bound(fields: Mapping[str, str], us: Us, about: About, answer: RefundAnswer, *needed: str) -> RefundAnswer:
    """``answer`` if it speaks of our refund; the sum must be named where it says that money moved."""
    said = replace(answer.evidence, channel_no="")  # queryId is the refund's own here, never the sale's
    number = wording.clean_number(fields.get("queryId", ""))
    if other(fields, us, about):
        return RefundAnswer(Repaid.MISMATCH, replace(said, odd=True))
    names = needed if answer.kind is Repaid.DONE else ()
    if not binds(fields, about, "txnTime", *names):
        return RefundAnswer(Repaid.UNKNOWN, replace(said, reason=Reason.NOANSWER, odd=True))
    return replace(answer, evidence=said, refund_no=number)


def _unanswered(found: Found) -> Repaid:
    if found is Found.NO_SUCH_ORDER:
        return Repaid.NO_SUCH_REFUND
    return Repaid.MISCONFIGURED if found is Found.MISCONFIGURED else Repaid.UNKNOWN


def _doubtful(doubt: Doubt) -> Repaid:
    if doubt.not_sent:
        return Repaid.NOT_SENT
    return Repaid.MISCONFIGURED if doubt.misconfigured else Repaid.UNKNOWN
