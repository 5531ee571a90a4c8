"""What each answer says, and who mends it."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app import words
from app.channels.api import Contact
from app.channels.wechat_v3.answers import NO_LIST
from app.core.channel import Channel
from app.core.reasons import Reason
from app.settings.accounts import Alipay, Wechat
from app.settings.model import Settings
from app.setup import checkup
from app.setup.checkup import Light, Who

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
KEY = ec.generate_private_key(ec.SECP256R1())


def contact(*, answered=True, verified=True, misconfigured=False, reason=None, code="", **rest):
    return Contact(Channel.WECHAT, answered, verified, misconfigured, 0.2, 1, 0.0, reason=reason, code=code, **rest)


@pytest.mark.parametrize(
    ("said", "light", "who", "word"),
    [
        (contact(reason=Reason.NOTFOUND, code="ORDERNOTEXIST"), Light.OK, Who.NOBODY, "都正常"),
        (contact(answered=False, verified=False), Light.BAD, Who.NETWORK, "连不上"),
        (contact(answered=False, verified=False, tls_dates=True), Light.BAD, Who.MANAGER, "校时"),
        (contact(verified=False), Light.BAD, Who.NETWORK, "不是通道的"),
        (contact(verified=False, forged=True), Light.BAD, Who.MANAGER, "签名对不上"),
        (contact(misconfigured=True, reason=Reason.KEYS, code="SIGNERROR"), Light.BAD, Who.MANAGER, "SIGNERROR"),
        (
            contact(misconfigured=True, verified=False, reason=Reason.KEYS, code=NO_LIST),
            Light.BAD,
            Who.MANAGER,
            "APIv3 密钥或根证书",
        ),
        (contact(misconfigured=True, reason=Reason.CONFIG, code="MCHID_NOT_EXIST"), Light.BAD, Who.MANAGER, "商户号"),
        (contact(misconfigured=True, reason=Reason.CONFIG, code="NOAUTH"), Light.BAD, Who.ACQUIRER, "权限"),
        (contact(misconfigured=True, reason=Reason.CONFIG, code="40006/isv.x"), Light.BAD, Who.ACQUIRER, "权限"),
        (contact(misconfigured=True, reason=Reason.FROZEN, code="31"), Light.BAD, Who.ACQUIRER, "停用"),
        (contact(reason=Reason.NOANSWER, code="SYSTEMERROR"), Light.WARN, Who.ACQUIRER, "SYSTEMERROR"),
        (contact(verified=False, reason=Reason.BUSY, code="40005"), Light.WARN, Who.ACQUIRER, "40005"),
        (contact(verified=False, reason=Reason.NOTFOUND, code="ORDER_NOT_EXIST"), Light.OK, Who.NOBODY, "没有签名"),
        (contact(verified=False, reason=Reason.NOANSWER, code="SYSTEM_ERROR"), Light.WARN, Who.ACQUIRER, "SYSTEM_ERR"),
        (contact(verified=False, reason=Reason.NOANSWER, code="HTTP 502"), Light.WARN, Who.ACQUIRER, "HTTP 502"),
        (contact(verified=False, reason=Reason.NOANSWER, code="HTTP 302"), Light.BAD, Who.NETWORK, "不是通道的"),
        (contact(verified=False, reason=Reason.NOANSWER), Light.BAD, Who.NETWORK, "不是通道的"),
    ],
)
def test_an_answer_says_what_is_wrong_and_who_mends_it(said, light, who, word):
    found = checkup.judged(said, simulator=False)
    assert (found.part, found.light, found.who) == ("wechat", light, who)
    assert word in found.says[0]


def test_an_answer_about_our_own_order_proves_the_keys():
    warmed = checkup.judged(contact(verified=False, reason=Reason.NOTFOUND, code="X"), simulator=False)
    assert warmed.unproven
    assert not checkup.judged(contact(reason=Reason.NOTFOUND), simulator=False).unproven
    assert "都正常" in checkup.proven(contact()).says[0]
    assert checkup.proven(contact(verified=False, forged=True)).light is Light.BAD
    assert checkup.proven(contact(verified=False)) is None


CHANNELS = Path(checkup.__file__).parents[1] / "channels"
OPENED_BY = ("tls", "http", "sign", "certs", "trust", "aead", "speaker", "room")
NEVER_AT_OPENING = {
    "not base64",  # told as a key that cannot be read
    "no request can be written to this address",  # told as an address that cannot be used
    "the .pfx file or its password is wrong",  # these two where the manager picks the file
    "the .pfx file holds no RSA key with its certificate",
}


def refusals():
    """Every sentence a room may shut with, as its source has it; a ``what`` is filled in as it is called."""
    for file in sorted(CHANNELS.rglob("*.py")):
        if file.stem not in OPENED_BY:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                texts = [one.value for one in node.exc.args if isinstance(one, ast.Constant)]
                yield from (text for text in texts if isinstance(text, str))
            elif isinstance(node, ast.Call) and len(node.args) == 2 and isinstance(node.args[1], ast.Constant):
                what = node.args[1].value
                if isinstance(what, str) and what.endswith("certificate"):
                    yield f"{what} cannot be read"


def test_why_a_channel_cannot_be_opened_is_told_in_both_languages():
    found = set(refusals()) - NEVER_AT_OPENING
    assert {"the merchant certificate does not belong to its key", "Alipay's root certificate cannot be read"} <= found
    untold = {sentence for sentence in found if sentence in checkup.shut("wechat", sentence).says[0]}
    assert untold == set(), "app/words/doctor.py lacks them"
    told = checkup.shut("alipay", "app_id is missing")
    assert (told.part, told.light, told.who) == ("alipay", Light.BAD, Who.MANAGER)
    assert told.says[0].startswith("打不开：缺应用号")
    assert "app_id is missing. Load" in told.says[1]


def test_a_certificate_the_other_side_refused():
    refused = Contact(Channel.WECHAT, False, False, True, 0.2, None, 0.0)
    assert "商户证书" in checkup.judged(refused, simulator=False).says[0]


def test_a_simulator_that_is_not_running_is_not_the_network():
    assert checkup.judged(contact(answered=False, verified=False), simulator=True).who is Who.MANAGER


@pytest.mark.parametrize(
    ("skews", "light", "word"),
    [
        ([0.4, -59.4], Light.OK, "59"),
        ([60.0], Light.WARN, "快 60 秒"),
        ([-60.0], Light.WARN, "慢 60 秒"),
        ([1.0, -90.0], Light.WARN, "慢 90 秒"),
    ],
)
def test_a_clock_is_warned_of_from_sixty_seconds_on(skews, light, word):
    found = checkup.clock(skews)
    assert found.light is light
    assert word in found.says[0]


def test_no_date_no_word_about_the_clock():
    assert checkup.clock([]) is None


@pytest.mark.parametrize(("free", "light"), [(2 * 2**30, Light.OK), (300 * 2**20, Light.WARN), (60 * 2**20, Light.BAD)])
def test_the_disk(free, light):
    assert checkup.disk(free).light is light


def certificate(begins, ends):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "10000100")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    made = made.serial_number(1).not_valid_before(begins).not_valid_after(ends)
    return made.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("begins", "ends", "light", "word"),
    [
        (-YEAR, timedelta(days=31), Light.OK, "2026-12-23"),
        (-YEAR, timedelta(days=29), Light.WARN, "微信证书 2026-12-21 到期"),
        (-YEAR, -timedelta(days=1), Light.BAD, "过期"),
        (timedelta(days=2), YEAR, Light.BAD, "2026-11-24 才生效"),
    ],
)
def test_a_certificate_is_warned_of_thirty_days_ahead(begins, ends, light, word):
    settings = Settings(wechat=Wechat(client_cert_pem=certificate(NOW + begins, NOW + ends)))
    (found,) = checkup.certificates(settings, NOW_MS)
    assert found.light is light
    assert word in found.says[0]


def test_one_old_authority_in_a_bundle_harms_nothing():
    bundle = certificate(NOW - 2 * YEAR, NOW - YEAR) + certificate(NOW - YEAR, NOW + 10 * YEAR)
    settings = Settings(alipay=Alipay(alipay_root_cert_pem=bundle))
    assert [found.light for found in checkup.certificates(settings, NOW_MS)] == [Light.OK]


def test_a_certificate_nobody_can_read_is_named():
    settings = Settings(wechat=Wechat(client_cert_pem="-----BEGIN CERTIFICATE-----\nx"))
    (found,) = checkup.certificates(settings, NOW_MS)
    assert (found.light, found.who) == (Light.BAD, Who.MANAGER)
    assert "client_cert_pem" in found.line("en")


def test_a_line_names_part_mark_and_who_in_both_languages():
    found = checkup.judged(contact(answered=False, verified=False), simulator=False)
    assert found.line("zh").startswith("✗ 微信  连不上")
    assert found.line("zh").endswith("[网络]")
    assert found.line("en").startswith("✗ WeChat  No answer")
    assert found.line("en").endswith("[network]")


def test_every_sentence_of_the_self_test_is_whole():
    for key in words.keys("doc."):
        for language in words.LANGUAGES:
            assert "{" not in words.tell(key, language)
