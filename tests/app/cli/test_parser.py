import pytest

from app.cli.parser import parse

COMMANDS = ("sell", "resolve", "sales", "setup", "journal", "bench", "sim")


@pytest.mark.parametrize(
    "argv",
    [
        ["--data", "D", "sell", "1.00"],
        ["sell", "--data", "D", "1.00"],
        ["sell", "1.00", "--data", "D"],
        ["--data=D", "sales"],
        ["sales", "--data", "D"],
        ["resolve", "--data", "D"],
        ["--data", "D", "journal", "verify"],
        ["journal", "--data", "D", "verify"],
        ["journal", "verify", "--data", "D"],
        ["setup", "--client", "c.json", "--data", "D"],
        ["--data", "D", "setup", "--client", "c.json"],
        ["--data", "D"],
    ],
)
def test_data_stands_before_or_after_the_command(argv):
    assert str(parse(argv).data) == "D"


def test_training_before_or_after():
    assert parse(["--training", "sell", "1"]).training
    assert parse(["sell", "--training", "1"]).training
    assert parse(["--training"]).command is None


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS), ["journal", "verify"], ["sim", "code"]])
def test_help_is_short_and_speaks_both_languages(command, capsys):
    with pytest.raises(SystemExit) as end:
        parse([*command, "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: mashou")
    if command[:1] != ["sim"]:
        assert any("\u4e00" <= c <= "\u9fff" for c in said)
        assert len(said.splitlines()) < 50


def test_the_general_help_names_every_command_and_exit_code(capsys):
    with pytest.raises(SystemExit):
        parse(["--help"])
    said = capsys.readouterr().out
    assert [name for name in COMMANDS if f"    {name} " not in said] == []
    assert all(f"  {code} " in said for code in (0, 1, 2, 3, 64))


def test_the_tills_own_child_is_no_command_for_people(capsys):
    assert parse(["speak"]).command == "speak"
    with pytest.raises(SystemExit):
        parse(["--help"])
    assert "speak" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        ["pay"],
        ["sell"],
        ["sell", "1", "281234567890123456"],
        ["setup"],
        ["journal"],
        ["sell", "1", "--cod", "x"],
        ["sell", "1", "--channel", "cash"],
        ["sim"],
    ],
)
def test_a_mistake_is_one_sentence_and_64(argv, capsys):
    if argv == ["sim"]:
        argv = ["sim", "--nowhere"]
    with pytest.raises(SystemExit) as end:
        parse(argv)
    assert end.value.code == 64
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "281234567890123456" not in said


def test_version(capsys):
    with pytest.raises(SystemExit) as end:
        parse(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("mashou ")
