from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.channels.outcome import BODY_LIMIT
from app.channels.unionpay import wire
from app.channels.unionpay.sign import canonical
from app.channels.unionpay.wire import Forged, NotTheirsError, Signed, Unreadable, Unsigned, parse, parse_notice


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=1=2==&b=+/%20 x", {"a": "1=2==", "b": "+/%20 x"}),
        ("a=&b=", {"a": "", "b": ""}),
        ("a={x=1&y=2}&b=[p&q=r]z", {"a": "{x=1&y=2}", "b": "[p&q=r]z"}),
        ("a={[}&b=]", {"a": "{[}", "b": "]"}),
        ("a=成功[0000000]&b=\r\n", {"a": "成功[0000000]", "b": "\r\n"}),
        ("a={b=1&c=2", {"a": "{b=1&c=2"}),
        ("a=x{y}&b=}&c=1", {"a": "x{y}", "b": "}", "c": "1"}),
    ],
)
def test_an_answer_is_cut_by_the_channels_own_rule(body, fields):
    assert parse(body.encode()) == fields


@pytest.mark.parametrize(
    "body",
    [
        b"a",
        b"=1",
        b"a=1&",
        b"a=1&&b=2",
        b"a=1&b",
        b"a=1&a=1",
        b"a b=1",
        b"\xef\xbb\xbfa=1",
        "a=成功".encode("gbk"),
        b"a=" + b"x" * BODY_LIMIT,
        b"<html>502 Bad Gateway</html>",
        b'{"respCode":"00"}',
        b"&".join(b"a%d=1" % n for n in range(300)),
    ],
)
def test_anything_else_is_refused(body):
    with pytest.raises(NotTheirsError) as caught:
        parse(body)
    assert len(str(caught.value)) < 40


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.dictionaries(st.from_regex(r"[a-zA-Z]{1,8}", fullmatch=True), st.text(max_size=12), min_size=1, max_size=6))
def test_a_request_is_an_ordinary_form(fields):
    assert dict(parse_qsl(wire.write(fields).decode(), keep_blank_values=True, strict_parsing=True)) == fields


def test_a_signed_answer_is_signed_in_any_order_of_its_fields(union):
    fields = union.fields(**union.paid)
    for order in (list(fields), sorted(fields), sorted(fields, reverse=True)):
        body = "&".join(f"{name}={fields[name]}" for name in order).encode()
        assert wire.open_envelope(body, union.us.key_of) == Signed(fields)


def test_one_signature_never_covers_two_messages(union):
    """Both readings have the same signed text: without the rule the second would be a payment the first is not."""
    told = {**union.ours, "respCode": "00", "zReserved": "{&zzz=}", "origRespCode": "64"}
    assert isinstance(wire.open_envelope(union.body(**told), union.us.key_of), Signed)
    swallowed = {**union.ours, "origRespCode": "00", "origRespMsg": "{x&origRespZ=}"}
    fields = union.fields(**swallowed)
    assert isinstance(wire.judge(fields, union.us.key_of), Signed)
    loose = {**fields}
    del loose["origRespMsg"]
    loose |= {"origRespMsg": "{x", "origRespZ": "}"}
    assert canonical(loose) == canonical(fields)
    assert wire.judge(loose, union.us.key_of) == Forged()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from("abcdz"), st.text("x=&{}[]", max_size=6), max_size=4))
@example({"a": "[", "b": ""})  # what a possessive pattern let pass on Python 3.11.2
def test_whatever_is_signed_could_only_be_these_fields(fields):
    """Where another reading of the signed text is possible, nobody's signature makes it an answer."""
    held = wire._reads_one_way(fields)
    try:
        read = wire.split(canonical(fields))
    except NotTheirsError:
        read = None
    assert not held or read == fields
    assert held or read != fields or any(value.count("[") + value.count("{") for value in fields.values())


def test_what_nobody_signed(union):
    assert wire.open_envelope(b"respCode=00&respMsg=ok", union.us.key_of) == Forged()
    assert wire.open_envelope(b"respCode=A6", union.us.key_of) == Forged()
    refused = wire.open_envelope(b"respCode=10&respMsg=bad[6100030]", union.us.key_of)
    assert refused == Unsigned({"respCode": "10", "respMsg": "bad[6100030]"})
    assert isinstance(wire.open_envelope(b"error=1", union.us.key_of), Unreadable)


@pytest.mark.parametrize("change", [{"version": "5.0.0"}, {"signMethod": "11"}, {"signMethod": None}])
def test_another_way_of_signing_is_not_taken(union, change):
    assert wire.open_envelope(union.body(**union.paid, **change), union.us.key_of) == Forged()


def test_another_key_does_not_sign(union, chain):
    fields = union.fields(**union.paid)
    assert wire.judge(fields, lambda _pem: chain.root_key.public_key()) == Forged()
    assert wire.judge(fields, lambda _pem: None) == Forged()


def test_a_notice_is_a_form_without_our_own_parameters():
    form = {"orderId": "12345678", "blank": "", "respMsg": "成功[0000000]", "cert": "a\r\n+/="}
    body = urlencode({**form, "shop": "S 1"}).encode()
    expected = {name: value for name, value in form.items() if value}
    assert parse_notice(body, "https://relay.example/up?shop=S%201") == expected
    assert parse_notice(body + b"&shop=S+1", "https://relay.example/up?shop=S+1") == expected
    assert parse_notice(body, "https://relay.example/up") == {**expected, "shop": "S 1"}


@pytest.mark.parametrize(
    "body",
    [b"a", b"a=%ff", "a=成".encode(), b"a=1&a=2", b"a=1&a=1", b"a-b=1", b"a=" + b"1" * BODY_LIMIT],
)
def test_a_notice_that_is_no_form_is_refused(body):
    with pytest.raises(NotTheirsError):
        parse_notice(body, "http://www.specialUrl.com")
