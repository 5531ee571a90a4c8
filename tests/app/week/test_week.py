"""A small week levels out to the fen, is settled line by line, and is signed off by a manager alone."""

import json
import shutil
from collections import Counter

import pytest

from app import words
from app.core.channel import Channel
from app.week.play import CannotPlay, play
from tests.app.week.desk import DAY, DAYS, NEXT, SALES, SEED, plant_missing


def test_the_same_seed_is_the_same_week(week, tmp_path):
    again = play(tmp_path / "again", SEED, sales=SALES, days=2, back_office=2)
    assert (tmp_path / "again" / "ledger.json").read_bytes() == (week.folder / "ledger.json").read_bytes() or (
        Counter(again.states) == Counter(week.states)
    )
    with pytest.raises(CannotPlay):
        play(tmp_path / "again", SEED)


def test_it_holds_what_a_week_holds(week):
    ledger = json.loads((week.folder / "ledger.json").read_text(encoding="utf-8"))
    assert week.sales >= SALES
    assert {one["channel"] for one in ledger} == {channel.value for channel in Channel}
    assert {"PAID", "REVERSED", "DECLINED", "PARTLY_REFUNDED"} <= set(week.states)
    assert week.revoked_paid
    assert len(week.back_office) == 2


def test_the_days_level_out_but_for_what_was_done_in_the_back_office(week, desk):
    differences, kinds, web = 0, Counter(), []
    for day in DAYS:
        code, result, _ = desk.reconcile(day=day)
        lines = [line for one in result["channels"] for line in one["lines"]]
        open_lines = [line for line in lines if line["care"] != "nothing"]
        assert code == (1 if open_lines else 0)
        assert {line["kind"] for line in open_lines} <= {"refbill"}
        web += [line["out_trade_no"] for line in open_lines]
        differences += sum(one["difference_fen"] for one in result["channels"])
        kinds.update(line["kind"] for line in lines)
    assert sorted(web) == sorted(one.out_trade_no for one in week.back_office)
    assert differences == sum(one.amount_fen for one in week.back_office)
    assert {"revpair", "revsplit", "midnight", "up23"} <= set(kinds)


def test_every_paid_sale_that_was_revoked_is_explained_by_its_pair(week, desk):
    ledger = json.loads((week.folder / "ledger.json").read_text(encoding="utf-8"))
    revoked = {
        one["out_trade_no"] for one in ledger
        if one["state"] == "REVERSED" and one["paid_fen"] and one["channel"] != "unionpay"
    }  # fmt: skip
    explained = {number for day in DAYS for kind, number in desk.lines(day=day) if kind in {"revpair", "revsplit"}}
    assert revoked
    assert revoked <= explained


def test_without_the_other_till_s_log_its_sales_are_one_line(desk):
    _, result, _ = desk.reconcile(merged=False)
    for one in result["channels"]:
        [line] = [line for line in one["lines"] if line["kind"] == "othertill"]
        assert (line["terminal"], line["count"] > 5) == ("0002", True)


def test_a_channel_without_its_bill_is_named(desk):
    code, result, _ = desk.reconcile(desk.bill("wechat"))
    assert (code, result["level"], sorted(result["lacking"])) == (1, False, ["alipay", "unionpay"])


def test_of_bills_of_many_days_none_need_be_of_a_day_without_trades(desk):
    day = "2026-11-20"
    code, result, said = desk.reconcile(day=day)
    assert (code, result and result["channels"]) == (0, []), said


def test_an_edited_day_log_is_not_merged(desk, tmp_path):
    shutil.copytree(desk.logs, tmp_path / "logs")
    desk.logs = tmp_path / "logs"
    path = desk.logs / f"till-2-{DAY}.csv"
    path.write_bytes(path.read_bytes().replace(b",5", b",6", 1))
    code, _, said = desk.reconcile()
    assert code == 2
    assert path.name in said


def test_the_bills_stay_in_the_data_folder_and_prove_the_next_day(desk):
    desk.reconcile()
    kept = sorted((desk.folder / "till-1" / "bills").iterdir())
    assert len(kept) == 9
    _, result, _ = desk.reconcile(*(desk.bill(channel, NEXT) for channel in Channel), day=NEXT)
    waiting = [line for one in result["channels"] for line in one["lines"] if line["care"] == "waits"]
    assert waiting == []


def open_lines(result):
    return [line for one in result["channels"] for line in one["lines"] if line["care"] != "nothing"]


def test_a_line_resolved_by_hand_keeps_who_and_why_in_a_newer_bill(week, desk):
    _, before, _ = desk.say()
    lines = open_lines(before)
    assert lines
    for line in lines:
        code, after, said = desk.say("--resolve", line["id"], "--reason", "店长在商户平台退的", "--as", "manager")
        assert after is not None, said
    assert code == 0
    assert [one["resolved"]["reason"] for one in open_lines(after)] == ["店长在商户平台退的"] * len(lines)
    plant_missing(desk)  # a newer bill, in which another line has become open
    code, newer, _ = desk.say()
    assert code == 1
    settled = {line["key"] for line in open_lines(newer) if line["resolved"]}
    assert settled == {line["key"] for line in lines}


def test_only_a_level_day_is_signed_off_and_only_by_a_manager(week, desk):
    day = next(day for day in DAYS if not any(one.day == day for one in week.back_office))
    code, _, said = desk.say("--sign", "--as", "cashier", day=day)
    assert (code, said != "") == (64, True)
    code, signed, said = desk.say("--sign", "--as", "manager", day=day)
    assert code == 0, said
    assert all(one["signed_off"] for one in signed["channels"])
    other = next(one.day for one in week.back_office)
    code, _, said = desk.say("--sign", "--as", "manager", day=other)
    assert (code, words.say("rc.open") in said) == (64, True)


def test_a_line_that_is_not_there_and_a_reason_that_is_none_are_refused(desk):
    assert desk.say("--resolve", "12345678", "--reason", "x", "--as", "manager")[0] == 64
    assert desk.say("--resolve", "12345678", "--as", "manager")[0] == 64
    assert desk.say(day="2026-13-45")[0] == 64
