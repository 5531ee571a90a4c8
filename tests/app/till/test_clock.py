import asyncio
from dataclasses import replace

import pytest

from app.channels.api import Contact
from app.core.channel import Channel
from app.till.clock import SAMPLES, Clock

NOON = 1_790_000_000_000


class Hands:
    """The three clocks of a computer, moved by hand."""

    def __init__(self):
        self.mono = 1000.0
        self.wall = NOON / 1000
        self.awake = 400.0

    def clock(self):
        return Clock(lambda: self.mono, lambda: self.wall, lambda: self.awake)

    def pass_time(self, seconds):
        self.mono += seconds
        self.wall += seconds
        self.awake += seconds


def answer(date_ms, *, verified=True, seconds=0.1):
    return Contact(Channel.WECHAT, True, verified, False, seconds, date_ms, 0.0)


@pytest.fixture
def hands():
    return Hands()


def test_before_any_answer_the_wall_clock_stands_for_channel_time(hands):
    assert hands.clock().channel_ms() == NOON
    assert not hands.clock().measured


def test_a_verified_date_corrects_a_wrong_wall_clock(hands):
    clock = hands.clock()
    clock.heard(answer(NOON + 300_000))
    assert abs(clock.channel_ms() - (NOON + 300_000)) <= 600
    assert round(clock.skew()) in (-300, -301)


def test_a_channel_that_refuses_our_time_teaches_it_until_a_verified_answer_does(hands):
    clock = hands.clock()
    refusal = replace(answer(NOON + 700_000, verified=False), tls_dates=True)
    clock.heard(answer(NOON + 90_000_000, verified=False))
    assert not clock.measured, "an answer nobody signed, about anything else"
    clock.heard(refusal)
    assert abs(clock.channel_ms() - (NOON + 700_000)) <= 600
    clock.heard(answer(NOON + 690_000))
    assert abs(clock.channel_ms() - (NOON + 690_000)) <= 600, "the signed word replaces the unsigned"
    clock.heard(refusal)
    assert abs(clock.channel_ms() - (NOON + 690_000)) <= 600


def test_the_coarseness_of_dates_never_turns_time_back(hands):
    clock = hands.clock()
    hands.pass_time(0.3)
    seen = clock.channel_ms()
    clock.heard(answer(NOON - 1000))
    assert clock.channel_ms() >= seen, "nor does the first date"
    clock = hands.clock()
    for date_ms in (NOON + 900, NOON + 100, NOON + 100):  # whole seconds, cut before or after the tick
        clock.heard(answer(date_ms))
        seen = clock.channel_ms()
        hands.pass_time(0.01)
        assert clock.channel_ms() >= seen
    before = clock.channel_ms()
    clock.heard(answer(NOON - 800))
    assert clock.channel_ms() >= before
    hands.pass_time(2.0)
    assert abs(clock.channel_ms() - (NOON + 2_330 + 600)) <= 1300, "and it does not stand still for long"


def test_a_date_nobody_signed_teaches_nothing(hands):
    clock = hands.clock()
    clock.heard(answer(NOON + 300_000, verified=False))
    assert clock.channel_ms() == NOON


def test_a_slow_answer_teaches_nothing(hands):
    clock = hands.clock()
    clock.heard(answer(NOON + 300_000, seconds=9.0))
    assert not clock.measured


def test_a_date_that_waited_for_the_key_that_proves_it_is_as_old_as_it_is(hands):
    clock = hands.clock()
    hands.pass_time(8.0)
    clock.heard(replace(answer(NOON + 300_000), since=8.0))
    assert abs(clock.channel_ms() - (NOON + 308_000)) <= 600


def test_one_liar_among_five_moves_nothing(hands):
    clock = hands.clock()
    for n in range(SAMPLES):
        clock.heard(answer(NOON + (3_600_000 if n == SAMPLES - 1 else 0)))
    assert abs(clock.channel_ms() - NOON) <= 600


def test_setting_the_wall_clock_does_not_move_channel_time(hands):
    clock = hands.clock()
    clock.heard(answer(NOON))
    before = clock.channel_ms()
    hands.wall += 86_400
    hands.pass_time(2.0)
    assert clock.channel_ms() == before + 2000


def test_a_deadline_is_given_to_the_window_on_its_own_clock(hands):
    clock = hands.clock()
    hands.mono += 3600  # slept an hour: only one of the two clocks counted it
    assert clock.for_window(clock.mono() + 7) == hands.awake + 7


@pytest.mark.asyncio
async def test_sleep_until_notices_that_the_computer_slept(hands):
    clock = hands.clock()
    sleeping = asyncio.ensure_future(clock.sleep_until(hands.mono + 0.03))
    await asyncio.sleep(0)
    hands.pass_time(500)
    await asyncio.wait_for(sleeping, 2)


def test_the_real_clocks_run():
    clock = Clock()
    assert clock.mono() <= clock.mono()
    assert clock.channel_ms() > NOON - 40_000_000_000
