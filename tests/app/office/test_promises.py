"""What is promised of people and money, and the tests that prove it; a proof that is renamed away fails here."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
PROOFS = {
    "a cashier cannot void": [
        ("app/staff/test_approvals.py", "test_who_may_not"),
        ("ui/window/test_backroom.py", "test_each_sees_the_pages_that_are_theirs"),
        ("ui/window/test_backroom.py", "test_a_page_that_is_not_theirs_is_not_opened_by_name"),
    ],
    "five wrong PINs lock": [
        ("app/staff/test_people.py", "test_five_wrong_tries_lock_and_a_restart_unlocks_nothing"),
        ("app/staff/test_approvals.py", "test_wrong_approvals_lock_like_wrong_sign_ins"),
        ("app/staff/test_lockout.py", "test_a_clock_that_is_set_opens_nothing"),
    ],
    "an approval cannot be reused": [
        ("app/staff/test_approvals.py", "test_a_supervisors_yes_is_good_once"),
        ("app/till/test_back.py", "test_a_yes_is_good_once_also_after_a_restart"),
        ("app/office/recon/test_signing.py", "test_a_yes_is_good_once"),
    ],
    "a double click moves money once": [
        ("ui/pages/test_refund.py", "test_a_double_click_and_a_held_key_ask_once"),
        ("ui/pages/test_worklist.py", "test_by_hand_is_asked_once_however_often_it_is_pressed"),
    ],
    "two supervisors move money once": [
        ("app/till/test_back.py", "test_two_supervisors_and_a_double_click_move_money_once"),
    ],
    "a crash between each step moves money once": [
        ("app/till/test_back.py", "test_the_plug_pulled_at_any_commit_moves_money_once"),
        ("e2e/test_refunds.py", "test_a_refund_cut_down_in_the_middle_is_finished_by_the_next_start"),
    ],
    "nobody is paid back twice": [
        ("app/core/test_refunding_aside.py", "test_no_cash_where_it_has_gone_back"),
        ("app/office/recon/test_closing.py", "test_cash_beside_money_that_the_channel_gave_back_is_named_and_stays"),
    ],
    "what cash left over is named until it is given back": [
        (
            "app/office/recon/test_closing.py",
            "test_a_part_settled_by_hand_is_closed_by_the_bills_and_the_rest_is_named_until_somebody_gave_it_back",
        ),
        (
            "ui/pages/test_worklist.py",
            "test_what_is_still_owed_beside_cash_is_red_with_its_sum_until_somebody_notes_it",
        ),
    ],
    "the end of a day in the real window": [
        ("e2e/test_office.py", "test_a_part_goes_back_and_the_day_is_closed_exported_and_reconciled"),
    ],
}


@pytest.mark.parametrize("promise", PROOFS)
def test_what_is_promised_is_proven(promise):
    for path, name in PROOFS[promise]:
        assert f"def {name}(" in (TESTS / path).read_text(encoding="utf-8"), f"{promise}: {path} lacks {name}"
