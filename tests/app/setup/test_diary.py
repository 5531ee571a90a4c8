"""What a change of the settings leaves behind, over a room with a journal that only the test reads."""

from dataclasses import replace

import pytest

from app.core.staff import Act, Approval, Person, Role
from app.journal.api import Kept
from app.secrets import Vault
from app.settings import Alipay, DataFolder, Settings, Shop, load
from app.setup.diary import (
    CHANGED,
    DROPPING,
    SAVING,
    UNDONE,
    WANTED,
    Change,
    Diary,
    differences,
    digest_of,
    last_of,
    past_of,
    subject,
)
from app.setup.room import Picture, SetupRoom
from app.setup.taking import Fault
from app.staff import No

from .conftest import NOW, PASSPHRASE, run

BOSS = Person("1001", "王", Role.MANAGER)


class Book:
    """A journal and the approvals beside it, as far as a diary knows them."""

    def __init__(self):
        self.entries, self.full, self.good = [], False, set()

    def keep(self, entry):
        if not self.full:
            self.entries.append(entry)
        return not self.full

    def spend(self, approval, *what):
        if (approval.nonce, *what) not in self.good:
            return No("pin.expired")
        self.good.remove((approval.nonce, *what))
        return None

    def yes(self, subject, reason=SAVING):
        nonce = f"{len(self.good):032x}"
        self.good.add((nonce, Act.SETTINGS, subject, 0, reason))
        return Approval(Act.SETTINGS, subject, 0, reason, BOSS, nonce, 1.0, NOW)


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def office(room, folder, book):
    """The settings' room of an open house."""
    run(room.begin())
    held = Vault.unlock(folder, prompt=lambda: PASSPHRASE)
    return SetupRoom(folder, lambda: NOW, secrets=held, diary=Diary(book.keep, book.spend, lambda: NOW))


def test_a_change_is_told_with_both_values_and_by_whom(office, book):
    assert isinstance(run(office.change({"printer": {"paper": "80"}, "shop": {"name": "新店"}}, BOSS)), Picture)
    (entry,) = book.entries
    assert (entry.kind, entry.at_ms) == (CHANGED, NOW)
    assert entry.body["changed"] == [["shop.name", "", "新店"], ["printer.paper", 58, 80]]
    assert (entry.body["by"], entry.body["name"], entry.body["keys"]) == ("1001", "王", [])


def test_what_says_whose_money_it_is_waits_for_a_managers_yes(office, folder, book):
    answer = run(office.change({"till": {"cap_fen": 100}}, BOSS))
    assert answer == Fault(WANTED, (("subject", "till.cap_fen"), ("reason", SAVING)))
    assert book.entries == []
    assert load(folder).settings.till.cap_fen != 100
    assert isinstance(run(office.change({"till": {"cap_fen": 100}}, book.yes("till.cap_fen"))), Picture)
    assert load(folder).settings.till.cap_fen == 100
    assert len(book.entries[0].body["nonce"]) == 32


def test_a_yes_to_something_else_changes_nothing(office, folder, book):
    before = load(folder).settings
    assert run(office.change({"staff": {"badge_alone": True}}, book.yes("till"))).key == "pin.expired"
    assert (load(folder).settings, book.entries) == (before, [])


def test_a_bad_value_is_told_before_anybody_is_asked(office, book):
    yes = book.yes("till")
    assert run(office.change({"till": {"terminal": "12"}}, yes)).field == "till.terminal"
    assert book.good, "the yes is still there for the value that is meant"


def test_a_channels_keys_are_named_and_never_told(office, book, wechat, document):
    assert run(office.take(wechat, BOSS)).key == WANTED
    assert isinstance(run(office.take(wechat, book.yes("wechat"))), Picture)
    (entry,) = book.entries
    assert entry.body["keys"] == ["wechat.api_v2_key", "wechat.client_key_pem"]
    said = repr(entry)
    assert document["wechat"]["api_v2_key"] not in said
    assert "-----BEGIN" not in said
    assert ["wechat.mch_id", None, document["wechat"]["mch_id"]] in entry.body["changed"]
    assert run(office.drop("wechat", book.yes("wechat"))).key == "pin.expired", "a yes to saving is none to dropping"
    assert run(office.drop("wechat", book.yes("wechat", DROPPING))).settings.wechat is None


def test_a_journal_that_takes_nothing_keeps_the_settings_as_they_are(office, folder, book):
    book.full = True
    assert run(office.change({"shop": {"name": "新店"}}, BOSS)).key == "staff.journal.say"
    assert load(folder).settings.shop.name == ""


def test_a_file_that_cannot_be_written_is_told_too(office, folder, book, monkeypatch):
    def full(_path, _settings):
        raise OSError

    monkeypatch.setattr("app.setup.room.save", full)
    assert run(office.change({"shop": {"name": "新店"}}, BOSS)).key == "sp.disk"
    assert [entry.kind for entry in book.entries] == [CHANGED, UNDONE]


