"""The timeline of a sale, from its entries alone."""

from dataclasses import replace

from app.core.refunds import Hand, HandState, RefundState
from app.core.sale import State
from app.journal.api import Kept
from app.office.story import Tone, story_of
from app.till.entries import entry_of
from app.words import LANGUAGES, say
from tests.app.core.test_adviser import NOW, a_refund, a_sale


def kept(*sales, kinds=()):
    """Each sale an entry, a second apart; ``kinds`` name the kind of some."""
    named = dict(kinds)
    entries = [entry_of(sale, NOW + n * 1000, named.get(n, "")) for n, sale in enumerate(sales)]
    return [Kept(n + 1, one.kind, one.at_ms, one.body) for n, one in enumerate(entries)]


def keys(steps):
    for language in LANGUAGES:
        for step in steps:
            assert say(step.what.key, language, **dict(step.what.values))
            assert step.under is None or say(step.under.key, language, **dict(step.under.values))
    return [step.what.key for step in steps]


def test_a_plain_sale_is_two_steps_and_the_second_names_the_payer():
    sale = a_sale(state=State.INTENT)
    steps = story_of(kept(sale, replace(sale, state=State.PAID, payer="138****2046")))
    assert keys(steps) == ["step.intent", "step.paid"]
    assert dict(steps[1].under.values) == {"payer": "138****2046"}
    assert [step.tone for step in steps] == [Tone.PLAIN, Tone.PAID]
    assert [step.at_ms for step in steps] == [NOW, NOW + 1000]


def test_a_refund_tells_who_approved_it_and_how_it_went_on():
    paid = a_sale()
    asked = a_refund(2_850, RefundState.ASKED, by="2001")
    steps = story_of(
        kept(
            paid,
            replace(paid, state=State.VOIDING, refunds=(asked,)),
            replace(paid, state=State.VOIDING, refunds=(replace(asked, calls=2),)),
            replace(paid, state=State.VOIDING, refunds=(replace(asked, state=RefundState.ACCEPTED),)),
            replace(paid, state=State.PARTLY_REFUNDED, refunds=(replace(asked, state=RefundState.DONE),)),
            replace(
                paid, state=State.PARTLY_REFUNDED, refunds=(replace(asked, state=RefundState.DONE, confirmed=True),)
            ),
        )
    )
    assert keys(steps) == [
        "step.paid",
        "desk.step.asked",
        "desk.step.accepted",
        "desk.step.done",
        "desk.step.confirmed",
    ]
    assert dict(steps[1].under.values) == {"by": "2001", "reason": "ap.reason.return"}


def test_reverses_in_a_row_are_one_step():
    sale = a_sale(state=State.REVERSING)
    steps = story_of(kept(sale, *(replace(sale, reverses=n) for n in range(1, 6)), replace(sale, state=State.REVERSED)))
    assert keys(steps) == ["step.reversing", "desk.step.reversed", "step.reversed"]
    assert dict(steps[1].what.values) == {"n": "5"}


def test_a_recovery_an_alarm_and_a_person_are_told():
    sale = a_sale(state=State.UNKNOWN)
    hand = Hand(12_850, "ap.reason.return", "V7", "2001", "n", NOW)
    steps = story_of(
        kept(
            sale,
            replace(sale, recovered=True),
            replace(sale, recovered=True, state=State.STUCK, alarm="st.stuck"),
            replace(sale, recovered=True, state=State.STUCK, alarm="st.stuck", hand=hand),
            replace(
                sale, state=State.PAID, recovered=True, alarm="st.stuck", hand=replace(hand, state=HandState.GIVEN)
            ),
            replace(sale, state=State.PAID, alarm="st.stuck", hand=replace(hand, state=HandState.GIVEN)),
            kinds=[(5, "sale.seen")],
        )
    )
    assert keys(steps) == [
        "step.unknown",
        "desk.step.recovered",
        "step.stuck",
        "desk.step.alarm",
        "desk.step.hand",
        "step.paid",
        "desk.step.given",
        "desk.step.seen",
    ]


def test_other_entries_about_the_sale_are_told_by_their_kind_and_unknown_ones_left_out(expect_log):
    expect_log("mashou.till", "holds no sale")
    sale = a_sale()
    entries = [*kept(sale), Kept(2, "receipt.printed", NOW + 5, {}), Kept(3, "something.new", NOW + 6, {})]
    entries.insert(
        1, Kept(2, "work.note", NOW + 2, {"out_trade_no": sale.order.out_trade_no, "by": "2001", "text": "rang"})
    )
    steps = story_of(entries)
    assert keys(steps) == ["step.paid", "desk.step.noted", "desk.step.printed"]
    assert dict(steps[1].under.values) == {"text": "rang"}
