"""A small week is played once; it levels out to the fen, and whatever is planted in its bills is named rightly."""

import io
import json
import shutil
from collections import Counter
from contextlib import suppress

import apsw
import pytest
from planting import AlipayFile, UnionpayFile, WechatFile

from app import words
from app.cli.main import run
from app.core.channel import Channel
from app.core.numbers import order_number
from app.journal.days import open_days
from app.office.recon.source import booked_on
from app.office.recon.values import Stand
from app.settings import DataFolder
from app.week.play import CannotPlay, play

DAY, NEXT = "2026-11-03", "2026-11-04"
SEED, SALES = 4, 320  # a week in which every way of paying and giving back occurs
DAYS = ("2026-11-02", DAY, NEXT)


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    folder = tmp_path_factory.mktemp("week") / "w"
    return play(folder, SEED, sales=SALES, days=2, back_office=2)


class Desk:
    """The manager's desk: a copy of the bills, and the command."""

    def __init__(self, week, folder, capsys):
        self.folder, self._capsys = folder, capsys
        shutil.copytree(week.folder / "bills", folder / "bills")
        shutil.copytree(week.folder / "till-1", folder / "till-1")
        self.logs = week.folder / "logs"
        self.days = open_days(DataFolder(folder / "till-1").journal)

    def bill(self, channel, day=DAY):
        compact = day.replace("-", "")
        return next(
            (self.folder / "bills").glob({"unionpay": f"*_{compact}.zip"}.get(channel, f"{channel}_{compact}*"))
        )

    def reconcile(self, *bills, day=DAY, merged=True):
        """(exit code, the JSON it printed, what it said beside it)."""
        bills = bills or sorted((self.folder / "bills").iterdir())
        argv = ["reconcile", "--data", str(self.folder / "till-1"), "--day", day, "--json", "--bill", *map(str, bills)]
        if merged:
            argv += ["--log", *map(str, sorted(self.logs.glob("till-2-*.csv"))), "--key", str(self.logs / "till-2.pem")]
        code = run(argv)
        out, err = self._capsys.readouterr()
        return code, json.loads(out) if out else None, err

    def say(self, *words, day=DAY):
        """What the manager adds to a day: (exit code, the JSON after it, what was said beside it)."""
        argv = ["reconcile", "--data", str(self.folder / "till-1"), "--day", day, "--json"]
        argv += ["--bill", *map(str, sorted((self.folder / "bills").iterdir()))]
        argv += ["--log", *map(str, sorted(self.logs.glob("till-2-*.csv"))), "--key", str(self.logs / "till-2.pem")]
        code = run([*argv, *words])
        out, err = self._capsys.readouterr()
        return code, json.loads(out) if out else None, err

    def lines(self, **more):
        """kind -> lines of the day that somebody must look at."""
        code, result, _ = self.reconcile(**more)
        assert all(
            one["log"]["fen"] == one["bill"]["fen"] + sum(line["worth_fen"] for line in one["lines"])
            for one in result["channels"]
        )
        assert (code == 0) == result["level"]
        return [(line["kind"], line["out_trade_no"]) for one in result["channels"] for line in one["lines"]]

    def booked(self, stand, channel, *, refunded=False):
        return next(
            one for one in booked_on(self.days, DAY)
            if one.stand is stand and one.channel is channel and one.day == DAY and bool(one.refunds) == refunded
        )  # fmt: skip

    def unpaid(self, stand, channel):
        """A sale of that end whose customer did not pay otherwise."""
        booked = [one for one in booked_on(self.days, DAY) if one.day == DAY]
        kept = {one.purchase for one in booked if one.stand is Stand.KEPT}
        return next(one for one in booked if one.stand is stand and one.channel is channel and one.purchase not in kept)

    def close(self):
        self.days.close()


@pytest.fixture
def desk(week, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))  # the practice people need no PIN
    made = Desk(week, tmp_path, capsys)
    yield made
    made.close()


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


# --- one thing wrong at a time: what is planted, and the name it must get


def plant_missing(desk):
    bill = WechatFile(desk.bill("wechat"))
    row = bill.payment(desk.booked(Stand.KEPT, Channel.WECHAT).out_trade_no)
    bill.rows.remove(row)
    bill.save()
    return row["商户订单号"]


def plant_doubled(desk):
    bill = WechatFile(desk.bill("wechat"))
    bill.rows.append(dict(bill.payment()))
    bill.save()
    return bill.rows[-1]["商户订单号"]


