"""A WeChat V2 answer to a refund, or to the question what became of it. Pure.

DONE comes from a verified refundquery only, for our merchant, sale and refund number, with our sums (design §7.9);
refund itself only says that the refund was taken (``wechat.md`` §2.5).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.channels import wording
from app.channels.outcome import Outcome
from app.channels.wechat_v2 import table
from app.channels.wechat_v2.answers import FEN, Doubt, Us, evidence_of, has, names_other, opened
from app.core.answers import Evidence, RefundAnswer, Repaid
from app.core.reasons import Reason
from app.core.refund_order import RefundOrder

REASON_BYTES: Final = 80  # refund_desc
REFUNDS_MOST: Final = 50  # of one order (wechat.md §2.5), so paging ends
PAGES_MOST: Final = REFUNDS_MOST // 10  # one answer lists ten, by the description of ``offset``
_UNKNOWN: Final = (Repaid.UNKNOWN, Reason.NOANSWER)
_INDEX: Final = re.compile(r"out_refund_no_([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class More:
    """Our refund is not among those listed so far; ``offset`` is where the next page begins."""

    offset: int


def refund_fields(refund: RefundOrder) -> dict[str, str]:
    """What refund wants besides the envelope. The same for every try, as the channel asks (RF)."""
    reason = wording.clean(refund.reason).encode()[:REASON_BYTES].decode(errors="ignore")
    return {
        "out_trade_no": refund.order.out_trade_no,
        "out_refund_no": refund.out_refund_no,
        "total_fee": str(refund.order.amount_fen),
        "refund_fee": str(refund.amount_fen),
        "refund_fee_type": "CNY",
        "refund_desc": reason,
    }


def refund_answer(outcome: Outcome, us: Us, refund: RefundOrder) -> RefundAnswer:
    """The answer to refund."""
    fields = opened(outcome, us)
    if isinstance(fields, Doubt):
        return _doubtful(fields)
    accepted = fields.get("result_code") == "SUCCESS"
    code = "SUCCESS" if accepted else fields.get("err_code", "")
    known = accepted or (fields.get("result_code") == "FAIL" and code != "SUCCESS")
    kind, reason = table.REFUND.get(code, _UNKNOWN) if known else _UNKNOWN
    evidence = _evidence(fields, code, reason)
    if names_other(fields, us, refund.order) or _another_refund(fields, refund, ""):
        return RefundAnswer(Repaid.MISMATCH, replace(evidence, odd=True))
    needed = ("appid", "mch_id", *(("out_trade_no", "out_refund_no", "refund_fee") if accepted else ()))
    if not has(fields, *needed):
        return RefundAnswer(Repaid.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    return RefundAnswer(kind, evidence, wording.clean_number(fields.get("refund_id", "")))


def refund_query_answer(outcome: Outcome, us: Us, refund: RefundOrder, offset: int = 0) -> RefundAnswer | More:
    """The answer to refundquery from ``offset`` on, or where to read on. Only the refund of our number counts."""
    fields = opened(outcome, us)
    if isinstance(fields, Doubt):
        return _doubtful(fields)
    if fields.get("result_code") != "SUCCESS":
        code = fields.get("err_code", "")
        kind, reason = table.REFUND_QUERY.get(code, _UNKNOWN)
        evidence = _evidence(fields, code, reason)
        if names_other(fields, us, refund.order):
            return RefundAnswer(Repaid.MISMATCH, replace(evidence, odd=True))
        believed = has(fields, "appid", "mch_id") and fields.get("result_code") == "FAIL"
        return RefundAnswer(kind if believed else Repaid.UNKNOWN, evidence)
    return _listed(fields, us, refund, offset)


def _listed(fields: Mapping[str, str], us: Us, refund: RefundOrder, offset: int) -> RefundAnswer | More:
    indexes = {match[1] for name in fields if (match := _INDEX.fullmatch(name)) and fields[name]}
    ours = [n for n in indexes if fields[f"out_refund_no_{n}"] == refund.out_refund_no]
    status = fields.get(f"refund_status_{ours[0]}", "") if len(ours) == 1 else ""
    kind, reason = table.REFUND_STATUS.get(status, _UNKNOWN)
    evidence = _evidence(fields, status, reason)
    if names_other(fields, us, refund.order):
        return RefundAnswer(Repaid.MISMATCH, replace(evidence, odd=True))
    if not has(fields, "appid", "mch_id", "out_trade_no") or len(ours) > 1:
        return RefundAnswer(Repaid.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    if not ours:
        return _elsewhere(fields, evidence, offset + len(indexes), bool(indexes))
    if _another_refund(fields, refund, f"_{ours[0]}"):
        return RefundAnswer(Repaid.MISMATCH, replace(evidence, odd=True))
    if not has(fields, f"refund_fee_{ours[0]}"):
        return RefundAnswer(Repaid.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    return RefundAnswer(kind, evidence, wording.clean_number(fields.get(f"refund_id_{ours[0]}", "")))


def _elsewhere(fields: Mapping[str, str], evidence: Evidence, seen: int, more: bool) -> RefundAnswer | More:
    """Not in this answer: on the next page where there is one, else not there, which is never final."""
    total = fields.get("total_refund_count", "")
    if more and FEN.fullmatch(total) and seen < min(int(total), REFUNDS_MOST):
        return More(seen)
    return RefundAnswer(Repaid.NO_SUCH_REFUND, replace(evidence, reason=Reason.NOTFOUND, odd=True))


def _another_refund(fields: Mapping[str, str], refund: RefundOrder, index: str) -> bool:
    """True if the answer names another refund number or sum than ours."""
    expected = {f"out_refund_no{index}": refund.out_refund_no, f"refund_fee{index}": str(refund.amount_fen)}
    return any(fields.get(name, "") not in {value, ""} for name, value in expected.items())


def _evidence(fields: Mapping[str, str], code: str, reason: Reason | None) -> Evidence:
    """``total_fee`` beside a refund is the sale's, not something just paid."""
    return replace(evidence_of(fields, code, reason), paid_fen=None)


def _doubtful(doubt: Doubt) -> RefundAnswer:
    if doubt.not_sent:
        return RefundAnswer(Repaid.NOT_SENT, doubt.evidence)
    return RefundAnswer(Repaid.MISCONFIGURED if doubt.misconfigured else Repaid.UNKNOWN, doubt.evidence)
