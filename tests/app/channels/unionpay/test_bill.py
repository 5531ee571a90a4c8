import datetime as dt
import itertools
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.books import BillError, BillFault, BillRow, BillSums, RowKind
from app.channels.unionpay import bill
from app.core.channel import Channel

NOW_MS = 1_795_358_400_000  # 2026-11-22 22:40:00 in Beijing
ASKED = bill.Asked("777290058110048", NOW_MS)
INNER = "INN26112288ZM_777290058110048"
NOON_ISH = 1_795_329_005_000  # 2026-11-22 14:30:05 in Beijing
SUMS = BillSums(None, None, None, None)


def rows(path, asked=ASKED):
    *found, sums = bill.read_bill(path, asked)
    assert sums == SUMS
    return found


def fault(path, asked=ASKED):
    with pytest.raises(BillError) as caught:
        rows(path, asked)
    assert len(str(caught.value)) < 90
    return caught.value.fault


@pytest.fixture
def zipped(tmp_path):
    def make(data: bytes, name=INNER, more=(), method=zipfile.ZIP_DEFLATED):
        path = tmp_path / "bill.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr(name, data)
            for other, content in more:
                archive.writestr(other, content)
        return path

    return make


def test_the_offsets_are_those_of_the_published_layout(zm):
    fields = zm.layout["fields"]
    assert [(f.start, f.stop - f.start) for f in bill.FIELDS] == [(f["offset"], f["len"]) for f in fields]
    assert bill.FIELDS[-1].stop == zm.layout["record_bytes"] == 608
    independent = {name: tuple(where) for name, where in zm.layout["independent_offsets"].items()}
    read = {
        "txnTime": bill._TIME,
        "txnAmt": bill._AMOUNT,
        "queryId": bill._QUERY_ID,
        "orderId": bill._ORDER_ID,
        "txnType": bill._TYPE,
        "origQueryId": bill._ORIG_QUERY_ID,
        "merId": bill._MERCHANT,
        "TermId": bill._TERMINAL,
    }
    assert {name: (w.start, w.stop - w.start) for name, w in read.items()} == {n: independent[n] for n in read}
    assert bill._ORIG_ORDER_ID.start == 476  # the official lengths; one table in the wild says 475


def test_a_payment_and_its_refund(zm, zipped):
    found = rows(zipped(zm.row(zm.payment) + zm.row(zm.refund)))
    assert found[0] == BillRow(
        RowKind.PAYMENT,
        Channel.UNIONPAY,
        "402611220001000100010018",
        "201706061017522973458",
        1250,
        3000,
        NOON_ISH,
        status="S22/01",
        terminal="00000001",
    )
    assert found[1] == BillRow(
        RowKind.REFUND,
        Channel.UNIONPAY,
        "402611220001000100010018",
        "201706061017522973458",
        250,
        -1000,
        NOON_ISH,
        "402611220001000100020019",
        "052401051658427863998",
        "S30/04",
        "00000001",
    )


@pytest.mark.parametrize("lengths", ["demo_lengths_2017", "demo_lengths_2015"])
def test_older_rows_hold_the_same(zm, zipped, lengths):
    new = rows(zipped(zm.row(zm.payment)))
    older = dict(zm.payment) if lengths == "demo_lengths_2017" else {k: v for k, v in zm.payment.items() if k < 41}
    assert rows(zipped(zm.row(older, lengths=zm.layout[lengths]))) == new


@pytest.mark.parametrize("separator", [b" ", b"|", b"\t", b"\x01"])
def test_whatever_stands_between_two_fields(zm, zipped, separator):
    assert rows(zipped(zm.row(zm.payment, separator=separator))) == rows(zipped(zm.row(zm.payment)))


def test_an_empty_file_is_a_day_without_trades(zipped):
    assert rows(zipped(b"")) == []


def test_a_file_taken_out_of_its_archive(zm, tmp_path):
    path = tmp_path / INNER
    path.write_bytes(zm.row(zm.payment) * 3)
    assert len(rows(path)) == 3
    error_file = tmp_path / INNER.replace("ZM_", "ZME_")
    error_file.write_bytes(zm.row(zm.payment))
    assert fault(error_file) is BillFault.ZME


def test_the_error_file_beside_the_bill_is_told_of_and_not_read(zm, zipped, caplog):
    with caplog.at_level("INFO", "mashou.channels.unionpay"):
        path = zipped(zm.row(zm.payment), more=[(INNER.replace("ZM_", "ZME_"), b"x" * 321)])
        assert len(rows(path)) == 1
    assert "321 bytes" in caplog.text


@pytest.mark.parametrize(
    ("code", "txn_type", "net", "kind"),
    [
        ("S22", "01", "C000000001247", RowKind.PAYMENT),
        ("", "01", "", RowKind.PAYMENT),
        ("S30", "", "", RowKind.REFUND),
        ("S31", "31", "", RowKind.REFUND),
        ("S23", "99", "", RowKind.REVOKED),
        ("XXX", "", "C000000001247", RowKind.PAYMENT),
        ("XXX", "73", "D000000001247", RowKind.REFUND),
    ],
)
def test_which_way_the_money_went(zm, zipped, *, code, txn_type, net, kind):
    assert rows(zipped(zm.row({**zm.payment, 1: code, 20: txn_type, 33: net})))[0].kind is kind


