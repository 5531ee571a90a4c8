"""One yes, to one act, once."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from app.core.staff import Act, Approval, Role
from app.staff import No, Proof

from .conftest import PINS, Shop

REFUND = (Act.REFUND, "426112200074821000012359", 1280, "顾客退货")


def ask(shop, number="20", what=REFUND, **more):
    return shop.run(shop.people.approvals.ask(Proof(number, PINS[number]), *what, **more))


def spend(shop, approval, what=REFUND):
    return shop.people.approvals.spend(approval, *what)


def test_a_supervisors_yes_is_good_once(shop):
    approval = ask(shop)
    assert isinstance(approval, Approval)
    assert spend(shop, approval) is None
    assert spend(shop, approval) == No("pin.expired")
    (entry,) = shop.ledger.of("staff.approved")
    assert (entry["act"], entry["subject"], entry["amount_fen"], entry["reason"]) == REFUND
    assert (entry["by"], entry["nonce"]) == ("20", approval.nonce)


@pytest.mark.parametrize(
    "other",
    [
        (Act.HOLD, *REFUND[1:]),
        (REFUND[0], "426112200074821000012456", *REFUND[2:]),
        (*REFUND[:2], 1281, REFUND[3]),
        (*REFUND[:2], 1279, REFUND[3]),
        (*REFUND[:3], "别的"),
    ],
)
def test_it_is_bound_to_what_was_said(shop, other):
    approval = ask(shop)
    assert spend(shop, approval, other) == No("pin.changed")
    assert spend(shop, approval) == No("pin.expired"), "an approval tried on another act is burnt"


def test_it_is_fresh_for_a_minute(shop):
    approval = ask(shop)
    shop.clock.pass_(60)
    assert spend(shop, approval) is None
    approval = ask(shop)
    shop.clock.pass_(60.5)
    assert spend(shop, approval) == No("pin.expired")


def test_a_restart_ends_it(shop):
    approval = ask(shop)
    shop.start()
    assert spend(shop, approval) == No("pin.expired")


def test_nobody_makes_one_up(shop):
    approval = ask(shop)
    assert spend(shop, replace(approval, nonce="0" * 32)) == No("pin.expired")
    assert spend(shop, replace(approval, amount_fen=999_999), (*REFUND[:2], 999_999, REFUND[3])) == No("pin.expired")


def test_esc_takes_it_back(shop):
    approval = ask(shop)
    shop.people.approvals.withdraw(approval.nonce)
    assert spend(shop, approval) == No("pin.expired")


@pytest.mark.parametrize(
    ("number", "what", "operator", "key"),
    [
        ("10", REFUND, "20", "pin.norole"),
        ("10", REFUND, "10", "pin.self"),
        ("10", (Act.HOLD, *REFUND[1:]), "", "pin.norole.other"),
        ("20", (Act.TAKE_OVER, "20261122-1", 0, "交班"), "", "pin.norole.other"),
        ("20", (*REFUND[:2], 50_001, REFUND[3]), "", "pin.cap"),
        ("20", (*REFUND[:3], " "), "", "ap.reason"),
        ("20", (*REFUND[:3], "长" * 121), "", "ap.reason"),
    ],
)
def test_who_may_not(shop, number, what, operator, key):
    assert ask(shop, number, what, operator=operator).key == key


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("20", (*REFUND[:2], 50_000, REFUND[3])),
        ("30", (*REFUND[:2], 9_000_000, REFUND[3])),
        ("30", (Act.TAKE_OVER, "20261122-1", 0, "交班")),
    ],
)
def test_who_may(shop, number, what):
    approval = ask(shop, number, what, operator=number)
    assert isinstance(approval, Approval)
    assert spend(shop, approval, what) is None


def test_a_limit_is_not_got_round_in_pieces(shop):
    part = (*REFUND[:2], 30_000, REFUND[3])
    assert spend(shop, ask(shop, "20", part), part) is None
    assert ask(shop, "20", part).key == "pin.cap"
    other = (REFUND[0], "426112200074821000012456", 30_000, REFUND[3])
    assert isinstance(ask(shop, "20", other), Approval)
    assert isinstance(ask(shop, "30", part), Approval)


@pytest.mark.parametrize("leaves", [True, False])
def test_whoever_has_left_or_has_another_role_approves_nothing_any_more(shop, leaves):
    approval = ask(shop)
    if leaves:
        shop.run(shop.changes.retire(shop.warrant, "20"))
    else:
        shop.run(shop.changes.change(shop.warrant, "20", Role.CASHIER, None))
    assert spend(shop, approval) == No("pin.expired")


def test_what_was_refused_is_written_too(shop):
    shop.run(shop.people.approvals.ask(Proof("20", "739154"), *REFUND))
    ask(shop, "10")
    assert [(e["by"], e["why"]) for e in shop.ledger.of("staff.refused")] == [("20", "pin.wrong"), ("10", "pin.norole")]


def test_a_badge_alone_approves_only_where_the_shop_says_so(tmp_path, shop):
    badge = shop.run(shop.changes.badge(shop.warrant, "20"))
    assert shop.run(shop.people.approvals.ask(Proof(badge=badge), *REFUND)) == No("pin.hand")
    assert isinstance(shop.run(shop.people.approvals.ask(Proof(badge=badge, pin=PINS["20"]), *REFUND)), Approval)
    shop.settings["badge_alone"] = True
    shop.start()
    assert isinstance(shop.run(shop.people.approvals.ask(Proof(badge=badge), *REFUND)), Approval)
    for n in range(5):
        shop.try_("20", f"73915{n}")
    assert shop.run(shop.people.approvals.ask(Proof(badge=badge), *REFUND)).key == "pin.locked"


def test_wrong_approvals_lock_like_wrong_sign_ins(shop):
    for n in range(5):
        shop.run(shop.people.approvals.ask(Proof("20", f"73915{n}"), *REFUND))
    assert ask(shop).key == "pin.locked"


class Supervised(RuleBasedStateMachine):
    """Approvals asked, spent, altered, doubled, held back, over restarts: each gives its own act once, or nothing."""

    @initialize()
    def open(self):
        self.folder = TestSupervised.folder
        for path in self.folder.iterdir():
            path.unlink()
        self.shop = Shop(self.folder).staffed()
        self.asked: list[tuple[Approval, tuple]] = []
        self.given: list[str] = []

    @rule(amount=st.integers(1, 60_000), subject=st.sampled_from(["A", "B"]), right=st.booleans())
    def ask(self, amount, subject, right):
        what = (Act.REFUND, subject, amount, "顾客退货")
        proof = Proof("20", PINS["20"] if right else "739154")
        found = self.shop.run(self.shop.people.approvals.ask(proof, *what))
        if isinstance(found, Approval):
            assert right
            assert amount <= 50_000
            self.asked.append((found, what))

    @rule(which=st.integers(0, 9), more=st.sampled_from([0, 0, 0, 1, -1]), elsewhere=st.booleans())
    def spend(self, which, more, elsewhere):
        if not self.asked:
            return
        approval, (act, subject, amount, reason) = self.asked[which % len(self.asked)]
        wanted = (act, "C" if elsewhere else subject, amount + more, reason)
        if self.shop.people.approvals.spend(approval, *wanted) is None:
            assert wanted == (act, subject, amount, reason)
            assert approval.nonce not in self.given
            assert self.shop.clock.mono() - approval.given_at <= 60
            assert any(entry["nonce"] == approval.nonce for entry in self.shop.ledger.of("staff.approved"))
            self.given.append(approval.nonce)

    @rule(seconds=st.sampled_from([1, 30, 61, 400]))
    def wait(self, seconds):
        self.shop.clock.pass_(seconds)

    @rule()
    def kill(self):
        self.shop.start()


TestSupervised = Supervised.TestCase
TestSupervised.settings = settings(
    deadline=None,
    derandomize=True,
    max_examples=25,
    stateful_step_count=25,
    suppress_health_check=[HealthCheck.too_slow],  # each step may take an argon2, however cheap
)


@pytest.fixture(autouse=True, scope="module")
def folder(tmp_path_factory):
    TestSupervised.folder = tmp_path_factory.mktemp("supervised")
