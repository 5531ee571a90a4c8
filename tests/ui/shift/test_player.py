"""A shift counts when every story came to its end and something was sold."""

import pytest
from PySide6.QtCore import QObject, Signal

from app.till.api import Phase
from tests.ui import pictures
from ui.shift import player as players
from ui.shift.player import Player


class Phone:
    async def fault(self, script):
        pass

    async def ledger(self):
        return (("n", 1250),)


class Bridge(QObject):
    view, phone, failed = Signal(object), Signal(object), Signal(str, object)

    def ask_phone(self, ask):
        with pytest.raises(StopIteration):
            ask(Phone()).send(None)
        return True


class Window:
    def __init__(self):
        self.closed = False

    def resize(self, *size):
        pass

    def close(self):
        self.closed = True

    def grab(self):
        return self

    def save(self, path):
        return True

    def isVisible(self):  # noqa: N802 - Qt's name
        return False


class Program:
    def __init__(self):
        self.window, self.bridge = Window(), Bridge()


@pytest.fixture
def play(qapp, tmp_path, monkeypatch, capsys):
    """Plays stories, each given the hand and a way to show the window a view; the player, and what it told."""

    def played(*stories):
        program = Program()
        monkeypatch.setattr(players, "STORIES", tuple(named(story, program) for story in stories))
        player = Player(program, tmp_path, "zh")
        player._timer.stop()
        program.bridge.phone.emit(object())
        program.bridge.view.emit(pictures.view(Phase.IDLE))
        for _ in range(50):
            if program.window.closed:
                break
            try:
                player._step()
            except ZeroDivisionError:  # the window's own hook tells it, and the timer comes again
                continue
        assert program.window.closed
        return player, capsys.readouterr().out

    def named(story, program):
        def told(hand):
            return story(hand, program.bridge.view.emit)

        told.__name__ = "paid_at_once"
        return told

    return played


def a_sale(hand, show):
    show(pictures.view(Phase.PAID))
    yield hand.phase(Phase.PAID)


def a_look(hand, show):
    show(pictures.view(Phase.IDLE))
    yield hand.phase(Phase.IDLE)


def a_stumble(hand, show):
    yield from a_sale(hand, show)
    raise ZeroDivisionError


def test_stories_that_end_as_told_and_sell_count(play):
    player, told = play(a_look, a_sale)
    assert player.played
    assert player.ledger == {"n": 1250}
    assert "没有等到" not in told


def test_a_shift_that_sold_nothing_does_not_count_and_says_so(play):
    player, told = play(a_look, a_look)
    assert not player.played
    assert "一笔也没有收" in told


def test_a_story_that_stumbles_is_not_one_that_ended(play):
    player, told = play(a_stumble, a_sale)
    assert not player.played
    assert "没有等到" in told


def test_a_practice_service_that_fails_ends_the_shift(qapp, tmp_path, capsys):
    program = Program()
    player = Player(program, tmp_path, "zh")
    program.bridge.failed.emit("app.practice.say", ())
    assert program.window.closed
    assert not player.played
    assert "一笔也没有收" in capsys.readouterr().out
