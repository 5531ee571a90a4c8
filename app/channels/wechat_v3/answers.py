"""A WeChat V3 answer turned into what the sale machine may act on. Pure.

PAID comes only from a signed 2xx for our mchid, order number and amount (reliability.md I-15). A refusal frees the
customer and decides nothing (design §7.10a). Everything else is some kind of doubt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, assert_never

from app.channels import wording
from app.channels.outcome import NoAnswer, NotSent, Outcome, Reply
from app.channels.wechat_v3 import table, wire
from app.channels.wechat_v3.config import Partner
from app.channels.wechat_v3.wire import KeyFor, Refused, Signed
from app.core.answers import Evidence, Found, Pay, PayAnswer, QueryAnswer, ReverseAnswer, Undone
from app.core.reasons import Reason
from app.core.sale import Order

HTTP_OK: Final = 200
UNAUTHORIZED: Final = 401
TOO_MANY: Final = 429
USERPAYING: Final = "USERPAYING"
NO_LIST: Final = "PLATFORM_CERTIFICATES"  # our own code for a list that came and holds nothing for us; no channel's


@dataclass(frozen=True, slots=True)
class Us:
    """Whom an answer must be meant for."""

    mchid: str
    appid: str
    partner: Partner | None = None
    unsigned_not_found: bool = False  # see ``config.WechatV3``

    @property
    def names(self) -> Mapping[str, str]:
        """The ids every request carries and every answer of ours must carry, by the names of the mode."""
        if self.partner is None:
            return {"appid": self.appid, "mchid": self.mchid}
        names = {"sp_appid": self.appid, "sp_mchid": self.mchid, "sub_mchid": self.partner.sub_mchid}
        return {**names, "sub_appid": self.partner.sub_appid} if self.partner.sub_appid else names

    @property
    def merchants(self) -> Mapping[str, str]:
        """Those of them the documents guarantee in every answer about an order."""
        return {name: value for name, value in self.names.items() if name.endswith("mchid")}


@dataclass(frozen=True, slots=True)
class Came:
    """An outcome, the channel time at which it came (ms), and the keys known then."""

    outcome: Outcome
    now_ms: int
    key_for: KeyFor = field(repr=False)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Nothing that could be believed came."""

    evidence: Evidence
    refused: bool = False
    not_sent: bool = False


def opened(came: Came) -> Signed | Refused | Doubt:
    """A signed answer, a refusal, or why there is neither."""
    match came.outcome:
        case NotSent(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=wording.clean(why)), not_sent=True)
        case NoAnswer(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=wording.clean(why)))
        case Reply() as reply:
            return _read(reply, came)
        case _:
            assert_never(came.outcome)


def _read(reply: Reply, came: Came) -> Signed | Refused | Doubt:
    envelope = wire.open_envelope(reply, came.now_ms, came.key_for)
    match envelope:
        case Signed():
            return envelope
        case Refused() if clock_is_off(came):
            return Doubt(
                Evidence(Reason.NOANSWER, f"HTTP {UNAUTHORIZED}", "the computer's clock is wrong"), refused=True
            )
        case Refused():
            return envelope
        case wire.Forged(probe=probe):
            return Doubt(Evidence(Reason.NOANSWER, says="a signature probe" if probe else "", forged=not probe))
        case wire.UnknownKey():
            return Doubt(Evidence(Reason.NOANSWER, says="signed by a key nobody knows", forged=True))
        case wire.Unreadable(why=why):
            return Doubt(Evidence(Reason.NOANSWER, says=wording.clean(why)))
        case _:
            assert_never(envelope)


def clock_is_off(came: Came) -> bool:
    """Our request was dated wrongly and refused for it: no key is to blame.

    No verified answer can come that would teach the till the channel's time; this one's ``Date`` does, by TLS alone.
    """
    reply = came.outcome
    if not isinstance(reply, Reply) or reply.status != UNAUTHORIZED or reply.date_ms is None:
        return False
    return abs(reply.date_ms - came.now_ms) > wire.SKEW_MS


