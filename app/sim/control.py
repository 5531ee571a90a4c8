"""The simulator's control door: fresh codes, fault scripts, the ledger, and the practice phone's buttons.

Plain HTTP on a second loopback port that no fault touches; every request carries the token of ``control.json``.
"""

import base64
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from app.core.channel import Channel
from app.sim.book import Customer, Kind, OrderState, parse_customer
from app.sim.desk import Desk
from app.sim.exchange import NOT_FOUND, OK, Reply, Request
from app.sim.faults import FaultError
from app.sim.http import Delivery
from app.sim.ledger import listing
from app.sim.notices import Speech
from app.sim.rules import PASSWORD_FREE_FEN, SPOKEN, day_begins

_JSON: Final = "application/json; charset=utf-8"
_SAID: Final[dict[OrderState, str]] = {
    OrderState.WAITING: "password",
    OrderState.PAID: "paid",
    OrderState.REFUSED: "refused",
    OrderState.NOT_PAID: "refused",
    OrderState.FAILED: "refused",
    OrderState.REVERSED: "refused",
    OrderState.CLOSED: "refused",
}
_PHONE_CUSTOMERS: Final = {
    "instant": Customer(Kind.PHONE, free_fen=PASSWORD_FREE_FEN),
    "password": Customer(Kind.PHONE),
    "never": Customer(Kind.PHONE),  # a phone types nothing by itself; the person at it leaves the password alone
    "poor": Customer(Kind.POOR),
}


class AskedWrongError(ValueError):
    """The request names what does not exist; the text is one sentence."""


@dataclass(slots=True)
class Phone:
    """The practice phone as the simulator sees it: the code it shows. Only in memory; a restart shows no code."""

    channel: Channel = Channel.WECHAT
    code: str = field(default="", repr=False)


class ControlDoor:
    """Answers control requests. ``set_line`` takes the line up or down and ``line_is_up`` tells."""

    def __init__(
        self,
        desk: Desk,
        token: str,
        clock: Callable[[], float],
        set_line: Callable[[bool], Awaitable[None]],
        line_is_up: Callable[[], bool],
    ) -> None:
        self._desk = desk
        self._token = token
        self._clock = clock
        self._set_line = set_line
        self._line_is_up = line_is_up
        self._phone = Phone()
        self._wanted_up = True

    async def handle(self, request: Request) -> Delivery:
        now = self._clock()
        offered = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(offered, f"Bearer {self._token}".encode()):
            return Delivery(_json({"error": "wrong token"}, 403), now)
        try:
            answer = await self._answer(f"{request.method} {request.path}", _object(request.body), now)
        except (AskedWrongError, FaultError) as error:
            return Delivery(_json({"error": str(error)}, 400), now)
        except OSError as error:
            return Delivery(_json({"error": f"the line cannot be mended ({error.strerror or error})"}, 400), now)
        self._desk.write_down(now)
        return Delivery(NOT_FOUND if answer is None else _json(answer), now)

    async def _answer(self, what: str, asked: dict[str, Any], now: float) -> dict[str, Any] | None:
        match what:
            case "POST /fault":
                self._desk.set_faults(str(asked.get("script", "")))
                await self._apply_line()
                return {}
            case "POST /line":
                self._wanted_up = bool(asked.get("up", True))
                await self._apply_line()
                return {}
            case _:
                return self._bank_answer(what, asked, now)

    def _bank_answer(self, what: str, asked: dict[str, Any], now: float) -> dict[str, Any] | None:
        match what:
            case "GET /ledger":
                self._desk.bank.settle(now)
                return {"orders": listing(self._desk.bank.orders)}
            case "GET /counts":
                return {"counts": dict(self._desk.counts), "struck": self._desk.faults.struck}
            case "POST /code":
                return {"code": self._desk.bank.vault.issue(_channel(asked), _customer(asked), now)}
            case "POST /notice":
                return self._notice(asked, now)
            case "POST /bill":
                return self._bill(_channel(asked), str(asked.get("day")), now)
            case _:
                return self._phone_answer(what, asked, now)

    def _bill(self, channel: Channel, day: str, now: float) -> dict[str, Any]:
        begin = day_begins(day)
        if begin is None:
            raise AskedWrongError(f"a day is YYYY-MM-DD, not {day!r}")
        made = self._desk.bill(channel, begin, now)
        if made is None:
            raise AskedWrongError(f"{channel} has nothing on the bill of {day}")
        return {"name": made[0], "data": base64.b64encode(made[1]).decode("ascii")}

    def _notice(self, asked: dict[str, Any], now: float) -> dict[str, Any]:
        try:
            speech = Speech(str(asked.get("channel")))
            made = self._desk.notices.make(speech, str(asked.get("number")), str(asked.get("refund") or ""), now)
        except ValueError as error:
            raise AskedWrongError(str(error)) from None
        headers = {"Content-Type": made.content_type, **dict(made.headers)}
        return {"headers": headers, "body": base64.b64encode(made.body).decode("ascii")}

    def _phone_answer(self, what: str, asked: dict[str, Any], now: float) -> dict[str, Any] | None:
        bank = self._desk.bank
        match what:
            case "GET /phone":
                return self._look(now)
            case "POST /phone/code":
                channel, word = _channel(asked), str(asked.get("customer"))
                if word not in _PHONE_CUSTOMERS:
                    raise AskedWrongError(f"no such practice customer: {word!r}")
                self._phone = Phone(channel, bank.vault.issue(channel, _PHONE_CUSTOMERS[word], now))
                return self._look(now)
            case "POST /phone/password":
                return {"done": bank.enter_password(self._phone.code, now)}
            case "POST /phone/refuse":
                return {"done": bank.refuse(self._phone.code, now)}
            case _:
                return None

    async def _apply_line(self) -> None:
        await self._set_line(self._wanted_up and not self._desk.faults.line_is_off)

    def _look(self, now: float) -> dict[str, Any]:
        """The phone's screen: fields of ``app.till.api.PhoneView``."""
        bank, phone = self._desk.bank, self._phone
        code, order = bank.vault.code(phone.code), bank.order_of(phone.code, now)
        if not self._line_is_up():
            state = "offline"
        elif order is not None:
            state = _SAID[order.state]
        else:
            state = "code" if code is not None and bank.vault.is_fresh(code, now) else "expired"
        waits = order is not None and order.state is OrderState.WAITING
        return {
            "channel": phone.channel.value,
            "code": phone.code,
            "balance_fen": bank.vault.balance_fen(code.wallet) if code is not None else 0,
            "asks_fen": order.amount_fen if order is not None and waits else None,
            "state": state,
        }


def _channel(asked: dict[str, Any]) -> Channel:
    word = asked.get("channel")
    if word not in SPOKEN:
        raise AskedWrongError(f"no such channel: {word!r}; known are {', '.join(SPOKEN)}")
    return Channel(str(word))


def _customer(asked: dict[str, Any]) -> Customer:
    try:
        return parse_customer(str(asked.get("customer", "")))
    except ValueError as error:
        raise AskedWrongError(str(error)) from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise AskedWrongError("the body is no JSON object")
    return asked


def _json(answer: dict[str, Any], status: int = OK) -> Reply:
    return Reply(status, _JSON, json.dumps(answer, ensure_ascii=False).encode())
