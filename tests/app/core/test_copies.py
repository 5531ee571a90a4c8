"""A copy is what the standard ``replace`` makes, with and without slots, and leaves the first as it was."""

import dataclasses

import pytest

from app.core.answers import Pay, PayAnswer
from app.core.channel import Channel
from app.core.copies import replace
from app.core.sale import Call, Order, Sale, State

ORDER = Order("1" * 24, "p", Channel.WECHAT, 100, "mark", "01", "0001", 1, "2026-11-22")
SALE = Sale(ORDER, calls=frozenset({Call.PAY}), deadline=45.0)


@pytest.mark.parametrize("changes", [{}, {"state": State.PAID}, {"deadline": None, "tries": 3, "alarm": "st.stuck"}])
def test_a_sale_is_copied_as_the_standard_does_it(changes):
    copied = replace(SALE, **changes)
    assert copied == dataclasses.replace(SALE, **changes)
    assert hash(copied) == hash(dataclasses.replace(SALE, **changes))
    assert copied is not SALE
    assert dataclasses.asdict(copied) == dataclasses.asdict(SALE) | changes
    assert Sale(ORDER, calls=frozenset({Call.PAY}), deadline=45.0) == SALE


def test_records_with_slots_are_copied_too():
    assert replace(PayAnswer(Pay.PAID), kind=Pay.UNKNOWN) == PayAnswer(Pay.UNKNOWN)


@pytest.mark.parametrize("record", [SALE, ORDER])
def test_a_name_that_is_no_fact_is_refused(record):
    with pytest.raises(TypeError):
        replace(record, stat=State.PAID)


def test_neither_a_sale_nor_its_copy_takes_a_fact_later():
    for sale in (SALE, replace(SALE, tries=1)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            sale.state = State.PAID
