"""An Alipay answer turned into what the sale machine may act on. Pure.

PAID comes from a verified query with our order number and our amount; DECLINED from a verified refusal in the table
(reliability.md I-15, I-18, I-19). Amounts are yuan as text with at most two decimals; a number, a float or a
boolean in their place is no amount.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, assert_never

from app.channels import beijing, wording
from app.channels.alipay import table
from app.channels.alipay.wire import Forged, KeyFor, Signed, Unreadable, Unsigned, open_envelope
from app.channels.outcome import NoAnswer, NotSent, Outcome, Reply
from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer, ReverseAnswer, Undone
from app.core.reasons import Reason
from app.core.sale import Order

PAY_METHOD: Final = "alipay.trade.pay"
QUERY_METHOD: Final = "alipay.trade.query"
CANCEL_METHOD: Final = "alipay.trade.cancel"
_YUAN: Final = re.compile(r"(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Nothing that could be believed came."""

    evidence: Evidence
    misconfigured: bool = False
    refused: bool = False  # a refusal, but nobody signed it
    not_sent: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """The fields of a verified inner object."""

    fields: Mapping[str, Any] = field(repr=False)

    def text(self, name: str) -> str:
        """A field that must be text; anything else is as if it were absent."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    @property
    def code(self) -> str:
        return self.text("code")

    @property
    def sub_code(self) -> str:
        return self.text("sub_code")

    @property
    def both(self) -> str:
        """Code and sub_code as they are shown, ``40004/ACQ.SYSTEM_ERROR``."""
        return wording.clean_code(f"{self.code}/{self.sub_code}" if self.sub_code else self.code)


def fen(yuan: str) -> int | None:
    """Exact fen of ``"12.50"``, ``"12.5"`` or ``"12"``; None for anything else."""
    match = _YUAN.fullmatch(yuan)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else None


def yuan(amount_fen: int) -> str:
    """``12.50`` for 1250 fen, as ``total_amount`` wants it."""
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def opened(outcome: Outcome, method: str, key_for: KeyFor) -> Verified | Doubt:
    """The verified fields of an answer to ``method``, or why there are none."""
    match outcome:
        case NotSent(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=wording.clean(why)), not_sent=True)
        case NoAnswer(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=wording.clean(why)))
        case Reply(status=200, body=body):
            return _read(body, method, key_for)
        case Reply(status=status):
            reason = Reason.BUSY if status == 429 else Reason.NOANSWER
            return Doubt(Evidence(reason, code=f"HTTP {status}"))
        case _:
            assert_never(outcome)


def _read(body: bytes, method: str, key_for: KeyFor) -> Verified | Doubt:
    envelope = open_envelope(body, method, key_for)
    match envelope:
        case Signed(fields=fields):
            return Verified(fields)
        case Unsigned(fields=fields):
            return _unsigned(Verified(fields), method)
        case Forged():
            return Doubt(Evidence(Reason.NOANSWER, forged=True))
        case Unreadable(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=why))
        case _:
            assert_never(envelope)


def _unsigned(said: Verified, method: str) -> Doubt:
    """Keeps the reason of an unsigned refusal and nothing of its class (design §7.10a)."""
    gateway = table.gateway_reason(said.code, said.sub_code)
    if gateway is not None:
        ours, reason = gateway
        return Doubt(evidence_of(said, reason, verified=False), misconfigured=ours)
    if method != PAY_METHOD:
        return Doubt(evidence_of(said, Reason.NOANSWER, verified=False))
    kind, listed = table.pay_row(said.code, said.sub_code)
    refused = kind in {Pay.DECLINED, Pay.DOUBTFUL, Pay.MISCONFIGURED}
    return Doubt(evidence_of(said, listed, verified=False), refused=refused)


def evidence_of(
    said: Verified,
    reason: Reason | None,
    *,
    code: str | None = None,
    verified: bool = True,
    paid: bool = False,
    odd: bool = False,
    took_money: bool | None = None,
) -> Evidence:
    """``code``: what is told in place of the answer's own. ``paid``: its sum is a paid one, not merely the order's."""
    paid_at = said.text("gmt_payment") or said.text("send_pay_date")
    return Evidence(
        reason=reason,
        code=said.both if code is None else wording.clean_code(code),
        says=wording.clean(said.text("sub_msg") or (said.text("msg") if said.code != "10000" else "")),
        verified=verified,
        channel_no=wording.clean_number(said.text("trade_no")),
        payer=wording.mask(said.text("buyer_logon_id") or said.text("buyer_user_id") or said.text("buyer_open_id")),
        paid_ms=beijing.read(paid_at, beijing.SPACED),
        paid_fen=fen(said.text("total_amount")) if paid else None,
        took_money=took_money,
        odd=odd,
    )


def names_other(said: Verified, order: Order) -> bool:
    """True if the answer names another order, amount or currency than ours."""
    number, amount = said.text("out_trade_no"), fen(said.text("total_amount"))
    return (
        number not in {order.out_trade_no, ""}
        or amount not in {order.amount_fen, None}
        or said.text("trans_currency") not in {"CNY", ""}
    )


def _binds(said: Verified, order: Order) -> bool:
    """True if the answer names our order and our amount; absence is not enough where money is decided."""
    return said.text("out_trade_no") == order.out_trade_no and fen(said.text("total_amount")) == order.amount_fen


def pay_answer(outcome: Outcome, key_for: KeyFor, order: Order) -> PayAnswer:
    """The answer to trade.pay."""
    said = opened(outcome, PAY_METHOD, key_for)
    if isinstance(said, Doubt):
        return PayAnswer(_doubtful_pay(said), said.evidence)
    kind, reason = table.pay_row(said.code, said.sub_code)
    evidence = evidence_of(said, reason, paid=kind is Pay.ACCEPTED, odd=said.sub_code in table.ODD_PAY)
    if names_other(said, order):
        return PayAnswer(Pay.MISMATCH, replace(evidence, odd=True))
    if kind is Pay.ACCEPTED and not _binds(said, order):
        return PayAnswer(Pay.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    return PayAnswer(kind, evidence)


def _doubtful_pay(doubt: Doubt) -> Pay:
    if doubt.not_sent:
        return Pay.NOT_SENT
    if doubt.misconfigured:
        return Pay.MISCONFIGURED
    return Pay.UNSIGNED if doubt.refused else Pay.UNKNOWN


def query_answer(outcome: Outcome, key_for: KeyFor, order: Order) -> QueryAnswer:
    """The answer to trade.query; ``send_pay_date`` beside TRADE_CLOSED tells that money had been taken."""
    said = opened(outcome, QUERY_METHOD, key_for)
    if isinstance(said, Doubt):
        return QueryAnswer(Found.MISCONFIGURED if said.misconfigured else Found.UNKNOWN, said.evidence)
    if said.code != "10000":
        kind, reason = table.query_row(said.code, said.sub_code)
        evidence = evidence_of(said, reason)
        return QueryAnswer(Found.MISMATCH if names_other(said, order) else kind, evidence)
    status = said.text("trade_status")
    kind, reason = table.TRADE_STATUS.get(status, (Found.UNKNOWN, Reason.NOANSWER))
    evidence = evidence_of(said, reason, code=status, paid=kind is Found.PAID)
    if names_other(said, order):
        return QueryAnswer(Found.MISMATCH, replace(evidence, odd=True))
    named = said.text("out_trade_no") == order.out_trade_no
    if not (_binds(said, order) if kind is Found.PAID else named):
        return QueryAnswer(Found.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    if kind is Found.RETURNED and said.text("send_pay_date"):
        return QueryAnswer(kind, replace(evidence, took_money=True), order.amount_fen)
    return QueryAnswer(kind, evidence)


def warm_answer(outcome: Outcome, key_for: KeyFor) -> QueryAnswer:
    """The answer to a question about a number nobody has: anything but NO_SUCH_ORDER is told as it is."""
    said = opened(outcome, QUERY_METHOD, key_for)
    if isinstance(said, Doubt):
        return QueryAnswer(Found.MISCONFIGURED if said.misconfigured else Found.UNKNOWN, said.evidence)
    kind, reason = table.query_row(said.code, said.sub_code)
    return QueryAnswer(kind, evidence_of(said, reason))


def cancel_answer(outcome: Outcome, key_for: KeyFor, order: Order) -> ReverseAnswer:
    """The answer to trade.cancel; none is proof. ``retry_flag=Y`` means: call again, unless something is in the way."""
    said = opened(outcome, CANCEL_METHOD, key_for)
    if isinstance(said, Doubt):
        doubtful = Undone.MISCONFIGURED if said.misconfigured else Undone.UNKNOWN
        return ReverseAnswer(Undone.NOT_SENT if said.not_sent else doubtful, said.evidence)
    kind, reason = table.cancel_row(said.code, said.sub_code)
    if said.text("retry_flag") == "Y" and kind in {Undone.DONE, Undone.UNKNOWN}:
        kind = Undone.AGAIN
    evidence = evidence_of(said, reason, took_money=table.ACTION_TOOK_MONEY.get(said.text("action")))
    if names_other(said, order):
        return ReverseAnswer(Undone.UNKNOWN, replace(evidence, odd=True, took_money=None))
    return ReverseAnswer(kind, evidence)
