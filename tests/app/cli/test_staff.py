"""``mashou staff`` as a shop types it, on a practice folder and on one with real keys."""

import io
import json
import sys
from argparse import Namespace

import pytest

from app.cli import ask as asking
from app.cli import main
from app.cli.approving import approve_on_terminal
from app.cli.ask import Ask
from app.cli.exits import Refused
from app.cli.staffroom import open_people
from app.core.staff import Act
from app.secrets import Vault
from app.settings import Settings, save
from app.staff import hashing
from app.staff.people import People
from app.words import say


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(hashing.Cost, "__init__", _cheap)


def _cheap(cost):
    for name, value in (("kib", 8), ("rounds", 1), ("lanes", 1)):
        object.__setattr__(cost, name, value)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "till"
    Vault.create(made, {"wechat.api_v2_key": "k" * 32}, simulator=True)
    save(made, Settings(simulator=True))
    return made


@pytest.fixture
def mashou(folder, monkeypatch, capsys):
    def run(*argv, given=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code = main.run([*argv, "--data", str(folder)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def people(mashou):
    return {one["number"]: one for one in json.loads(mashou("staff", "list", "--json")[1])}


def test_a_practice_folder_needs_no_pin_and_says_the_three(mashou):
    code, out, _ = mashou("staff", "list")
    assert code == 0
    assert out.count("练习用：") == 3
    assert mashou("staff", "add", "40", "孙", "--role", "supervisor", given="837402\n")[0] == 0
    assert people(mashou)["40"]["role"] == "supervisor"


def test_a_pin_is_read_from_standard_input_after_the_managers(mashou):
    assert mashou("staff", "add", "40", "孙", "--role", "manager", given="837402\n")[0] == 0
    code, _, err = mashou("staff", "pin", "1001", "--as", "孙", given="837403\n593028\n")
    assert (code, err.strip()) == (64, say("pin.wrong", n=4))
    assert mashou("staff", "pin", "1001", "--as", "孙", given="837402\n593028\n")[0] == 0
    assert mashou("staff", "pin", "1001", "--as", "孙", given="\n593028\n")[2].strip() == say("staff.cli.nopin")


def test_five_wrong_pins_lock_over_processes_and_a_manager_unlocks(mashou):
    for n in range(5):
        mashou("staff", "badge", "1001", "--as", "2001", given=f"73915{n}\n")
    code, _, err = mashou("staff", "badge", "1001", "--as", "2001", given="739159\n")
    assert (code, err.strip()) == (64, say("pin.locked", n=1))
    assert people(mashou)["2001"]["wait_s"] > 0
    assert mashou("staff", "unlock", "2001")[0] == 0
    assert people(mashou)["2001"]["wait_s"] == 0


def test_badge_and_retire(mashou):
    code, out, _ = mashou("staff", "badge", "练习收银员")
    assert code == 0
    assert "MSB" in out
    assert people(mashou)["1001"]["badge"]
    assert mashou("staff", "retire", "1001")[0] == 0
    assert people(mashou)["1001"]["retired"]
    assert mashou("staff", "retire", "1001")[2].strip() == say("staff.unknown.say")


@pytest.mark.parametrize("pin", ["123456", "8374", "", "83x402"])
def test_a_pin_nobody_should_have(mashou, pin):
    assert mashou("staff", "add", "40", "孙", "--role", "cashier", given=f"{pin}\n")[0] == 64
    assert "40" not in people(mashou)


def test_a_pin_never_stands_in_the_command(mashou):
    assert mashou("staff", "add", "40", "孙", "--role", "cashier", "--pin", "837402")[0] == 64


def real(folder, monkeypatch):
    """The same folder as a shop's own would be: nobody is there by default."""
    monkeypatch.setattr("app.staff.people.practice_people", lambda *_: ())
    monkeypatch.setattr("app.staff.people.People.practice_pins", lambda _: ())
    monkeypatch.setattr("app.staff.people.People._load", _real_load)


async def _real_load(self):
    self.home.secrets.simulator = False
    await _load(self)


_load = People._load


def test_a_shop_begins_with_its_manager_and_nobody_else(mashou, folder, monkeypatch):
    real(folder, monkeypatch)
    assert mashou("staff", "retire", "1001")[2].strip() == say("staff.none.say")
    assert mashou("staff", "add", "10", "李", "--role", "cashier", given="830274\n")[2].strip() == say(
        "staff.cli.first"
    )
    assert mashou("staff", "add", "30", "陈", "--role", "manager", given="472916\n")[0] == 0
    assert mashou("staff", "add", "10", "李", "--role", "cashier", given="830274\n")[2].strip() == say("staff.cli.as")
    assert mashou("staff", "add", "10", "李", "--role", "cashier", "--as", "陈", given="472916\n830274\n")[0] == 0
    assert set(people(mashou)) == {"30", "10"}


def test_the_owner_begins_anew_with_the_merchants_own_file(mashou, folder, tmp_path, monkeypatch):
    from app.cli import staff  # noqa: PLC0415 - its own name for take_client is what is replaced

    people(mashou)
    file = tmp_path / "client.json"
    for secrets, code in (({"wechat.api_v2_key": "z" * 32}, 64), ({}, 64), ({"wechat.api_v2_key": "k" * 32}, 0)):
        monkeypatch.setattr(staff, "take_client", lambda _, held=secrets: Namespace(secrets=held))
        assert mashou("staff", "anew", "--client", str(file))[0] == code


def test_a_folder_nobody_set_up_is_refused_with_a_sentence(mashou, folder):
    for path in list(folder.iterdir()):
        path.unlink()
    assert mashou("staff", "list")[0] == 64


async def asked(folder, who, pin, act=Act.REFUND):
    async with open_people(Ask(folder, embedded=False)) as there:
        return await approve_on_terminal(there, who, pin, act, ("426112200074821000012359", 1280, "顾客退货"))


def test_a_command_that_gives_money_back_is_approved(folder):
    import asyncio  # noqa: PLC0415 - this one test alone has a loop of its own

    assert asyncio.run(asked(folder, None, "")).by.name == "练习店长"
    assert asyncio.run(asked(folder, "练习主管", "")).by.number == "2001"
    with pytest.raises(Refused) as refusal:
        asyncio.run(asked(folder, "练习收银员", ""))
    assert refusal.value.key == "pin.norole"
    with pytest.raises(Refused) as refusal:
        asyncio.run(asked(folder, "练习主管", "739154"))
    assert refusal.value.key == "pin.wrong"


def test_a_terminal_does_not_show_the_pin(monkeypatch):
    from app.cli import approving  # noqa: PLC0415 - its own name for typed is what is replaced

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("837402\n"))
    shown = []
    monkeypatch.setattr(approving, "typed", lambda question: shown.append(question) or "837402 ")
    assert approving.pin_of(Ask(asking.Path("."), embedded=False, wanted_language="zh"), "陈") == "837402"
    assert shown == ["陈 的密码："]
