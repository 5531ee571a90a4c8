import pytest

from app.channels.alipay import bill_address
from app.channels.books import BillError, BillFault
from app.channels.outcome import NoAnswer, Reply

GATEWAY, SIMULATOR = "https://openapi.alipay.com/gateway.do", "https://127.0.0.1:8443/gateway.do"
HOSTS = ("dwbillcenter.alipay.com",)
GIVEN = "http://dwbillcenter.alipay.com/downloadBillFile.resource?bizType=trade&fileId=%2Fa%2Fb.csv.zip&token=0f3"


@pytest.fixture
def address(ali):
    def asked(body=None, **fields):
        body = body or ali.signed(bill_address.METHOD, **fields)
        return bill_address.address(Reply(200, {}, body, None), ali.key_for)[0]

    return asked


def test_the_address_is_believed_when_it_is_signed(address, ali):
    assert address(code="10000", bill_download_url=GIVEN) == GIVEN
    forged = ali.signed(bill_address.METHOD, code="10000", bill_download_url=GIVEN).replace(b"dwbill", b"evbill")
    assert address(forged).fault is BillFault.FORGED
    assert address(code="10000").fault is BillFault.NO_ANSWER
    assert address(code="10000", bill_download_url="http://a b").fault is BillFault.NO_ANSWER


@pytest.mark.parametrize(
    ("code", "sub_code", "fault"),
    [
        ("40004", "BILL_NOT_EXIST", BillFault.NONE),
        ("40004", "isp.bill_not_exist", BillFault.NONE),
        ("40004", "NO_BILL_DATA", BillFault.NONE),
        ("40004", "SYSTEM_RATE_LIMIT", BillFault.LATER),
        ("40004", "USER_RATE_LIMIT", BillFault.LATER),
        ("40004", "INVAILID_ARGUMENTS", BillFault.WRONG_ASK),
        ("40004", "NEW_ONE", BillFault.NO_ANSWER),
        ("40005", "isv.app-call-limited", BillFault.LATER),
        ("20000", "aop.unknow-error", BillFault.LATER),
        ("40006", "isv.insufficient-isv-permissions", BillFault.WRONG_ASK),
        ("40002", "isv.invalid-signature", BillFault.KEYS),
    ],
)
def test_every_refusal_of_the_sheet(code, sub_code, fault, address, ali):
    assert address(code=code, sub_code=sub_code, sub_msg="-").fault is fault
    if code in {"40002", "40006"}:  # seldom signed
        assert address(ali.unsigned(code=code, sub_code=sub_code)).fault is fault


def test_silence(ali):
    assert bill_address.address(NoAnswer("closed", bytes_begun=False), ali.key_for)[0].fault is BillFault.NO_ANSWER


def test_production_is_fetched_over_https_though_it_says_http():
    parts = bill_address.allowed(GIVEN, HOSTS, GATEWAY)
    assert parts.geturl() == GIVEN.replace("http:", "https:")
    with_port = bill_address.allowed(GIVEN.replace(".com/", ".com:80/"), HOSTS, GATEWAY)
    assert with_port.netloc == "dwbillcenter.alipay.com"


def test_a_simulator_may_point_at_this_machine_and_nobody_else():
    url = "https://127.0.0.1:8443/bill/1.zip?t=1"
    assert bill_address.allowed(url, HOSTS, SIMULATOR).geturl() == url
    assert isinstance(bill_address.allowed(url, HOSTS, GATEWAY), BillError)
    assert isinstance(bill_address.allowed(url.replace("https", "http"), HOSTS, SIMULATOR), BillError)


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/bill.zip",
        "http://dwbillcenter.alipay.com.evil.example/bill.zip",
        "http://dwbillcenter.alipay.com@evil.example/bill.zip",
        "http://user:pass@dwbillcenter.alipay.com/bill.zip",
        "http://dwbillcenter.alipay.com:22/bill.zip",
        "http://dwbillcenter.alipay.com:99999/bill.zip",
        "file:///etc/passwd",
        "ftp://dwbillcenter.alipay.com/bill.zip",
        "//dwbillcenter.alipay.com/bill.zip",
        "http://[::1/bill.zip",
        "",
    ],
)
def test_no_other_address_is_fetched(url):
    assert isinstance(bill_address.allowed(url, HOSTS, GATEWAY), BillError)


def test_what_came_is_told_by_how_it_begins():
    def received(head, status=200):
        return bill_address.received(Reply(status, {}, b"", None), head)

    assert received(b"PK\x03\x04rest") == ".zip"
    assert received("#支付宝业务明细查询".encode("gbk")) == ".csv"
    assert received(b"<html>").fault is BillFault.DAMAGED
    assert received(b"PK\x03\x04", 404).fault is BillFault.NO_ANSWER
    assert bill_address.received(NoAnswer("x", bytes_begun=True), b"PK\x03\x04").fault is BillFault.NO_ANSWER