def evidence_of(fields: Mapping[str, Any], code: str, reason: Reason | None, *, odd: bool = False) -> Evidence:
    """What stands beside an order's state in a signed answer or notification."""
    payer = wire.inner(fields, "payer")
    return Evidence(
        reason=reason,
        code=wording.clean_code(code),
        says=wording.clean(wire.text(fields, "trade_state_desc")),
        verified=True,
        channel_no=wording.clean_number(wire.text(fields, "transaction_id")),
        payer=wording.mask(next((t for n in ("openid", "sub_openid", "sp_openid") if (t := wire.text(payer, n))), "")),
        paid_ms=wire.moment_ms(wire.text(fields, "success_time")),
        paid_fen=wire.fen(wire.inner(fields, "amount"), "total"),
        odd=odd,
    )


def evidence_of_refusal(refused: Refused, reason: Reason | None, *, verified: bool) -> Evidence:
    code = wording.clean_code(refused.code) or f"HTTP {refused.status}"
    return Evidence(reason or Reason.NOANSWER, code, wording.clean(refused.says), verified=verified)


def is_other(fields: Mapping[str, Any], us: Us, order: Order | None = None) -> bool:
    """True if a signed answer names another merchant, order, amount or currency than ours."""
    expected: dict[str, object] = {**us.names}
    amount: Mapping[str, Any] = {}
    if order is not None:
        expected["out_trade_no"] = order.out_trade_no
        amount = wire.inner(fields, "amount")
    stated = any(fields.get(name, value) not in (value, "") for name, value in expected.items())
    total, currency = amount.get("total"), amount.get("currency", "CNY")
    return (
        stated
        or currency not in ("CNY", "")
        or (type(total) is int and order is not None and total != order.amount_fen)
    )


def _binds(fields: Mapping[str, Any], us: Us, order: Order, *, paid: bool) -> bool:
    """True if everything the documents guarantee is there and ours; for PAID the amount too."""
    expected = {**us.merchants, "out_trade_no": order.out_trade_no}
    if any(fields.get(name) != value for name, value in expected.items()):
        return False
    return not paid or wire.fen(wire.inner(fields, "amount"), "total") == order.amount_fen


def pay_answer(came: Came, us: Us, order: Order) -> PayAnswer:
    """The answer to codepay."""
    said = opened(came)
    match said:
        case Doubt():
            doubtful = Pay.UNSIGNED if said.refused else Pay.UNKNOWN
            return PayAnswer(Pay.NOT_SENT if said.not_sent else doubtful, said.evidence)
        case Refused():
            kind, reason = _pay_refused(said)
            return PayAnswer(kind, evidence_of_refusal(said, reason, verified=said.signed))
        case Signed(status=200, fields=fields):
            return _pay_state(fields, us, order)
        case Signed(status=202, fields=fields) if wire.text(fields, "trade_state") == USERPAYING:
            # in no document, but so answered in the field (github.com/binarywang/WxJava issue 4050)
            return _pay_state(fields, us, order)
        case Signed(status=202, fields=fields) if "trade_state" not in fields and fields.get("code") == USERPAYING:
            return PayAnswer(Pay.PENDING, Evidence(code=USERPAYING, verified=True))  # the same, as an error is written
        case Signed():
            return PayAnswer(Pay.UNKNOWN, Evidence(Reason.NOANSWER, f"HTTP {said.status}", verified=True, odd=True))
        case _:
            assert_never(said)


def _pay_refused(said: Refused) -> table.PayRow:
    for codes in (table.PAY, table.PAY_AS_V2):
        row = table.listed(codes, said.status, said.code, said.number)
        if row is not None:
            return row
    return Pay.UNKNOWN, Reason.BUSY if said.status == TOO_MANY else Reason.NOANSWER


