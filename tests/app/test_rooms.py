"""The office's rooms over a real training house: what a change of the settings costs, and what it leaves."""

import pytest

from app import boot
from app.core.staff import Act, Role
from app.rooms import rooms_of
from app.settings import load
from app.setup.diary import CHANGED, SAVING, WANTED
from app.staff import Proof


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "training"


def no_fatal(error):
    raise AssertionError(error)


@pytest.mark.asyncio
async def test_a_managers_pin_changes_the_cap_once_and_the_journal_tells_it(folder):
    house = await boot.open_training(folder, on_fatal=no_fatal, pace=20)
    try:
        setup, people = rooms_of(folder, house).setup, house.people
        await people.load()
        pins = {person.role: (person, pin) for person, pin in people.practice_pins()}
        asked = await setup.change({"till": {"cap_fen": 4_200}}, pins[Role.MANAGER][0])
        assert asked.key == WANTED
        subject, reason = (dict(asked.values)[name] for name in ("subject", "reason"))

        supervisor, pin = pins[Role.SUPERVISOR]
        refused = await people.approvals.ask(Proof(supervisor.number, pin), Act.SETTINGS, subject, 0, reason)
        assert refused.key == "pin.norole.other"

        manager, pin = pins[Role.MANAGER]
        yes = await people.approvals.ask(Proof(manager.number, pin), Act.SETTINGS, subject, 0, reason)
        changed = await setup.change({"till": {"cap_fen": 4_200}}, yes)
        assert changed.settings.till.cap_fen == 4_200
        assert (changed.last.by, changed.last.names) == (manager.number, ("till.cap_fen",))
        assert (await setup.change({"till": {"cap_fen": 4_300}}, yes)).key == "pin.expired", "one yes, one change"

        told = house.engine.keeper.journal.newest_of(CHANGED)
        assert told.body["changed"][0][2] == 4_200
        assert told.body["nonce"] == yes.nonce
        assert (yes.subject, yes.reason) == ("till.cap_fen", SAVING)
    finally:
        await house.close()
    assert load(folder).settings.till.cap_fen == 4_200
