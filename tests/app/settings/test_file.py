import os
import stat
from contextlib import suppress
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.settings import (
    Alipay,
    DataFolder,
    Line,
    Scanner,
    Settings,
    SettingsError,
    Shop,
    Till,
    Wechat,
    default_folder,
    load,
    parse,
    render,
    save,
)
from app.settings.model import SECTIONS
from app.words import has

PEM = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUX\n-----END CERTIFICATE-----\n"
FULL = Settings(
    simulator=True,
    pace=20.0,
    shop=Shop("示例商店", "S001"),
    till=Till("0003", "李 1003", "en", 100_000),
    scanner=Scanner("/dev/ttyUSB0", 115_200, wedge=False),
    line=Line(PEM),
    wechat=Wechat("https://127.0.0.1:8443", "wx0123456789abcdef", "1900000109", "MD5", PEM, "1900000110"),
    alipay=Alipay("https://localhost:8443/gateway.do", "2014072300007148", "certificate", PEM, PEM, PEM, PEM, "token"),
)
line_text = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=32)


def trouble_of(text):
    with pytest.raises(SettingsError) as caught:
        parse(text)
    return caught.value.trouble


def test_what_is_written_reads_back():
    assert parse(render(FULL)) == FULL
    assert parse(render(Settings())) == Settings()
    assert "PEM" in render(FULL)