def _pay_state(fields: Mapping[str, Any], us: Us, order: Order) -> PayAnswer:
    state = wire.text(fields, "trade_state")
    kind, reason = table.PAY_STATE.get(state, (Pay.UNKNOWN, Reason.NOANSWER))
    evidence = evidence_of(fields, state, reason, odd=state in table.ODD_PAY_STATE)
    if is_other(fields, us, order):
        return PayAnswer(Pay.MISMATCH, replace(evidence, odd=True))
    if not _binds(fields, us, order, paid=kind is Pay.PAID):
        return PayAnswer(Pay.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    return PayAnswer(kind, evidence)


def query_answer(came: Came, us: Us, order: Order) -> QueryAnswer:
    """The answer to a query by order number."""
    said = opened(came)
    match said:
        case Doubt():
            return QueryAnswer(Found.UNKNOWN, said.evidence)
        case Refused():
            return _query_refused(said, us)
        case Signed(status=200, fields=fields):
            return _query_state(fields, us, order)
        case Signed():
            return QueryAnswer(Found.UNKNOWN, Evidence(Reason.NOANSWER, f"HTTP {said.status}", verified=True, odd=True))
        case _:
            assert_never(said)


def _query_refused(said: Refused, us: Us) -> QueryAnswer:
    kind, reason = table.listed(table.QUERY, said.status, said.code, said.number) or (Found.UNKNOWN, Reason.NOANSWER)
    vouched = said.signed and said.code in table.QUERY
    if kind is Found.NO_SUCH_ORDER and us.unsigned_not_found and said.code in table.QUERY:
        vouched = True
    if not vouched and kind not in table.UNSIGNED_FOUND:
        kind = Found.UNKNOWN
    return QueryAnswer(kind, evidence_of_refusal(said, reason, verified=vouched))


def _query_state(fields: Mapping[str, Any], us: Us, order: Order) -> QueryAnswer:
    state = wire.text(fields, "trade_state")
    kind, reason = table.TRADE_STATE.get(state, (Found.UNKNOWN, Reason.NOANSWER))
    evidence = evidence_of(fields, state, reason, odd=state in table.ODD_STATE)
    if is_other(fields, us, order):
        return QueryAnswer(Found.MISMATCH, replace(evidence, odd=True))
    if not _binds(fields, us, order, paid=kind is Found.PAID):
        return QueryAnswer(Found.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
    if kind is Found.PARTLY_REFUNDED:
        evidence = replace(evidence, took_money=True)
    return QueryAnswer(kind, evidence)


def warm_answer(came: Came, us: Us) -> QueryAnswer:
    """The answer to a question about a number nobody has: anything but "no such order" is told as it is."""
    said = opened(came)
    if isinstance(said, Doubt):
        return QueryAnswer(Found.UNKNOWN, said.evidence)
    if isinstance(said, Refused):
        return _query_refused(said, us)
    return QueryAnswer(Found.UNKNOWN, evidence_of(said.fields, wire.text(said.fields, "trade_state"), None))


def reverse_answer(came: Came, us: Us, order: Order) -> ReverseAnswer:
    """The answer to reverse; none is proof. 200 names the order, 204 is empty."""
    said = opened(came)
    match said:
        case Doubt():
            return ReverseAnswer(Undone.NOT_SENT if said.not_sent else Undone.UNKNOWN, said.evidence)
        case Refused():
            row = table.listed(table.REVERSE, said.status, said.code, said.number)
            kind, reason = row or (Undone.UNKNOWN, Reason.NOANSWER)
            vouched = said.signed and (row is None or said.code in table.REVERSE)
            if not vouched and kind not in table.UNSIGNED_UNDONE:
                kind = Undone.UNKNOWN
            return ReverseAnswer(kind, evidence_of_refusal(said, reason, verified=vouched))
        case Signed(status=status, fields=fields):
            evidence = Evidence(code=f"HTTP {status}", verified=True)
            if status not in table.REVERSE_STATUS or is_other(fields, us, order):
                return ReverseAnswer(Undone.UNKNOWN, replace(evidence, reason=Reason.NOANSWER, odd=True))
            return ReverseAnswer(Undone.DONE, evidence)
        case _:
            assert_never(said)


def list_answer(came: Came, *, taken: bool) -> QueryAnswer:
    """What an answer to ``GET /v3/certificates`` says of keys and line. A list that opens with no key of ours: KEYS."""
    if taken:
        return QueryAnswer(Found.UNKNOWN, Evidence(code="HTTP 200", verified=True))
    if isinstance(came.outcome, Reply) and came.outcome.status == HTTP_OK:
        return QueryAnswer(Found.MISCONFIGURED, Evidence(Reason.KEYS, NO_LIST, "no certificate could be taken"))
    said = opened(came)
    if isinstance(said, Refused):
        kind, reason = table.listed(table.QUERY, said.status, said.code, said.number) or (Found.UNKNOWN, None)
        kind = kind if kind in table.UNSIGNED_FOUND else Found.UNKNOWN
        return QueryAnswer(kind, evidence_of_refusal(said, reason, verified=said.signed))
    return QueryAnswer(Found.UNKNOWN, said.evidence if isinstance(said, Doubt) else Evidence(Reason.NOANSWER))
