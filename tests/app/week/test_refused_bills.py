"""Bills that are cut, edited, of another day or none at all: each is refused with its own sentence."""

import pytest
from planting import AlipayFile, UnionpayFile, WechatFile

from app import words
from tests.app.week.desk import DAYS, NEXT


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
