"""ACP requests: which transaction, signed by whom, what the fault script makes of the answer. No I/O."""

import re
from collections.abc import Mapping
from typing import Final

from app.sim.bank import Bank
from app.sim.bills import Readiness, readiness
from app.sim.exchange import NOT_FOUND, Heard, Reply, Request
from app.sim.faults import Call, Fired
from app.sim.unionpay.files import day_of, unionpay_file
from app.sim.unionpay.seal import BY_RSA, VERSION, MerchantUp, holds, packed, parse, signed, to_reply
from app.sim.unionpay.trades import SAYS, UP, Fields, Trades

PATHS: Final = re.compile(r"/(?:\S*/)?(?:backTransReq|queryTrans)\.do|/filedownload/?|/")
_CALLS: Final[Mapping[tuple[str, str], Call]] = {
    ("01", "06"): Call.PAY,
    ("99", "01"): Call.REVERSE,
    ("31", "00"): Call.REFUND,
    ("04", "00"): Call.REFUND,
    ("00", "00"): Call.QUERY,
    ("76", "01"): Call.BILL,
}
_ECHOED: Final = (
    *("version", "encoding", "signMethod", "txnType", "txnSubType", "bizType", "accessType", "merId", "orderId"),
    *("txnTime", "txnAmt", "currencyCode", "reqReserved", "settleDate", "fileType", "origQryId"),
)
_NEEDED: Final = frozenset(
    {"version", "encoding", "signMethod", "txnType", "txnSubType", "bizType", "accessType", "merId"}
)
UNHEARD: Final = "ZZ"


class UnionPay:
    """Reads and answers ACP requests; the bank decides."""

    def __init__(self, bank: Bank, merchant: MerchantUp) -> None:
        self._bank = bank
        self._merchant = merchant
        self.trades = Trades(bank)

    def read(self, request: Request) -> Heard:
        """Parse, and check fields, merchant and signature. Every answer is signed, refusals too."""
        if request.method != "POST" or not PATHS.fullmatch(request.path):
            return Heard(None, refusal=NOT_FOUND)
        fields = parse(request.body)
        call = _CALLS.get((fields.get("txnType", ""), fields.get("txnSubType", "")))
        if call is None:
            return Heard(None, refusal=self._reply(fields, "10", {}, {}))
        if call is Call.QUERY and self.trades.knows_refund(fields):
            call = Call.REFUND_QUERY
        code = self._door(fields)
        return Heard(call, fields, self._reply(fields, code, {}, {}) if code else None)

    def _door(self, fields: Fields) -> str:
        """RespCode of what the door has against the message, "" for nothing."""
        if not set(fields) >= _NEEDED:
            return "13"
        known = (fields["version"], fields["signMethod"], fields["encoding"].upper()) == (VERSION, BY_RSA, "UTF-8")
        if not known:
            return "10"
        if not holds(fields, self._merchant):
            return "11"
        return "" if fields["merId"] == self._merchant.mer_id else "31"

    def act(self, heard: Heard, fired: Fired, now: float) -> Reply:
        """Let the bank do it and say so, signed."""
        if heard.refusal is not None or heard.call is None:
            return heard.refusal or NOT_FOUND
        canned = _canned(heard.call, fired)
        if canned is not None and not canned[2]:
            return self._reply(heard.fields, canned[0], canned[1], fired)
        code, more = self._answer(heard.call, heard.fields, fired, now)
        if canned is not None:
            code, more = canned[:2]
        return self._reply(heard.fields, code, more, fired)

    def told(self, fields: Mapping[str, str]) -> dict[str, str]:
        """A notification's fields, signed."""
        common = {"version": VERSION, "encoding": "UTF-8", "signMethod": BY_RSA, "bizType": "000000", "accessType": "0"}
        return signed({**common, "merId": self._merchant.mer_id, **fields}, self._merchant)

    def _answer(self, call: Call, asked: Fields, fired: Fired, now: float) -> tuple[str, dict[str, str]]:
        match call:
            case Call.PAY:
                code, more = self.trades.pay(asked, now)
                if "rollback" in fired:
                    self._bank.roll_back(UP, asked.get("orderId", ""), now)
                return code, more
            case Call.REVERSE:
                return self.trades.reverse(asked, fired, now)
            case Call.REFUND:
                return self.trades.give_back(asked, fired, now, void=asked["txnType"] == "31")
            case Call.BILL:
                return self._file(asked, fired, now)
            case _:
                return self.trades.query(asked, fired, now)

    def _file(self, asked: Fields, fired: Fired, now: float) -> tuple[str, dict[str, str]]:
        end = day_of(asked.get("settleDate", ""), now)
        if end is None or asked.get("fileType") != "00":
            return "10", {}
        ready = readiness(end, now, at_once="today" in fired) is Readiness.READY
        made = unionpay_file(self._bank, self._merchant.mer_id, end, now) if ready else None
        if made is None:
            return "98", {}
        return "00", {"fileName": made[0], "fileContent": packed(made[1])}

    def _reply(self, asked: Fields, code: str, more: Mapping[str, str], fired: Fired) -> Reply:
        told = {name: asked[name] for name in _ECHOED if "&" not in asked.get(name, "&")}  # answers are not encoded
        fields = {**told, **more, "respCode": code, "respMsg": SAYS.get(code, f"未知[{code}]")}
        if "wrong-amount" in fired and "txnAmt" in fields:
            fields["txnAmt"] = str(int(fields["txnAmt"]) + 1)
        if "foreign-order" in fired and "orderId" in fields:
            fields["orderId"] = _other(fields["orderId"])
        full = signed(fields, self._merchant)
        if "bad-signature" in fired:
            full["signature"] = _other(full["signature"][:1]) + full["signature"][1:]
        if "no-signature" in fired:
            del full["signature"]
        return to_reply(full)


def _canned(call: Call, fired: Fired) -> tuple[str, dict[str, str], bool] | None:
    """RespCode and fields that do not come from the bank, and whether the bank acts all the same."""
    is_query = call in (Call.QUERY, Call.REFUND_QUERY)
    unheard = ("00", {"origRespCode": UNHEARD, "origRespMsg": UNHEARD}) if is_query else (UNHEARD, {})
    answers: dict[str, tuple[str, dict[str, str]]] = {
        "system-error": ("03", {}),
        "bank-error": ("04", {}),
        "unknown-code": unheard,
        "recall": ("05", {}),
        "retry-flag": ("05", {}),
        "lie-ok": ("00", {}),
        "lie-fail": ("03", {}),
        "user-paying-on-reverse": ("35", {}),
        "no-balance": ("01", {}),
    }
    for name, (code, more) in answers.items():
        if name in fired:
            return code, more, fired[name].after or name == "lie-fail"
    return None


def _other(text: str) -> str:
    """The same length, not the same text."""
    return text[:-1] + ("1" if text[-1] != "1" else "2")
