"""What the settings' pages ask, over real folders and real sealed keys."""

from dataclasses import replace

import pytest

from app.secrets import Vault
from app.settings import DataFolder, Keys, Settings, Trouble, load, save
from app.setup.drafts import PLAIN, Draft
from app.setup.room import Picture, SetupRoom
from app.setup.taking import Fault

from .conftest import NOW, PASSPHRASE, run


def test_a_first_start_begins_without_a_channel(room, folder):
    assert not run(room.look()).begun
    assert isinstance(run(room.change({"shop": {"name": "示例商店"}})), Picture)
    picture = run(room.begin())
    assert picture.begun
    assert picture.sealed == frozenset()
    assert load(folder).settings.shop.name == "示例商店"
    assert Vault.unlock(folder, prompt=lambda: PASSPHRASE).mac_key


def test_a_channels_keys_are_sealed_and_never_told(room, folder, wechat, document):
    picture = run(room.take(wechat))
    assert picture.sealed == {"wechat.api_v2_key", "wechat.client_key_pem"}
    assert picture.settings.wechat.mch_id == document["wechat"]["mch_id"]
    held = Vault.unlock(folder, prompt=lambda: PASSPHRASE)
    assert held["wechat.api_v2_key"].reveal() == document["wechat"]["api_v2_key"]
    for shown in (repr(picture), repr(wechat), DataFolder(folder).settings.read_text(encoding="utf-8")):
        assert document["wechat"]["api_v2_key"] not in shown
        assert "PRIVATE KEY" not in shown


def test_a_blank_secret_stays_as_it_was_sealed(room, folder, wechat, document):
    run(room.take(wechat))
    again = Draft("wechat", {"api_v2_key": "", "fee_rate": "0.60%"})
    assert run(room.take(again)).settings.wechat.fee_rate == "0.60%"
    held = Vault.unlock(folder, prompt=lambda: PASSPHRASE)
    assert held["wechat.api_v2_key"].reveal() == document["wechat"]["api_v2_key"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mch_id": "not digits"}, "wechat.mch_id"),
        ({"mch_id": ""}, "wechat.mch_id"),
        ({"api_v2_key": "short"}, "wechat.api_v2_key"),
        ({"base_url": "http://pay.example"}, "wechat.base_url"),
    ],
)
def test_what_is_wrong_names_its_field_and_changes_nothing(room, folder, wechat, changes, field):
    answer = run(room.take(replace(wechat, texts={**wechat.texts, **changes})))
    assert isinstance(answer, Fault)
    assert answer.field == field
    assert "{" not in answer.say("zh") + answer.say("en")
    assert not DataFolder(folder).keys.exists()


def test_a_missing_secret_is_asked_for(room, wechat):
    texts = {name: text for name, text in wechat.texts.items() if name != "api_v2_key"}
    assert run(room.take(replace(wechat, texts=texts))) == Fault("sp.secret.missing", (), "wechat.api_v2_key")


def test_a_key_of_another_certificate_is_refused(room, wechat, files):
    other = {**wechat.files, "client_key_pem": files("unionpay", "sign_key_pem")}
    assert run(room.take(replace(wechat, files=other))).key == "key.mismatch.say"


def test_where_a_private_key_belongs_a_public_one_is_refused(room, wechat, files):
    other = {**wechat.files, "client_key_pem": files("wechat", "client_cert_pem")}
    assert run(room.take(replace(wechat, files=other))).key == "key.kind.say"


def test_training_takes_no_keys(room, folder, wechat):
    save(folder, Settings(simulator=True))
    assert run(room.take(wechat)).key == "sp.practice"


def test_in_an_open_house_the_sealed_keys_are_renewed_and_peoples_stay(room, folder, wechat, document):
    run(room.begin())
    held = Vault.unlock(folder, prompt=lambda: PASSPHRASE)
    held.keep("staff.roster", "everybody")
    open_house = SetupRoom(folder, lambda: NOW, secrets=held)
    assert isinstance(run(open_house.take(wechat)), Picture)
    held.keep("staff.roster", "everybody and one more")
    after = Vault.unlock(folder, prompt=lambda: PASSPHRASE)
    assert after["wechat.api_v2_key"].reveal() == document["wechat"]["api_v2_key"]
    assert after["staff.roster"].reveal() == "everybody and one more"
    assert after.mac_key == held.mac_key


