"""Signing in, the lock, the first person and the people's page, each over a real room of people."""

import asyncio

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer

from app.core.staff import Person, Role
from app.staff import Proof
from app.words import say
from tests.app.staff.conftest import PINS, Shop
from ui.pages.lock import LockPage
from ui.pages.people.first import FirstPage
from ui.pages.people.frame import Mode
from ui.pages.people.page import PeoplePage
from ui.pages.signin import SignInPage

from .conftest import ORDER, click, escape, signs_in, type_

CODE = "134524350966727175"


def note(page):
    return page.asking.pad.face.note


@pytest.fixture
def signin(asker, theme, shop, shown):
    made = SignInPage(asker, theme, "zh", load=shop.people.load, way=shop.people.sign_in)
    made.came = []
    made.signed_in.connect(made.came.append)
    return shown(made)


def test_a_number_and_a_pin_sign_in(signin, shop):
    signs_in(signin, "10")
    assert [one.number for one in signin.came] == ["10"]
    assert shop.people.operator() == "10"


def test_a_wrong_pin_says_how_many_are_left_and_five_close_the_pad(signin, shop, qtbot):
    type_(signin, "10")
    for left in (4, 3, 2, 1):
        type_(signin, "739154")
        assert note(signin) == say("pin.wrong", n=left)
    type_(signin, "739154")
    assert note(signin) == say("pin.locked", n=1)
    assert signin.asking.pad.face.closed
    type_(signin, PINS["10"])
    assert signin.came == []
    for _ in range(60):
        signin.asking._pass_second()
    assert not signin.asking.pad.face.closed


def test_minimised_while_it_waits_the_pad_is_no_dead_end(signin):
    type_(signin, "10")
    for _ in range(5):
        type_(signin, "739154")
    signin.hide()
    signin.show()
    type_(signin, PINS["10"])
    assert note(signin) == say("pin.locked", n=1), "the room itself still keeps the wait"
    assert signin.came == []


def test_nobody_knows_that_number(signin):
    type_(signin, "77")
    type_(signin, "739154")
    assert note(signin) == say("staff.unknown.say")
    assert signin.asking.who == ""


def test_a_badge_signs_a_cashier_in_and_asks_a_supervisor_for_the_pin(signin, shop):
    badges = {number: shop.run(shop.changes.badge(shop.warrant, number)) for number in ("10", "20")}
    assert signin.scan(badges["10"])
    assert signin.came[-1].number == "10"
    signin.scan(badges["20"])
    assert signin.came[-1].number == "10"
    type_(signin, PINS["20"])
    assert signin.came[-1].number == "20"


@pytest.mark.parametrize("scanned", [CODE, "830274", ORDER, "https://example.com/"])
def test_a_scanner_never_types_a_pin(signin, shop, scanned):
    type_(signin, "10")
    assert signin.scan(scanned)
    assert note(signin) == say("pin.hand")
    assert signin.asking.pad.count == 0
    assert shop.ledger.of("staff.tried")[-1]["number"] != "10"


def test_esc_goes_back_to_the_number_and_then_leaves(signin):
    type_(signin, "10")
    assert escape(signin)
    assert not signin.asking.pad.face.secret
    assert not escape(signin)


def test_the_office_leaves_the_cashier_at_the_till(asker, theme, shop, shown):
    shop.try_("10", PINS["10"])
    page = shown(SignInPage(asker, theme, "zh", load=shop.people.load, way=shop.people.identify))
    came = []
    page.signed_in.connect(came.append)
    signs_in(page, "30")
    assert came[0].role is Role.MANAGER
    assert shop.people.operator() == "10"
    assert shop.ledger.of("staff.admitted")[-1]["by"] == "30"


def test_training_shows_its_people_and_their_pins(asker, theme, tmp_path_factory, shown):
    shop = Shop(tmp_path_factory.mktemp("practice"), simulator=True)
    people = shop.people
    page = shown(SignInPage(asker, theme, "zh", load=people.load, way=people.sign_in, practice=people.practice_pins))
    assert len(page.notes()) == 3
    for person, pin in people.practice_pins():
        assert any(person.name in line and pin in line for line in page.notes())


def test_a_roster_that_is_gone_is_said(asker, theme, shop, shown, expect_log):
    expect_log("mashou.staff", "roster cannot be used")
    (shop.folder / "staff.json").unlink()
    shop.start()
    page = shown(SignInPage(asker, theme, "zh", load=shop.people.load, way=shop.people.sign_in))
    assert page.lines() == (say("staff.gone.say"),)
    assert page.asking.pad.face.closed


# The lock.


@pytest.fixture
def lock(asker, theme, shop, shown):
    shop.try_("10", PINS["10"])
    shop.people.lock()
    made = LockPage(asker, theme, "zh", load=shop.people.load, way=shop.people.sign_in)
    made.came = []
    made.signed_in.connect(made.came.append)
    return shown(made, Person("10", "李", Role.CASHIER))


def test_whoever_is_locked_in_types_the_pin_alone(lock, shop):
    lock.show_open(2)
    assert lock.notes() == (say("staff.lock.open", n=2),)
    type_(lock, "739154")
    assert lock.came == []
    assert shop.people.view().locked
    type_(lock, PINS["10"])
    assert not shop.people.view().locked


def test_esc_never_leads_past_the_lock_but_to_somebody_else(lock, shop):
    left = []
    lock.left.connect(lambda: left.append(1))
    assert escape(lock)
    assert escape(lock)
    assert left == []
    signs_in(lock, "20")
    assert shop.people.operator() == "20"
    assert shop.ledger.of("staff.signed_in")[-1]["after"] == "10"


