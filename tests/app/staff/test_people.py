"""Who may come in, who stands at the till, and what a roster that was tampered with does not become."""

import json

import pytest

from app.core.staff import Person, Role
from app.staff import No, Proof
from app.staff.roster import written

from .conftest import PINS, Shop


def everything(shop):
    """Every byte that outlives the process."""
    files = b"".join(path.read_bytes() for path in sorted(shop.folder.iterdir()))
    return files + json.dumps(shop.ledger.entries, ensure_ascii=False).encode()


def test_the_first_start_asks_for_a_manager_and_has_no_default(empty):
    view = empty.run(empty.people.load())
    assert view.is_empty
    assert view.members == ()
    assert empty.people.operator() == "1001"
    assert empty.try_("1001", "123456") == No("staff.unknown.say")
    assert empty.run(empty.changes.begin("30", "陈", "123456")) == No("pin.easy")
    assert empty.run(empty.changes.begin("30", "陈", "")) == No("pin.short")
    assert empty.run(empty.people.load()).is_empty
    assert empty.run(empty.changes.begin("30", "陈", PINS["30"])) == Person("30", "陈", Role.MANAGER)
    assert empty.run(empty.changes.begin("32", "周", PINS["31"])) == No("staff.begun.say")
    assert [kind for kind, _ in empty.ledger.entries] == ["staff.begun"]


def test_everybody_signs_in_and_stands_on_the_sale(shop):
    for number, pin in PINS.items():
        assert shop.try_(number, pin).number == number
        assert shop.people.operator() == number
    assert shop.run(shop.people.sign_in(Proof("李", PINS["10"]))).number == "10"
    shop.start()
    assert shop.people.operator() == "1001"
    assert shop.try_("20", PINS["20"]).name == "王"
    assert shop.ledger.of("staff.signed_in")[-1]["number"] == "20"


def test_five_wrong_tries_lock_and_a_restart_unlocks_nothing(shop):
    told = [shop.try_("10", f"73915{n}") for n in range(5)]
    assert told[:4] == [No("pin.wrong", (("n", str(n)),)) for n in (4, 3, 2, 1)]
    assert told[4] == No("pin.locked", (("n", "1"),), 60)
    assert shop.try_("10", PINS["10"]).key == "pin.locked"
    shop.start()
    shop.clock.ms += 10**10
    assert shop.try_("10", PINS["10"]) == No("pin.locked", (("n", "1"),), 60)
    assert shop.try_("20", PINS["20"]).number == "20"
    shop.clock.pass_(60)
    assert shop.try_("10", PINS["10"]).number == "10"


def test_a_try_is_durable_before_the_hash_is_looked_at(shop, monkeypatch):
    def plug(*_):
        raise KeyboardInterrupt  # the power goes while argon2 works

    for n in range(5):
        with monkeypatch.context() as cut:
            cut.setattr(shop.people.gate._hasher, "matches", plug)
            with pytest.raises(KeyboardInterrupt):
                shop.try_("10", PINS["10"])
        shop.start()
        assert len(shop.ledger.of("staff.tried")) == n + 2  # one was the manager's own
    assert shop.try_("10", PINS["10"]).key == "pin.locked"


def test_a_journal_that_takes_nothing_lets_nobody_try(shop, monkeypatch):
    shop.ledger.full = True
    monkeypatch.setattr(shop.people.gate._hasher, "matches", lambda *_: pytest.fail("it was looked at"))
    assert shop.try_("10", PINS["10"]) == No("staff.journal.say")
    assert shop.run(shop.changes.set_pin(shop.warrant, "10", "384751")) == No("staff.journal.say")
    shop.ledger.full = False
    monkeypatch.undo()
    shop.start()
    assert shop.try_("10", PINS["10"]).number == "10"


def test_a_locked_person_waits_for_a_manager_after_the_last_wait(shop):
    for wait in (60, 300, 900, 0):
        for n in range(5):
            shop.try_("10", f"73915{n}")
        shop.clock.pass_(wait + 5 * 180)
    assert shop.try_("10", PINS["10"]) == No("pin.lockedhard")
    (line,) = [one for one in shop.people.view().members if one.person.number == "10"]
    assert line.locked
    warrant = shop.run(shop.changes.admit(Proof("30", PINS["30"])))
    assert shop.run(shop.changes.unlock(warrant, "10")) is None
    assert shop.try_("10", PINS["10"]).number == "10"


def test_a_journal_that_is_gone_gives_no_fresh_tries(shop):
    for n in range(4):
        shop.try_("10", f"73915{n}")
    shop.ledger.entries.clear()
    shop.start()
    assert shop.try_("10", PINS["10"]).key == "pin.all"
    shop.clock.pass_(180)
    assert shop.try_("10", "739154").key == "pin.wrong"
    assert shop.try_("10", PINS["10"]).key == "pin.all"


