import hashlib
from urllib.parse import urlencode

import pytest

from app.channels.books import NoNotice, NoticeKind
from app.channels.unionpay import notices

NOW_MS = 1_795_358_400_000
BACK = "https://relay.example/up?shop=S1&key=a%20b"


def form(union, **changes) -> bytes:
    fields = {**union.paid, "origRespCode": None, "origRespMsg": None, "settleDate": "1122", **changes}
    return urlencode(union.fields(**fields)).encode()


def read(union, body, back_url=BACK):
    return notices.read_notice(body, union.us, back_url, NOW_MS)


def test_a_payment(union):
    body = form(union)
    notice = read(union, body)
    assert notice.kind is NoticeKind.PAYMENT
    assert (notice.out_trade_no, notice.amount_fen, notice.refunded_fen) == (union.order.out_trade_no, 1250, None)
    assert (notice.channel_no, notice.out_refund_no) == ("201706061017522973458", "")
    assert notice.at_ms == 1_795_358_401_000
    assert notice.evidence.verified
    assert notice.digest == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("void", [False, True])
def test_a_refund_never_reads_like_a_payment(union, void):
    refund = union.refund(void=void)
    fields = {**union.back(refund), "origOrderId": union.order.out_trade_no, "accNo": None, "traceTime": "1122224101"}
    notice = read(union, form(union, **fields))
    assert notice.kind is NoticeKind.REFUND
    assert (notice.out_refund_no, notice.out_trade_no) == (refund.out_refund_no, union.order.out_trade_no)
    assert (notice.amount_fen, notice.refunded_fen) == (None, 250)
    assert notice.channel_no == refund.channel_no
    failed = read(union, form(union, **fields, respCode="64"))
    assert failed.kind is NoticeKind.REFUND_FAILED


@pytest.mark.parametrize("changes", [{"respCode": "64"}, {"txnType": "99"}, {"txnType": None}, {"respCode": "05"}])
def test_what_is_neither_is_kept_as_nothing(union, changes):
    assert read(union, form(union, **changes)).kind is NoticeKind.OTHER


def test_a_flawed_success_is_a_payment_with_its_code(union):
    notice = read(union, form(union, respCode="A6"))
    assert (notice.kind, notice.evidence.code) == (NoticeKind.PAYMENT, "A6")


def test_our_own_parameters_are_taken_out_before_the_signature_is_checked(union):
    body = form(union) + b"&shop=S1&key=a+b"
    assert read(union, body).kind is NoticeKind.PAYMENT
    assert isinstance(read(union, body, "https://relay.example/up"), NoNotice)
    assert isinstance(read(union, form(union) + b"&shop=S2"), NoNotice)


def test_blank_fields_are_not_signed(union):
    assert read(union, form(union) + b"&accType=&reserved=").kind is NoticeKind.PAYMENT


def test_lf_instead_of_crlf_breaks_it(union):
    assert isinstance(read(union, form(union).replace(b"%0D%0A", b"%0A")), NoNotice)


@pytest.mark.parametrize(
    "changes", [{"merId": "777290058110049"}, {"currencyCode": "840"}, {"orderId": None}, {"merId": None}]
)
def test_another_merchants_notice_is_none(union, changes):
    assert isinstance(read(union, form(union, **changes)), NoNotice)


def test_an_unsigned_or_changed_one_is_none(union):
    assert isinstance(read(union, b"respCode=00&orderId=1"), NoNotice)
    assert isinstance(read(union, b""), NoNotice)
    assert isinstance(read(union, form(union).replace(b"txnAmt=1250", b"txnAmt=1")), NoNotice)


def test_it_is_taken_with_200_and_asked_for_again_with_anything_else():
    assert notices.notice_reply(taken=True).status == 200
    assert notices.notice_reply(taken=False).status not in {200, 302}
