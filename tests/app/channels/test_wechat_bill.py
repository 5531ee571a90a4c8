"""WeChat's bill: the official fixture, its layouts by header name, and every kind of file that is not one."""

import contextlib
import gzip
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.books import BillError, BillFault, BillRow, BillSums, RowKind
from app.channels.wechat_bill import milli_fen, read_bill, unescaped

VECTOR = json.loads((Path(__file__).parent / "vectors" / "wechat_bill.json").read_text("utf-8"))
HEADER, SUMS, LEGACY = VECTOR["header"], VECTOR["summary_header"], VECTOR["legacy_format"]
SAMPLES = [row for rows in VECTOR["sample_rows"].values() for row in rows]
PAID = VECTOR["sample_rows"]["success"][0]
BACK = VECTOR["sample_rows"]["refund"][0]


def bill(*rows: str, header: str = HEADER, sums: str = SUMS, closing: str = VECTOR["summary_row"]) -> bytes:
    return ("\ufeff" + "\r\n".join([header, *rows, sums, closing]) + "\r\n").encode()


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    path = tmp_path_factory.mktemp("bill") / "bill.csv"

    def reading(data: bytes, *who: str) -> list[BillRow | BillSums]:
        path.write_bytes(data)
        return list(read_bill(path, *who))

    return reading


@pytest.fixture(scope="module")
def fault(read):
    def refused(data: bytes, *who: str) -> BillFault:
        with pytest.raises(BillError) as caught:
            read(data, *who)
        assert str(caught.value)
        return caught.value.fault

    return refused


def test_the_official_fixture(read):
    *rows, sums = read(bill(*SAMPLES))
    assert sums == BillSums(rows=45, paid_fen=47, returned_fen=14, fee_milli_fen=8000)
    assert [row.kind for row in rows] == [RowKind.REFUND] * 2 + [RowKind.PAYMENT] * 4
    back, paid = rows[0], rows[2]
    assert (back.out_trade_no, back.amount_fen) == ("autotest_20190216081946_82335", 1)
    assert (back.out_refund_no, back.refund_no) == ("REF4200000263201902167700963919", "50000709672019011908420787722")
    assert back.status == "SUCCESS"
    assert (paid.amount_fen, paid.fee_milli_fen, paid.out_refund_no) == (3, 1000, "")
    assert paid.at_ms == 1_550_512_352_000  # 2019-02-19 01:52:32 at UTC+8
    assert rows[1].terminal == "harryma007"
    assert read(bill(BACK.replace("harryma007", "one\\ two")))[0].terminal == "one,two"


def test_gzip_reads_the_same(read):
    assert read(gzip.compress(bill(*SAMPLES))) == read(bill(*SAMPLES))


def test_columns_are_found_by_name_wherever_they_stand(read):
    names, cells = HEADER.split(","), PAID[1:].split(",`")
    order = sorted(range(len(names)), key=lambda n: names[n])
    header = ",".join(["新增列", *(names[n] for n in order)])
    row = ",".join(f"`{cell}" for cell in ["x", *(cells[n] for n in order)])
    assert read(bill(row, header=header)) == read(bill(PAID))


@pytest.mark.parametrize(
    "spread",
    [
        lambda lines: [f"{line},," for line in lines],
        lambda lines: [lines[0], *(f"{line}," for line in lines[1:])],
        lambda lines: [lines[0], *(",".join(f'"{cell}"' for cell in line.split(",")) for line in lines[1:])],
        lambda lines: [*lines, ""],
    ],
    ids=["commas", "commas but in the header", "quotes", "empty lines"],
)
def test_what_another_program_puts_around_the_cells_changes_nothing(spread, read):
    lines = spread([HEADER, *SAMPLES]) + spread([SUMS, VECTOR["summary_row"]])
    assert read("\n".join(lines).encode()) == read(bill(*SAMPLES))


