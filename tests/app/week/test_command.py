"""``mashou sim week`` at a terminal."""

from app.cli.main import run


def test_it_says_what_came_of_it(tmp_path, capsys):
    argv = ["sim", "week", "--dir", str(tmp_path / "w"), "--seed", "2", "--sales", "6", "--days", "1"]
    assert run([*argv, "--back-office", "1"]) == 0
    out, err = capsys.readouterr()
    assert "2026-11-02" in out
    assert "calls" in out
    assert "back office" in out
    assert err == ""
    assert {path.name for path in (tmp_path / "w").iterdir()} >= {"bills", "logs", "ledger.json", "till-1", "till-2"}


def test_a_folder_that_holds_something_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    assert run(["sim", "week", "--dir", str(tmp_path), "--seed", "2"]) == 64
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_it_wants_to_know_where(capsys):
    assert run(["sim", "week", "--seed", "2"]) == 64
    assert "--dir" in capsys.readouterr().err
