"""Which keys may be hot keys."""

from dataclasses import asdict, fields, replace

import pytest

from app.core.hotkeys import STANDARD, refusal, taken_twice
from app.settings import Keys, Settings, SettingsError, parse, render


@pytest.mark.parametrize("key", [*STANDARD.values(), "F10", "F11", "F12", "Ctrl+K", "Alt+S"])
def test_these_can_be(key):
    assert refusal(key) == ""


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("Ctrl+M", "set.keys.scanner"),  # Enter, as scanners send it
        ("Ctrl+B", "set.keys.scanner"),  # STX
        ("Ctrl+V", "set.keys.reserved"),
        ("Ctrl+E", "set.keys.reserved"),
        ("Alt+4", "set.keys.shape"),  # a scanner types a character by its number so; the practice phone's too
        ("Enter", "set.keys.shape"),
        ("Esc", "set.keys.shape"),
        ("7", "set.keys.shape"),
        ("F13", "set.keys.shape"),
        ("F0", "set.keys.shape"),
        ("", "set.keys.shape"),
        ("Ctrl+Alt+K", "set.keys.shape"),
        ("ctrl+k", "set.keys.shape"),
    ],
)
def test_these_cannot(key, why):
    assert refusal(key) == why


def test_every_hot_key_of_the_till_is_a_setting_with_its_standard():
    assert {one.name: one.default for one in fields(Keys)} == STANDARD


def test_one_key_for_two_things_is_refused_with_its_line():
    twice = replace(Settings(), keys=Keys(stop="F3"))
    assert taken_twice(asdict(twice.keys)) == "next"
    with pytest.raises(SettingsError) as caught:
        parse(render(twice))
    assert caught.value.trouble.key == "set.keys.twice"
    assert caught.value.trouble.line > 0
    assert "{" not in caught.value.trouble.say("zh")


def test_two_keys_may_change_places():
    swapped = replace(Settings(), keys=Keys(stop="F3", next="F2"))
    assert parse(render(swapped)) == swapped
