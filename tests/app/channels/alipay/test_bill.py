"""Alipay's bill: the rows of a real download, zip and GBK, and every kind of file that is not one."""

import contextlib
import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.alipay.bill import read_bill
from app.channels.books import BillError, BillFault, BillRow, BillSums, RowKind

VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "alipay_bill.json").read_text("utf-8"))
HEADER, ROWS = VECTOR["header"], VECTOR["rows"]
NAME = "20880211096256330156_20190916_业务明细"


def bill(*rows: str, header: str = HEADER, prologue=VECTOR["prologue"], epilogue=VECTOR["epilogue"]) -> bytes:
    return ("\r\n".join([*prologue, header, *rows, *epilogue]) + "\r\n").encode("gbk")


def packed(detail: bytes, summary: bytes = "#支付宝业务汇总查询\r\n".encode("gbk")) -> bytes:
    """A zip as Alipay writes it: the names in GBK, and nothing that says so."""
    buffer = io.BytesIO()
    names = [f"{NAME}(汇总).csv".encode("gbk"), f"{NAME}.csv".encode("gbk")]
    stand_ins = ["s" * len(names[0]), "d" * len(names[1])]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in zip(stand_ins, (summary, detail), strict=True):
            archive.writestr(zipfile.ZipInfo(name), data)
    raw = buffer.getvalue()
    for stand_in, name in zip(stand_ins, names, strict=True):
        assert raw.count(stand_in.encode()) == 2
        raw = raw.replace(stand_in.encode(), name)
    return raw


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    path = tmp_path_factory.mktemp("bill") / "bill"

    def reading(data: bytes) -> list[BillRow | BillSums]:
        path.write_bytes(data)
        return list(read_bill(path))

    return reading


@pytest.fixture(scope="module")
def fault(read):
    def refused(data: bytes) -> BillFault:
        with pytest.raises(BillError) as caught:
            read(data)
        assert str(caught.value)
        return caught.value.fault

    return refused


def test_a_real_download(read):
    paid, back, other, sums = read(bill(*ROWS))
    assert (paid.kind, paid.amount_fen, paid.out_trade_no) == (RowKind.PAYMENT, 1, "service_1568601259302")
    assert paid.channel_no == back.channel_no == "2019091622001458860515315453"
    assert paid.at_ms == 1_568_602_523_000  # 2019-09-16 10:55:23 at UTC+8, when it was paid
    assert (back.kind, back.amount_fen, back.out_refund_no) == (RowKind.REFUND, 1, "re_test_1568602607356")
    assert back.at_ms == 1_568_602_608_000
    assert other.out_refund_no == ""
    assert sums == BillSums(rows=10, paid_fen=6, returned_fen=4, fee_milli_fen=None)


def test_the_zip_reads_the_same(read):
    assert read(packed(bill(*ROWS))) == read(bill(*ROWS))


def test_columns_are_found_by_name_wherever_they_stand(read):
    names, cells = HEADER.split(","), ROWS[1].split(",")
    order = sorted(range(len(names)), key=lambda n: names[n])
    header, row = (",".join(["新增列" if c is names else "x", *(c[n] for n in order)]) for c in (names, cells))
    assert read(bill(row, header=header)) == read(bill(ROWS[1]))


def test_what_a_spreadsheet_puts_behind_the_lines_around_the_rows_changes_nothing(read):
    spread = {"prologue": [f"{line},,," for line in VECTOR["prologue"]]}
    spread["epilogue"] = [f"{line},,, " for line in VECTOR["epilogue"]]
    assert read(bill(*ROWS, **spread)) == read(bill(*ROWS))


def test_a_rarer_character_of_gbks_successor_spoils_no_bill(read):
    rare = [row.replace(row.split(",")[3], "㐂𠮷茶\t") for row in ROWS]
    text = "\r\n".join([*VECTOR["prologue"], HEADER, *rare, *VECTOR["epilogue"], ""])
    assert read(text.encode("gb18030")) == read(bill(*ROWS))