def test_a_badge_opens_the_lock(lock, shop):
    badge = shop.run(shop.changes.badge(shop.warrant, "10"))
    lock.scan(CODE)
    assert shop.people.view().locked
    assert lock.asking.who == "10"
    lock.scan(badge)
    assert not shop.people.view().locked


@pytest.fixture
def page(asker, theme, shop, shown):
    printed = []
    made = PeoplePage(asker, theme, "zh", people=shop.people, changes=shop.changes, print_image=printed.append)
    made.printed = printed
    return shown(made)


def pick(page, number):
    numbers = [one.person.number for one in page.table.face.members]
    page.table.pick(numbers.index(number))


def test_the_page_opens_for_a_managers_pin_alone(page):
    signs_in(page, "20")
    assert page.mode is Mode.ADMIT
    assert note(page) == say("staff.norole.say")
    page.asking.begin(page.asking.people)
    signs_in(page, "30")
    assert page.mode is Mode.CHOOSE


def test_somebody_new_comes_with_a_pin_typed_twice(page, shop):
    signs_in(page, "30")
    click(page.buttons["add"])
    page.form.number.setText("41")
    page.form.name.setText("孙")
    page.form.choose(Role.SUPERVISOR)
    page.form.cap.setText("300")
    page.form.finish()
    type_(page, "384751")
    type_(page, "384752")
    assert page.note == say("staff.pin.differ")
    type_(page, "123456")
    type_(page, "123456")
    assert page.note == say("pin.easy")
    type_(page, "384751")
    type_(page, "384751")
    assert page.mode is Mode.CHOOSE
    assert shop.people.roster.of("41").cap_fen == 30_000
    assert shop.try_("41", "384751") == Person("41", "孙", Role.SUPERVISOR)


def test_a_number_that_was_used_leads_back_to_the_form(page):
    signs_in(page, "30")
    page.do("add")
    page.form.number.setText("20")
    page.form.name.setText("孙")
    page.form.finish()
    type_(page, "384751")
    type_(page, "384751")
    assert page.mode is Mode.ADD
    assert page.note == say("staff.taken.say")
    assert page.form.name.text() == "孙"


def test_a_badge_is_shown_once_and_its_print_reads_back(page, shop):
    signs_in(page, "30")
    pick(page, "10")
    click(page.buttons["newbadge"])
    assert page.mode is Mode.BADGE
    click(page.buttons["print"])
    (image,) = page.printed
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.ReadWrite)
    image.save(buffer, "PNG")
    buffer.seek(0)
    import io  # noqa: PLC0415 - this test alone decodes a picture

    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(bytes(buffer.data()))))
    assert shop.run(shop.people.sign_in(Proof(badge=found.text))).number == "10"
    pick(page, "20")
    assert page.card is None


def test_retiring_takes_two_presses_on_the_same_person(page, shop):
    signs_in(page, "30")
    pick(page, "10")
    page.do("retire")
    pick(page, "20")
    page.do("retire")
    assert not shop.people.roster.of("20").retired
    assert page.note == say("staff.retire.sure")
    page.do("retire")
    assert shop.people.roster.of("20").retired
    assert not shop.people.roster.of("10").retired


def test_unlock_is_there_for_who_is_locked(page, shop):
    for _ in range(5):
        shop.try_("10", "739154")
    page.enter()
    signs_in(page, "30")
    pick(page, "20")
    assert not page.buttons["unlock"].isEnabled()
    pick(page, "10")
    assert page.buttons["unlock"].isEnabled()
    click(page.buttons["unlock"])
    assert shop.try_("10", PINS["10"]).number == "10"


def test_left_the_page_is_closed_again(page, shop):
    signs_in(page, "30")
    page.hide()
    page.show()
    page.enter()
    assert page.mode is Mode.ADMIT
    pick(page, "10")
    page.do("retire")
    page.do("retire")
    assert not shop.people.roster.of("10").retired


def test_left_alone_it_asks_again(page, shop):
    signs_in(page, "30")
    shop.clock.pass_(301)
    pick(page, "10")
    page.do("retire")
    page.do("retire")
    assert page.mode is Mode.ADMIT
    assert page.note == say("staff.warrant.say")
    assert not asyncio.run(shop.people.load()).members[1].retired


# The first start.


@pytest.fixture
def first(asker, theme, tmp_path_factory, shown):
    shop = Shop(tmp_path_factory.mktemp("new"))
    made = FirstPage(asker, theme, "zh", changes=shop.changes)
    made.shop, made.came = shop, []
    made.begun.connect(made.came.append)
    return shown(made)


def test_the_first_person_is_the_manager_with_a_pin_of_their_own(first):
    type_(first, PINS["30"])
    assert first.pad.count == 0, "no PIN before a person"
    first.form.number.setText("30")
    first.form.name.setText("陈")
    first.form.finish()
    for pin, key in (("123456", "pin.easy"), ("1234", "pin.short")):
        type_(first, pin)
        type_(first, pin)
        assert first.note == say(key)
    type_(first, PINS["30"])
    assert first.scan(CODE)
    assert first.note == say("pin.hand")
    type_(first, PINS["30"])
    assert first.came == [Person("30", "陈", Role.MANAGER)]
    assert first.shop.try_("30", PINS["30"]).role is Role.MANAGER


@pytest.mark.parametrize(("number", "name", "key"), [("3", "陈", "staff.number.say"), ("30", "", "staff.name.say")])
def test_a_person_that_cannot_be_leads_back_to_the_form(first, number, name, key):
    first.form.number.setText(number)
    first.form.name.setText(name)
    first.form.finish()
    type_(first, PINS["30"])
    type_(first, PINS["30"])
    assert first.note == say(key)
    assert first.form.isEnabled()
    assert first.came == []
