from itertools import combinations_with_replacement

import pytest

from app.core.channel import Channel
from app.core.purchase import HELD, is_recharged, may_start, on_top
from app.core.sale import BEFORE_D2, PAST_D2, Order, Sale, State


def attempt(number, state, purchase="p"):
    order = Order(f"{number:024d}", purchase, Channel.WECHAT, 100, "m", "李", "0001", 1000 + number, "2026-11-22")
    return Sale(order, state)


@pytest.mark.parametrize("state", State)
def test_another_attempt_waits_until_the_last_can_no_longer_be_paid(state):
    over = {State.DECLINED, State.NOT_SENT, State.REVERSED, State.REVERSING, State.REFUNDING, State.STUCK}
    assert may_start([attempt(1, State.REVERSED), attempt(2, state)]) is (state in over)


def test_the_first_attempt_may_always_start():
    assert may_start([])


@pytest.mark.parametrize("states", list(combinations_with_replacement(State, 2)), ids=str)
def test_of_two_attempts_found_at_a_start_never_both_are_kept(states):
    pair = [attempt(n, state) for n, state in enumerate(states)]
    kept = [s for s in pair if s.state in HELD or (s.state in BEFORE_D2 and not is_recharged(s, pair))]
    if sum(s.state in HELD for s in pair) < 2:
        assert len(kept) <= 1
        if any(s.state in HELD | BEFORE_D2 for s in pair):
            assert len(kept) == 1


def test_a_later_payment_sends_the_earlier_one_back():
    old, new = attempt(1, State.UNKNOWN), attempt(2, State.PAID)
    assert is_recharged(old, [old, new])
    assert not is_recharged(new, [old, new])
    assert not is_recharged(old, [old, attempt(2, State.PAID, purchase="another")])
    assert not is_recharged(old, [old, attempt(2, State.REVERSING)])
    assert not is_recharged(old, [])


def test_the_paid_attempt_speaks_for_the_purchase():
    paid, waiting, gone = attempt(1, State.PAID), attempt(2, State.PENDING), attempt(3, State.STUCK)
    assert on_top([paid, waiting, gone]) is paid
    assert on_top([waiting, gone]) is waiting
    assert on_top([attempt(1, State.DECLINED), gone]) is gone
    assert on_top([]) is None
    assert gone.state in PAST_D2
