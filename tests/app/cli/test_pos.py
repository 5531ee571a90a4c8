"""``mashou pos``: a token that is shown once, a switch, and how both stand."""

import stat

import pytest

from app.cli import main as cli
from app.pos.token import opens
from app.settings import Settings, load, save


@pytest.fixture
def folder(tmp_path):
    save(tmp_path, Settings(simulator=True))
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    def call(*argv):
        code = cli.run(["pos", *argv, "--data", str(folder)])
        out = capsys.readouterr()
        return code, out.out.splitlines(), out.err

    return call


def test_off_and_without_a_token_until_somebody_asks(run, folder):
    assert run("status")[:2] == (1, ["接口关着。", "还没有口令，谁也进不来。"])
    code, lines, _ = run("token")
    assert code == 0
    token = lines[1]
    held = load(folder).settings.pos
    assert opens(f"Bearer {token}", held.token_hash)
    assert not held.interface, "a token alone opens no door"
    assert token not in (folder / "settings.toml").read_text(encoding="utf-8")
    assert run("on")[0] == 0
    assert run("status", "--language", "en")[:2] == (
        0,
        ["The interface is on: http://127.0.0.1:18150/", "A token was made."],
    )
    assert run("off")[0] == 0
    assert run("status")[0] == 1


def test_a_new_token_ends_the_old_one(run, folder):
    first, second = run("token")[1][1], run("token")[1][1]
    kept = load(folder).settings.pos.token_hash
    assert not opens(f"Bearer {first}", kept)
    assert opens(f"Bearer {second}", kept)


def test_a_folder_that_was_never_set_up(run, folder):
    for path in folder.iterdir():
        path.unlink()
    code, lines, said = run("token")
    assert (code, lines) == (64, [])
    assert "mashou setup" in said


def test_a_broken_file_is_not_written_over(run, folder):
    file = folder / "settings.toml"
    file.write_text("nonsense = ", encoding="utf-8")
    code, lines, said = run("token")
    assert (code, lines) == (64, [])
    assert "写法不对" in said
    assert file.read_text(encoding="utf-8") == "nonsense = "


def test_a_folder_nobody_may_write(run, folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.cli.pos.save", full)
    code, lines, said = run("token")
    assert (code, lines) == (64, []), "a token that was not kept is not shown"
    assert "No space" in said
    assert stat.S_ISDIR(folder.stat().st_mode)
