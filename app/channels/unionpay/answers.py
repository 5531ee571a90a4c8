"""A UnionPay answer turned into what the sale machine may act on. Pure.

PAID comes from a verified query only, for our merchant, our order number and txnTime, our amount and CNY; DECLINED from
a verified refusal in the table, of the pay call or of its query (reliability.md I-15, I-18).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from app.channels import beijing, wording
from app.channels.outcome import NoAnswer, NotSent, Outcome, Reply
from app.channels.unionpay import table
from app.channels.unionpay.wire import Forged, KeyOf, Signed, Unreadable, Unsigned, open_envelope
from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer, ReverseAnswer, Undone
from app.core.reasons import Reason
from app.core.sale import Order

CNY: Final = "156"
_FEN: Final = re.compile(r"[1-9][0-9]{0,11}")
_MASKED: Final = re.compile(r"[0-9]{0,8}\*+[0-9]{0,4}")  # else accNo is encrypted for us
_TRACE: Final = re.compile(r"[0-9]{10}")


@dataclass(frozen=True, slots=True)
class Us:
    """Whom an answer must be meant for, and how its signature is proved."""

    mer_id: str
    key_of: KeyOf = field(repr=False)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Nothing that could be believed came."""

    evidence: Evidence
    misconfigured: bool = False
    refused: bool = False  # a refusal, but nobody signed it
    not_sent: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """The transaction an answer must speak of; UnionPay knows it by ``order_id`` and ``txn_time`` together."""

    order_id: str
    txn_time: str
    amount_fen: int
    txn_types: frozenset[str]  # a query's answer carries the type of what was asked for


def txn_time(began_ms: int) -> str:
    """The time a transaction is known by: that of its durable record, so that it is the same after a restart."""
    return beijing.write(began_ms, beijing.COMPACT)


def about_payment(order: Order, *txn_types: str) -> About:
    return About(order.out_trade_no, txn_time(order.began_ms), order.amount_fen, frozenset(txn_types))


def opened(outcome: Outcome, key_of: KeyOf, *, paying: bool = False) -> Mapping[str, str] | Doubt:
    """The verified fields of an answer, or why there are none. ``paying``: an unsigned refusal may give its reason."""
    match outcome:
        case NotSent(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=wording.clean(why)), not_sent=True)
        case NoAnswer(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=wording.clean(why)))
        case Reply(status=200, body=body):
            return _read(body, key_of, paying=paying)
        case Reply(status=status):
            reason = Reason.BUSY if status == 429 else Reason.NOANSWER
            return Doubt(Evidence(reason, code=f"HTTP {status}"))
        case _:
            assert_never(outcome)


def _read(body: bytes, key_of: KeyOf, *, paying: bool) -> Mapping[str, str] | Doubt:
    envelope = open_envelope(body, key_of)
    match envelope:
        case Signed(fields=fields):
            return fields
        case Unsigned(fields=fields):
            return _unsigned(fields, paying=paying)
        case Forged():
            return Doubt(Evidence(Reason.NOANSWER, forged=True))
        case Unreadable(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=why))
        case _:
            assert_never(envelope)


def _unsigned(fields: Mapping[str, str], *, paying: bool) -> Doubt:
    """Keeps the reason of an unsigned refusal and nothing of its class (design §7.10a)."""
    kind, reason = table.pay_row(fields["respCode"])
    told = reason if paying or kind is Pay.MISCONFIGURED else Reason.NOANSWER
    said = Evidence(told, wording.clean_code(fields["respCode"]), wording.clean(fields.get("respMsg", "")))
    refused = kind in {Pay.DECLINED, Pay.DOUBTFUL, Pay.MISCONFIGURED}
    return Doubt(said, misconfigured=kind is Pay.MISCONFIGURED, refused=refused)


def evidence(fields: Mapping[str, str], code: str, reason: Reason | None, *, odd: bool = False) -> Evidence:
    """What stands beside a verified answer. When and how much was paid is added where it was."""
    account = fields.get("accNo", "")
    return Evidence(
        reason=reason,
        code=wording.clean_code(code),
        says=wording.clean(fields.get("origRespMsg") or fields.get("respMsg", "")) if code != table.SUCCESS else "",
        verified=True,
        channel_no=wording.clean_number(fields.get("queryId", "")),
        payer=account if _MASKED.fullmatch(account) else "",
        odd=odd,
    )


def traced_ms(trace_time: str, near_ms: int) -> int | None:
    """Ms since the epoch of traceTime, which has no year: the one nearest to ``near_ms``. None if it is no time."""
    if not _TRACE.fullmatch(trace_time):
        return None
    year = int(beijing.write(near_ms, "%Y"))
    times = (beijing.read(f"{y:04d}{trace_time}", beijing.COMPACT) for y in (year - 1, year, year + 1))
    return min((ms for ms in times if ms is not None), key=lambda ms: abs(ms - near_ms), default=None)


