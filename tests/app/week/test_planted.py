"""One thing wrong at a time: what is planted in the bills of a small week, and the name it must get."""

from collections import Counter
from contextlib import suppress

import apsw
import pytest
from planting import AlipayFile, UnionpayFile, WechatFile

from app.core.channel import Channel
from app.core.numbers import order_number
from app.office.recon.source import booked_on
from app.office.recon.values import Stand
from app.settings import DataFolder
from tests.app.week.desk import DAY, NEXT, plant_missing


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
