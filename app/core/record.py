"""A sale as the journal keeps it: plain JSON values, read back strictly. What lives in one run only is left out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from operator import attrgetter
from typing import Final, TypeVar

from app.core.channel import Channel
from app.core.copies import replace
from app.core.reasons import Reason
from app.core.refunds import Hand, HandState, Refund, RefundState
from app.core.sale import Order, Sale, State

VERSION: Final = 2
Plain = None | bool | int | str
Flat = dict[str, Plain]
Body = dict[str, Plain | Flat | list[Flat]]

_PLAIN: Final = frozenset({type(None), bool, int, str})
E = TypeVar("E", bound=StrEnum)
Reader = Callable[[str, object], object]


class BadRecord(ValueError):  # noqa: N818 - named for what it says, as all of ours are
    """An entry is not a sale of this version; the text names the key, never its value."""


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadRecord(f"{key} is no text")
    return value


def _whole(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRecord(f"{key} is no whole number")
    return value


def _yes(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadRecord(f"{key} is neither true nor false")
    return value


def _one_of(kind: type[E]) -> Callable[[str, object], E]:
    known = {member.value: member for member in kind}

    def read(key: str, value: object) -> E:
        found = known.get(_text(key, value))
        if found is None:
            raise BadRecord(f"{key} is no {kind.__name__.lower()} of this version")
        return found

    return read


def _or_none(read: Reader) -> Reader:
    return lambda key, value: None if value is None else read(key, value)


_ORDER: Final[Mapping[str, Reader]] = {
    "out_trade_no": _text,
    "purchase": _text,
    "channel": _one_of(Channel),
    "amount_fen": _whole,
    "code_mark": _text,
    "operator": _text,
    "terminal": _text,
    "began_ms": _whole,
    "day": _text,
    "training": _yes,
}
_STATE: Final = _one_of(State)
_SALE: Final[Mapping[str, Reader]] = {
    "state": _STATE,
    "reason": _or_none(_one_of(Reason)),
    "code": _text,
    "says": _text,
    "channel_no": _text,
    "payer": _text,
    "paid_ms": _or_none(_whole),
    "said_fen": _or_none(_whole),
    "took_money": _or_none(_yes),
    "refunded_fen": _whole,
    "deadline_ms": _whole,
    "ended_ms": _or_none(_whole),
    "accepted": _yes,
    "stopped_by": _text,
    "reverses": _whole,
    "reverses_answered": _whole,
    "hollow": _whole,
    "forged": _yes,
    "recovered": _yes,
    "alarm": _text,
    "doubted": _yes,
    "must_query": _yes,
    "elsewhere_fen": _whole,
}
_REFUND: Final[Mapping[str, Reader]] = {
    "out_refund_no": _text,
    "amount_fen": _whole,
    "ordinal": _whole,
    "reason": _text,
    "began_ms": _whole,
    "by": _text,
    "nonce": _text,
    "void": _yes,
    "state": _one_of(RefundState),
    "calls": _whole,
    "confirmed": _yes,
    "refund_no": _text,
    "why": _or_none(_one_of(Reason)),
    "code": _text,
    "says": _text,
    "ended_ms": _or_none(_whole),
}
_HAND: Final[Mapping[str, Reader]] = {
    "amount_fen": _whole,
    "reason": _text,
    "voucher": _text,
    "by": _text,
    "nonce": _text,
    "began_ms": _whole,
    "state": _one_of(HandState),
    "ended_ms": _or_none(_whole),
}
_BESIDE: Final = frozenset({"v", "order", "refunds", "hand"})
_KEPT: Final = _BESIDE | _SALE.keys()
_SINCE_2: Final[Body] = {"doubted": False, "must_query": False, "elsewhere_fen": 0, "refunds": [], "hand": None}
assert set(_REFUND) == {field.name for field in fields(Refund)}, "every fact of a refund is kept"
assert set(_HAND) == {field.name for field in fields(Hand)}, "every fact of a hand settlement is kept"
assert set(_ORDER) == {field.name for field in fields(Order)}, "every fact of an order is kept"

_BLANK: Final = Sale(Order("", "", Channel.WECHAT, 0, "", "", "", 0, ""))  # at rest: what no entry says of a sale
_facts: Final = attrgetter(*_SALE, "order", "refunds", "hand")


def same_record(one: Sale, other: Sale) -> bool:
    """Whether the journal would keep the same of both."""
    return _facts(one) == _facts(other)


def to_body(sale: Sale) -> Body:
    """The stored fields of ``sale``: plain values, the mappings ``order`` and ``hand``, the list ``refunds``."""
    return {
        "v": VERSION,
        "order": _flat(sale.order, _ORDER),
        **_flat(sale, _SALE),
        "refunds": [_flat(refund, _REFUND) for refund in sale.refunds],
        "hand": None if sale.hand is None else _flat(sale.hand, _HAND),
    }


def from_body(body: Mapping[str, object]) -> Sale:
    """The sale of ``to_body``, at rest: nothing of its last run. Raises ``BadRecord`` for any other shape.

    Version 1 knew no refunds; its entries read as sales without any.
    """
    body = _of_this_version(body)
    if body.keys() != _KEPT:
        raise _odd(body.keys() ^ _KEPT)
    refunds, hand = body["refunds"], body["hand"]
    if not isinstance(refunds, list) or not all(isinstance(refund, Mapping) for refund in refunds):
        raise BadRecord("refunds is no list of refunds")
    if not isinstance(hand, Mapping | None):
        raise BadRecord("hand is no settlement by hand")
    return replace(
        _BLANK,
        order=_order(body),
        refunds=tuple(Refund(**_read(refund, _REFUND)) for refund in refunds),  # type: ignore[arg-type]  # _read proves each type
        hand=None if hand is None else Hand(**_read(hand, _HAND)),  # type: ignore[arg-type]  # as above
        **{key: read(key, body[key]) for key, read in _SALE.items()},  # type: ignore[arg-type]  # as above
    )


def order_of(body: Mapping[str, object]) -> Order:
    """The order alone of ``to_body``, whatever else the entry says. Raises ``BadRecord`` where it cannot be read."""
    return _order(_of_this_version(body))


def state_of(body: Mapping[str, object]) -> State:
    """The state alone, likewise."""
    return _STATE("state", _of_this_version(body).get("state"))


def _order(body: Mapping[str, object]) -> Order:
    order = body.get("order")
    if not isinstance(order, Mapping):
        raise BadRecord("order is missing")
    if _whole("amount_fen", order.get("amount_fen")) <= 0:
        raise BadRecord("amount_fen is not above zero")
    return Order(**_read(order, _ORDER))  # type: ignore[arg-type]  # _read proves each type


def _flat(kept: Order | Sale | Refund | Hand, shape: Mapping[str, Reader]) -> Flat:
    """Enums become their plain text, so that any JSON writer keeps the same bytes."""
    return {name: value if type(value := getattr(kept, name)) in _PLAIN else _word(value) for name in shape}


def _word(value: object) -> str:
    assert isinstance(value, StrEnum)
    return str(value)


def _of_this_version(body: Mapping[str, object]) -> Mapping[str, object]:
    version = body.get("v")
    if version not in (1, VERSION) or isinstance(version, bool):
        raise BadRecord("v is not of this version")
    if version == VERSION:
        return body
    if later := _SINCE_2.keys() & body.keys():
        raise _odd(later)
    return {**_SINCE_2, **body}


def _odd(keys: Iterable[object]) -> BadRecord:
    return BadRecord(f"unknown or missing: {', '.join(sorted(map(str, keys)))}")


def _read(body: Mapping[str, object], shape: Mapping[str, Reader]) -> dict[str, object]:
    if body.keys() != shape.keys():
        raise _odd(body.keys() ^ shape.keys())
    return {key: read(key, body[key]) for key, read in shape.items()}
