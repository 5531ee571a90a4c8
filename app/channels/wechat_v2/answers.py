"""A WeChat V2 answer turned into what the sale machine may act on. Pure.

PAID and DECLINED come from a verified answer only, for our appid and mch_id, and PAID only with our order number,
our amount and CNY (reliability.md I-15). Everything else is some kind of doubt.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from app.channels import beijing, wording
from app.channels.outcome import NoAnswer, NotSent, Outcome, Reply
from app.channels.wechat_v2 import table
from app.channels.wechat_v2.sign import Signer
from app.channels.wechat_v2.wire import Failed, Forged, Signed, Unreadable, open_envelope
from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer, ReverseAnswer, Undone
from app.core.reasons import Reason
from app.core.sale import Order

FEN: Final = re.compile(r"[1-9][0-9]{0,9}")
_NO_ROW: Final = Reason.NOANSWER


@dataclass(frozen=True, slots=True)
class Us:
    """Whom an answer must be meant for, and the key that proves it."""

    appid: str
    mch_id: str
    signer: Signer = field(repr=False)
    sub_mch_id: str = ""  # the shop, where ``mch_id`` is its service provider
    sub_appid: str = ""

    def names_another(self, fields: Mapping[str, str]) -> bool:
        """True if ``fields`` name another merchant than us; what they leave out says nothing."""
        ours = {"appid": self.appid, "mch_id": self.mch_id, "sub_mch_id": self.sub_mch_id}
        if self.sub_appid:  # unasked, WeChat may name one of its own choice
            ours["sub_appid"] = self.sub_appid
        return any(fields.get(name, "") not in {value, ""} for name, value in ours.items())


@dataclass(frozen=True, slots=True)
class Doubt:
    """Nothing that could be believed came."""

    evidence: Evidence
    misconfigured: bool = False
    not_sent: bool = False


def opened(outcome: Outcome, us: Us) -> Mapping[str, str] | Doubt:
    """The verified fields of an answer, or why there are none."""
    match outcome:
        case NotSent(why=why, tls_refused=refused):
            reason = Reason.KEYS if refused else Reason.NOANSWER
            return Doubt(Evidence(reason, says=wording.clean(why)), not_sent=True)
        case NoAnswer(why=why, tls_refused=refused):
            reason = Reason.KEYS if refused else Reason.NOANSWER
            return Doubt(Evidence(reason, says=wording.clean(why)), misconfigured=refused)
        case Reply(status=200, body=body):
            return _read(body, us)
        case Reply(status=status):
            reason = Reason.BUSY if status == 429 else Reason.NOANSWER
            return Doubt(Evidence(reason, code=f"HTTP {status}"))
        case _:
            assert_never(outcome)


def _read(body: bytes, us: Us) -> Mapping[str, str] | Doubt:
    envelope = open_envelope(body, us.signer)
    match envelope:
        case Signed(fields=fields):
            return fields
        case Failed(text=text):
            reason = table.unsigned_reason(text)
            says = wording.clean(text)
            return Doubt(Evidence(reason or Reason.NOANSWER, "return_code=FAIL", says), misconfigured=bool(reason))
        case Forged():
            return Doubt(Evidence(Reason.NOANSWER, forged=True))
        case Unreadable(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=why))
        case _:
            assert_never(envelope)


def evidence_of(fields: Mapping[str, str], code: str, reason: Reason | None, *, odd: bool = False) -> Evidence:
    fen = fields.get("total_fee", "")
    return Evidence(
        reason=reason,
        code=wording.clean_code(code),
        says=wording.clean(fields.get("err_code_des") or fields.get("trade_state_desc", "")),
        verified=True,
        channel_no=wording.clean_number(fields.get("transaction_id", "")),
        payer=wording.mask(fields.get("openid", "")),
        paid_ms=beijing.read(fields.get("time_end", ""), beijing.COMPACT),
        paid_fen=int(fen) if FEN.fullmatch(fen) else None,
        odd=odd,
    )


def names_other(fields: Mapping[str, str], us: Us, order: Order) -> bool:
    """True if the answer names another merchant, order, amount or currency than ours."""
    expected = {"out_trade_no": order.out_trade_no, "total_fee": str(order.amount_fen), "fee_type": "CNY"}
    return us.names_another(fields) or any(fields.get(name, "") not in {value, ""} for name, value in expected.items())


def has(fields: Mapping[str, str], *names: str) -> bool:
    return all(fields.get(name) for name in names)


def pay_answer(outcome: Outcome, us: Us, order: Order) -> PayAnswer:
    """The answer to micropay."""
    fields = opened(outcome, us)
    if isinstance(fields, Doubt):
        doubtful = Pay.MISCONFIGURED if fields.misconfigured else Pay.UNKNOWN
        return PayAnswer(Pay.NOT_SENT if fields.not_sent else doubtful, fields.evidence)
    paid = fields.get("result_code") == "SUCCESS"
    code = "SUCCESS" if paid else fields.get("err_code", "")
    kind, reason = (Pay.PAID, None) if paid else table.PAY.get(code, (Pay.UNKNOWN, _NO_ROW))
    evidence = evidence_of(fields, code, reason, odd=code in table.ODD_PAY)
    if names_other(fields, us, order):
        return PayAnswer(Pay.MISMATCH, replace(evidence, odd=True))
    needed = ("appid", "mch_id", "out_trade_no", "total_fee") if paid else ("appid", "mch_id", "result_code")
    contradicts = paid and fields.get("trade_state", "SUCCESS") != "SUCCESS"
    if contradicts or fields.get("result_code") not in {"SUCCESS", "FAIL"} or not has(fields, *needed):
        return PayAnswer(Pay.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    return PayAnswer(kind, evidence)


def query_answer(outcome: Outcome, us: Us, order: Order) -> QueryAnswer:
    """The answer to orderquery. With any trade_state out_trade_no is always there, total_fee only with SUCCESS (OQ)."""
    fields = opened(outcome, us)
    if isinstance(fields, Doubt):
        return QueryAnswer(Found.MISCONFIGURED if fields.misconfigured else Found.UNKNOWN, fields.evidence)
    if fields.get("result_code") != "SUCCESS":
        code = fields.get("err_code", "")
        kind, reason = table.QUERY.get(code, (Found.UNKNOWN, _NO_ROW))
        needed: tuple[str, ...] = ("appid", "mch_id")
    else:
        code = fields.get("trade_state", "")
        kind, reason = table.TRADE_STATE.get(code, (Found.UNKNOWN, _NO_ROW))
        needed = ("appid", "mch_id", "out_trade_no", *(("total_fee",) if kind is Found.PAID else ()))
    evidence = evidence_of(fields, code, reason, odd=code in table.ODD_STATE)
    if names_other(fields, us, order):
        return QueryAnswer(Found.MISMATCH, replace(evidence, odd=True))
    if not has(fields, *needed):
        return QueryAnswer(Found.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    return _refunded(kind, evidence, fields, order) if code == "REFUND" else QueryAnswer(kind, evidence)


def _refunded(kind: Found, evidence: Evidence, fields: Mapping[str, str], order: Order) -> QueryAnswer:
    """REFUND says that something was refunded, not how much; only a stated sum equal to ours is "in full"."""
    sum_text = fields.get("refund_fee", "")
    refunded = int(sum_text) if FEN.fullmatch(sum_text) else 0
    in_full = refunded == order.amount_fen
    evidence = replace(evidence, took_money=True)
    return QueryAnswer(Found.RETURNED if in_full else kind, evidence, refunded if refunded <= order.amount_fen else 0)


def warm_answer(outcome: Outcome, us: Us) -> QueryAnswer:
    """The answer to a question about a number nobody has: anything but NO_SUCH_ORDER is told as it is."""
    fields = opened(outcome, us)
    if isinstance(fields, Doubt):
        return QueryAnswer(Found.MISCONFIGURED if fields.misconfigured else Found.UNKNOWN, fields.evidence)
    code = fields.get("err_code", "")
    kind, reason = table.QUERY.get(code, (Found.UNKNOWN, _NO_ROW))
    return QueryAnswer(kind, evidence_of(fields, code, reason))


def reverse_answer(outcome: Outcome, us: Us, order: Order) -> ReverseAnswer:
    """The answer to reverse; none is proof. ``recall=Y`` with any result means: call again (wechat.md §2.3)."""
    fields = opened(outcome, us)
    if isinstance(fields, Doubt):
        doubtful = Undone.MISCONFIGURED if fields.misconfigured else Undone.UNKNOWN
        return ReverseAnswer(Undone.NOT_SENT if fields.not_sent else doubtful, fields.evidence)
    result = fields.get("result_code", "")
    code = "SUCCESS" if result == "SUCCESS" else fields.get("err_code", "")
    known = result == "SUCCESS" or (result == "FAIL" and code != "SUCCESS")
    kind, reason = table.REVERSE.get(code if known else "", (Undone.UNKNOWN, _NO_ROW))
    if fields.get("recall") == "Y":
        kind = Undone.AGAIN
    evidence = evidence_of(fields, code, reason)
    if names_other(fields, us, order) or not has(fields, "appid", "mch_id"):
        return ReverseAnswer(Undone.UNKNOWN, replace(evidence, odd=True))
    return ReverseAnswer(kind, evidence)