def without(names, *gone):
    cells = PAID[1:].split(",`")
    kept = [n for n, name in enumerate(names) if name not in gone]
    return ",".join(names[n] for n in kept), ",".join("`" + cells[n] for n in kept)


def test_a_success_file_has_no_refund_columns(read):
    names = HEADER.split(",")
    gone = [n for n in names if "退款" in n]
    header, row = without(names, *gone)
    assert read(bill(row, header=header)) == read(bill(PAID))


def test_the_older_layout(read):
    row = LEGACY["MICROPAY_row"].replace("1016：33：45", "10 16:33:45")  # damaged where it was printed
    data = bill(row, header=LEGACY["ALL_header"], sums=LEGACY["summary_header"], closing=LEGACY["summary_row"])
    found, sums = read(data)
    assert (found.kind, found.amount_fen, found.out_trade_no) == (RowKind.PAYMENT, 1, "1415640626")
    assert (found.terminal, found.fee_milli_fen) == ("1000", 0)
    assert sums == BillSums(rows=2, paid_fen=2, returned_fen=0, fee_milli_fen=0)


@pytest.mark.parametrize(("place", "value"), [(25, "0.03"), (16, "0.03"), (24, "0.03"), (12, "0.03"), (16, "-0.03")])
def test_a_revoked_row_is_money_back_whichever_column_holds_it(place, value, read):
    cells = PAID[1:].split(",`")
    cells[9], cells[12], cells[24] = "REVOKED", "0.00", "0.00"
    cells[place] = value
    (row, _) = read(bill(",".join("`" + cell for cell in cells)))
    assert (row.kind, row.amount_fen, row.status) == (RowKind.REVOKED, 3, "REVOKED")


def test_a_bill_of_a_day_without_trades(read):
    assert read(bill(closing="`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00")) == [BillSums(0, 0, 0, 0)]


@pytest.mark.parametrize("name", ["交易时间", "交易状态", "微信订单号", "商户订单号", "商户号", "手续费"])
def test_a_missing_column_is_named(name, read):
    header, row = without(HEADER.split(","), name)
    with pytest.raises(BillError, match=name) as caught:
        read(bill(row, header=header))
    assert caught.value.fault is BillFault.COLUMNS
    assert caught.value.values == {"cols": name}


def test_a_file_that_is_no_bill(fault):
    assert fault(b"") is BillFault.NOT_BILL
    assert fault(b"hello") is BillFault.NOT_BILL
    assert fault(b"<html>" + b"x" * 100_000) is BillFault.NOT_BILL
    assert fault(b"<xml><return_code>FAIL</return_code></xml>") is BillFault.NOT_BILL
    assert fault("#支付宝业务明细查询\r\n".encode("gbk")) is BillFault.OTHER_CHANNEL
    assert fault("记账时间,微信支付业务单号,资金流水单号".encode()) is BillFault.FUND
    assert fault(b"PK\x03\x04" + bytes(40)) is BillFault.ZIP
    assert fault("交易时间,".encode("gbk")) is BillFault.ENCODING
    assert fault(bill(PAID, header=HEADER + ",手续费")) is BillFault.COLUMNS


def test_another_shop(fault, read):
    assert read(bill(PAID), "1921000401")
    assert fault(bill(PAID), "1900000109") is BillFault.OTHER_MERCHANT
    assert fault(bill(PAID), "1921000401", "1900000110") is BillFault.OTHER_MERCHANT


def test_a_spreadsheet_was_there(fault):
    row = PAID.replace("`", "").replace("4200000263201902167700134902", "4.20000026320190E+27")
    assert fault(bill(row)) is BillFault.EXCEL


