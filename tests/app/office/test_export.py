"""An export is whole or not there, says the same in every format, and an edited one is found."""

import csv
import errno
import io
import json
import os
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.sale import State
from app.core.shift_sums import Kind
from app.office import export as module
from app.office.daylog import Query, Stopped, load
from app.office.export import CannotExport, Export, Format, export
from app.office.export_csv import number_text, plain, read_rows, text, yuan
from app.office.export_table import Paper, amount_of
from app.office.signing import Checked, Flaw, check, export_key, key_id, public_pem, read_public

DAY = "2026-11-22"
PAPER = Paper("示例商店", "0007", DAY, DAY, 0, "", 1_795_356_000_000, training=True, language="zh")
SIGNING = export_key(b"k" * 32)
HOUR = 3_600_000


@pytest.fixture
def busy(books, make_sale, give_back, morning):
    whole = make_sale(2, fen=3200, channel=Channel.ALIPAY, channel_no="2026112222001489551423456789")
    books.put(
        make_sale(1, fen=12_850, channel_no="4200009999202611220000000417"),
        whole,
        make_sale(3, State.DECLINED, reason=Reason.BALANCE, fen=1500),
        make_sale(4, State.PENDING, fen=700, operator="=1+1"),
        give_back(whole, 3200, at_ms=morning + HOUR),
    )
    return books


def made(books, tmp_path, kind="csv", *, language="zh", name="流水", going=lambda: True, **more):
    paper = replace(PAPER, language=language)
    wish = Export(Query(DAY, DAY), Format(kind), tmp_path / f"{name}.{kind}", paper, SIGNING, **more)
    return export(books.path, wish, going)


def seen(row):
    """What a reader of any format must find again."""
    return (row.out_trade_no, row.out_refund_no, row.channel_no, amount_of(row), row.net_fen, row.operator, row.shift)


def test_the_bytes_are_what_a_spreadsheet_wants(busy, tmp_path):
    done = made(busy, tmp_path)
    data = done.path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n")
    assert b'"\t4200009999202611220000000417"' in data
    assert "'=1+1" in data.decode()
    assert "训练 不收真钱" in data.decode()
    assert busy.journal.head().digest in data.decode()


def test_csv_reads_back_row_for_row(busy, tmp_path):
    done = made(busy, tmp_path)
    log = load(busy.path, Query(DAY, DAY))
    rows = list(read_rows(done.path.read_text("utf-8-sig")))
    found = [(r[7], r[8], r[9], fen(r[4]), fen(r[5]), r[10], int(r[12])) for r in rows]
    assert found == [seen(row) for row in log.rows]
    assert (done.about.rows, done.about.net_fen) == (5, log.sheet.total.net_fen)
    assert done.about.unsettled == 1


def fen(yuan_text):
    return int(Decimal(yuan_text) * 100)


def test_xlsx_reads_back_row_for_row_with_typed_cells(busy, tmp_path):
    done = made(busy, tmp_path, "xlsx")
    book = openpyxl.load_workbook(done.path)
    sheet, totals = book.worksheets
    assert (sheet.title, totals.title, sheet.freeze_panes) == ("流水", "合计", "A2")
    log = load(busy.path, Query(DAY, DAY))
    cells = list(sheet.iter_rows(min_row=2))
    found = [
        (r[7].value, r[8].value or "", r[9].value or "", round(r[4].value * 100), round(r[5].value * 100), r[10].value)
        for r in cells
    ]
    assert found == [seen(row)[:6] for row in log.rows]
    assert all((r[7].data_type, r[4].data_type, r[1].is_date, r[10].data_type) == ("s", "n", True, "s") for r in cells)
    assert f"{cells[0][1].value:%Y-%m-%d %H:%M:%S}" == "2026-11-22 09:13:20"
    last = [row for row in totals.iter_rows(values_only=True) if row[0] == "合计"]
    assert [round(value * 100) for value in last[0][2:5]] == [16_050, -3200, 12_850]
    assert any(busy.journal.head().digest in str(row[1]) for row in totals.iter_rows(values_only=True))


def test_a_long_log_goes_on_in_another_sheet(busy, tmp_path, monkeypatch):
    monkeypatch.setattr("app.office.export_xlsx.ROWS_PER_SHEET", 2)
    book = openpyxl.load_workbook(made(busy, tmp_path, "xlsx").path)
    assert [sheet.title for sheet in book.worksheets] == ["流水", "流水 2", "流水 3", "合计"]
    assert sum(sheet.max_row - 1 for sheet in book.worksheets[:3]) == 5


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_english_and_chinese_say_the_same_sums(busy, tmp_path, kind, language):
    assert made(busy, tmp_path, kind, language=language).about.net_fen == 12_850


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_stopped_export_leaves_nothing(busy, tmp_path, kind):
    turns = iter([True, True, False])
    with pytest.raises(Stopped):
        made(busy, tmp_path / "." if kind == "csv" else tmp_path, kind, going=lambda: next(turns))
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("journal.db")] == []


def test_a_name_that_is_taken_is_kept_and_the_next_one_used(busy, tmp_path):
    first, second = made(busy, tmp_path), made(busy, tmp_path)
    assert (first.path.name, second.path.name, second.renamed) == ("流水.csv", "流水 (2).csv", True)
    assert second.signature.name == "流水 (2).csv.sig"


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "ex.nospace"),
        (errno.EDQUOT, "ex.nospace"),
        (errno.EACCES, "ex.nowrite"),
        (errno.EROFS, "ex.nowrite"),
        (errno.EIO, "ex.gone"),
        (errno.ENOENT, "ex.gone"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_disk_that_fails_is_a_sentence_and_leaves_nothing(  # noqa: PLR0917 - a row of the table and three fixtures
    busy, tmp_path, monkeypatch, number, key, kind
):
    def fails(_):
        raise OSError(number, "planted")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(CannotExport) as told:
        made(busy, tmp_path, kind)
    assert told.value.key == key
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("journal.db")] == []


