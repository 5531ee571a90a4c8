"""Alipay's gateway parameters as text and back: forms, biz_content, yuan, expiry. No I/O, no bank."""

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from app.sim.exchange import Request

CHARSETS: Final[Mapping[str, str]] = {"utf-8": "utf-8", "utf8": "utf-8", "gbk": "gbk", "gb2312": "gbk"}
_AMOUNT: Final = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?", re.ASCII)
_EXPIRY: Final = re.compile(r"(\d{1,5})([mhd])", re.ASCII)
_EXPIRY_UNIT_S: Final[Mapping[str, int]] = {"m": 60, "h": 3_600, "d": 86_400}
_MAX_EXPIRY_S: Final = 15 * 86_400  # 1m-15d (alipay.md §3)
_MAX_FEN: Final = 10_000_000_000
TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
NUMBER: Final = re.compile(r"\w{1,64}", re.ASCII)


def charset_of(fields: Mapping[str, str]) -> str:
    return CHARSETS.get(fields.get("charset", "").lower(), "utf-8")


def parse(request: Request) -> dict[str, str]:
    """The parameters of query and form; where one stands twice, the first holds. Decoded in the charset they name."""
    body = request.body.decode("ascii", "replace") if request.method == "POST" else ""
    raw = f"{request.query}&{body}"
    found = re.search(r"(?:^|&)charset=([\w-]+)", raw)
    charset = CHARSETS.get(found[1].lower(), "utf-8") if found else "utf-8"
    fields: dict[str, str] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True, encoding=charset, errors="replace"):
        fields.setdefault(name, value)
    return fields


def biz_content(fields: Mapping[str, str]) -> dict[str, str] | None:
    """The scalar values of biz_content as text, lists of words joined by a comma; None where it is no JSON object."""
    try:
        values = json.loads(fields.get("biz_content", ""))
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    texts = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in values.items()}
    return {str(name): str(value) for name, value in texts.items() if isinstance(value, str | int | float)}


def pay_problem(biz: Mapping[str, str]) -> str:
    """The first parameter that is wrong, "" for none."""
    if not NUMBER.fullmatch(biz.get("out_trade_no", "")):
        return "out_trade_no"
    subject = biz.get("subject", "")
    if not subject or len(subject) > 256 or set(subject) & set("/=&"):
        return "subject"
    if biz.get("scene", "bar_code") != "bar_code":
        return "scene"
    if biz.get("timeout_express") and expiry_s(biz["timeout_express"]) is None:
        return "timeout_express"
    return "" if 0 < len(biz.get("auth_code", "")) <= 64 else "auth_code"


def to_fen(text: str) -> int | None:
    """Yuan with at most two decimals as fen; None outside 0.01 to 100,000,000."""
    match = _AMOUNT.fullmatch(text)
    fen = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else 0
    return fen if 0 < fen <= _MAX_FEN else None


def to_yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def expiry_s(text: str) -> float | None:
    """timeout_express as seconds, before pace; None outside 1m to 15d."""
    match = _EXPIRY.fullmatch(text)
    seconds = int(match[1]) * _EXPIRY_UNIT_S[match[2]] if match else 0
    return float(seconds) if _EXPIRY_UNIT_S["m"] <= seconds <= _MAX_EXPIRY_S else None