@given(name=line_text, port=line_text, cap=st.integers(1, 10**8), pace=st.floats(0.01, 1000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_values_read_back(name, port, cap, pace):
    changed = replace(FULL, shop=Shop(name), till=replace(FULL.till, cap_fen=cap), scanner=Scanner(port), pace=pace)
    assert parse(render(changed)) == changed


def test_every_setting_has_its_sentence():
    missing = [f"set.{s}.{f.name}" for s, kind in SECTIONS.items() for f in fields(kind)]
    missing += [f"set.{f.name}" for f in fields(Settings) if f.name not in SECTIONS]
    assert [key for key in missing if not has(key)] == []


@pytest.mark.parametrize(
    ("text", "key", "name", "line"),
    [
        ("a = = 1", "set.syntax", "", 1),
        ("[shop]\nname = 'x'\nname = 'y'\n", "set.syntax", "", 3),
        ("\ncolour = 'red'\n", "set.unknown", "colour", 2),
        ("[shop]\nname = 'x'\n\ncolour = 1\n", "set.unknown", "shop.colour", 4),
        ("[plotter]\nport = 1\n", "set.unknown", "plotter", 1),
        ("shop = 3", "set.unknown", "shop", 1),
        ("[[shop]]\nname = 'x'", "set.unknown", "shop", 1),
        ("[till]\nterminal = '1'\n", "set.bad", "till.terminal", 2),
        ("[till]\nterminal = '一二三四'\n", "set.bad", "till.terminal", 2),
        ("[till]\ncap_fen = 12.5\n", "set.bad", "till.cap_fen", 2),
        ("[till]\ncap_fen = true\n", "set.bad", "till.cap_fen", 2),
        ("[till]\nlanguage = 'fr'\n", "set.bad", "till.language", 2),
        ("[scanner]\nwedge = 'yes'\n", "set.bad", "scanner.wedge", 2),
        ('[shop]\nname = "a\\nb"\n', "set.bad", "shop.name", 2),
        ("[wechat]\nmch_id = '1'\n", "set.bad", "wechat.appid", 1),
        ("[wechat]\nappid='wx1'\nmch_id='1'\nbase_url='http://x'", "set.bad", "wechat.base_url", 4),
        ("[wechat]\nappid='wx1'\nmch_id='1'\nbase_url='https://u@x/'", "set.bad", "wechat.base_url", 4),
        ("[wechat]\nappid='wx1'\nmch_id='1'\nbase_url='https://[x/'", "set.bad", "wechat.base_url", 4),
        ("[wechat]\nappid='wx1'\nmch_id='1'\nbase_url='https://x:99999/'", "set.bad", "wechat.base_url", 4),
        ("[line]\nca_pem = '-----BEGIN PRIVATE KEY-----'", "set.bad", "line.ca_pem", 2),
        ("pace = 0\n", "set.bad", "pace", 1),
        ("pace = nan\n", "set.bad", "pace", 1),
        ("pace = 20\n", "set.pace.real", "pace", 1),
        ("simulator = true\n[alipay]\napp_id = '1'\n", "set.simulator.away", "simulator", 1),
        (f"[alipay]\napp_id='1'\n[line]\nca_pem = '''{PEM}'''", "set.ca.real", "line.ca_pem", 4),
        ("a = " + "[" * 5000, "set.syntax", "", 0),
        ("a = " + "9" * 5000, "set.syntax", "", 0),
    ],
)
def test_a_complaint_names_the_line_and_the_setting(text, key, name, line):
    trouble = trouble_of(text)
    assert (trouble.key, trouble.name, trouble.line) == (key, name, line)
    for language in ("zh", "en"):
        said = trouble.say(language)
        assert said
        assert "{" not in said
        assert str(line) in said or not line or key.startswith(("set.pace", "set.sim", "set.ca"))


def test_a_bad_value_says_what_it_may_be():
    assert trouble_of("[till]\nterminal = 1\n").say() == "第 2 行：till.terminal 的值不能用。本机编号，四位数字。"


def broken(text, where, what):
    where %= len(text) + 1
    return text[:where] + what + text[where:]


@given(where=st.integers(0, 10_000), what=st.text(max_size=6), cut=st.integers(0, 10_000), short=st.booleans())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(where, what, cut, short):
    text = broken(render(FULL), where, what)
    if short:
        text = text[: cut % len(text)]
    with suppress(SettingsError):
        assert isinstance(parse(text), Settings)


@given(raw=st.binary(max_size=200))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_last_good_one_stands_in_for_any_bytes(raw, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    save(folder, FULL)
    place = DataFolder(folder)
    place.settings.write_bytes(b"\xff" + raw)
    loaded = load(folder)
    assert loaded.settings == FULL
    assert loaded.trouble is not None
    assert place.settings.read_bytes() == b"\xff" + raw  # nobody's work is thrown away by reading it


def test_good_settings_become_the_last_good(tmp_path):
    save(tmp_path, Settings())
    place = DataFolder(tmp_path)
    place.settings.write_text(render(FULL), encoding="utf-8")  # a person edits the file
    assert load(tmp_path).trouble is None
    place.settings.unlink()
    loaded = load(tmp_path)
    assert loaded.settings == FULL
    assert loaded.trouble.key == "set.missing"


@pytest.mark.parametrize("left", ["", "\n \r\n"])
def test_a_file_cut_off_to_nothing_is_no_good_one(tmp_path, left):
    save(tmp_path, FULL)
    DataFolder(tmp_path).settings.write_text(left, encoding="utf-8")
    for _ in range(2):
        loaded = load(tmp_path)
        assert (loaded.settings, loaded.trouble.key) == (FULL, "set.missing")


def test_without_any_good_file_it_says_which_folder(tmp_path):
    with pytest.raises(SettingsError, match="mashou setup") as caught:
        load(tmp_path / "none")
    assert str(tmp_path / "none") in str(caught.value)


def test_a_huge_file_is_not_read(tmp_path):
    DataFolder(tmp_path).settings.write_bytes(b"#" * 300_000)
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    assert caught.value.trouble.key == "set.big"


def test_a_folder_in_the_files_place_is_a_sentence(tmp_path):
    DataFolder(tmp_path).settings.mkdir()
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    assert caught.value.trouble.key == "set.unreadable"


def test_a_mark_of_a_windows_editor_is_read_over(tmp_path):
    DataFolder(tmp_path).settings.write_bytes(b"\xef\xbb\xbf" + render(FULL).encode().replace(b"\n", b"\r\n"))
    assert load(tmp_path).settings.till == FULL.till


def test_saving_keeps_a_broken_file_aside(tmp_path):
    save(tmp_path, Settings())
    DataFolder(tmp_path).settings.write_text("my own notes", encoding="utf-8")
    save(tmp_path, FULL)
    assert (tmp_path / "settings.broken.toml").read_text(encoding="utf-8") == "my own notes"
    assert load(tmp_path).settings == FULL


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    save(tmp_path, Settings())
    before = sorted(tmp_path.iterdir())

    def full(_handle):
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        save(tmp_path, FULL)
    assert sorted(tmp_path.iterdir()) == before
    assert load(tmp_path).settings == Settings()


def test_values_that_no_file_could_hold_are_not_written(tmp_path):
    with pytest.raises(SettingsError):
        save(tmp_path, replace(Settings(), pace=20.0))
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_reads_it(tmp_path):
    folder = tmp_path / "new" / "till"
    save(folder, FULL)
    posix = os.name == "posix"  # elsewhere the profile's own access list does it
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 or not posix
    assert stat.S_IMODE(DataFolder(folder).settings.stat().st_mode) == 0o600 or not posix


def test_the_default_folder(tmp_path):
    assert default_folder({"MASHOU_DATA": str(tmp_path)}) == tmp_path
    assert default_folder({}).name == "mashou"