def plant_amount(desk):
    bill = AlipayFile(desk.bill("alipay"))
    row = next(row for row in bill.rows if row[2].strip() == "交易")
    for name in ("订单金额（元）", "商家实收（元）"):
        row[bill.at(name)] = f"{float(row[bill.at(name)]) + 1:.2f}"
    row[bill.at("服务费（元）")] = f"{float(row[bill.at('订单金额（元）')]) * 0.006:.2f}"
    bill.save()
    return row[1].strip()


def plant_unionpay_amount(desk):
    bill = UnionpayFile(desk.bill("unionpay"))
    n = bill.payment()
    bill.put(n, 6, b"%012d" % (int(bill.field(n, 6)) + 100))
    bill.save()
    return bill.field(n, 11).decode()


def plant_fee(desk):
    bill = WechatFile(desk.bill("wechat"))
    row = bill.payment()
    row["手续费"] = f"{float(row['手续费']) + 0.5:.5f}"
    bill.save()
    return row["商户订单号"]


def plant_back_office(desk):
    bill = WechatFile(desk.bill("wechat"))
    paid = bill.payment(desk.booked(Stand.KEPT, Channel.WECHAT).out_trade_no)
    bill.rows.append(paid | refund_of(paid, "WEB1"))
    bill.save()
    return paid["商户订单号"]


def refund_of(paid, number, amount=None):
    amount = amount or paid["订单金额"]
    return {
        "交易状态": "REFUND", "应结订单金额": "0.00", "订单金额": "0.00",
        "微信退款单号": "50" + number, "商户退款单号": number,
        "退款金额": amount, "申请退款金额": amount, "退款类型": "ORIGINAL", "退款状态": "SUCCESS", "手续费": "0.00000",
    }  # fmt: skip


def plant_other_till(desk):
    bill = WechatFile(desk.bill("wechat"))
    number = order_number(training=True, at_ms=1793670000000, terminal="0003", epoch=5, running=1)
    bill.rows.append(bill.payment() | {"商户订单号": number, "微信订单号": "4200009"})
    bill.save()
    return ""


def plant_unknown(desk):
    bill = WechatFile(desk.bill("wechat"))
    number = order_number(training=True, at_ms=1793670000000, terminal="0001", epoch=9_999, running=77)
    bill.rows.append(bill.payment() | {"商户订单号": number, "微信订单号": "4200008"})
    bill.save()
    return number


def plant_foreign(desk):
    bill = AlipayFile(desk.bill("alipay"))
    row = list(next(row for row in bill.rows if row[2].strip() == "交易"))
    row[0], row[1] = "2026110322000007\t", "MP20261103-15\t"
    bill.rows.append(row)
    bill.save()
    return "MP20261103-15"


def plant_state(desk):
    bill = WechatFile(desk.bill("wechat"))
    row = bill.returned()
    row["退款状态"] = "CHANGE"
    bill.save()
    return row["商户订单号"]


def plant_running(desk):
    bill = WechatFile(desk.bill("wechat"))
    row = bill.returned()
    row["退款状态"] = "PROCESSING"
    bill.save()
    return row["商户订单号"]


def plant_missing_refund(desk):
    bill = WechatFile(desk.bill("wechat"))
    row = bill.returned()
    bill.rows.remove(row)
    bill.save()
    return row["商户订单号"]


def plant_refund_amount(desk):
    bill = WechatFile(desk.bill("wechat"))
    row = bill.returned()
    for name in ("退款金额", "申请退款金额"):
        row[name] = f"{float(row[name]) - 0.3:.2f}"
    row["手续费"] = "0.00000"
    bill.save()
    return row["商户订单号"]


def plant_refund_twice(desk):
    bill = WechatFile(desk.bill("wechat"))
    whole = next(
        row for row in bill.rows
        if row["交易状态"] == "REFUND" and any(
            one["商户订单号"] == row["商户订单号"] and one["订单金额"] == row["申请退款金额"] for one in bill.rows
        )
    )  # fmt: skip
    bill.rows.append(whole | {"商户退款单号": "WEB2", "微信退款单号": "50WEB2"})
    bill.save()
    return whole["商户订单号"]


def plant_paid_twice(desk):
    bill = WechatFile(desk.bill("wechat"))
    bill.rows.append(bill.payment() | {"微信订单号": "4200007"})
    bill.save()
    return bill.rows[-1]["商户订单号"]


