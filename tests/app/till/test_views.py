"""Which stage a sale stands on: one row per phase of words.md §2, and what the window may count down to."""

from dataclasses import replace

import pytest

from app import words
from app.core.channel import Channel
from app.core.events import Now
from app.core.policy import patience_for
from app.core.sale import ALARM_CONTRADICT, ALARM_MISMATCH, ALARM_STUCK, Call, Order, Sale, State
from app.till.api import Phase
from app.till.views import phase_of, view_of

NOW = Now(mono=1000.0, ms=1_795_310_000_000)
ORDER = Order("7" + "0" * 23, "p", Channel.WECHAT, 12850, "", "1001", "0007", NOW.ms, "2026-11-22", training=True)
WECHAT = patience_for(Channel.WECHAT)
ALIPAY = patience_for(Channel.ALIPAY)
SALE = Sale(ORDER, deadline=1030.0, sent_at=985.0, heard_at=990.0, calls=frozenset({Call.PAY}))
REVERSING = replace(SALE, state=State.REVERSING, deadline=None, quarantine_until=1150.0, calls=frozenset())
REVERSED = replace(SALE, state=State.REVERSED, deadline=None, calls=frozenset())


def having(sale, **facts):
    return replace(sale, **facts)


ROWS = [
    (Phase.INTENT, having(SALE, calls=frozenset(), heard_at=None)),
    (Phase.SENT, SALE),
    (Phase.SENT, having(SALE, calls=frozenset())),
    (Phase.PENDING, having(SALE, state=State.PENDING)),
    (Phase.PENDING, having(SALE, state=State.PENDING, silences=1)),
    (Phase.UNKNOWN, having(SALE, state=State.UNKNOWN)),
    (Phase.UNKNOWN, having(SALE, state=State.UNKNOWN, recovered=True, calls=frozenset())),
    (Phase.OFFLINE, having(SALE, state=State.UNKNOWN, silences=2)),
    (Phase.OFFLINE, having(SALE, state=State.PENDING, silences=2)),
    (Phase.OFFLINE, having(SALE, silences=2)),
    (Phase.UNSAFE, having(SALE, state=State.UNKNOWN, forged=True)),
    (Phase.STOPPING, having(SALE, state=State.PENDING, stop_asked=True)),
    (Phase.STOPPING, having(SALE, stop_asked=True, silences=5)),
    (Phase.PAID, having(SALE, state=State.PAID)),
    (Phase.DECLINED, having(SALE, state=State.DECLINED)),
    (Phase.NOTSENT, having(SALE, state=State.NOT_SENT)),
    (Phase.REVERSING, REVERSING),
    (Phase.REVERSING, having(REVERSING, reverses=2, code="SYSTEMERROR")),
    (Phase.WAIT15, having(REVERSING, next_reverse=1007.0)),
    (Phase.REVERSING, having(REVERSING, next_reverse=1007.0, reverses=1)),
    (Phase.QUARANTINE, having(REVERSING, reverses=1, unseen=True, next_reverse=1030.0)),
    (Phase.QUARANTINE, having(REVERSING, reverses=1, unseen=True)),
    (Phase.REVERSING, having(REVERSING, reverses=1, unseen=True, quarantine_until=999.0)),
    (Phase.LATEPAID, having(REVERSING, took_money=True, paid_ms=NOW.ms)),
    (Phase.REVERSING, having(REVERSING, took_money=True)),
    (Phase.MISMATCH, having(REVERSING, alarm=ALARM_MISMATCH)),
    (Phase.REVERSED0, having(REVERSED, took_money=False)),
    (Phase.REVERSED1, having(REVERSED, took_money=True)),
    (Phase.REVERSEDQ, REVERSED),
    (Phase.LATEBACK, having(REVERSED, took_money=True, paid_ms=NOW.ms)),
    (Phase.REFUNDING, having(SALE, state=State.REFUNDING)),
    (Phase.VOIDING, having(SALE, state=State.VOIDING)),
    (Phase.VOIDED, having(SALE, state=State.VOIDED)),
    (Phase.VOIDED, having(SALE, state=State.REFUNDED)),
    (Phase.PARTIAL, having(SALE, state=State.PARTLY_REFUNDED)),
    (Phase.STUCK, having(SALE, state=State.STUCK, alarm=ALARM_STUCK)),
    (Phase.MISMATCH, having(SALE, state=State.STUCK, alarm=ALARM_MISMATCH)),
    (Phase.CONTRADICT, having(SALE, state=State.STUCK, alarm=ALARM_CONTRADICT)),
]


@pytest.mark.parametrize(("phase", "sale"), ROWS)
def test_the_phase_of(phase, sale):
    assert phase_of(sale, NOW, WECHAT) is phase


def test_alipay_has_no_fifteen_seconds():
    sale = having(REVERSING, order=replace(ORDER, channel=Channel.ALIPAY), next_reverse=1002.0)
    assert phase_of(sale, NOW, ALIPAY) is Phase.REVERSING


@pytest.mark.parametrize("state", list(State))
def test_held_and_broken_outrank_every_state(state):
    assert phase_of(having(SALE, state=state), NOW, WECHAT, held=True) is Phase.PAIDHELD
    assert phase_of(having(SALE, state=state), NOW, WECHAT, broken=True) is Phase.STUCK


@pytest.mark.parametrize("state", list(State))
def test_only_a_paid_sale_is_ever_green(state):
    assert (phase_of(having(SALE, state=state), NOW, WECHAT) is Phase.PAID) == (state is State.PAID)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.IDLE])
def test_every_phase_has_its_words(phase):
    assert words.has(f"st.{phase.value}.head")


def test_every_phase_of_a_sale_stands_in_a_row():
    assert {phase for phase, _ in ROWS} | {Phase.IDLE, Phase.READY, Phase.PAIDHELD} == set(Phase)


def to_window(mono):
    return mono + 5000


def view(sale, patience=WECHAT):
    return view_of(sale, (), NOW, patience, to_window)


def test_the_ring_counts_to_the_deadline_on_the_windows_clock():
    seen = view(having(SALE, state=State.PENDING))
    assert (seen.deadline, seen.patience, seen.release) == (6030.0, 45.0, None)


def test_an_accepted_sale_has_no_deadline():
    assert view(having(SALE, state=State.UNKNOWN, accepted=True)).deadline is None


def test_the_ring_of_the_fifteen_seconds_and_of_the_quarantine():
    wait15 = view(having(REVERSING, next_reverse=1007.0))
    assert (wait15.deadline, wait15.patience, wait15.release) == (6007.0, 15.0, 6150.0)
    watched = view(having(REVERSING, reverses=1, unseen=True))
    assert (watched.deadline, watched.patience) == (6150.0, 180.0)


def test_silence_is_counted_in_whole_seconds_and_ends_with_the_sale():
    assert view(having(SALE, heard_at=988.3)).silent_for == 11.0
    assert view(having(SALE, heard_at=None)).silent_for is None
    assert view(having(SALE, state=State.PAID)).silent_for is None
