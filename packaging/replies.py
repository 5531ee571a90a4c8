"""Writes docs/replies.md from the rooms' reply tables: ``python packaging/replies.py`` (``--check``: only compare).

A room is found by its ``table.py`` and every public table in it is written out, so a new room needs no change here but
for its states' diagram.
"""

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DOCUMENT: Final = ROOT / "docs" / "replies.md"
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app import words  # noqa: E402 - the tree is found first
from app.channels.books import BillFault  # noqa: E402 - the same
from app.core.answers import Found, Pay, Repaid, Undone, Verdict  # noqa: E402 - the same
from app.core.reasons import Reason  # noqa: E402 - the same

TITLES: Final = {
    "wechat_v2": "微信支付 V2 · WeChat Pay V2",
    "wechat_v3": "微信支付 V3 · WeChat Pay V3",
    "alipay": "支付宝 · Alipay",
    "unionpay": "银联 · UnionPay",
}
TABLES: Final = {
    "PAY": "付款 pay",
    "PAY_AS_V2": "付款，V2 的代码 · pay, codes known from V2",
    "PAY_STATE": "付款回话里的 trade_state · state in the answer to a payment",
    "PAY_FAMILIES": "付款，按前缀 · pay, by prefix",
    "TRADE_STATE": "查询回话里的 trade_state · state in the answer to a query",
    "TRADE_STATUS": "查询回话里的 trade_status · status in the answer to a query",
    "QUERY": "查询 query",
    "REVERSE": "撤销、冲正 reverse",
    "CANCEL": "撤销 cancel",
    "REFUND": "退款 refund",
    "FUND_CHANGE": "退款回话里的 fund_change",
    "REFUND_STATUS": "退款状态 state of a refund",
    "REFUND_QUERY": "退款查询 refund query",
    "ORIGINAL": "查询成功时的 origRespCode · origRespCode of a payment, where its query succeeded",
    "ORIGINAL_REFUND": "退款或撤销查询成功时的 origRespCode · origRespCode of a refund or void, the same",
    "BILL": "对账单 bill",
    "BILL_TEXTS": "对账单，按原话的一部分 · bill, by a part of the text",
    "FILE": "对账文件 bill file",
    "UNSIGNED_TEXTS": "没有签名的 FAIL，按原话的一部分 · an unsigned FAIL, by a part of its text",
}

# The class of an answer (design §7.6). For a refund "paid" is: paid back. A reverse is never proof: its query is.
_CLASSES: Final[Mapping[Verdict, tuple[StrEnum, ...]]] = {
    Verdict.PAID: (Pay.PAID, Found.PAID, Found.PARTLY_REFUNDED, Repaid.DONE),
    Verdict.PENDING: (
        *(Pay.ACCEPTED, Pay.PENDING, Found.PENDING),
        *(Undone.DONE, Undone.AGAIN, Undone.BUSY),
        *(Repaid.ACCEPTED, Repaid.AGAIN, Repaid.TOO_MANY, Repaid.SHOP_FUNDS, Undone.SHOP_FUNDS),
    ),
    Verdict.DECLINED: (
        *(Pay.DECLINED, Pay.NOT_SENT, Found.RETURNED, Undone.NOT_SENT, Repaid.NOT_SENT),
        *(Undone.TOO_LATE, Undone.REFUSED, Repaid.REFUSED, Repaid.TOO_LATE, Repaid.CLOSED),
    ),
    Verdict.UNKNOWN: (
        *(Pay.DOUBTFUL, Pay.UNSIGNED, Pay.MISMATCH, Pay.UNKNOWN),
        *(Found.PAY_ERROR, Found.NO_SUCH_ORDER, Found.MISMATCH, Found.UNKNOWN, Undone.UNKNOWN),
        *(Repaid.ABNORMAL, Repaid.NO_SUCH_REFUND, Repaid.MISMATCH, Repaid.UNKNOWN),
    ),
    Verdict.MISCONFIGURED: (Pay.MISCONFIGURED, Found.MISCONFIGURED, Undone.MISCONFIGURED, Repaid.MISCONFIGURED),
}
CLASS_OF: Final = {(type(kind), kind): verdict for verdict, kinds in _CLASSES.items() for kind in kinds}
_HEADS: Final = {
    (Pay, Pay.PAID): "st.paid.head",
    (Pay, Pay.ACCEPTED): "st.accepted.head",
    (Pay, Pay.PENDING): "st.pending.head",
    (Found, Found.PENDING): "st.pending.head",
    (Found, Found.PAID): "st.paid.head",
    (Found, Found.PAY_ERROR): "st.reversing.head",
    (Found, Found.RETURNED): "st.reversedq.head",
}
# A room that means less by an answer: UnionPay only took the request in.
_HEADS_OF: Final[Mapping[tuple[str, type, StrEnum | None], str]] = {("unionpay", Pay, Pay.ACCEPTED): "st.sent.head"}