def test_goods_with_commas_leave_no_doubt_or_are_refused(read, fault):
    assert read(bill(ROWS[0].replace("下单测试,2019", "苹果,梨,香蕉,2019"))) == read(bill(ROWS[0]))
    assert read(bill(ROWS[0].replace("下单测试,2019", '"苹果,梨",2019'))) == read(bill(ROWS[0]))
    assert read(bill(ROWS[0] + ",remark")) == read(bill(ROWS[0]))
    in_a_store = ROWS[0].replace("alipay_store\t,alipay_store\t", "alipay_store\t,a,b\t")
    assert in_a_store != ROWS[0]
    assert fault(bill(in_a_store)) is BillFault.DAMAGED


@pytest.mark.parametrize("fee", ["-0.06", "0.06"])
def test_a_fee_is_what_was_taken_or_given_back_whatever_its_sign(fee, read):
    paid, back, _ = read(bill(*(row.replace(",0.00,0.00,下单", f",{fee},0.00,下单") for row in ROWS[:2])))
    assert (paid.fee_milli_fen, back.fee_milli_fen) == (6000, -6000)


def test_a_cancelled_sales_refund_row_carries_the_trades_own_number(read):
    row = ROWS[1].replace("re_test_1568602607356", "2019091622001458860515315453")
    back, _ = read(bill(row))
    assert back.out_refund_no == back.channel_no


def test_a_shops_discount_belongs_to_what_was_paid(read):
    epilogue = [line.replace("商家优惠共0.00", "商家优惠共-1.00") for line in VECTOR["epilogue"]]
    assert read(bill(epilogue=epilogue))[0].paid_fen == 106


def test_an_empty_bill(read):
    epilogue = [
        line.replace("6笔", "0笔").replace("0.06", "0.00").replace("4笔", "0笔").replace("-0.04", "0.00")
        for line in VECTOR["epilogue"]
    ]
    assert read(bill(epilogue=epilogue)) == [BillSums(0, 0, 0, None)]


@pytest.mark.parametrize(
    "name",
    ["支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额（元）", "退款批次号/请求号", "服务费（元）"],
)
def test_a_missing_column_is_named(name, read):
    names, cells = HEADER.split(","), ROWS[0].split(",")
    at = names.index(name)
    header, row = (",".join(c[:at] + c[at + 1 :]) for c in (names, cells))
    with pytest.raises(BillError, match=name.replace("（", ".").replace("）", ".")) as caught:
        read(bill(row, header=header))
    assert caught.value.fault is BillFault.COLUMNS


def test_a_file_that_is_no_bill(fault):
    assert fault(b"") is BillFault.NOT_BILL
    assert fault(b"<html>" + b"x" * 100_000) is BillFault.NOT_BILL
    assert fault(bill(prologue=["#支付宝业务汇总查询"])) is BillFault.SUMMARY
    assert fault(bill(prologue=["#支付宝账务明细查询"])) is BillFault.FUND
    assert fault("\ufeff交易时间,公众账号ID,商户号".encode()) is BillFault.OTHER_CHANNEL
    assert fault(bill(*ROWS).decode("gbk").encode()) is BillFault.ENCODING
    assert fault("\r\n".join(VECTOR["prologue"]).encode("gbk")) is BillFault.NOT_BILL
    assert fault(bill(*ROWS, header="")) is BillFault.NOT_BILL
    assert fault(bill(header=HEADER + ",备注")) is BillFault.COLUMNS


