"""How often a PIN may be tried, by the table and over any history of clocks and restarts."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from app.staff import lockout
from app.staff.lockout import ALL_TRIES, REFILL_S, TRIES, WAITS_S, Lockouts, Moment

MS = 1_763_800_000_000


def at(mono, ms=None):
    return Moment(float(mono), MS + (int(mono * 1000) if ms is None else ms))


def five_wrong(state, now):
    for _ in range(TRIES):
        assert lockout.barred(state, "10", now, manager=False) is None
        state = lockout.begun(state, "10", now)
    return state


def test_the_waits_grow_and_end_with_a_manager():
    state, mono = Lockouts(), 0.0
    for wait in WAITS_S:
        state = five_wrong(state, at(mono))
        assert lockout.barred(state, "10", at(mono + wait - 1), manager=False).seconds == 1
        mono += wait
        mono += TRIES * REFILL_S  # the bucket of all tries is not what is shown here
    state = five_wrong(state, at(mono))
    assert lockout.barred(state, "10", at(mono + 10**6), manager=False).seconds == 0
    assert lockout.barred(lockout.unlocked(state, "10"), "10", at(mono + 10**6), manager=False) is None


def test_a_manager_waits_longer_and_longer_but_not_for_ever():
    state, mono, waits = Lockouts(), 0.0, []
    for _ in range(9):
        for _ in range(TRIES):
            state = lockout.begun(state, "30", at(mono))
        waits.append(lockout.barred(state, "30", at(mono), manager=True).seconds)
        mono += waits[-1] + TRIES * REFILL_S
    assert waits == [60, 300, 900, 3600, 14400, 43200, 86400, 86400, 86400]


def test_a_right_one_forgets_the_wrong_ones():
    state = Lockouts()
    for _ in range(TRIES - 1):
        state = lockout.begun(state, "10", at(0))
    state = lockout.right(lockout.begun(state, "10", at(0)), "10", at(0))
    assert state.of("10").is_clean
    five_wrong(state, at(1))


@pytest.mark.parametrize("jump_ms", [10**12, 3_600_000, -(10**9)])
def test_a_clock_that_is_set_opens_nothing(jump_ms):
    state = five_wrong(Lockouts(), at(0))
    assert lockout.barred(state, "10", at(30, 30_000 + jump_ms), manager=False) is not None
    restarted = lockout.restored(lockout.kept(state, at(30)), at(7, jump_ms))
    assert lockout.barred(restarted, "10", at(7 + 59, jump_ms + 59_000), manager=False) is not None


def test_a_clock_that_was_set_back_keeps_nobody_out_for_longer():
    state = five_wrong(Lockouts(), at(0))
    assert lockout.barred(state, "10", at(61, -(10**9)), manager=False) is None


def test_a_computer_that_slept_has_waited():
    """Both clocks went on; neither alone is enough."""
    state = five_wrong(Lockouts(), at(0))
    assert lockout.barred(state, "10", at(61), manager=False) is None
    assert lockout.barred(state, "10", at(61, 5_000), manager=False) is not None
    assert lockout.barred(state, "10", at(5, 61_000), manager=False) is not None


def test_everybody_together_has_so_many():
    state = Lockouts()
    for n in range(ALL_TRIES):
        assert lockout.barred(state, str(n), at(0), manager=False) is None
        state = lockout.begun(state, str(n), at(0))
    barred = lockout.barred(state, "99", at(0), manager=True)
    assert barred.everybody
    assert barred.seconds == REFILL_S
    assert lockout.barred(state, "99", at(REFILL_S), manager=True) is None


def test_right_pins_do_not_fill_the_bucket():
    state = Lockouts()
    for n in range(500):
        state = lockout.right(lockout.begun(state, str(n % 7), at(0)), str(n % 7), at(0))
    assert lockout.barred(state, "10", at(0), manager=False) is None


@pytest.mark.parametrize("body", [None, {}, {"tries": 1, "level_thousandths": 0}, {"tries": {"10": [1]}}, []])
def test_what_was_not_kept_by_us_is_refused(body):
    with pytest.raises(ValueError, match="no lockouts"):
        lockout.restored(body, at(0))


class Guessing(RuleBasedStateMachine):
    """An attacker with the keyboard, the plug and the clock; every guess is wrong."""

    people = Bundle("people")

    @initialize()
    def open(self):
        self.state, self.mono, self.ms = Lockouts(), 0.0, 0
        self.true_now = 0.0  # what really passed, whatever is shown
        self.guesses: list[tuple[str, float]] = []
        self.durable = lockout.kept(self.state, self.now())

    def now(self):
        return Moment(self.mono, MS + self.ms)

    @initialize(target=people)
    def first(self):
        return "10"

    @initialize(target=people)
    def second(self):
        return "20"

    @rule(who=people, times=st.integers(1, 8))
    def guess(self, who, times):
        for _ in range(times):
            if lockout.barred(self.state, who, self.now(), manager=False) is None:
                self.state = lockout.begun(self.state, who, self.now())
                self.durable = lockout.kept(self.state, self.now())
                self.guesses.append((who, self.true_now))
        self.check()

    @rule(seconds=st.sampled_from([0.5, 20, 61, 301, 901, 5000]))
    def wait(self, seconds):
        self.mono += seconds
        self.ms += int(seconds * 1000)
        self.true_now += seconds

    @rule(jump=st.sampled_from([-(10**9), -60_000, 60_000, 900_000, 10**9]))
    def set_clock(self, jump):
        self.ms += jump

    @rule()
    def kill(self):
        self.mono = 3.0
        self.state = lockout.restored(self.durable, self.now())

    def check(self):
        for who in ("10", "20"):
            own = [moment for one, moment in self.guesses if one == who]
            assert len(own) <= TRIES * (len(WAITS_S) + 1)
            # Between the first guess of one five and the first of the next lies the whole wait.
            for strike in range(1, -(-len(own) // TRIES)):
                assert own[strike * TRIES] - own[strike * TRIES - 1] >= WAITS_S[strike - 1]
        every = [moment for _, moment in self.guesses]
        assert len(every) <= ALL_TRIES + self.true_now / REFILL_S + 1


TestGuessing = Guessing.TestCase
TestGuessing.settings = settings(deadline=None, derandomize=True, max_examples=120, stateful_step_count=40)