_WECHAT: Final = """\
[*] --> USERPAYING: 付款，等输密码 pay, password asked
[*] --> SUCCESS: 付款 pay
[*] --> NOTPAY: 付款 pay
[*] --> ACCEPT: 付款，等扣款 pay, to be debited
NOTPAY --> USERPAYING
NOTPAY --> SUCCESS
NOTPAY --> PAYERROR
USERPAYING --> SUCCESS: 输了密码 password typed
USERPAYING --> PAYERROR: 没付成 not paid
ACCEPT --> SUCCESS
ACCEPT --> PAYERROR
NOTPAY --> REVOKED: 撤销 reverse
USERPAYING --> REVOKED: 撤销 reverse
PAYERROR --> REVOKED: 撤销 reverse
SUCCESS --> REVOKED: 撤销，款退回 reverse, money back
SUCCESS --> REFUND: 退款，部分或全部 refund, part or all
REFUND --> REFUND: 再退一部分 another part
REVOKED --> [*]
REFUND --> [*]"""
_WECHAT_NOTE: Final = (
    "付款码的单不能关闭，只能撤销：CLOSED 不会出现，出现就记为矛盾。 A payment-code order cannot be closed, only "
    "revoked: CLOSED never comes, and is logged as a contradiction where it does. PAYERROR decides nothing: the sale "
    "is reversed and queried."
)
_ALIPAY_NOTE: Final = (
    "撤销的、超时的和全额退款的都停在 TRADE_CLOSED；部分退款仍是 TRADE_SUCCESS。 Revoked, timed out and fully "
    "refunded all end in TRADE_CLOSED; a part refund stays TRADE_SUCCESS. 10000 may be rolled back yet: the query "
    "decides."
)
_UNIONPAY_NOTE: Final = (
    "银联没有状态字：00 只说请求收下了，查询的 origRespCode 说结果。清算日从 23:00 到 23:00。 UnionPay has no "
    "state words: 00 says that the request was taken in, the query's origRespCode what became of it. The settlement "
    "day runs from 23:00 to 23:00."
)
# room -> (Mermaid transitions, a sentence)
DIAGRAMS: Final = {
    "wechat_v2": (_WECHAT, _WECHAT_NOTE),
    "wechat_v3": (_WECHAT, _WECHAT_NOTE),
    "alipay": (
        """\
[*] --> WAIT_BUYER_PAY: 付款 10003 pay
[*] --> TRADE_SUCCESS: 付款 10000 pay
WAIT_BUYER_PAY --> TRADE_SUCCESS: 输了密码 password typed
WAIT_BUYER_PAY --> TRADE_CLOSED: 撤销 action=close，或超时 cancel, or time is up
TRADE_SUCCESS --> TRADE_CLOSED: 撤销 action=refund，或全额退款 cancel, or refunded in full
TRADE_SUCCESS --> TRADE_SUCCESS: 部分退款 part refund
TRADE_SUCCESS --> TRADE_FINISHED: 过了退款期 refund window over
TRADE_CLOSED --> [*]
TRADE_FINISHED --> [*]""",
        _ALIPAY_NOTE,
    ),
    "unionpay": (
        """\
[*] --> Accepted: 消费 respCode 00
Accepted --> Paid: 查询 origRespCode 00, A6
Accepted --> Open: 查询 origRespCode 03, 04, 05
Open --> Paid: 查询 origRespCode 00, A6
Accepted --> Failed: 查询 origRespCode, 表内失败 a listed failure
Open --> Failed: 查询 origRespCode, 表内失败 a listed failure
Accepted --> Reversed: 冲正 99
Open --> Reversed: 冲正 99
Paid --> Reversed: 冲正 99，同一清算日 same settlement day
Paid --> Voided: 消费撤销 31，同一清算日，整笔 same settlement day, whole
Paid --> Refunded: 退货 04
Failed --> [*]
Reversed --> [*]
Voided --> [*]
Refunded --> [*]""",
        _UNIONPAY_NOTE,
    ),
}

HEADER: Final = """\
# 通道回话表 · Reply tables

由 `packaging/replies.py` 从各通道的 `table.py` 生成，不要手改。
Generated from the rooms' `table.py` by `packaging/replies.py`; not to be edited.

每一行只对**验过签名**的回话有效；表里没有的，一律 unknown，绝不算已付或未付。查询不到也不等于没付。
Every row speaks of *verified* answers; what is not listed is unknown, never paid and never declined.

类别 classes: paid · pending · declined · unknown · misconfigured.
For a refund, paid means paid back. A reverse or cancel is never proof: the query after it is.
※ 文件里说不会来：照信，并记入日志 · excluded by the documents: believed, and logged."""
_ODD: Final = {"PAY": "ODD_PAY", "PAY_STATE": "ODD_PAY_STATE", "TRADE_STATE": "ODD_STATE", "ORIGINAL": "ODD_QUERY"}


