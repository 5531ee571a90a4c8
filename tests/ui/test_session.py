"""Who stands at the till, as the window shows it: nobody strange sells, a till left alone locks, a badge is enough."""

import asyncio
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.core.staff import Person, Role
from app.staff import MemberView, PeopleView
from app.staff.badges import new_badge
from app.worker import Worker
from tests.ui import pictures
from tests.ui.window.test_backroom import Blank
from ui.session import LOCK, SIGN_IN_HERE, Session

LI = Person("1001", "李", Role.CASHIER)
MEMBERS = (MemberView(LI, has_badge=True, cap_fen=None, retired=False, wait_s=0, locked=False),)


def people(signed_in=None, *, locked=False, members=MEMBERS):
    return PeopleView(signed_in, locked, is_empty=not members, trouble="", members=members)


@pytest.fixture
def worker():
    made = Worker(lambda _error: None)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def session(window, worker, qtbot):
    """Begins a session over ``view``; strict as with real keys unless said otherwise."""
    window.backroom.furnish(
        lambda: {
            n: lambda t, words, p, n=n: Blank(n, t, words, p) for n in ("signin", "first", LOCK, SIGN_IN_HERE, "refund")
        }
    )
    begun = []

    def begin(view, *, strict=True):
        standing = pictures.StandingPeople(view)
        made = Session(standing, window.backroom, lambda: worker, strict=strict, parent=window)
        begun.append(made)
        with qtbot.waitSignal(made.changed):
            made.begin(QApplication.instance())
        return made, standing

    yield begin
    for made in begun:
        made.close(QApplication.instance())


def become(made, standing, view, worker, qtbot):
    with qtbot.waitSignal(made.changed):
        worker.call(lambda: standing.become(view))


def test_with_real_keys_nobody_sells_before_signing_in(window, session, worker, qtbot):
    made, standing = session(people())
    assert window.backroom.page.name == SIGN_IN_HERE
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.backroom.isVisible()
    become(made, standing, people(LI), worker, qtbot)
    assert not window.backroom.isVisible()


def test_a_till_without_people_sells(window, session):
    session(people(members=()))
    assert not window.backroom.isVisible()
    window.door.open()
    assert window.backroom.page.name == "first"  # and the office makes its manager first


def test_practice_needs_no_signing_in(window, session):
    session(people(), strict=False)
    assert not window.backroom.isVisible()


def test_a_locked_till_shows_the_lock_over_whatever_was_open(window, session, worker, qtbot):
    made, standing = session(people(LI))
    window.door.open()
    window.backroom.sign_in(Person("2", "王", Role.SUPERVISOR))
    become(made, standing, people(LI, locked=True), worker, qtbot)
    assert window.backroom.page.name == LOCK
    assert window.backroom.page.entered == [LI]
    assert window.backroom.person is None
    become(made, standing, people(LI), worker, qtbot)
    assert not window.backroom.isVisible()


def test_a_badge_signs_in_and_nothing_else_is_taken_for_one(session, worker):
    made, standing = session(people(LI))
    badge = new_badge(bytes)
    assert made.take_badge(badge)
    assert not made.take_badge("134524350966727175")
    worker.run(asyncio.sleep(0)).result(5)
    assert ("sign_in", badge) in standing.asked


def test_hands_on_the_keys_keep_it_open(window, session, worker, qtbot):
    made, standing = session(people(LI))
    made._look()
    qtbot.keyClick(window, Qt.Key.Key_7)
    made._look()
    worker.run(asyncio.sleep(0)).result(5)
    assert standing.asked == [("look_idle",), ("touch",)]
    assert threading.current_thread() is threading.main_thread()
