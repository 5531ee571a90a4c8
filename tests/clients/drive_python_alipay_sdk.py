"""python-alipay-sdk against Alipay: everything in the query of a GET; it verifies every answer or raises.

VARIANT: RSA2 or RSA (its sign_type, public-key mode), certificate, or provider (app_auth_token in every call).
"""

from typing import Any

from alipay import AliPay, DCAliPay, ISVAliPay
from alipay_story import play
from driving import CLIENT, VARIANT, fresh_code, number, tell

shop = CLIENT["alipay"]
if VARIANT == "certificate":
    alipay = DCAliPay(
        appid=shop["app_id"],
        app_private_key_string=shop["app_private_key_pem"],
        app_public_key_cert_string=shop["app_cert_pem"],
        alipay_public_key_cert_string=shop["alipay_cert_pem"],
        alipay_root_cert_string=shop["alipay_root_cert_pem"],
    )
elif VARIANT == "provider":
    alipay = ISVAliPay(
        appid=shop["app_id"],
        app_private_key_string=shop["app_private_key_pem"],
        alipay_public_key_string=shop["alipay_public_key_pem"],
        app_auth_token="201611BB" + "0" * 32,
    )
else:
    alipay = AliPay(
        appid=shop["app_id"],
        app_private_key_string=shop["app_private_key_pem"],
        alipay_public_key_string=shop["alipay_public_key_pem"],
        sign_type=VARIANT,
    )
alipay._gateway = shop["gateway_url"]


def charge(word: str, customer: str, code: str = "") -> dict[str, Any]:
    return alipay.api_alipay_trade_pay(
        out_trade_no=number(word),
        scene="bar_code",
        auth_code=code or fresh_code("alipay", customer),
        subject="门店 杯子 100% 茶",
        total_amount="12.34",
        store_id="P0001",
        terminal_id="01",
    )


def look(word: str) -> dict[str, Any]:
    return alipay.api_alipay_trade_query(out_trade_no=number(word))


def cancel(word: str) -> dict[str, Any]:
    return alipay.api_alipay_trade_cancel(out_trade_no=number(word))


def refund(word: str, request_no: str, yuan: str) -> dict[str, Any]:
    return alipay.api_alipay_trade_refund(
        refund_amount=yuan, out_trade_no=number(word), out_request_no=request_no, refund_reason="退货"
    )


def look_refund(word: str, request_no: str) -> dict[str, Any]:
    return alipay.api_alipay_trade_fastpay_refund_query(request_no, out_trade_no=number(word))


tell(play(charge, look, cancel, refund, look_refund))
