"""Alipay's own SDK: common parameters in the query, biz_content in the body, an absolute-form target.

It verifies every answer or raises. VARIANT: RSA2 (in UTF-8) or RSA (in GBK). The one change beside address and keys:
its ``WebUtils.get_http_connection`` adds the port to a text as a number and raises TypeError, so it cannot be pointed
at any port but 443; it is replaced by the same lines with the port in them.
"""

import http.client
import json
import urllib.parse
from typing import Any

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.domain.AlipayTradeCancelModel import AlipayTradeCancelModel
from alipay.aop.api.domain.AlipayTradeFastpayRefundQueryModel import AlipayTradeFastpayRefundQueryModel
from alipay.aop.api.domain.AlipayTradePayModel import AlipayTradePayModel
from alipay.aop.api.domain.AlipayTradeQueryModel import AlipayTradeQueryModel
from alipay.aop.api.domain.AlipayTradeRefundModel import AlipayTradeRefundModel
from alipay.aop.api.request.AlipayTradeCancelRequest import AlipayTradeCancelRequest
from alipay.aop.api.request.AlipayTradeFastpayRefundQueryRequest import AlipayTradeFastpayRefundQueryRequest
from alipay.aop.api.request.AlipayTradePayRequest import AlipayTradePayRequest
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.util import WebUtils
from alipay_story import play
from driving import CLIENT, VARIANT, fresh_code, number, tell


def connection_with_port(url: str, query_string: str, timeout: float) -> tuple[str, http.client.HTTPSConnection]:
    parts = urllib.parse.urlparse(url)
    connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout)
    return f"{parts.scheme}://{parts.hostname}:{parts.port}{parts.path}?{query_string}", connection


WebUtils.get_http_connection = connection_with_port
shop = CLIENT["alipay"]
config = AlipayClientConfig()
config.server_url = shop["gateway_url"]
config.app_id = shop["app_id"]
config.app_private_key = shop["app_private_key_pem"]
config.alipay_public_key = shop["alipay_public_key_pem"]
config.sign_type = VARIANT
config.charset = "gbk" if VARIANT == "RSA" else "utf-8"
alipay = DefaultAlipayClient(config)


def ask(request: Any, model: Any, **asked: str) -> dict[str, Any]:
    for name, value in asked.items():
        assert hasattr(model, name), name
        setattr(model, name, value)
    told: dict[str, Any] = json.loads(alipay.execute(request(biz_model=model)))
    return told


def charge(word: str, customer: str, code: str = "") -> dict[str, Any]:
    return ask(
        AlipayTradePayRequest,
        AlipayTradePayModel(),
        out_trade_no=number(word),
        scene="bar_code",
        auth_code=code or fresh_code("alipay", customer),
        subject="门店 杯子 100% 茶",
        total_amount="12.34",
        store_id="P0001",
        terminal_id="01",
    )


def look(word: str) -> dict[str, Any]:
    return ask(AlipayTradeQueryRequest, AlipayTradeQueryModel(), out_trade_no=number(word))


def cancel(word: str) -> dict[str, Any]:
    return ask(AlipayTradeCancelRequest, AlipayTradeCancelModel(), out_trade_no=number(word))


def refund(word: str, request_no: str, yuan: str) -> dict[str, Any]:
    return ask(
        AlipayTradeRefundRequest,
        AlipayTradeRefundModel(),
        out_trade_no=number(word),
        out_request_no=request_no,
        refund_amount=yuan,
        refund_reason="退货",
    )


def look_refund(word: str, request_no: str) -> dict[str, Any]:
    return ask(
        AlipayTradeFastpayRefundQueryRequest,
        AlipayTradeFastpayRefundQueryModel(),
        out_trade_no=number(word),
        out_request_no=request_no,
    )


tell(play(charge, look, cancel, refund, look_refund))
