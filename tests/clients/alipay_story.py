"""A day at the counter over Alipay, the same for each of its clients."""

from collections.abc import Callable
from typing import Any

from driving import fresh_code, until

Answer = dict[str, Any]


def play(
    charge: Callable[..., Answer],
    look: Callable[[str], Answer],
    cancel: Callable[[str], Answer],
    refund: Callable[[str, str, str], Answer],
    look_refund: Callable[[str, str], Answer],
) -> dict[str, Answer]:
    """The answers by step. ``charge(order, customer, code)``, ``refund(order, request_no, yuan)``."""
    seen: dict[str, Answer] = {}
    seen["paid"] = charge("paid", "instant")
    seen["paid query"] = look("paid")
    seen["refund"] = refund("paid", "R1", "2.34")
    seen["refund again"] = refund("paid", "R1", "2.34")
    seen["refund query"] = look_refund("paid", "R1")
    seen["query after refund"] = look("paid")
    seen["refund rest"] = until(lambda: refund("paid", "R2", "10.00"), lambda answer: answer.get("fund_change") == "Y")
    seen["query after rest"] = look("paid")

    seen["asked"] = charge("asked", "password:10")
    seen["asked paid"] = until(lambda: look("asked"), lambda answer: answer.get("trade_status") == "TRADE_SUCCESS")

    seen["never"] = charge("never", "never")
    seen["never waiting"] = look("never")
    seen["never cancelled"] = cancel("never")
    seen["never query"] = look("never")

    code = fresh_code("alipay", "instant")
    seen["taken"] = charge("taken", "", code)
    seen["code again"] = charge("again", "", code)
    seen["poor"] = charge("poor", "poor")
    seen["taken cancelled"] = cancel("taken")
    seen["taken query"] = look("taken")
    seen["unknown query"] = look("unknown")
    seen["unknown cancelled"] = cancel("unknown")
    return seen
