import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.outcome import BODY_LIMIT
from app.channels.wechat_v2.wire import Failed, Forged, NotTheirsError, Signed, Unreadable, open_envelope, parse, write

MESSAGES = {
    v["id"]: v["xml"]
    for v in json.loads((Path(__file__).parent.parent / "vectors" / "wechat_v2_messages.json").read_text("utf-8"))[
        "vectors"
    ]
}
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{"&lol" + (str(n - 1) if n > 1 else "") + ";"}{"&lol;" * 9}">' for n in range(1, 9))
    + "]><xml><a>&lol8;</a></xml>"
)


def test_the_documents_messages_are_read():
    reverse = parse(MESSAGES["reverse-response"].encode())
    assert (reverse["result_code"], reverse["recall"], reverse["mch_id"]) == ("SUCCESS", "N", "10000100")
    notified = parse(MESSAGES["payment-notify"].encode())
    assert (notified["attach"], notified["total_fee"]) == ("支付测试", "1")
    assert parse(MESSAGES["notify-ack"].encode()) == {"return_code": "SUCCESS", "return_msg": "OK"}


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
VALUES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=60,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_what_is_written_is_read_back(fields):
    assert parse(write(fields)) == fields


def test_a_value_cannot_break_out_of_its_field():
    evil = "]]></body><total_fee>1</total_fee><body><![CDATA["
    assert parse(write({"body": evil, "total_fee": "100"})) == {"body": evil, "total_fee": "100"}
    assert parse(write({"body": "<a>&amp;</a>"})) == {"body": "<a>&amp;</a>"}


@pytest.mark.parametrize(
    "body",
    [
        BOMB.encode(),
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><a>1</a></xml>',
        b"<xml><?php echo 1 ?><a>1</a></xml>",
        b"<xml><a>1</a><!-- c --></xml>",
        b"<xml><total_fee>1<!-- -->00</total_fee></xml>",
        b"<xml><a>1</a><a>2</a></xml>",
        b"<xml><a><b>1</b></a></xml>",
        b'<xml><a x="1">1</a></xml>',
        b"<root><a>1</a></root>",
        b"<xml>loose<a>1</a></xml>",
        b"<xml><a>1</a></xml><xml/>",
        b"<xml><a>1</a></xml>trailing",
        b"<xml><a>1</a>",
        b"<xml><a>&undefined;</a></xml>",
        b"<xml><a>\xff</a></xml>",
        b'<?xml version="1.0" encoding="GBK"?><xml><a>1</a></xml>',
        "<xml><a>支付</a></xml>".encode("gbk"),
        "<xml><a>1</a></xml>".encode("utf-16"),
        b"<!DOCTYPE html><html><body>502</body></html>",
        b"<html><body>login</body></html>",
        b"",
        b"{}",
        b"<xml><a>" + b"x" * BODY_LIMIT + b"</a></xml>",
        b"<xml>" * 20_000,
    ],
)
def test_anything_but_flat_utf8_xml_is_refused(body):
    with pytest.raises(NotTheirsError) as caught:
        parse(body)
    assert len(str(caught.value)) < 60


def test_an_envelope_is_trusted_only_with_a_good_signature(wechat):
    signer = wechat.us.signer
    assert isinstance(open_envelope(wechat.signed(), signer), Signed)
    assert open_envelope(wechat.signed().replace(b"10000100", b"10000101"), signer) == Forged()
    assert open_envelope(b"<xml><return_code>SUCCESS</return_code></xml>", signer) == Forged()
    refused = write({"return_code": "FAIL", "return_msg": "签名错误"})
    assert open_envelope(refused, signer) == Failed("签名错误")
    assert open_envelope(b"<xml><return_code>success</return_code></xml>", signer) == Unreadable("no return_code")