def plant_revoked_paid(desk):
    """Paid before midnight, revoked after; the way back is taken out of the next day's bill."""
    bill = WechatFile(desk.bill("wechat", NEXT))
    late = {one.out_trade_no for one in booked_on(desk.days, DAY) if one.stand is Stand.BACK and one.day == DAY}
    row = next(row for row in bill.rows if row["商户订单号"] in late)
    bill.rows.remove(row)
    bill.save()
    return row["商户订单号"]


def plant_declined_paid(desk):
    """In Alipay's bill, or in WeChat's where no sale at Alipay ended that way."""
    with suppress(StopIteration):
        bill = AlipayFile(desk.bill("alipay"))
        number = desk.unpaid(Stand.NEVER, Channel.ALIPAY).out_trade_no
        row = list(next(row for row in bill.rows if row[2].strip() == "交易"))
        row[0], row[1] = "2026110322000008\t", f"{number}\t"
        bill.rows.append(row)
        bill.save()
        return number
    bill = WechatFile(desk.bill("wechat"))
    number = desk.unpaid(Stand.NEVER, Channel.WECHAT).out_trade_no
    bill.rows.append(bill.payment() | {"商户订单号": number, "微信订单号": "4200005"})
    bill.save()
    return number


def plant_second_attempt(desk):
    """A refused attempt whose customer then paid with another code was paid too."""
    bill = WechatFile(desk.bill("wechat"))
    kept = {one.purchase for one in booked_on(desk.days, DAY) if one.stand is Stand.KEPT and not one.refunds}
    first = next(
        one for one in booked_on(desk.days, DAY)
        if one.stand in {Stand.NEVER, Stand.BACK} and one.channel is Channel.WECHAT and one.purchase in kept
        and all(row["商户订单号"] != one.out_trade_no for row in bill.rows)
    )  # fmt: skip
    bill.rows.append(bill.payment() | {"商户订单号": first.out_trade_no, "微信订单号": "4200004"})
    bill.save()
    return first.out_trade_no


def plant_voucher(desk):
    bill = WechatFile(desk.bill("wechat"))
    row = bill.payment()
    row["应结订单金额"], row["代金券金额"] = f"{float(row['订单金额']) - 1:.2f}", "1.00"
    bill.save()
    return row["商户订单号"]


def plant_deleted(desk):
    """A sale taken out of a copy of the journal."""
    number = desk.booked(Stand.KEPT, Channel.WECHAT).out_trade_no
    desk.close()
    db = apsw.Connection(str(DataFolder(desk.folder / "till-1").journal))
    db.execute("DELETE FROM sale WHERE out_trade_no = ?", (number,))
    db.close()
    return number


NAMED = {
    "a row is missing": (plant_missing, "tillonly"),
    "a row stands there twice": (plant_doubled, "dup"),
    "an amount is altered": (plant_amount, "amount"),
    "an amount is altered at UnionPay": (plant_unionpay_amount, "amount"),
    "a fee is altered": (plant_fee, "fee"),
    "a refund of the back office": (plant_back_office, "refbill"),
    "another till's sale": (plant_other_till, "othertill"),
    "an order nobody knows": (plant_unknown, "billonly"),
    "a foreign order": (plant_foreign, "foreign"),
    "a refund's state is altered": (plant_state, "reffail"),
    "a refund is under way": (plant_running, "refproc"),
    "a refund's row is missing": (plant_missing_refund, "reftill"),
    "a refund's amount is altered": (plant_refund_amount, "refamt"),
    "refunded twice": (plant_refund_twice, "reftwice"),
    "paid twice": (plant_paid_twice, "paytwice"),
    "revoked, and paid in the bill": (plant_revoked_paid, "revpaid"),
    "refused, and paid in the bill": (plant_declined_paid, "declpaid"),
    "one cart paid twice": (plant_second_attempt, "paytwice"),
    "a voucher": (plant_voucher, "coupon"),
    "a sale deleted from the journal": (plant_deleted, "billonly"),
}


@pytest.mark.parametrize(("plant", "kind"), NAMED.values(), ids=NAMED)
def test_a_planted_discrepancy_is_named_rightly(desk, plant, kind):
    before = Counter(desk.lines())
    number = plant(desk)
    more = Counter(desk.lines()) - before
    assert kind in {one for one, _ in more}, more
    assert (kind, number) in more
    assert {one for one, _ in more} <= {kind, "fee"}  # where a sum is altered its fee does not fit either


def cut(desk):
    path = desk.bill("wechat")
    path.write_bytes(path.read_bytes()[:-300])
    return [path]


def cut_alipay(desk):
    bill = AlipayFile(desk.bill("alipay"))
    bill.keep({"a.csv": bill.text().split(bill.closing, maxsplit=1)[0]})
    return [bill.path]


