import json
from dataclasses import replace

import pytest

from app.channels.books import Notice, NoticeKind
from app.core.answers import Evidence
from app.core.channel import Channel
from app.till import noticebox
from app.till.noticebox import BoxFull, NoticeBox, fact_of

KEY = bytes(32)
PAID = Notice(
    kind=NoticeKind.PAYMENT,
    channel=Channel.ALIPAY,
    out_trade_no="700326112258170004170001",
    channel_no="2026112222001",
    amount_fen=900,
    refunded_fen=None,
    out_refund_no="",
    at_ms=1_795_310_000_000,
    evidence=Evidence(code="TRADE_SUCCESS", verified=True, channel_no="2026112222001", payer="138****0000"),
    digest="ab" * 32,
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "notices"


@pytest.fixture
def box(folder):
    return NoticeBox(folder, KEY)


def held(box):
    return [box.read(path) for path in box.waiting()]


def test_what_is_put_is_read_back_without_its_payer(box):
    assert held(box) == []
    box.put(PAID)
    assert held(box) == [replace(PAID, evidence=replace(PAID.evidence, payer=""))]


def test_it_is_written_for_its_owner_alone_and_holds_no_payer(box, folder):
    box.put(PAID)
    (file,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    assert "138" not in file.read_text()


def test_the_same_fact_in_other_words_is_one_file(box):
    box.put(PAID)
    box.put(replace(PAID, digest="cd" * 32, at_ms=PAID.at_ms + 5))
    assert len(held(box)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"kind": NoticeKind.REFUND},
        {"channel": Channel.WECHAT},
        {"out_trade_no": "700326112258170004170002"},
        {"channel_no": "T2"},
        {"amount_fen": 901},
        {"refunded_fen": 900},
        {"out_refund_no": "R1"},
    ],
)
def test_another_fact_is_another_file(box, other):
    box.put(PAID)
    box.put(replace(PAID, **other))
    assert len(held(box)) == 2


def test_what_was_taken_up_is_gone(box, folder):
    box.put(PAID)
    for path in box.waiting():
        box.done(path)
        box.done(path)
    assert list(folder.iterdir()) == []


def test_a_box_that_nobody_empties_says_so(box, monkeypatch):
    monkeypatch.setattr(noticebox, "WAITING_MOST", 1)
    box.put(PAID)
    box.put(PAID)
    with pytest.raises(BoxFull):
        box.put(replace(PAID, out_trade_no="2"))


def edited(text, **changes):
    said = json.loads(text)
    return json.dumps({**said, "notice": {**said["notice"], **changes}})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: edited(text, amount_fen=1),
        lambda text: edited(text, kind="refund"),
        lambda text: edited(text, code="TRADE_CLOSED"),
        lambda text: text[:-9],
        lambda _text: "[]",
        lambda _text: "{}",
        lambda _text: '{"notice": {}, "mac": 1}',
        lambda _text: "[" * 20_000,
        lambda _text: "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"),
        lambda text: text + " " * 20_000,
    ],
)
def test_a_file_that_this_till_did_not_seal_is_not_ours(box, folder, spoil):
    box.put(PAID)
    (file,) = folder.iterdir()
    file.write_text(spoil(file.read_text()), encoding="utf-8")
    (path,) = box.waiting()
    assert box.read(path) is None
    box.refuse(path)
    assert held(box) == []
    assert (folder / "refused" / path.name).exists()


def test_a_sealed_file_under_another_name_is_not_ours(box, folder):
    box.put(PAID)
    (file,) = folder.iterdir()
    file.rename(folder / f"{fact_of(replace(PAID, amount_fen=1))}.json")
    assert held(box) == [None]


def test_another_tills_file_is_not_ours(box, folder):
    NoticeBox(folder, bytes(31) + b"1").put(PAID)
    assert held(box) == [None]


def test_a_file_half_written_is_not_looked_at(box, folder):
    folder.mkdir()
    (folder / f".{fact_of(PAID)}.json.123").write_text("{")
    assert held(box) == []
