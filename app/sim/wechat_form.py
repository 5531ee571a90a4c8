"""WeChat V2 messages as text and back: hardened XML in, CDATA out, parameter checks. No I/O, no bank."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import ParseError, TreeBuilder, XMLParser
from xml.sax.saxutils import escape

from app.sim.book import Order
from app.sim.exchange import OK, Reply
from app.sim.rules import BEIJING

_XML: Final = "text/xml; charset=utf-8"
_TIME: Final = re.compile(r"\d{14}", re.ASCII)
_NUMBER_SIGNS: Final = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-|*@")


class _Plain(TreeBuilder):
    """Ends the reading at a document type: without one nothing can be declared, and no entity expands."""

    def doctype(self, *_: object) -> None:
        raise ParseError("a document type")


def parse(body: bytes) -> dict[str, str] | None:
    """The fields of ``<xml>``; None for anything else, a document type or an entity included."""
    parser = XMLParser(target=_Plain())  # noqa: S314 - the target ends it before anything can be declared
    try:
        parser.feed(body)
        root = parser.close()
    except (ParseError, ValueError, LookupError):
        return None
    if root.tag != "xml":
        return None
    return {child.tag: (child.text or "").strip() for child in root}


def to_xml(fields: Mapping[str, str]) -> Reply:
    """An answer with every value in CDATA, as WeChat writes it."""
    lines = [f"<{name}>{_cdata(value)}</{name}>" for name, value in fields.items()]
    return Reply(OK, _XML, ("<xml>" + "\n".join(lines) + "\n</xml>").encode())


def _cdata(value: str) -> str:
    return escape(value) if "]]>" in value else f"<![CDATA[{value}]]>"


def openid(order: Order) -> str:
    """The payer, 28 characters."""
    return f"oSim{order.wallet[-12:]:0>24}".replace("-", "0")


def pay_problem(fields: Mapping[str, str]) -> tuple[str, str] | None:
    """err_code and text of the first thing wrong with a micropay request; None where it is fit for the bank."""
    return next(_pay_problems(fields), None)


def _pay_problems(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("body", "out_trade_no", "total_fee", "spbill_create_ip", "auth_code"):
        if not fields.get(name):
            yield "LACK_PARAMS", f"缺少参数 {name}"
    number, fee, code = fields["out_trade_no"], fields["total_fee"], fields["auth_code"]
    if len(number) > 32 or not set(number) <= _NUMBER_SIGNS:
        yield "PARAM_ERROR", "out_trade_no格式错误"
    if not (fee.isascii() and fee.isdigit() and len(fee) <= 10 and int(fee) > 0):
        yield "PARAM_ERROR", "total_fee格式错误"
    if fields.get("fee_type", "CNY") != "CNY":
        yield "PARAM_ERROR", "fee_type只支持CNY"
    if len(fields["body"].encode()) > 128:
        yield "PARAM_ERROR", "body长度不能超过128"
    if fields.get("time_expire") and to_time(fields["time_expire"]) is None:
        yield "PARAM_ERROR", "time_expire格式错误"
    if not (code.isascii() and code.isdigit() and len(code) == 18 and "10" <= code[:2] <= "15"):
        yield "AUTH_CODE_ERROR", "付款码格式错误，请重新扫码"


def to_time(text: str) -> float | None:
    """yyyyMMddHHmmss, Beijing time, as seconds since the epoch; None for anything else."""
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(f"{text[:8]}T{text[8:]}").replace(tzinfo=BEIJING).timestamp()
    except ValueError:
        return None


def refund_problem(fields: Mapping[str, str]) -> tuple[str, str] | None:
    """err_code and text of the first thing wrong with a refund request; None where it is fit for the bank."""
    return next(_refund_problems(fields), None)


def _refund_problems(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("out_refund_no", "total_fee", "refund_fee"):
        if not fields.get(name):
            yield "PARAM_ERROR", f"缺少参数 {name}"
    if not fields.get("out_trade_no") and not fields.get("transaction_id"):
        yield "PARAM_ERROR", "缺少参数 out_trade_no"
    number = fields["out_refund_no"]
    if len(number) > 64 or not set(number) <= _NUMBER_SIGNS:
        yield "PARAM_ERROR", "out_refund_no格式错误"
    for name in ("total_fee", "refund_fee"):
        fee = fields[name]
        if not (fee.isascii() and fee.isdigit() and len(fee) <= 10 and int(fee) > 0):
            yield "PARAM_ERROR", f"{name}格式错误"
    if len(fields.get("refund_desc", "").encode()) > 80:
        yield "PARAM_ERROR", "refund_desc长度不能超过80"
