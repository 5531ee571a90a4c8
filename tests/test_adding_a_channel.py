"""docs/adding-a-channel.md names the places there are, and they know every channel."""

import configparser
import re
from dataclasses import fields
from pathlib import Path

import pytest

from app import words
from app.channels.registry import ROOMS
from app.settings.client import SEALED
from app.settings.model import ACCOUNT, REQUIRED, SECTIONS, Settings

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "adding-a-channel.md").read_text(encoding="utf-8")


def test_every_file_it_names_is_there():
    named = set(re.findall(r"`((?:app|tests|docs|packaging)/[a-z_0-9./-]+)`", DOCUMENT))
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_name_it_uses_stands_in_the_code():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py"))
    code += (ROOT / "packaging" / "replies.py").read_text(encoding="utf-8")
    names = set(re.findall(r"`([A-Z][A-Za-z_]{3,}|_[a-z_]+)`", DOCUMENT))
    assert len(names) > 10
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []


def test_every_room_is_registered_once_and_behind_the_wall():
    rooms = {path.parent.name for path in (ROOT / "app" / "channels").glob("*/room.py")}
    registered = [line.room.__module__.split(".")[2] for line in ROOMS]
    assert sorted(registered) == sorted(rooms)
    walls = configparser.ConfigParser()
    walls.read(ROOT / ".importlinter")
    apart = walls["importlinter:contract:channels-apart"]["modules"].split()
    assert {name.rpartition(".")[2] for name in apart} == rooms


def test_every_channels_settings_have_their_rows():
    assert set(REQUIRED) == set(ACCOUNT) == set(SEALED)
    assert set(REQUIRED) < set(SECTIONS)
    for section in REQUIRED:
        known = {one.name for one in fields(SECTIONS[section])}
        assert known >= {*REQUIRED[section], *ACCOUNT[section]}, section
        assert [name for name in known if not words.has(f"set.{section}.{name}")] == []


@pytest.mark.parametrize("section", sorted(REQUIRED))
def test_every_channels_address_counts_as_one(section):
    addresses = Settings(**{section: SECTIONS[section]()}).addresses
    assert addresses
    assert not Settings(**{section: SECTIONS[section]()}).only_loopback
