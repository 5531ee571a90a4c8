"""wechatpayv3, its plain and its async client, against WeChat Pay V3; it verifies every success or raises.

VARIANT: plain or async, then which of WeChat's keys it verifies with: public-key, or certificate, which it fetches,
then perhaps provider: a service provider asks for its sub-merchant.
"""

import asyncio
import inspect
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from driving import CLIENT, PATIENCE, ROUND, VARIANT, fresh_code, number, tell
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.async_ import AsyncWeChatPay
from wechatpayv3.async_ import WeChatPayType as AsyncWeChatPayType
from wechatpayv3.async_.core import AsyncCore
from wechatpayv3.core import Core

KIND, KEY, *ROLE = VARIANT.split()
CODEPAY = AsyncWeChatPayType.CODEPAY if KIND == "async" else WeChatPayType.CODEPAY  # two enums of one name
shop = CLIENT["wechat_v3"]
settings = {
    "wechatpay_type": CODEPAY,
    "mchid": shop["mchid"],
    "private_key": shop["merchant_private_key_pem"],
    "cert_serial_no": shop["merchant_serial_no"],
    "appid": shop["appid"],
    "apiv3_key": shop["api_v3_key"],
    "timeout": (10, 20),
    "partner_mode": bool(ROLE),
}
if KEY == "public-key":
    settings |= {"public_key": shop["wechatpay_public_key_pem"], "public_key_id": shop["wechatpay_public_key_id"]}


class Gate:
    """The base URL, whatever the constructor sets: it may call before anyone could set it afterwards."""

    def __get__(self, _core: object, _type: type | None = None) -> str:
        return str(shop["base_url"])

    def __set__(self, _core: object, _value: str) -> None:
        return


Core._gate_way = AsyncCore._gate_way = Gate()


class Counter:
    """One client; its answers as fields, with the HTTP status beside them."""

    def __init__(self, pay: Any) -> None:
        self._pay = pay

    async def _heard(self, name: str, **asked: Any) -> dict[str, Any]:
        answer = getattr(self._pay, name)(**asked, **({"sub_mchid": "1900000109"} if ROLE else {}))
        status, text = await answer if inspect.isawaitable(answer) else answer
        return {"http": status, **json.loads(text)}

    async def charge(self, word: str, customer: str, code: str = "") -> dict[str, Any]:
        return await self._heard(
            "pay",
            description="门店 杯子&茶",
            out_trade_no=number(word),
            amount={"total": 1_234, "currency": "CNY"},
            payer={"auth_code": code or fresh_code("wechat", customer)},
            scene_info={"device_id": "01", "device_ip": "127.0.0.1", "store_info": {"id": "P0001"}},
            attach="01-7",
            pay_type=CODEPAY,
        )

    async def look(self, word: str) -> dict[str, Any]:
        return await self._heard("query", out_trade_no=number(word))

    async def reverse(self, word: str) -> dict[str, Any]:
        return await self._heard("codepay_reverse", out_trade_no=number(word))

    async def refund(self, word: str, fen: int) -> dict[str, Any]:
        amount = {"refund": fen, "total": 1_234, "currency": "CNY"}
        refund_no = number(f"{word}R")
        return await self._heard(
            "refund", out_refund_no=refund_no, amount=amount, out_trade_no=number(word), reason="退货"
        )

    async def look_refund(self, word: str) -> dict[str, Any]:
        return await self._heard("query_refund", out_refund_no=number(f"{word}R"))


async def until(look: Callable[[], Awaitable[Any]], reached: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while True:
        seen = await look()
        if reached(seen) or time.monotonic() > deadline:
            return seen
        await asyncio.sleep(ROUND)


async def play(counter: Counter) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    seen["never"] = await counter.charge("never", "never")
    seen["never waiting"] = await counter.look("never")
    code = fresh_code("wechat", "instant")
    seen["taken"] = await counter.charge("taken", "", code)
    seen["code again"] = await counter.charge("again", "", code)
    seen["poor"] = await counter.charge("poor", "poor")

    seen["paid"] = await counter.charge("paid", "instant")
    seen["paid query"] = await counter.look("paid")
    seen["refund"] = await counter.refund("paid", 234)
    seen["refund again"] = await counter.refund("paid", 234)
    seen["refund query"] = await until(
        lambda: counter.look_refund("paid"), lambda answer: answer.get("status") != "PROCESSING"
    )
    seen["query after refund"] = await counter.look("paid")

    seen["asked"] = await counter.charge("asked", "password:10")
    seen["asked paid"] = await until(
        lambda: counter.look("asked"), lambda answer: answer.get("trade_state") == "SUCCESS"
    )

    # sooner than 15 seconds after the payment WeChat asks to come again
    seen["never reversed"] = await until(lambda: counter.reverse("never"), lambda answer: answer["http"] == 200)
    seen["never query"] = await counter.look("never")
    seen["taken reversed"] = await until(lambda: counter.reverse("taken"), lambda answer: answer["http"] == 200)
    seen["taken query"] = await counter.look("taken")
    seen["unknown query"] = await counter.look("unknown")
    return seen


async def main() -> dict[str, Any]:
    if KIND == "plain":
        return await play(Counter(WeChatPay(**settings)))
    async with AsyncWeChatPay(**settings) as pay:
        return await play(Counter(pay))


tell(asyncio.run(main()))