def test_a_cashier_comes_in_by_badge_a_supervisor_needs_the_pin_too(shop):
    badges = {number: shop.run(shop.changes.badge(shop.warrant, number)) for number in ("10", "20")}
    assert shop.run(shop.people.sign_in(Proof(badge=badges["10"].lower()))).number == "10"
    assert shop.run(shop.people.sign_in(Proof(badge=badges["20"]))) == No("pin.hand")
    assert shop.run(shop.people.sign_in(Proof(pin=PINS["20"], badge=badges["20"]))).number == "20"
    assert shop.run(shop.people.sign_in(Proof(badge="MSB" + "A" * 28))) == No("staff.badge.say")
    again = shop.run(shop.changes.badge(shop.warrant, "10"))
    assert shop.run(shop.people.sign_in(Proof(badge=badges["10"]))) == No("staff.badge.say")
    assert shop.run(shop.people.sign_in(Proof(badge=again))).number == "10"


def test_a_badge_opens_nobodys_wait(shop):
    badge = shop.run(shop.changes.badge(shop.warrant, "10"))
    for n in range(5):
        shop.try_("10", f"73915{n}")
    assert isinstance(shop.run(shop.people.sign_in(Proof(badge=badge))), No)


def test_nothing_that_proves_anybody_is_ever_written(shop):
    badge = shop.run(shop.changes.badge(shop.warrant, "10"))
    shop.try_("10", PINS["10"])
    shop.try_("20", "739154")
    kept = everything(shop)
    for secret in (*PINS.values(), "739154", badge, badge[3:]):
        assert secret.encode() not in kept
    assert PINS["10"] not in repr(Proof("10", PINS["10"], badge))
    assert badge not in repr(Proof("10", PINS["10"], badge))
    assert shop.people.keys.pepper.hex() not in repr(shop.people.keys)
    assert shop.people.keys.pepper not in kept


def test_it_locks_when_nobody_touches_it(tmp_path):
    shop = Shop(tmp_path, idle_s=180.0).staffed()
    shop.try_("10", PINS["10"])
    shop.clock.pass_(179)
    assert not shop.people.look_idle()
    shop.people.touch()
    shop.clock.pass_(179)
    assert not shop.people.look_idle()
    shop.clock.pass_(1)
    assert shop.people.look_idle()
    assert shop.people.view().locked
    assert shop.people.operator() == "10"
    assert shop.try_("20", PINS["20"]).number == "20"  # hand over
    assert not shop.people.view().locked
    assert shop.ledger.of("staff.signed_in")[-1]["after"] == "10"
    shop.people.sign_out()
    assert shop.people.operator() == "1001"


def test_only_a_manager_changes_the_roster_and_not_for_ever(shop):
    assert shop.run(shop.changes.admit(Proof("20", PINS["20"]))) == No("staff.norole.say")
    assert shop.run(shop.changes.admit(Proof("30", "739154"))).key == "pin.wrong"
    shop.clock.pass_(301)
    assert shop.run(shop.changes.retire(shop.warrant, "10")) == No("staff.warrant.say")
    warrant = shop.run(shop.changes.admit(Proof("31", PINS["31"])))
    assert shop.run(shop.changes.retire(warrant, "30")) is None
    assert shop.run(shop.changes.retire(warrant, "31")) == No("staff.last.say")
    assert shop.run(shop.changes.change(warrant, "31", Role.CASHIER, None)) == No("staff.last.say")
    shop.changes.give_back(warrant)
    assert shop.run(shop.changes.retire(warrant, "10")) == No("staff.warrant.say")


def test_who_has_left_is_nobody_and_the_number_is_never_given_again(shop):
    shop.try_("10", PINS["10"])
    assert shop.run(shop.changes.retire(shop.warrant, "10")) is None
    assert shop.people.operator() == "1001"
    assert shop.try_("10", PINS["10"]) == No("staff.unknown.say")
    again = Person("10", "孙", Role.CASHIER)
    assert shop.run(shop.changes.add(shop.warrant, again, "384751")) == No("staff.taken.say")


@pytest.mark.parametrize(
    ("person", "key"),
    [
        (Person("1", "孙", Role.CASHIER), "staff.number.say"),
        (Person("123456789", "孙", Role.CASHIER), "staff.number.say"),
        (Person("１２", "孙", Role.CASHIER), "staff.number.say"),
        (Person("40", " ", Role.CASHIER), "staff.name.say"),
        (Person("40", "孙\n二", Role.CASHIER), "staff.name.say"),
        (Person("40", "孙" * 17, Role.CASHIER), "staff.name.say"),
        (Person("40", "20", Role.CASHIER), "staff.name.say"),
        (Person("40", "李", Role.CASHIER), "staff.samename.say"),
    ],
)
def test_nobody_is_added_under_a_name_that_would_confuse(shop, person, key):
    assert shop.run(shop.changes.add(shop.warrant, person, "384751")) == No(key)


def test_a_pin_is_changed_by_its_owner_or_a_manager(shop):
    assert shop.run(shop.changes.change_pin(Proof("10", PINS["10"]), PINS["10"])) == No("pin.same")
    assert shop.run(shop.changes.change_pin(Proof("10", PINS["10"]), "384751")) is None
    assert shop.try_("10", PINS["10"]).key == "pin.wrong"
    assert shop.run(shop.changes.set_pin(shop.warrant, "10", "572938")) is None
    assert shop.try_("10", "572938").number == "10"


