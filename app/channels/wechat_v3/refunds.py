"""What WeChat V3 says of a refund. Pure.

An answer to the refund call means "accepted" at most; its query ends it (design §7.9). Refund answers carry no mchid:
they are bound by order number, refund number and both sums.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, assert_never

from app.channels import wording
from app.channels.wechat_v3 import table, wire
from app.channels.wechat_v3.answers import Came, Doubt, evidence_of_refusal, opened
from app.channels.wechat_v3.wire import Refused, Signed
from app.core.answers import Evidence, RefundAnswer, Repaid
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder


def refund_answer(came: Came, refund: RefundOrder) -> RefundAnswer:
    """The answer to the refund call: ``status`` SUCCESS is "accepted" until its query says so."""
    answer = _answer(came, refund, table.REFUND)
    return replace(answer, kind=Repaid.ACCEPTED) if answer.kind is Repaid.DONE else answer


def refund_query_answer(came: Came, refund: RefundOrder) -> RefundAnswer:
    """The answer to a query by refund number."""
    return _answer(came, refund, table.REFUND_QUERY)


def _answer(came: Came, refund: RefundOrder, codes: Mapping[str, table.RepaidRow]) -> RefundAnswer:
    said = opened(came)
    match said:
        case Doubt():
            return RefundAnswer(Repaid.NOT_SENT if said.not_sent else Repaid.UNKNOWN, said.evidence)
        case Refused():
            return _refused(said, codes)
        case Signed(status=200, fields=fields):
            return _state(fields, refund)
        case Signed():
            code = f"HTTP {said.status}"
            return RefundAnswer(Repaid.UNKNOWN, Evidence(Reason.NOANSWER, code, verified=True, odd=True))
        case _:
            assert_never(said)


def _refused(said: Refused, codes: Mapping[str, table.RepaidRow]) -> RefundAnswer:
    kind, reason = table.listed(codes, said.status, said.code, said.number) or (Repaid.UNKNOWN, Reason.NOANSWER)
    vouched = said.signed and said.code in codes
    if not vouched and kind not in table.UNSIGNED_REPAID:
        kind = Repaid.UNKNOWN
    return RefundAnswer(kind, evidence_of_refusal(said, reason, verified=vouched))


def _state(fields: Mapping[str, Any], refund: RefundOrder) -> RefundAnswer:
    status = wire.text(fields, "status")
    kind, reason = table.REFUND_STATUS.get(status, (Repaid.UNKNOWN, Reason.NOANSWER))
    evidence = Evidence(
        reason=reason,
        code=wording.clean_code(status),
        says=wording.clean(wire.text(fields, "user_received_account")),
        verified=True,
        channel_no=wording.clean_number(wire.text(fields, "transaction_id")),
    )
    if _other(fields, refund):
        return RefundAnswer(Repaid.MISMATCH, replace(evidence, odd=True))
    amount = wire.inner(fields, "amount")
    named = fields.get("out_refund_no") == refund.out_refund_no and wire.fen(amount, "refund") == refund.amount_fen
    if not named:
        return RefundAnswer(Repaid.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    return RefundAnswer(kind, evidence, wording.clean_number(wire.text(fields, "refund_id")))


def _other(fields: Mapping[str, Any], refund: RefundOrder) -> bool:
    """True if a signed answer names another refund, order, sum or currency than ours."""
    amount = wire.inner(fields, "amount")
    expected = {"out_refund_no": refund.out_refund_no, "out_trade_no": refund.order.out_trade_no}
    sums = {"refund": refund.amount_fen, "total": refund.order.amount_fen}
    return (
        any(fields.get(name, value) != value for name, value in expected.items())
        or any(type(said) is int and said != sums[name] for name, said in amount.items() if name in sums)
        or amount.get("currency", "CNY") != "CNY"
    )