def test_the_trade_code_of_a_void_is_a_setting(zm, zipped):
    path = zipped(zm.row({**zm.refund, 1: "S32", 20: "01"}))
    assert rows(path)[0].kind is RowKind.PAYMENT
    assert rows(path, bill.Asked(ASKED.mer_id, NOW_MS, "S32"))[0].kind is RowKind.REFUND


@pytest.mark.parametrize(
    ("inner", "outer", "time_field", "moment"),
    [
        ("INN26123188ZM_1", "bill.zip", "1231120000", (2026, 12, 31, 12)),
        ("INN27010188ZM_1", "bill.zip", "1231233000", (2026, 12, 31, 23, 30)),
        ("INN27010188ZM_1", "bill.zip", "0101100000", (2027, 1, 1, 10)),
        ("INN24030188ZM_1", "bill.zip", "0229235900", (2024, 2, 29, 23, 59)),
        ("xZM_", "802310048993424_20150905.zip", "0905120000", (2015, 9, 5, 12)),
        ("xZM_", "unionpay-2026-11-21.zip", "1121120000", (2026, 11, 21, 12)),
        ("xZM_", "renamed.zip", "1121120000", (2026, 11, 21, 12)),
        ("xZM_", "renamed.zip", "1231120000", (2025, 12, 31, 12)),
        ("INN26139988ZM_1", "renamed.zip", "1231120000", (2025, 12, 31, 12)),
    ],
)
def test_the_year_comes_from_a_name(zm, zipped, *, inner, outer, time_field, moment):
    path = zipped(zm.row({**zm.payment, 5: time_field}), inner)
    path = path.rename(path.with_name(outer))
    beijing = dt.timezone(dt.timedelta(hours=8))
    assert rows(path)[0].at_ms == dt.datetime(*moment, tzinfo=beijing).timestamp() * 1000


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (5, "1322143005"),
        (5, "1122243005"),
        (5, "1122146005"),
        (5, "11221430 5"),
        (5, ""),
        (7, "00000000125 "),
        (7, "-00000001250"),
        (7, "00000012.50"),
        (7, "１２３４５６"),
        (10, "2017 0606"),
        (12, "４０２６"),
        (12, "<order>"),
        (16, "000000000003"),
        (16, "X000000000003"),
        (16, ""),
    ],
)
def test_a_field_that_has_not_its_own_shape_is_not_believed(zm, zipped, number, text):
    bad = zm.row({**zm.payment, number: text})
    assert fault(zipped(bad)) is BillFault.NOT_BILL
    assert fault(zipped(zm.row(zm.payment) + bad)) is BillFault.DAMAGED


def test_a_row_shifted_by_a_byte_is_not_believed(zm, zipped):
    good = zm.row(zm.payment)
    for bad in (b" " + good, good[1:], good[:100] + b"x" + good[100:], good[:100] + good[101:]):
        assert fault(zipped(good + bad)) in {BillFault.DAMAGED, BillFault.OTHER_MERCHANT}


def test_a_file_that_breaks_off(zm, zipped):
    assert fault(zipped(zm.row(zm.payment) * 2 + zm.row(zm.payment)[:500])) is BillFault.CUT
    assert fault(zipped(b"no bill at all\r\n")) is BillFault.NOT_BILL
    assert fault(zipped(zm.row(zm.payment) + b"x" * 5000)) is BillFault.DAMAGED


def test_another_merchants_file(zm, zipped):
    assert fault(zipped(zm.row({**zm.payment, 28: "777290058110049"}))) is BillFault.OTHER_MERCHANT


def test_an_archive_that_cannot_be_opened(zm, zipped, tmp_path):
    data = zm.row(zm.payment) * 50
    whole = zipped(data).read_bytes()
    bad = tmp_path / "bad.zip"
    for broken in (whole[: len(whole) // 2], whole[:4] + b"\0" * 100):
        bad.write_bytes(broken)
        assert fault(bad) is BillFault.ZIP
    assert fault(zipped(data, "another.txt")) is BillFault.ZIP
    assert fault(zipped(data, more=[("2ZM_", data)])) is BillFault.ZIP
    assert fault(zipped(data, method=zipfile.ZIP_LZMA)) is BillFault.ZIP
    bad.write_bytes(whole.replace(whole[80:84], b"\xff\xff\xff\xff", 1))
    assert fault(bad) in {BillFault.DAMAGED, BillFault.ZIP, BillFault.NOT_BILL}
    with pytest.raises(OSError, match="No such file"):
        rows(tmp_path / "none.zip")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(place=st.integers(0, 100_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_harmed_file_gives_rows_or_a_bill_error(zm, tmp_path_factory, place, byte, cut):
    folder = tmp_path_factory.mktemp("harm", numbered=True)
    path = folder / "bill.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(INNER, zm.row(zm.payment) + zm.row(zm.refund))
    data = path.read_bytes()
    at = place % len(data)
    path.write_bytes(data[:at] if cut else data[:at] + bytes([byte]) + data[at + 1 :])
    try:
        found = list(bill.read_bill(path, ASKED))
    except BillError:
        return
    assert {type(one) for one in found} <= {BillRow, BillSums}


def test_a_hundred_thousand_rows_in_flat_memory(zm, zipped):
    number = 100_000
    block = zm.row(zm.payment)
    path = zipped(block * number)
    read = bill.read_bill(path, ASKED)
    list(itertools.islice(read, 1000))  # what is loaded once
    tracemalloc.start()
    try:
        total = sum(one.amount_fen for one in read if isinstance(one, BillRow))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == 1250 * (number - 1000)
    assert peak < 2_000_000