def test_a_dropped_channel_takes_its_keys_along(room, folder, wechat):
    run(room.take(wechat))
    picture = run(room.drop("wechat"))
    assert picture.settings.wechat is None
    assert picture.sealed == frozenset()


def test_plain_settings_are_read_as_a_person_enters_them(room, folder):
    assert run(room.change({"scanner": {"baud": " 115200 "}})).settings.scanner.baud == 115_200
    answer = run(room.change({"scanner": {"baud": "fast"}}))
    assert (answer.key, answer.field) == ("set.scanner.baud", "scanner.baud")
    assert load(folder).settings.scanner.baud == 115_200


def test_hot_keys_in_conflict_are_refused_with_their_sentence(room):
    assert run(room.change({"keys": {"stop": "Ctrl+M"}})).key == "set.keys.scanner"
    answer = run(room.change({"keys": {"stop": "F3"}}))
    assert answer.key == "set.keys.twice"
    assert "{" not in answer.say("zh")
    assert run(room.change({"keys": {"stop": "F3", "next": "F2"}})).settings.keys == Keys(stop="F3", next="F2")


def test_a_broken_file_is_told_the_last_good_one_stands_in_and_saving_keeps_it_aside(room, folder):
    run(room.change({"shop": {"name": "示例商店"}}))
    DataFolder(folder).settings.write_text("[shop]\nname = 3\n", encoding="utf-8")
    picture = run(room.look())
    assert picture.trouble == Trouble("set.bad", "shop.name", 2)
    assert picture.settings.shop.name == "示例商店"
    assert run(room.change({"shop": {"store_id": "S1"}})).trouble is None
    assert (folder / "settings.broken.toml").exists()


def test_a_full_disk_is_told_and_nothing_changes(room, folder, monkeypatch):
    run(room.change({"shop": {"name": "示例商店"}}))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.settings.file.write_whole", full)
    assert run(room.change({"shop": {"name": "别的"}})) == Fault("sp.disk")
    assert load(folder).settings.shop.name == "示例商店"


def test_a_till_that_is_open_elsewhere_is_left_alone(room, folder):
    from app.journal.lock import WriterLock  # noqa: PLC0415 - this test alone needs it

    run(room.begin())
    lock = WriterLock(folder / "journal.db.lock")
    try:
        assert run(room.change({"shop": {"name": "x"}})).key == "cli.taken"
    finally:
        lock.release()


def test_the_self_test_reaches_the_window_line_by_line(room):
    run(room.begin())
    parts = [finding.part for finding in run(room.examine())]
    assert parts[:2] == ["settings", "vault"]
    assert "disk" in parts


def test_every_plain_section_can_be_saved_as_it_stands(room):
    from dataclasses import asdict  # noqa: PLC0415 - this test alone needs it

    for section in PLAIN:
        assert isinstance(run(room.change({section: asdict(getattr(Settings(), section))})), Picture), section


def test_while_sales_are_open_the_account_stays_and_a_lost_key_may_be_mended(room, folder, wechat, monkeypatch):
    class Reader:
        def open_sales(self):
            return ["one", "two"]

        def newest_of(self, _kind):
            return None

        def close(self):
            pass

    run(room.take(wechat))
    DataFolder(folder).journal.write_bytes(b"")
    monkeypatch.setattr("app.setup.taking.open_reader", lambda _path: Reader())
    monkeypatch.setattr("app.setup.room.open_reader", lambda _path: Reader())
    answer = run(room.take(Draft("wechat", {"appid": "wx9999999999999999"})))
    assert answer == Fault("sp.open.say", (("n", 2),))
    assert run(room.drop("wechat")).key == "sp.open.say"
    assert isinstance(run(room.take(Draft("wechat", {"api_v2_key": "z" * 32}))), Picture)
    assert load(folder).settings.wechat.appid == wechat.texts["appid"]
