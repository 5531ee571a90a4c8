"""wechatpy against WeChat Pay V2. It signs with MD5 and verifies an answer only when asked to, so it is asked to.

VARIANT: shop, or provider: a service provider asks for its sub-merchant.
"""

from typing import Any

import xmltodict
from driving import CLIENT, VARIANT, fresh_code, number, tell, until
from wechatpy.exceptions import WeChatPayException
from wechatpy.pay import WeChatPay

shop = CLIENT["wechat"]
WeChatPay.API_BASE_URL = f"{shop['base_url']}/"
pay = WeChatPay(
    shop["appid"],
    shop["api_v2_key"],
    shop["mch_id"],
    sub_mch_id="1900000109" if VARIANT == "provider" else None,
    mch_cert=shop["client_cert_file"],
    mch_key=shop["client_key_file"],
    timeout=20,
)


def heard(call: Any, **asked: Any) -> dict[str, Any]:
    """The answer's fields, ``holds`` for its signature; a refusal too, which wechatpy raises."""
    try:
        answer = dict(call(**asked))
        told = dict(answer)
    except WeChatPayException as refused:
        answer = dict(xmltodict.parse(refused.response.content)["xml"])
        told = {**answer, "raised": f"{refused.return_code} {refused.result_code} {refused.errcode}"}
    return {**told, "holds": pay.check_signature(answer)}


def charge(word: str, customer: str, fen: int = 1_234, code: str = "") -> dict[str, Any]:
    return heard(
        pay.micropay.create,
        body="门店 杯子&茶<3>",
        total_fee=fen,
        auth_code=code or fresh_code("wechat", customer),
        client_ip="127.0.0.1",
        out_trade_no=number(word),
        device_info="01",
        attach="01-7",
    )


def look(word: str) -> dict[str, Any]:
    return heard(pay.micropay.query, out_trade_no=number(word))


def reverse(word: str) -> dict[str, Any]:
    return heard(pay.order.reverse, out_trade_no=number(word))


def refund(word: str, fen: int, total: int = 1_234) -> dict[str, Any]:
    return heard(
        pay.refund.apply,
        total_fee=total,
        refund_fee=fen,
        out_refund_no=number(f"{word}R"),
        out_trade_no=number(word),
        refund_desc="退货",
    )


def look_refund(word: str) -> dict[str, Any]:
    return heard(pay.refund.query, out_refund_no=number(f"{word}R"))


seen: dict[str, Any] = {}
seen["never"] = charge("never", "never")
seen["never waiting"] = look("never")
code = fresh_code("wechat", "instant")
seen["taken"] = charge("taken", "", code=code)
seen["code again"] = charge("again", "", code=code)
seen["poor"] = charge("poor", "poor")

seen["paid"] = charge("paid", "instant")
seen["paid query"] = look("paid")
seen["refund"] = refund("paid", 234)
seen["refund again"] = refund("paid", 234)
seen["refund query"] = until(lambda: look_refund("paid"), lambda answer: answer.get("refund_status_0") == "SUCCESS")
seen["query after refund"] = look("paid")

seen["asked"] = charge("asked", "password:10")
seen["asked paid"] = until(lambda: look("asked"), lambda answer: answer.get("trade_state") == "SUCCESS")

# sooner than 15 seconds after the payment WeChat asks to come again
seen["never reversed"] = until(lambda: reverse("never"), lambda answer: answer.get("recall") == "N")
seen["never query"] = look("never")
seen["taken reversed"] = until(lambda: reverse("taken"), lambda answer: answer.get("recall") == "N")
seen["taken query"] = look("taken")
seen["unknown query"] = look("unknown")
tell(seen)