def test_a_practice_folder_has_its_three_and_says_their_pins(tmp_path):
    shop = Shop(tmp_path, simulator=True)
    shop.run(shop.people.load())
    pins = shop.people.practice_pins()
    assert [person.role for person, _ in pins] == [Role.CASHIER, Role.SUPERVISOR, Role.MANAGER]
    shop.start()
    shop.run(shop.people.load())
    assert shop.people.practice_pins() == pins
    for person, pin in pins:
        assert shop.try_(person.number, pin) == person
    assert shop.run(shop.changes.change_pin(Proof("2001", pins[1][1]), "384751")) is None
    assert [person.number for person, _ in shop.people.practice_pins()] == ["1001", "3001"]


def test_real_people_have_no_practice_pins(shop):
    assert shop.people.practice_pins() == ()


# The roster in the wrong hands. It is never "nobody works here yet".


def reopened(shop, expect_log):
    expect_log("mashou.staff", "roster cannot be used")
    shop.start()
    view = shop.run(shop.people.load())
    assert not view.is_empty
    assert isinstance(shop.run(shop.changes.begin("66", "贼", "384751")), No)
    assert shop.try_("30", PINS["30"]) == No(view.trouble)
    return view.trouble


def test_a_deleted_roster_is_gone(shop, expect_log):
    (shop.folder / "staff.json").unlink()
    assert reopened(shop, expect_log) == "staff.gone.say"


def test_a_deleted_roster_and_journal_are_gone(shop, expect_log):
    (shop.folder / "staff.json").unlink()
    shop.ledger.entries.clear()
    assert reopened(shop, expect_log) == "staff.gone.say"


def test_a_roster_deleted_with_the_vaults_count_is_gone(shop, expect_log):
    (shop.folder / "staff.json").unlink()
    shop.sealed.pop("staff.revision")
    assert reopened(shop, expect_log) == "staff.gone.say"


@pytest.mark.parametrize("knows", ["journal", "vault"])
def test_an_older_roster_is_noticed(shop, expect_log, knows):
    before = (shop.folder / "staff.json").read_bytes()
    shop.run(shop.changes.retire(shop.warrant, "20"))
    (shop.folder / "staff.json").write_bytes(before)
    if knows == "vault":
        shop.ledger.entries.clear()
    else:
        shop.sealed.pop("staff.revision")
    assert reopened(shop, expect_log) == "staff.older.say"


def edit_role(data):
    return data.replace(b'"role": "cashier"', b'"role": "manager"')


@pytest.mark.parametrize(
    "spoil",
    [edit_role, lambda data: data[:-40], lambda _: b"", lambda _: b"{}", lambda _: b"[" * 10**5, lambda d: d * 99],
)
def test_an_edited_roster_is_noticed(shop, expect_log, spoil):
    path = shop.folder / "staff.json"
    path.write_bytes(spoil(path.read_bytes()))
    assert reopened(shop, expect_log) == "staff.altered.say"


def test_another_tills_roster_is_noticed(shop, tmp_path_factory, expect_log):
    written_elsewhere = written(shop.people.roster, b"k" * 32)
    (shop.folder / "staff.json").write_text(written_elsewhere)
    assert reopened(shop, expect_log) == "staff.altered.say"


@pytest.mark.parametrize("point", ["journal", "vault"])
def test_a_crash_between_file_journal_and_vault_locks_nobody_out(shop, monkeypatch, point):
    def plug(*_):
        raise KeyboardInterrupt

    target = (shop.people.gate, "write") if point == "journal" else (shop.people.shelf, "remember")
    monkeypatch.setattr(*target, plug)
    with pytest.raises(KeyboardInterrupt):
        shop.run(shop.changes.retire(shop.warrant, "10"))
    monkeypatch.undo()
    shop.start()
    assert shop.run(shop.people.load()).trouble == ""
    assert shop.try_("20", PINS["20"]).number == "20"
    assert shop.try_("10", PINS["10"]) == No("staff.unknown.say")


def test_the_owner_begins_anew(shop, expect_log):
    (shop.folder / "staff.json").unlink()
    reopened(shop, expect_log)
    for n in range(4):
        shop.try_("30", f"73915{n}")
    assert shop.run(shop.changes.anew()) is None
    assert shop.run(shop.changes.begin("40", "孙", "384751")).role is Role.MANAGER
    shop.start()
    assert shop.try_("40", "384751").number == "40"
    assert shop.ledger.of("staff.anew")


def test_an_only_manager_who_forgot_begins_anew_and_the_numbers_stay_taken(shop):
    for _ in range(5):
        shop.try_("30", "739154")
    assert shop.run(shop.changes.anew()) is None
    assert shop.run(shop.people.load()).is_empty
    assert shop.try_("31", PINS["31"]) == No("staff.unknown.say")
    assert shop.run(shop.changes.begin("30", "孙", "384751")) == No("staff.taken.say")
    assert shop.run(shop.changes.begin("40", "陈", "384751")).role is Role.MANAGER
    shop.start()
    assert not shop.run(shop.people.load()).is_empty
    assert shop.try_("40", "384751").number == "40"
