"""A sale as the journal keeps it: plain JSON values, read back strictly. What lives in one run only is left out."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Final, TypeVar

from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.sale import Order, Sale, State

VERSION: Final = 1
Plain = None | bool | int | str
Body = dict[str, Plain | dict[str, Plain]]

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
    def read(key: str, value: object) -> E:
        try:
            return kind(_text(key, value))
        except ValueError as error:
            raise BadRecord(f"{key} is no {kind.__name__.lower()} of this version") from error

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
_SALE: Final[Mapping[str, Reader]] = {
    "state": _one_of(State),
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
}
assert set(_ORDER) == {field.name for field in fields(Order)}, "every fact of an order is kept"


def same_record(one: Sale, other: Sale) -> bool:
    """Whether the journal would keep the same of both."""
    return one.order == other.order and all(getattr(one, name) == getattr(other, name) for name in _SALE)


def to_body(sale: Sale) -> Body:
    """The stored fields of ``sale``: integers, text, booleans, null and one mapping ``order``."""
    order: dict[str, Plain] = {name: _plain(getattr(sale.order, name)) for name in _ORDER}
    return {"v": VERSION, "order": order, **{name: _plain(getattr(sale, name)) for name in _SALE}}


def from_body(body: Mapping[str, object]) -> Sale:
    """The sale of ``to_body``, at rest: nothing of its last run. Raises ``BadRecord`` for any other shape."""
    if body.get("v") != VERSION or isinstance(body.get("v"), bool):
        raise BadRecord("v is not of this version")
    order = body.get("order")
    if not isinstance(order, Mapping):
        raise BadRecord("order is missing")
    rest = {key: value for key, value in body.items() if key not in ("v", "order")}
    sale = Sale(Order(**_read(order, _ORDER)), **_read(rest, _SALE))  # type: ignore[arg-type]  # _read proves each type
    if sale.order.amount_fen <= 0:
        raise BadRecord("amount_fen is not above zero")
    return sale


def _read(body: Mapping[str, object], shape: Mapping[str, Reader]) -> dict[str, object]:
    odd = sorted(str(key) for key in set(body) ^ set(shape))
    if odd:
        raise BadRecord(f"unknown or missing: {', '.join(odd)}")
    return {key: read(key, body[key]) for key, read in shape.items()}


def _plain(value: object) -> Plain:
    """Enums become their plain text, so that any JSON writer keeps the same bytes."""
    if isinstance(value, StrEnum):
        return value.value
    assert value is None or isinstance(value, bool | int | str)
    return value