def fen(text: str) -> int | None:
    """A whole number of fen, None for anything else."""
    return int(text) if _FEN.fullmatch(text) else None


def other(fields: Mapping[str, str], us: Us, about: About) -> bool:
    """True if the answer names another merchant, transaction, amount or currency than ours."""
    expected = {
        "merId": us.mer_id,
        "orderId": about.order_id,
        "txnTime": about.txn_time,
        "txnAmt": str(about.amount_fen),
        "currencyCode": CNY,
    }
    return any(fields.get(name, value) not in {value, ""} for name, value in expected.items())


def binds(fields: Mapping[str, str], about: About, *names: str) -> bool:
    """True if the answer is one to our call and names what decides; absence is not enough where money is decided."""
    return fields.get("txnType") in about.txn_types and all(fields.get(name) for name in ("merId", "orderId", *names))


def pay_answer(outcome: Outcome, us: Us, order: Order) -> PayAnswer:
    """The synchronous answer to 消费: taken in, or refused."""
    fields = opened(outcome, us.key_of, paying=True)
    if isinstance(fields, Doubt):
        return PayAnswer(_doubtful_pay(fields), fields.evidence)
    about, code = about_payment(order, "01"), fields["respCode"]
    kind, reason = table.pay_row(code)
    said = evidence(fields, code, reason, odd=code in table.ODD_PAY)
    if other(fields, us, about):
        return PayAnswer(Pay.MISMATCH, replace(said, odd=True))
    if kind in {Pay.ACCEPTED, Pay.DECLINED, Pay.DOUBTFUL} and not binds(fields, about, "txnTime"):
        return PayAnswer(Pay.UNKNOWN, replace(said, reason=Reason.NOANSWER, odd=True))
    return PayAnswer(kind, said)


def _doubtful_pay(doubt: Doubt) -> Pay:
    if doubt.not_sent:
        return Pay.NOT_SENT
    if doubt.misconfigured:
        return Pay.MISCONFIGURED
    return Pay.UNSIGNED if doubt.refused else Pay.UNKNOWN


def query_answer(outcome: Outcome, us: Us, order: Order) -> QueryAnswer:
    """The answer to 交易状态查询 of a payment. A refund never shows in it; a reversal does, by a code of its own."""
    fields = opened(outcome, us.key_of)
    if isinstance(fields, Doubt):
        return QueryAnswer(Found.MISCONFIGURED if fields.misconfigured else Found.UNKNOWN, fields.evidence)
    about = about_payment(order, "01", "00")
    code = fields["respCode"]
    if code != table.SUCCESS:
        kind, reason = table.query_row(code)
        said = evidence(fields, code, reason)
        return QueryAnswer(Found.MISMATCH if other(fields, us, about) else kind, said)
    orig = fields.get("origRespCode", "")
    kind, reason = table.payment_row(orig)
    said = evidence(fields, orig, reason, odd=orig in table.ODD_QUERY)
    if other(fields, us, about):
        return QueryAnswer(Found.MISMATCH, replace(said, odd=True))
    needed = ("txnTime", "txnAmt", "currencyCode") if kind is Found.PAID else ("txnTime",)
    if not orig or not binds(fields, about, *needed):
        return QueryAnswer(Found.UNKNOWN, replace(said, reason=Reason.NOANSWER, odd=True))
    if kind is Found.PAID:
        paid_ms = traced_ms(fields.get("traceTime", ""), order.began_ms)
        return QueryAnswer(kind, replace(said, paid_fen=fen(fields["txnAmt"]), paid_ms=paid_ms))
    return QueryAnswer(kind, replace(said, took_money=False) if table.took_nothing(orig) else said)


def warm_answer(outcome: Outcome, us: Us) -> QueryAnswer:
    """The answer to a question about a number nobody has: anything but NO_SUCH_ORDER is told as it is."""
    fields = opened(outcome, us.key_of)
    if isinstance(fields, Doubt):
        return QueryAnswer(Found.MISCONFIGURED if fields.misconfigured else Found.UNKNOWN, fields.evidence)
    kind, reason = table.query_row(fields["respCode"])
    return QueryAnswer(kind, evidence(fields, fields["respCode"], reason))


def reverse_answer(outcome: Outcome, us: Us, order: Order) -> ReverseAnswer:
    """The answer to 冲正; none is proof."""
    fields = opened(outcome, us.key_of)
    if isinstance(fields, Doubt):
        doubtful = Undone.MISCONFIGURED if fields.misconfigured else Undone.UNKNOWN
        return ReverseAnswer(Undone.NOT_SENT if fields.not_sent else doubtful, fields.evidence)
    about = about_payment(order, "99")
    kind, reason = table.reverse_row(fields["respCode"])
    said = evidence(fields, fields["respCode"], reason)
    if other(fields, us, about) or not binds(fields, about):
        return ReverseAnswer(Undone.UNKNOWN, replace(said, odd=True))
    return ReverseAnswer(kind, said)
