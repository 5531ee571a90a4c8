"""The bytes that are hashed never change: a journal must verify in ten years."""

import hashlib
import hmac
import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal.api import Entry, Head, SaleLine
from app.journal.chain import (
    anchor_of,
    body_of,
    broken_anchor,
    canonical,
    entry_digest,
    genesis,
    line_of,
    line_text,
    sealed,
    short_anchor,
)
from app.journal.errors import BadEntry

SALE = SaleLine(
    "726112200010042000000197", 1, "p-1", "wechat", 1250, "INTENT", True, 0, "2026-11-22", 1763787055123, "ab" * 32
)
GENESIS = "591e09c21ee134a9735be158828d0c523ac750a1b740f9aaa45ec7f795782e09"


def test_the_golden_bytes_of_a_chain() -> None:
    start = genesis(bytes(range(16)), 42, 1763787055123, training=True)
    assert start.hex() == GENESIS

    first = sealed(b"k" * 32, start, 2, Entry("sale.intent", 1763787055123, {"b": [1, None, True], "a": '付\n"'}, SALE))
    assert first[5] == '[1,"p-1","wechat",1250,"INTENT",true,0,"2026-11-22",1763787055123,"' + "ab" * 32 + '"]'
    assert first[6] == '{"a":"付\\n\\"","b":[1,null,true]}'
    assert first[8].hex() == "a8c50fae168179192c9ffc12fb8cb718b089dede83c5af06742805f44a915f83"
    assert first[9].hex() == "1b2457c4ac86cbbc7e5ee57baff3ea54ea3535867556695f7c40b69d4d075b21"

    second = sealed(b"k" * 32, first[8], 3, Entry("app.start", 1763787055999, {}))
    assert second[8].hex() == "92e84b21937e4a726d7275418cf1597dd2615d0accd0bacb9745092ff3391d4a"


def test_the_documented_layout_is_what_is_hashed() -> None:
    row = sealed(b"k" * 32, b"p" * 32, 9, Entry("sale.paid", -5, {"x": 1}, SALE), 7)
    kind, order, line, body = b"sale.paid", SALE.out_trade_no.encode(), line_text(SALE).encode(), b'{"x":1}'
    fields = struct.pack(">QqQIIII", 9, -5, 7, len(kind), len(order), len(line), len(body))
    digest = hashlib.sha256(b"mashou.journal.entry.1\0" + b"p" * 32 + fields + kind + order + line + body).digest()
    assert row[8] == digest
    assert row[9] == hmac.new(b"k" * 32, b"mashou.journal.mac.1\0" + digest, "sha256").digest()


def test_neighbouring_fields_cannot_trade_characters() -> None:
    one = entry_digest(bytes(32), (1, 0, "ab", "c", None, "l", "b"))
    assert one != entry_digest(bytes(32), (1, 0, "a", "bc", None, "l", "b"))
    assert entry_digest(bytes(32), (1, 0, "a", None, None, None, "b")) != entry_digest(
        bytes(32), (1, 0, "a", "", None, "", "b")
    )


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.dictionaries(st.text(), values, max_size=6))
def test_a_body_comes_back_as_it_went_in(body: dict[str, object]) -> None:
    text = canonical(body)
    assert body_of(text) == body
    assert canonical(body_of(text)) == text
    assert text.encode()


def test_half_a_character_from_a_channel_is_kept_as_an_escape() -> None:
    assert canonical({"says": "\ud800余额"}) == '{"says":"\\ud800余额"}'
    assert json.loads(canonical({"says": "\ud800"})) == {"says": "\ud800"}


@pytest.mark.parametrize(
    "body",
    [{"a": 1.0}, {"a": [1, 0.5]}, {"a": {"b": float("nan")}}, {1: "a"}, {"a": {None: 1}}, {"a": b"x"}, {"a": {1, 2}}],
)
def test_a_body_that_has_no_exact_bytes_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(BadEntry):
        canonical(body)


def test_a_line_comes_back_whole() -> None:
    assert line_of(SALE.out_trade_no, line_text(SALE)) == SALE


def test_an_anchor_may_be_the_eight_characters_of_a_receipt() -> None:
    digest = bytes.fromhex("0123456789abcdef" * 4)
    short = short_anchor(Head(7, digest.hex()))
    assert short == "01234567"
    assert not broken_anchor([Head(7, short)], 7, digest)
    assert not broken_anchor([Head(7, short.upper())], 7, digest)
    assert broken_anchor([Head(7, "11234567")], 7, digest)
    assert not broken_anchor([Head(8, "11234567")], 7, digest)


@pytest.mark.parametrize(
    "text", ["123:7f3a91c2", "123-7f3a91c2", "#000123 7F3A-91C2", "000123:7F3A91C2", " 123:7f3a-91c2\n"]
)
def test_an_anchor_is_read_as_it_is_printed_and_sent(text: str) -> None:
    assert anchor_of(text) == Head(123, "7f3a91c2")


@pytest.mark.parametrize(
    "text", ["", "123", "123:7f3a91c", "123:7f3a91cg", ":7f3a91c2", "１２３:7f3a91c2", "1 2:7f3a91c2"]
)
def test_what_is_no_anchor_is_none(text: str) -> None:
    assert anchor_of(text) is None
