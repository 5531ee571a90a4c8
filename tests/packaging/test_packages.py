"""What the Debian package and the Windows installer are made of holds what a shop needs, and no script is broken."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.settings import DataFolder

PACKAGING = Path(__file__).parents[2] / "packaging"
DEBIAN = PACKAGING / "debian"
SCRIPTS = sorted(
    [*PACKAGING.glob("*.sh"), *(DEBIAN / name for name in ("mashou-kiosk", "running.sh", "postinst", "postrm"))]
)
NSI = (PACKAGING / "mashou.nsi").read_text("utf-8")


def filled(name, version="0.1.0"):
    """A maintainer script as deb.sh writes it."""
    text = (DEBIAN / name).read_text("utf-8").replace("@VERSION@", version)
    return text.replace("@RUNNING@\n", (DEBIAN / "running.sh").read_text("utf-8"))


@pytest.fixture
def sh():
    shell = shutil.which("sh")
    if shell is None:
        pytest.fail("these scripts are for a system with sh")

    def run(script, *words, before="", **world):
        told = subprocess.run(
            [shell, "-s", "--", *words],
            input=before + script,
            env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", **world},
            capture_output=True,
            text=True,
            check=False,
        )
        return told.returncode, told.stdout + told.stderr

    return run


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_plain_sh(script):
    checked = subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


NOBODY_RUNS = "tills() { :; }\n"
# dpkg's own comparison is asked where there is a dpkg; what matters here is what the script does with the answer
COMPARES = 'dpkg() { [ "$2" != "$4" ] && [ "$(printf \'%s\\n%s\\n\' "$2" "$4" | sort -V | tail -n 1)" = "$2" ]; }\n'


def preinst(version="0.1.0"):
    """With nobody's till running on the computer that tests."""
    return filled("preinst", version).replace('case "$1" in\n    install', NOBODY_RUNS + 'case "$1" in\n    install')


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("install",), 0),
        (("upgrade", "0.0.9"), 0),
        (("upgrade", "0.1.0"), 0),
        (("upgrade", "0.1.1"), 1),
        (("upgrade", "0.10.0"), 1),
        (("install", "0.2.0"), 0),  # removed before, on purpose: the way back
        (("abort-upgrade", "0.2.0"), 0),
    ],
)
def test_only_an_upgrade_to_an_older_version_is_refused(sh, words, code):
    found, said = sh(preinst(), *words, before=COMPARES)
    assert found == code
    assert ("更新的版本" in said, "A newer version" in said) == (bool(code), bool(code))


@pytest.mark.parametrize(("name", "word"), [("preinst", "install"), ("preinst", "upgrade"), ("prerm", "remove")])
def test_a_running_till_keeps_its_files(sh, name, word):
    script = filled(name).replace("tills() {", "tills() { echo 1; return; ", 1).replace("ask_tills $running", ":")
    code, said = sh(script, word, "0.0.1", before=COMPARES)
    assert code == 1
    assert "收银窗口" in said
    assert "nothing was changed" in said


def test_an_update_asks_the_new_package_not_the_old_program(sh):
    assert sh(filled("prerm").replace("tills() {", "tills() { echo 1; return; ", 1), "upgrade", "0.2.0")[0] == 0


@pytest.mark.parametrize(
    ("asked", "kept"), [({}, True), ({"MASHOU_PURGE": "no"}, True), ({"MASHOU_PURGE": "yes"}, False)]
)
def test_purging_keeps_the_books_unless_asked(sh, tmp_path, asked, kept):
    data = DataFolder(tmp_path / "home" / ".local" / "share" / "mashou")
    data.path.mkdir(parents=True)
    data.journal.write_text("books")
    getent = f"getent() {{ echo 'till:x:1000:1000::{tmp_path / 'home'}:/bin/sh'; }}\n"
    code, said = sh(filled("postrm"), "purge", before=getent, **asked)
    assert (code, data.journal.exists()) == (0, kept)
    assert str(data.path) in said


def test_removing_touches_no_data(sh, tmp_path):
    assert sh(filled("postrm"), "remove", before="getent() { exit 9; }\n") == (0, "")


def test_the_package_depends_on_a_chinese_font_and_on_what_its_files_ask_for():
    control = (DEBIAN / "control").read_text("utf-8")
    assert re.search(r"^Depends: @DEPENDS@, fonts-wqy-microhei \|", control, re.MULTILINE)
    assert "dpkg-shlibdeps" in (PACKAGING / "deb.sh").read_text("utf-8")


def test_what_only_the_voice_asks_for_is_recommended_not_required():
    control = (DEBIAN / "control").read_text("utf-8")
    fields = dict(re.findall(r"^(\w+): (.*(?:\n \S.*)*)", control.split("Description:")[0], re.MULTILINE))
    for package in ("speech-dispatcher", "speech-dispatcher-espeak-ng", "libspeechd2", "libpulse0"):
        assert package in re.split(r"[,\s]+", fields["Recommends"])
        assert package not in fields["Depends"]
    packed = (PACKAGING / "deb.sh").read_text("utf-8")
    for part in ("*TextToSpeech*", "*texttospeech*", "*Multimedia*"):
        assert f"! -name '{part}'" in packed


def test_device_rules_come_before_the_seat_is_given_them_and_open_no_keyboard():
    (rules,) = DEBIAN.glob("*.rules")
    assert rules.name < "73-seat-late.rules"
    lines = [line for line in rules.read_text("utf-8").splitlines() if 'TAG+="uaccess"' in line]
    assert [kind for kind in ("ttyUSB", "lp[0-9]", ":0701", "hidraw") if not any(kind in line for line in lines)] == []
    assert all("idVendor" in line for line in lines if "hidraw" in line)
    assert all("usb" in line for line in lines if "hidraw" not in line)


def test_the_menu_entry_names_program_and_icon_in_both_languages():
    entry = (DEBIAN / "mashou.desktop").read_text("utf-8")
    for line in ("Exec=mashou", "Icon=mashou", "Name[zh_CN]=码收", "Name=Mashou", "Exec=mashou --training"):
        assert line in entry.splitlines()


def test_the_installer_speaks_both_languages_throughout():
    by_language = {}
    for name, language in re.findall(r"^LangString (\w+) \$\{(\w+)\}", NSI, re.MULTILINE):
        by_language.setdefault(language, set()).add(name)
    assert by_language["LANG_SIMPCHINESE"] == by_language["LANG_ENGLISH"] >= set(re.findall(r"\$\((\w+)\)", NSI))


def test_the_installer_checks_before_it_changes_anything():
    (section,) = re.findall(r'^Section "\$\(SEC_TILL\)".*?^SectionEnd', NSI, re.MULTILINE | re.DOTALL)
    order = [
        section.index(word)
        for word in ("Call RefuseOlder", "Call RefuseOpenSales", "Call RefuseWhileRunning", "RMDir", "File /r")
    ]
    assert order == sorted(order)


def test_the_uninstaller_deletes_by_name_and_no_data():
    (section,) = re.findall(r'^Section "Uninstall".*?^SectionEnd', NSI, re.MULTILINE | re.DOTALL)
    assert re.findall(r"RMDir /r \"(.+)\"", section) == [r"$INSTDIR\_internal", r"$SMPROGRAMS\${NAME}"]
    assert "LOCALAPPDATA" not in section


def test_opening_at_log_in_is_off_until_asked_for():
    assert 'Section /o "$(SEC_AUTO)"' in NSI