def test_an_archive_that_is_no_bill(fault):
    assert fault(packed(bill(*ROWS))[:-30]) is BillFault.ZIP
    assert fault(packed("#支付宝业务汇总查询".encode("gbk"))) is BillFault.SUMMARY
    assert fault(packed(b"x", b"y")) is BillFault.NOT_BILL
    data = packed(bill(*ROWS))
    locked = bytearray(data)
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.find(mark)
        while place >= 0:
            locked[place + at] |= 1
            place = data.find(mark, place + 4)
    assert fault(bytes(locked)) is BillFault.ZIP
    damaged = bytearray(data)
    damaged[data.rfind(b"PK\x03\x04") + 120] ^= 0xFF
    assert fault(bytes(damaged)) in {BillFault.ZIP, BillFault.NOT_BILL, BillFault.ENCODING}
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for n in range(20):
            archive.writestr(f"{n}.csv", "x")
    assert fault(many.getvalue()) is BillFault.NOT_BILL
    bomb = packed(b"x", bytes(30_000_000))
    assert fault(bomb) is BillFault.NOT_BILL


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("交易", "转账"),
        ("2019-09-16 10:55:23", "2019-09-31 10:55:23"),
        ("2019-09-16 10:55:23", "2019-09-16 10:55:60"),
        ("0.01,0.01", "-0.01,0.01"),
        ("0.01,0.01", "0.011,0.01"),
        ("0.01,0.01", "NaN,0.01"),
        ("2019091622001458860515315453", ""),
        ("service_1568601259302", "a b"),
        ("service_1568601259302", "7" * 65),
    ],
)
def test_a_row_that_cannot_be_right(was, now, fault):
    assert was in ROWS[0]
    assert fault(bill(ROWS[0].replace(was, now, 1))) is BillFault.DAMAGED


def test_a_trade_without_an_order_number_of_ours_is_a_trade_all_the_same(read):
    row, _ = read(bill(ROWS[0].replace("service_1568601259302", "")))
    assert (row.out_trade_no, row.channel_no) == ("", "2019091622001458860515315453")


def test_a_spreadsheet_was_there(fault):
    assert fault(bill(ROWS[0].replace("2019091622001458860515315453", "2.01909162200145E+27"))) is BillFault.EXCEL


CUT_HERE = bill(*ROWS)
CLOSED = CUT_HERE.index("，商家优惠退款共0.00元".encode("gbk")) + len("，商家优惠退款共0.00".encode("gbk"))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(at=st.integers(0, CLOSED), zipped=st.booleans())
def test_a_cut_file_is_never_taken_for_a_whole_one(at, zipped, fault):
    whole = packed(CUT_HERE) if zipped else CUT_HERE
    assert fault(whole[: min(at, len(whole) - 1)])


@settings(max_examples=250, deadline=None, derandomize=True)
@given(at=st.integers(0, 4000), value=st.binary(min_size=1, max_size=4), zipped=st.booleans())
def test_damage_is_read_or_refused_and_nothing_else(at, value, zipped, read):
    whole = packed(CUT_HERE) if zipped else CUT_HERE
    place = at % len(whole)
    with contextlib.suppress(BillError):
        read(whole[:place] + value + whole[place + len(value) :])


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    for rows in (1_000, 10_000):
        path = tmp_path / f"{rows}.zip"
        path.write_bytes(packed(bill(*(ROWS[0].replace("9302\t", f"{n}\t") for n in range(rows)))))
        tracemalloc.start()
        assert sum(1 for _ in read_bill(path)) == rows + 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1_500_000
    assert peaks[1] < 2 * peaks[0]


GOODS = st.text(st.characters(codec="gbk", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(trades=st.lists(st.tuples(st.booleans(), st.integers(1, 10**8), st.integers(0, 10**4), GOODS), max_size=6))
def test_what_is_written_reads_back_to_the_fen(trades, read):
    """Whatever the goods are called, quotation marks and commas included: read to the fen, or refused."""
    lines = []
    for n, (paid, amount, fee, goods) in enumerate(trades):
        cells = (ROWS[0] if paid else ROWS[1]).split(",")
        sign = "" if paid else "-"
        cells[1], cells[3] = f"T{n}\t", goods
        cells[11] = f"{sign}{amount // 100}.{amount % 100:02d}"
        cells[22] = f"{sign}{fee // 100}.{fee % 100:02d}"
        lines.append(",".join(cells))
    try:
        *rows, _ = read(bill(*lines))
    except BillError:
        assert any('"' in goods or "," in goods for *_, goods in trades)
        return
    expected = [(paid, amount, (fee if paid else -fee) * 1000) for paid, amount, fee, _ in trades]
    assert [(row.kind is RowKind.PAYMENT, row.amount_fen, row.fee_milli_fen) for row in rows] == expected