def cut_unionpay(desk):
    path = desk.bill("unionpay")
    path.write_bytes(path.read_bytes()[:-60])
    return [path]


def other_merchant(desk):
    bill = WechatFile(desk.bill("wechat"))
    for row in bill.rows:
        row["商户号"] = "1900000109"
    bill.save()
    return [bill.path]


def other_merchant_at_alipay(desk):
    bill = AlipayFile(desk.bill("alipay"))
    for n, row in enumerate(bill.rows):
        row[1] = f"OTHER{n}\t"
    bill.save()
    return [bill.path]


def other_day(desk):
    return [desk.bill("wechat", NEXT)]


def swapped(desk):
    one, other = desk.bill("wechat"), desk.bill("wechat", DAYS[0])
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)
    return [one]


def edited_sum(desk):
    bill = WechatFile(desk.bill("wechat"))
    bill.save(订单总金额="1.00")
    return [bill.path]


def edited_count(desk):
    bill = WechatFile(desk.bill("wechat"))
    bill.save(总交易单数=f"{len(bill.rows) + 1}.0")
    return [bill.path]


def encoded(desk):
    bill = WechatFile(desk.bill("wechat"))
    bill.save("gb18030")
    return [bill.path]


def encoded_alipay(desk):
    bill = AlipayFile(desk.bill("alipay"))
    path = bill.path.with_name("alipay.csv")
    path.write_bytes(bill.text().encode("utf-8"))
    return [path]


def spreadsheet(desk):
    bill = WechatFile(desk.bill("wechat"))
    for row in bill.rows:
        row["微信订单号"] = "4.20001E+27"
    bill.save()
    return [bill.path]


def summary(desk):
    bill = AlipayFile(desk.bill("alipay"))
    bill.keep({name: text for name, text in bill.parts.items() if name != bill.detail})
    return [bill.path]


def error_file(desk):
    bill = UnionpayFile(desk.bill("unionpay"))
    bill.keep({name: data for name, data in bill.parts.items() if name != bill.detail})
    return [bill.path]


def with_password(desk):
    path = desk.bill("alipay")
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(bytes(data))
    return [path]


def no_bill(desk):
    path = desk.folder / "holiday.csv"
    path.write_text("beach,sun\n1,2\n", encoding="utf-8")
    return [path]


def nothing_there(desk):
    return [desk.folder / "nowhere.csv"]


def refunds_only(desk):
    bill = WechatFile(desk.bill("wechat"))
    bill.rows = [row for row in bill.rows if row["交易状态"] == "REFUND"]
    bill.save()
    return [bill.path]


def two_of_one_day(desk):
    bill = WechatFile(desk.bill("wechat"))
    first = bill.path.with_name("first.csv")
    first.write_bytes(bill.path.read_bytes())
    bill.rows.pop()
    bill.save()
    return [bill.path, first]


REFUSED = {
    "cut": (cut, "wf.cut"),
    "cut at Alipay": (cut_alipay, "wf.cut"),
    "cut at UnionPay": (cut_unionpay, "wf.zip"),
    "another merchant": (other_merchant, "wf.merchant"),
    "another merchant at Alipay": (other_merchant_at_alipay, "wf.merchant"),
    "another day": (other_day, "wf.date"),
    "days swapped": (swapped, "wf.date"),
    "an edited sum": (edited_sum, "wf.sum"),
    "an edited count": (edited_count, "file.rows"),
    "another encoding": (encoded, "wf.encoding"),
    "another encoding at Alipay": (encoded_alipay, "wf.encoding"),
    "saved by a spreadsheet": (spreadsheet, "wf.excel"),
    "a summary": (summary, "wf.summary"),
    "UnionPay's error file": (error_file, "wf.zme"),
    "a password": (with_password, "wf.zip"),
    "no bill": (no_bill, "wf.notbill"),
    "no file": (nothing_there, "file.unreadable"),
    "refunds only": (refunds_only, "wf.refundonly"),
    "two different ones of a day": (two_of_one_day, "file.twice"),
}


@pytest.mark.parametrize(("spoil", "key"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_file_is_refused_with_its_sentence(desk, spoil, key):
    code, result, said = desk.reconcile(*spoil(desk))
    pieces = words.say(key, "zh", **dict.fromkeys(("amount", "amount2", "n", "m", "date", "date2", "enc", "mch", "path",
                                                   "why", "channel"), "\0")).split("\0")  # fmt: skip
    assert (code, result) == (2, None)
    assert all(piece in said for piece in pieces), said


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
