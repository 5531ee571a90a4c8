"""The page's room over a small week: files, keys and day logs are taken in, and the day is looked at."""

import asyncio
import shutil
from dataclasses import replace

import pytest

from app.channels.books import BillError, BillFault
from app.cli.reconcile import _rooms
from app.core.beijing import DAY_MS
from app.core.channel import Channel
from app.office.recon.contract import rates
from app.office.recon.desk import Facts, ReconcileDesk
from app.office.recon.no_bill import has_sold
from app.office.recon.values import Booked, Given, Stand
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
    assert [said.key for said in found.said] == ["bill.notthere", "bill.making", "bill.full"]
    assert len(found.result.lacking) == 3, "the log has sales by all three, whatever a channel says"
    assert found.day == DAY


@pytest.mark.parametrize(
    ("fault", "hour", "training", "told"),
    [
        (BillFault.NONE, 9, False, "bill.notyet"),  # WeChat says the same before it has made one
        (BillFault.NONE, 10, False, "bill.none"),
        (BillFault.NONE, 9, True, "bill.none"),  # a practice bank has it at once
        (BillFault.LATER, 9, False, "bill.notyet"),
        (BillFault.LATER, 11, False, "bill.making"),
        (BillFault.WRONG_ASK, 11, False, "bill.wrongask"),
    ],
)
def test_no_bill_is_no_trades_only_once_it_ought_to_be_there(  # noqa: PLR0917 - a table
    desk, monkeypatch, fault, hour, training, told
):
    async def refuse(day, folder):
        raise BillError(fault, "x", text="x")

    for room in desk.rooms:
        monkeypatch.setattr(room, "fetch_bill", refuse)
    now_ms = NEXT_DAY_MS + (hour - 11) * 3_600_000
    monkeypatch.setattr(desk, "_channel_ms", lambda: now_ms + 30 * DAY_MS)
    monkeypatch.setattr(desk, "_facts", replace(desk._facts, training=training))
    found = asyncio.run(desk.fetch("2026-12-02"))
    assert {(said.key, said.is_wrong) for said in found.said} == {(told, told != "bill.none")}
    quiet = {one.reckoning.channel for one in found.result.channels if one.is_level}
    assert quiet == (set(desk._rooms) if told == "bill.none" else set()), "a day without trades is 0.00 on both sides"


def test_a_sale_that_the_next_days_bill_may_have_leaves_a_channel_believed():
    late = Booked(Channel.WECHAT, "7" * 24, 1250, Stand.KEPT, DAY, NEXT_DAY_MS - 11 * 3_600_000 - 1000)
    noon = replace(late, at_ms=late.at_ms - 12 * 3_600_000)
    given = Given("r", 100, DAY, late.at_ms - 3_600_000)
    assert not has_sold(Channel.WECHAT, DAY, [late])
    assert has_sold(Channel.WECHAT, DAY, [late, noon])
    assert has_sold(Channel.WECHAT, DAY, [replace(late, refunds=(given,))])
    assert not has_sold(Channel.WECHAT, DAY, [replace(noon, stand=Stand.NEVER)])
    evening = replace(late, channel=Channel.UNIONPAY, at_ms=late.at_ms - 1_800_000)
    assert not has_sold(Channel.UNIONPAY, DAY, [evening]), "from 23:00 on it is the next settlement day"