def test_nothing_changed_is_no_entry(office, book):
    run(office.change({"till": {"terminal": "0001"}}, BOSS))
    assert book.entries == []


def test_a_token_is_told_once_and_stands_nowhere(office, folder, book):
    assert run(office.new_token(BOSS)).key == WANTED
    picture = run(office.new_token(book.yes("pos.token_hash")))
    assert picture.token.startswith("mashou_")
    assert picture.token not in repr(picture) + repr(book.entries)
    assert picture.token not in DataFolder(folder).settings.read_text(encoding="utf-8")
    assert picture.settings.pos.token_hash not in repr(book.entries)
    assert run(office.look()).token == ""


def test_which_settings_want_a_yes():
    assert subject(["till.cap_fen", "pos.port", "till.terminal"]) == "pos.port,till.cap_fen,till.terminal"
    assert subject(["wechat.api_v2_key"]) == "wechat"
    assert subject(["shop.name", "till.language", "pos.window", "printer.paper", "voice.volume"]) == ""


def test_nobody_may_say_yes_for_settings_but_the_manager():
    from app.core.staff import may  # noqa: PLC0415 - this test alone needs it

    assert [role for role in Role if may(role, Act.SETTINGS)] == [Role.MANAGER]


def test_the_last_change_is_read_back_from_its_entry(book):
    diary = Diary(book.keep, book.spend, lambda: NOW)
    after = replace(Settings(), shop=Shop(name="新店"))
    assert diary.write(Change(Settings(), after), BOSS) is None
    kept = Kept(7, CHANGED, NOW, book.entries[0].body)
    assert last_of(kept).names == ("shop.name",)
    assert last_of(kept).name == "王"
    assert last_of(Kept(7, CHANGED, NOW, {"changed": "?"})) is None
    assert differences(after, after) == ()


def test_a_file_changed_by_another_hand_is_known(office, folder, book):
    """By the entry before the next one, whose ``stands`` is not what was found."""
    run(office.change({"shop": {"name": "新店"}}, BOSS))
    file = DataFolder(folder).settings
    file.write_text(file.read_text(encoding="utf-8").replace('theme = "system"', 'theme = "dark"'), encoding="utf-8")
    run(office.change({"shop": {"name": "旧店"}}, BOSS))
    run(office.change({"shop": {"name": "老店"}}, BOSS))
    first, second, third = (entry.body for entry in book.entries)
    assert second["found"] != first["stands"]
    assert third["found"] == second["stands"]
    last = last_of(Kept(9, CHANGED, NOW, third))
    assert last.stands == digest_of(load(folder).settings)


def test_a_setting_that_a_newer_version_brings_is_no_change():
    assert digest_of(Settings()) == digest_of(replace(Settings(), shop=Shop()))
    assert digest_of(Settings()) != digest_of(replace(Settings(), shop=Shop(name="新店")))
    assert digest_of(Settings()) != digest_of(replace(Settings(), alipay=Alipay()))
    digests = {digest_of(replace(Settings(), alipay=Alipay(app_id=number))) for number in ("", "1", "1", "2")}
    assert len(digests) == 3


def test_what_opens_something_is_told_by_its_digest():
    after = replace(Settings(), alipay=Alipay(app_id="1", app_auth_token="202611BBsecret"))
    told = {name: now for name, _, now in differences(Settings(), after)}
    assert told["alipay.app_auth_token"].startswith("sha256 ")
    assert "BBsecret" not in repr(told)


def kept(seq, kind=CHANGED, **body):
    return Kept(seq, kind, NOW + seq, body)


def test_the_history_is_told_from_its_newest_change_and_a_failed_one_is_marked():
    one = kept(1, changed=[["shop.name", "", "新店"]], keys=[], by="1001", name="王")
    two = kept(2, changed=[], keys=["wechat.api_v2_key"], by="", name="")
    newest, oldest = past_of([one, two, kept(3, UNDONE)])
    assert (newest.keys, newest.undone) == (("wechat.api_v2_key",), True)
    assert (oldest.by, oldest.name, oldest.changed, oldest.undone) == (
        "1001",
        "王",
        (("shop.name", "", "新店"),),
        False,
    )


def test_the_history_keeps_to_its_newest_and_skips_what_it_cannot_read():
    many = [kept(n, changed=[["shop.name", "", str(n)]], keys=[]) for n in range(5)]
    assert [one.changed[0][2] for one in past_of([*many, kept(9, changed="?", keys=[])], 2)] == ["4", "3"]
    assert past_of([kept(1, UNDONE)]) == ()


def test_a_room_without_a_journal_has_no_history(room):
    assert run(room.history()) == ()
