"""The page's room over a small week: files, keys and day logs are taken in, and the day is looked at."""

import asyncio
import shutil

import pytest

from app.channels.books import BillError, BillFault
from app.cli.reconcile import _rooms
from app.office.recon.contract import rates
from app.office.recon.desk import Facts, ReconcileDesk
from app.secrets import Vault
from app.settings import DataFolder, load
from app.till.clock import Clock
from app.week.play import play

DAY = "2026-11-02"
NEXT_DAY_MS = 1_793_674_800_000  # 2026-11-03 11:00 in Beijing


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    return play(tmp_path_factory.mktemp("week") / "w", 5, sales=40, days=1).folder


@pytest.fixture
def desk(week, tmp_path):
    shutil.copytree(week / "till-1", tmp_path / "till")
    shutil.copytree(week / "logs", tmp_path / "logs")
    place = DataFolder(tmp_path / "till")
    settings, secrets = load(place.path).settings, Vault.unlock(place.path)
    rooms = list(_rooms(settings, secrets, Clock()).values())
    facts = Facts(place.journal, place.bills, place.tills, settings.till.terminal, True, rates(settings))
    made = ReconcileDesk(facts, rooms, lambda: NEXT_DAY_MS)
    made.rooms, made.folder = rooms, tmp_path
    yield made
    for room in rooms:
        asyncio.run(room.aclose())


def bills(week):
    return sorted((week / "bills").iterdir())


def test_yesterday_is_due(desk):
    assert desk.yesterday() == DAY


def test_without_bills_the_channels_are_named(desk):
    found = asyncio.run(desk.look(DAY))
    assert [channel.value for channel in found.result.lacking] == ["wechat", "alipay", "unionpay"]


def test_with_bills_key_and_log_the_day_levels_out(desk, week):
    logs = desk.folder / "logs"
    found = asyncio.run(desk.take(DAY, [*bills(week), logs / f"till-2-{DAY}.csv", logs / "till-2.pem"]))
    assert [said.key for said in found.said if said.is_wrong] == []
    assert found.result.is_level
    again = asyncio.run(desk.take(DAY, bills(week)))
    assert {said.key for said in again.said} == {"bill.again"}
    assert again.result == found.result


def test_a_day_log_nobody_registered_is_not_merged(desk, week):
    found = asyncio.run(desk.take(DAY, [*bills(week), desk.folder / "logs" / f"till-2-{DAY}.csv"]))
    assert [(said.key, dict(said.values)["why"]) for said in found.said if said.is_wrong] == [("file.log", "vf.nokey")]
    assert {line.kind.value for one in found.result.channels for line in one.unexplained} == {"othertill"}


def test_a_later_export_of_the_same_day_counts_once(desk, week):
    logs = desk.folder / "logs"
    file = logs / f"till-2-{DAY}.csv"
    asyncio.run(desk.take(DAY, [*bills(week), file, logs / "till-2.pem"]))
    kept = next(path for path in (desk.folder / "till" / "tills").glob("*.csv"))
    later = kept.with_name(kept.name.replace(kept.name.split("-")[7], "9" * 10))
    shutil.copy(kept, later)
    shutil.copy(f"{kept}.sig", f"{later}.sig")
    assert asyncio.run(desk.look(DAY)).result.is_level


def test_an_altered_kept_log_is_told_and_nothing_is_matched_with_it(desk, week):
    logs = desk.folder / "logs"
    asyncio.run(desk.take(DAY, [*bills(week), logs / f"till-2-{DAY}.csv", logs / "till-2.pem"]))
    kept = next(path for path in (desk.folder / "till" / "tills").glob("*.csv"))
    kept.write_bytes(kept.read_bytes() + b" ")
    found = asyncio.run(desk.look(DAY))
    assert found.result is None
    assert found.said[-1].is_wrong


def test_a_file_that_is_no_bill_is_told_and_the_rest_is_shown(desk, week):
    odd = desk.folder / "odd.txt"
    odd.write_text("nothing", encoding="utf-8")
    found = asyncio.run(desk.take(DAY, [odd, desk.folder / "nowhere.csv", *bills(week)]))
    assert {said.key for said in found.said if said.is_wrong} == {"file.unreadable", "wf.notbill"}
    assert len(found.result.channels) == 3


def test_what_the_channels_say_to_a_fetch_is_told(desk, monkeypatch):
    async def none(day, folder):
        raise BillError(BillFault.NONE, "no trades")

    async def later(day, folder):
        raise BillError(BillFault.LATER, "not yet")

    async def full(day, folder):
        raise OSError(28, "No space left on device")

    for room, answer in zip(desk.rooms, (none, later, full), strict=True):
        monkeypatch.setattr(room, "fetch_bill", answer)
    found = asyncio.run(desk.fetch(DAY))
    assert {said.key for said in found.said} == {"bill.none", "bill.later", "bill.full"}
    assert len(found.result.lacking) == 2  # the third has no trades, and says so
    assert found.day == DAY
