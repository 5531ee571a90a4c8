"""An Alipay answer to a refund, or to the question what became of it. Pure.

``refund_fee`` is what was refunded of the sale so far, never this refund alone (``alipay.md`` §6); ``fund_change=Y``
says that this very call moved money, so a repeated call that found it moved already says N and the query decides.
"""

from dataclasses import replace
from typing import Any, Final

from app.channels import wording
from app.channels.alipay import table
from app.channels.alipay.answers import Doubt, Verified, evidence_of, fen, names_other, opened, yuan
from app.channels.alipay.wire import KeyFor
from app.channels.outcome import Outcome
from app.core.answers import RefundAnswer, Repaid
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder

REFUND_METHOD: Final = "alipay.trade.refund"
QUERY_METHOD: Final = "alipay.trade.fastpay.refund.query"
_UNKNOWN: Final = (Repaid.UNKNOWN, Reason.NOANSWER)


def refund_fields(refund: RefundOrder) -> dict[str, Any]:
    """What trade.refund wants, the same for every try; out_request_no always, so that a repeat is the same refund.

    Nothing else: the channel warns that a parameter of another call makes a refund fail or happen twice (REF).
    """
    fields = {
        "out_trade_no": refund.order.out_trade_no,
        "out_request_no": refund.out_refund_no,
        "refund_amount": yuan(refund.amount_fen),
        "refund_reason": wording.clean(refund.reason),
    }
    return {name: value for name, value in fields.items() if value}


def query_fields(refund: RefundOrder) -> dict[str, Any]:
    return {"out_trade_no": refund.order.out_trade_no, "out_request_no": refund.out_refund_no}


def refund_answer(outcome: Outcome, key_for: KeyFor, refund: RefundOrder) -> RefundAnswer:
    """The answer to trade.refund."""
    said = opened(outcome, REFUND_METHOD, key_for)
    if isinstance(said, Doubt):
        return _doubtful(said)
    kind, reason = table.refund_row(said.code, said.sub_code)
    accepted = said.code == "10000"
    if accepted:
        kind, reason = table.FUND_CHANGE.get(said.text("fund_change"), (Repaid.ACCEPTED, None))
    total = fen(said.text("refund_fee"))
    least = refund.amount_fen if kind is Repaid.DONE else 0  # what has not moved yet is not in the sum
    evidence = evidence_of(said, reason)
    if _another_sale(said, refund) or (
        accepted and total is not None and not least <= total <= refund.order.amount_fen
    ):
        return RefundAnswer(Repaid.MISMATCH, replace(evidence, odd=True))
    if not accepted:
        return RefundAnswer(kind, evidence)
    if said.text("out_trade_no") != refund.order.out_trade_no:
        return RefundAnswer(Repaid.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    if kind is Repaid.DONE and total is None:  # money moved, but not how much: the query says
        return RefundAnswer(Repaid.ACCEPTED, replace(evidence, odd=True))
    return RefundAnswer(kind, evidence, total_fen=total)


def refund_query_answer(outcome: Outcome, key_for: KeyFor, refund: RefundOrder) -> RefundAnswer:
    """The answer to fastpay.refund.query; without ``refund_status`` it was not received or has failed: never final."""
    said = opened(outcome, QUERY_METHOD, key_for)
    if isinstance(said, Doubt):
        return _doubtful(said)
    if said.code != "10000":
        kind, reason = table.refund_query_row(said.code, said.sub_code)
        evidence = evidence_of(said, reason)
        return RefundAnswer(Repaid.MISMATCH if _another_sale(said, refund) else kind, evidence)
    status = said.text("refund_status")
    kind, reason = table.REFUND_STATUS.get(status, _UNKNOWN)
    evidence = evidence_of(said, reason, code=status or said.code)
    if _another_sale(said, refund) or _another_refund(said, refund):
        return RefundAnswer(Repaid.MISMATCH, replace(evidence, odd=True))
    if kind is Repaid.DONE and not _binds(said, refund):
        return RefundAnswer(Repaid.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    return RefundAnswer(kind, evidence)


def _another_sale(said: Verified, refund: RefundOrder) -> bool:
    number = said.text("trade_no")
    return names_other(said, refund.order) or bool(refund.channel_no and number not in {refund.channel_no, ""})


def _another_refund(said: Verified, refund: RefundOrder) -> bool:
    number, amount = said.text("out_request_no"), fen(said.text("refund_amount"))
    return number not in {refund.out_refund_no, ""} or amount not in {refund.amount_fen, None}


def _binds(said: Verified, refund: RefundOrder) -> bool:
    """True if the answer names our sale, our refund and its sum; absence is not enough where money is decided."""
    return (
        said.text("out_trade_no") == refund.order.out_trade_no
        and said.text("out_request_no") == refund.out_refund_no
        and fen(said.text("refund_amount")) == refund.amount_fen
    )


def _doubtful(doubt: Doubt) -> RefundAnswer:
    if doubt.not_sent:
        return RefundAnswer(Repaid.NOT_SENT, doubt.evidence)
    return RefundAnswer(Repaid.MISCONFIGURED if doubt.misconfigured else Repaid.UNKNOWN, doubt.evidence)