def test_backticks_taken_away_do_not_matter(read):
    assert read(bill(PAID.replace("`", ""))) == read(bill(PAID))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("`SUCCESS,`OTHERS", "`HELD,`OTHERS"),
        ("2019-02-19 01:52:32", "2019-02-30 01:52:32"),
        ("2019-02-19 01:52:32", "2019-02-19 24:52:32"),
        ("2019-02-19 01:52:32", "2019/02/19 01:52:32"),
        ("`0.03,`0.00,`", "`0.031,`0.00,`"),
        ("`0.03,`0.00,`", "`NaN,`0.00,`"),
        ("`0.01000", "`1e3"),
        ("`4200000263201902167700134902", "`"),
        ("`autotest_20190219015232_89201", "`a\x1bb"),
        ("`autotest_20190219015232_89201", "`" + "7" * 65),
    ],
)
def test_a_row_that_cannot_be_right(was, now, fault):
    assert was in PAID
    assert fault(bill(now.join(PAID.rsplit(was, 1)))) is BillFault.DAMAGED


def test_a_trade_without_an_order_number_of_ours_is_a_trade_all_the_same(read):
    row, _ = read(bill(PAID.replace("autotest_20190219015232_89201", "")))
    assert (row.out_trade_no, row.channel_no) == ("", "4200000263201902167700134902")


def test_a_row_too_long_or_too_short(fault):
    assert fault(bill(PAID + ",`more")) is BillFault.DAMAGED
    assert fault(bill(PAID.rsplit(",", 1)[0])) is BillFault.CUT
    assert fault(bill(PAID) + b"one more line\r\n") is BillFault.DAMAGED


CUT_HERE = bill(PAID, BACK)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(at=st.integers(1, len(CUT_HERE) - 8), packed=st.booleans())
def test_a_cut_file_is_never_taken_for_a_whole_one(at, packed, fault):
    whole = gzip.compress(CUT_HERE, mtime=0) if packed else CUT_HERE
    assert fault(whole[: min(at, len(whole) - 1)])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(at=st.integers(0, len(CUT_HERE) - 1), value=st.binary(min_size=1, max_size=3))
def test_damage_is_read_or_refused_and_nothing_else(at, value, read):
    with contextlib.suppress(BillError):
        read(CUT_HERE[:at] + value + CUT_HERE[at + len(value) :])


def test_a_gzip_bomb_is_one_long_line(fault):
    assert fault(gzip.compress(bytes(20_000_000))) is BillFault.NOT_BILL


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    for rows in (1_000, 10_000):
        path = tmp_path / f"{rows}.csv"
        path.write_bytes(bill(*(PAID.replace("_89201", f"_{n}") for n in range(rows))))
        tracemalloc.start()
        assert sum(1 for _ in read_bill(path)) == rows + 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1_000_000
    assert peaks[1] < 2 * peaks[0]


def test_amounts_and_escapes():
    assert [milli_fen(t) for t in ("0.01", "45.0", "1", "-0.00600", "0.08000")] == [
        1000,
        4_500_000,
        100_000,
        -600,
        8000,
    ]
    assert [milli_fen(t) for t in ("", ".5", "1,000.00", "0.000001", "１", "+1", "1e3")] == [None] * 7
    assert unescaped(r"苹果\ 梨\n香蕉") == "苹果,梨\n香蕉"


CELL = st.text(st.characters(min_codepoint=33, max_codepoint=0x9FA5, exclude_characters="`,\\"), max_size=12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(trades=st.lists(st.tuples(st.booleans(), st.integers(1, 10**8), st.integers(0, 10**6), CELL), max_size=6))
def test_what_is_written_reads_back_to_the_fen(trades, read):
    lines = []
    for n, (paid, amount, fee, goods) in enumerate(trades):
        cells = (PAID if paid else BACK)[1:].split(",`")
        cells[6], cells[20], cells[22] = f"T{n}", goods.encode("utf-8", "ignore").decode(), f"{fee / 100_000:.5f}"
        cells[24 if paid else 25] = f"{amount // 100}.{amount % 100:02d}"
        lines.append(",".join("`" + cell for cell in cells))
    *rows, _ = read(bill(*lines))
    assert [(row.kind is RowKind.PAYMENT, row.amount_fen, row.fee_milli_fen) for row in rows] == [t[:3] for t in trades]
