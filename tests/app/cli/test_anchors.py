"""``mashou journal verify`` with the marks that stand on receipts and in the channels' orders."""

import shutil

import pytest

from app.cli import main as cli
from app.journal.api import Entry
from app.journal.outside import SEEN, seen_now
from app.journal.writer import open_writer
from app.secrets import Vault
from app.settings import DataFolder

NOW = 1_763_787_055_123


@pytest.fixture
def folder(tmp_path):
    return DataFolder(tmp_path / "till")


@pytest.fixture
def mashou(folder, capsys):
    """``mashou(words...)`` in the folder: exit code, what it printed, what it complained."""

    def run(*argv):
        code = cli.run(["--data", str(folder.path), *argv])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def marks(folder):
    """Sixty entries, the last forty of them written after ``backup`` was copied; the anchor of each."""
    Vault.create(folder.path, {}, simulator=True)  # no keyring in tests: the key lies in a file
    secrets = Vault.unlock(folder.path)
    heads = {}

    def write(count):
        journal = open_writer(
            folder.journal, secrets.mac_key, training=secrets.simulator, now_ms=NOW, entropy=bytes, ballast_bytes=0
        )
        for n in range(count):
            journal.append(Entry("app.start", NOW, {"n": n}))
            heads[journal.head().seq] = journal.anchor()
        seen = seen_now(journal, "", NOW)
        journal.close()
        return seen

    write(20)
    shutil.copy(folder.journal, folder.path / "backup")
    return heads, write(40), secrets


def test_marks_that_hold(mashou, folder, marks, tmp_path):
    heads, seen, secrets = marks
    secrets.keep(SEEN, seen.text())
    listed = tmp_path / "marks.txt"
    listed.write_text("# from the receipts of 22 November\n" + "\n".join(heads.values()) + "\n\n", "utf-8")
    shown = heads[30].replace("-", ":").upper()
    code, out, err = mashou("journal", "verify", "--anchor", shown, "--anchors", str(listed))
    assert (code, err) == (0, "")
    assert "校验通过" in out


def test_an_older_copy_is_found_by_a_receipt(mashou, folder, marks):
    heads, _, _ = marks
    shutil.copy(folder.path / "backup", folder.journal)
    assert mashou("journal", "verify")[0] == 0, "a sound journal, as far as it goes"
    code, out, _ = mashou("--language", "en", "journal", "verify", "--anchor", heads[45])
    assert code == 2
    assert "ends at entry 22, before an anchor" in out


def test_an_older_copy_is_found_by_what_the_till_last_knew(mashou, folder, marks):
    _, seen, secrets = marks
    secrets.keep(SEEN, seen.text())
    shutil.copy(folder.path / "backup", folder.journal)
    code, out, _ = mashou("--language", "en", "journal", "verify")
    assert code == 2
    assert "before an anchor" in out


def test_a_mark_of_another_journal_names_its_entry(mashou, folder, marks):
    code, out, _ = mashou("--language", "en", "journal", "verify", "--anchor", "7:ffffffff")
    assert code == 2
    assert "Failed at record 7" in out


@pytest.mark.parametrize("mark", ["7", "7:xyz", "7:1234567", "-7:12345678", "７:12345678", ":", ""])
def test_what_is_no_mark_is_refused(mashou, folder, marks, mark, tmp_path):
    code, out, err = mashou("journal", "verify", f"--anchor={mark}")
    assert (code, out) == (64, "")
    assert "锚点要写成" in err
    code, _, err = mashou("journal", "verify", "--anchors", str(tmp_path / "none.txt"))
    assert code == 64
    assert "none.txt" in err
