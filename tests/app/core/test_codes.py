import copy
import datetime as dt
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.channel import Channel
from app.core.codes import AuthCode, NotTaken, OwnReceipt, PaymentCode, looks_like_id_card, read_scan

TODAY = dt.date(2026, 11, 22)
WECHAT = "134919586213926735"
SAMPLES = [  # codes.json of the vectors: the codes found in the channels' own documents and test suites
    ("120061098828009406", Channel.WECHAT),
    ("134919586213926735", Channel.WECHAT),
    ("135112298638468293", Channel.WECHAT),
    ("28763443825664394", Channel.ALIPAY),
    ("289821051157962364", Channel.ALIPAY),
    ("280528574232947539", Channel.ALIPAY),
    ("6223685882046899894", Channel.UNIONPAY),
]
CPM = [
    "hQVDUFYwMQ==",
    "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=",
    (
        "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9k"
        "dWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1WXy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw=="
    ),
]


def with_check(first17):
    """An ID number of these 17 digits, by ISO 7064 MOD 11-2 worked out anew: 2 to the power of the place."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first17))
    check = (12 - total % 11) % 11
    return first17 + ("X" if check == 10 else str(check))


@pytest.mark.parametrize(("code", "channel"), SAMPLES)
@pytest.mark.parametrize("frame", ["{}", "{}\r\n", "\t {} \n", "]C0{}\r", "]Q3{}", " ]C1 {}\n"])
def test_the_documents_own_codes_lead_to_their_channel(code, channel, frame):
    assert read_scan(frame.format(code), TODAY) == PaymentCode(channel, AuthCode(code))


@pytest.mark.parametrize("length", range(16, 25))
@pytest.mark.parametrize("prefix", ["25", "26", "27", "28", "29", "30"])
def test_alipay_takes_sixteen_to_twentyfour_digits(prefix, length):
    read = read_scan(prefix + "7" * (length - 2), TODAY)
    assert isinstance(read, PaymentCode)
    assert read.channel is Channel.ALIPAY


@pytest.mark.parametrize("prefix", ["10", "11", "12", "13", "14", "15"])
def test_wechat_takes_ten_to_fifteen(prefix):
    read = read_scan(prefix + "9" * 16, TODAY)
    assert isinstance(read, PaymentCode)
    assert read.channel is Channel.WECHAT


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("6901234567892", "product"),  # EAN-13
        ("96385074", "product"),  # EAN-8
        ("036000291452", "product"),  # UPC-A
        ("16901234567899", "product"),  # ITF-14
        ("6901234567893", "short"),  # thirteen digits whose check digit is wrong
        ("12345678901234567", "short"),
        ("10", "short"),
        ("", "short"),
        (" \r\n", "short"),
        ("]C0", "short"),
        ("622368588204689988", "short"),
        ("134919586213926735134919586213926735", "long"),
        ("134919586213926735\r\n134919586213926735", "long"),
        ("1349195862139267350", "long"),
        ("62236858820468998940", "long"),
        ("7" * 25, "long"),
        ("9" * 5000, "long"),
        ("0123456789012345678", "ecny"),
        ("9112345678901234567", "wallet"),
        ("160000000000000000", "wallet"),
        ("310000000000000000", "wallet"),
        ("6225880137706868", "card"),  # 16 digits with a good Luhn check
        ("4111111111111111", "card"),
        ("https://qr.alipay.com/fkx12345", "collect"),
        ("HTTPS://QR.ALIPAY.COM/FKX12345", "collect"),
        ("weixin://wxpay/bizpayurl?pr=abc", "collect"),
        ("wxp://f2f0abc", "collect"),
        ("https://qr.95516.com/00010000/1234", "collect"),
        ("00020101021126", "short"),
        ("00020101021126330015hk.com.hkicl", "collect"),
        ("https://qr.alipay.com.example/", "weburl"),
        ("http://example.com/?134919586213926735", "weburl"),
        ("www.example.com", "weburl"),
        ("fp" + "0a" * 16 + "1", "face"),
        (with_check("34052419800101001"), "idcard"),
        ("34052419800101001X", "idcard"),
        ("34052419800101001x", "idcard"),
        ("WIFI:S:shop;T:WPA;P:secret;;", "garbled"),
        ("1349195862139267O5", "garbled"),
        ("１３４９１９５８６２１３９２６７３５", "garbled"),
        ("13491958 6213926735x", "garbled"),
        ("\x00\x1b\ud800", "garbled"),
    ],
)
def test_what_is_no_payment_code_says_what_it_is(text, key):
    read = read_scan(text, TODAY)
    assert isinstance(read, NotTaken)
    assert read.key == key
    assert read.payment is None


@pytest.mark.parametrize("text", CPM)
def test_a_foreign_card_code_is_named(text):
    assert read_scan(text, TODAY) == NotTaken("cpm")


def test_a_short_read_tells_how_many_digits_came():
    assert read_scan("13491958621392", TODAY) == NotTaken("short", (("n", "14"),))


def test_a_wechat_code_that_is_also_an_id_number_is_held_back_with_its_code():
    number = next(text for serial in range(100) if (text := with_check(f"11010519491231{serial:03d}"))[-1] != "X")
    read = read_scan(number, TODAY)
    assert read == NotTaken("idcard", payment=PaymentCode(Channel.WECHAT, AuthCode(number)))
    assert number not in repr(read)


@pytest.mark.parametrize("birth", ["20261123", "18991231", "19490231", "19491301"])
def test_an_impossible_birth_date_is_no_id_number(birth):
    assert not looks_like_id_card(with_check("110105" + birth + "002"), TODAY)


def test_a_birth_date_of_today_is_an_id_number():
    assert looks_like_id_card(with_check("11010520261122002"), TODAY)


def test_an_id_number_with_a_wrong_check_digit_is_a_payment_code():
    number = next(text for n in range(100) if (text := with_check(f"11010519491231{n:03d}"))[-1] in "12345678")
    assert isinstance(read_scan(number[:-1] + str(int(number[-1]) + 1), TODAY), PaymentCode)


def test_an_alipay_code_is_never_taken_for_an_id_number():
    assert isinstance(read_scan(with_check("28010519491231002").replace("X", "0"), TODAY), PaymentCode)


def test_a_unionpay_code_that_passes_the_cards_check_is_taken():
    read = read_scan("6222020200112230002", TODAY)
    assert isinstance(read, PaymentCode)
    assert read.channel is Channel.UNIONPAY


def test_a_receipt_with_a_wrong_check_digit_is_not_ours():
    assert not isinstance(read_scan("426112200074821000012399", TODAY), OwnReceipt)


@given(st.text(max_size=60) | st.text("0123456789]C QX\r\n", max_size=60))
def test_no_text_is_an_error_and_none_is_repeated(text):
    read = read_scan(text, TODAY)
    if isinstance(read, PaymentCode):
        digits = read.code.reveal()
        assert digits.isascii()
        assert digits.isdigit()
        assert digits in text
        assert digits not in repr(read)
    elif isinstance(read, NotTaken):
        assert len(text) < 4 or text not in repr(read)


def test_a_payment_code_shows_and_gives_itself_to_nobody():
    code = AuthCode(WECHAT)
    shown = f"{code} {code!r} {code.masked} {[code]}"
    assert WECHAT not in shown
    assert WECHAT[2:-2] not in shown
    assert code.masked == "13" + "•" * 14 + "35"
    assert code.reveal() == WECHAT
    assert code == AuthCode(WECHAT) != AuthCode(SAMPLES[0][0])
    assert len({code, AuthCode(WECHAT)}) == 1
    for spill in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never written down"):
            spill(code)