def test_a_place_that_is_not_there_and_a_disk_without_room(busy, tmp_path, monkeypatch):
    with pytest.raises(CannotExport) as told:
        made(busy, tmp_path / "away")
    assert told.value.key == "ex.nowrite"
    monkeypatch.setattr(module, "ROOM_TO_SPARE", 1 << 60)
    with pytest.raises(CannotExport) as told:
        made(busy, tmp_path)
    assert told.value.key == "ex.nospace"


def test_pdf_without_the_window_is_a_sentence(busy, tmp_path):
    with pytest.raises(CannotExport) as told:
        made(busy, tmp_path, "pdf")
    assert told.value.key == "ex.noqt"


def checked(done, keys=None):
    import hashlib  # noqa: PLC0415 - here alone

    digest = hashlib.sha256(done.path.read_bytes()).hexdigest()
    public = SIGNING.public_key()
    return check(done.signature.read_bytes(), digest, {key_id(public): public} if keys is None else keys)


def test_an_edited_file_or_signature_is_found(busy, tmp_path):
    done = made(busy, tmp_path)
    assert checked(done).flaw is None
    assert checked(done).about == done.about
    assert checked(done, {}).flaw is Flaw.KEY
    stranger = Ed25519PrivateKey.generate().public_key()
    assert checked(done, {key_id(SIGNING.public_key()): stranger}).flaw is Flaw.SIGNATURE
    data, document = done.path.read_bytes(), done.signature.read_bytes()
    done.path.write_bytes(data.replace(b"128.50", b"028.50"))
    assert checked(done).flaw is Flaw.FILE
    done.path.write_bytes(data)
    for old, new in ((b'"net_fen": 12850', b'"net_fen": 12851'), (b"{", b"["), (b'"v": 1', b'"v": 2')):
        assert old in document
        done.signature.write_bytes(document.replace(old, new, 1))
        assert checked(done).flaw is Flaw.SIGNATURE
    for odd in ("\x1b[2J", "x" * 60_000, None):
        done.signature.write_bytes(json.dumps({**json.loads(document), "key": odd}).encode())
        assert checked(done) == Checked(Flaw.SIGNATURE), "nothing of a document that nobody signed is repeated"
    done.signature.write_bytes(json.dumps([1]).encode())
    assert checked(done).flaw is Flaw.SIGNATURE


def test_a_public_key_travels_as_pem():
    public = SIGNING.public_key()
    assert key_id(read_public(public_pem(public))) == key_id(public)
    with pytest.raises(ValueError):
        read_public(b"nonsense")


TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from([text, number_text]), TEXTS), min_size=1, max_size=4))
def test_no_field_is_a_formula_and_each_reads_back(fields):
    line = ",".join(make(value) for make, value in fields)
    (read,) = csv.reader(io.StringIO("x," + line, newline=""), strict=True)
    assert [plain(field) for field in read[1:]] == [value for _, value in fields]
    assert not any(field.startswith(("=", "+", "-", "@", "＝")) for field in read[1:])


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.integers(-(10**12), 10**12))
def test_money_reads_back_to_the_fen(sum_fen):
    assert fen(yuan(sum_fen)) == sum_fen


SALES = st.lists(
    st.tuples(
        st.sampled_from([State.PAID, State.DECLINED, State.REVERSED, State.PENDING, State.STUCK]),
        st.integers(1, 10**8),
        st.sampled_from(list(Channel)),
        st.sampled_from(["1001", "1002", "=cmd", "a,b", '"']),
        st.integers(0, 10**8),
    ),
    max_size=12,
)


@settings(deadline=None, derandomize=True, max_examples=20)
@given(SALES)
def test_any_day_reads_back_with_the_same_rows_and_sums(tmp_path_factory, new_books, make_sale, give_back, day):
    folder = tmp_path_factory.mktemp("day")
    books = new_books(folder / "journal.db")
    try:
        for n, (state, amount, channel, operator, back) in enumerate(day, 1):
            sale = make_sale(n, state, fen=amount, channel=channel, operator=operator)
            books.put(sale)
            if state is State.PAID and 0 < back <= amount:
                books.put(give_back(sale, back, at_ms=new_books.morning + HOUR))
        log = load(books.path, Query(DAY, DAY))
        done, book = made(books, folder), openpyxl.load_workbook(made(books, folder, "xlsx").path)
        rows = list(read_rows(done.path.read_text("utf-8-sig")))
        assert [(r[7], r[8], r[10], fen(r[4]), fen(r[5])) for r in rows] == [plainly(row) for row in log.rows]
        sheet = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
        assert [(r[7], r[8] or "", r[10], round(r[4] * 100), round(r[5] * 100)) for r in sheet] == [
            plainly(row) for row in log.rows
        ]
        assert sum(fen(r[5]) for r in rows) == log.sheet.total.net_fen == done.about.net_fen
        for cut in (lambda cell: cell.channel, lambda cell: cell.hour, lambda cell: cell.operator):
            assert sum(line.net_fen for line in log.sheet.cut(cut).values()) == done.about.net_fen
    finally:
        books.journal.close()


def plainly(row):
    return (row.out_trade_no, row.out_refund_no, row.operator, amount_of(row), row.net_fen)


def test_what_was_given_back_has_a_minus():
    assert Kind.VOIDED.value == "voided"
    assert yuan(-2800) == "-28.00"