def rooms() -> list[str]:
    """Every room that has a reply table, the known ones in the order of ``TITLES``."""
    found = {path.parent.name for path in (ROOT / "app" / "channels").glob("*/table.py")}
    return [name for name in TITLES if name in found] + sorted(found - set(TITLES))


def tables(module: ModuleType) -> Iterator[tuple[str, list[tuple[str, object]]]]:
    """The public tables of a room in the order they stand there: (name, rows)."""
    for name, value in vars(module).items():
        if name.startswith("_") or not name.isupper():
            continue
        rows = list(value.items() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ())
        if rows and all(isinstance(row, tuple) and len(row) == 2 and _is_row(row[1]) for row in rows):
            yield name, [(str(code), held) for code, held in rows]


def _is_row(held: object) -> bool:
    if isinstance(held, tuple):
        return len(held) == 2 and (type(held[0]), held[0]) in CLASS_OF
    return isinstance(held, BillFault | Reason)


def cells(held: object, room: str = "") -> tuple[str, str, str, str, str]:
    """(class, answer, reason, 中文, English) of a row."""
    match held:
        case (StrEnum() as kind, reason):
            verdict = CLASS_OF[type(kind), kind].value
            return verdict, kind.value, reason or "—", *sentences(kind, reason, room)
        case BillFault():
            return "—", "—", held.value, *_bill(held)
        case Reason():
            return Verdict.MISCONFIGURED.value, "—", held.value, *sentences(None, held)
        case _:
            raise TypeError(held)


def sentences(kind: StrEnum | None, reason: Reason | None, room: str = "") -> tuple[str, str]:
    """What the cashier reads: headline and remedy of the reason, else the stage's headline."""
    if reason is not None:
        return _joined(f"r.{reason}", "："), _joined(f"r.{reason}", ": ", "en")
    head = _HEADS_OF.get((room, type(kind), kind)) or _HEADS.get((type(kind), kind))
    return (words.tell(head), words.tell(head, "en")) if head else ("—", "—")


def _joined(key: str, between: str, language: str = "zh") -> str:
    return between.join(words.say(f"{key}.{part}", language) for part in ("head", "do"))


def _bill(fault: BillFault) -> tuple[str, str]:
    key = next((f"{p}.{fault}" for p in ("bill", "wf") if words.has(f"{p}.{fault}")), "")
    if key:
        return words.tell(key), words.tell(key, "en")
    return sentences(None, Reason(fault.value)) if fault.value in list(Reason) else ("—", "—")


def _gateway(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Alipay's codes of the gateway itself, the same in every call; they stand in sets beside the tables."""
    judge = getattr(module, "gateway_reason", None)
    if judge is None:
        return
    for name in ("CONFIG_CODES", "INVALID_SIGNATURE", "BUSY_CODES", "UNKNOWN_CODES"):
        for code in sorted(getattr(module, name)):
            ours, reason = judge(code, "") or judge("", code)
            yield code, (Pay.MISCONFIGURED if ours else Pay.UNKNOWN, reason)


def document() -> str:
    """The whole text of docs/replies.md."""
    lines = [HEADER]
    for room in rooms():
        lines += _room(room)
    return "\n".join(lines) + "\n"


def _room(room: str) -> Iterator[str]:
    module = import_module(f"app.channels.{room}.table")
    yield from ("", f"## {TITLES.get(room, room)}")
    if room in DIAGRAMS:
        transitions, sentence = DIAGRAMS[room]
        yield from ("", "```mermaid", "stateDiagram-v2")
        yield from (f"    {line}" for line in transitions.splitlines())
        yield from ("```", "", sentence)
    if gateway := list(_gateway(module)):
        yield from _table("网关，每种调用都一样 · the gateway, the same in every call", gateway, room)
    for name, rows in tables(module):
        yield from _table(TABLES.get(name, name), rows, room, getattr(module, _ODD.get(name, ""), frozenset()))


def _table(title: str, rows: list[tuple[str, object]], room: str, odd: frozenset[str] = frozenset()) -> Iterator[str]:
    yield from (
        "",
        f"### {title}",
        "",
        "| 代码 code | 类别 class | 回答 answer | 原因 reason | 收银员看到 | The cashier reads |",
    )
    yield "|---|---|---|---|---|---|"
    for code, held in rows:
        shown = (f"`{code}`" if code else "（空 empty）") + (" ※" if code in odd else "")
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in (shown, *cells(held, room))) + " |"


def main() -> int:
    text = document()
    if "--check" in sys.argv[1:]:
        return 0 if DOCUMENT.exists() and DOCUMENT.read_text(encoding="utf-8") == text else 1
    DOCUMENT.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
