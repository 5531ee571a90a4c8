"""WeChat V2's downloadbill: what is asked, and whether a bill or a refusal came (``wechat.md`` §2.7). Pure."""

from typing import Final, assert_never

from app.channels import wechat_bill, wording
from app.channels.books import BillError, BillFault
from app.channels.outcome import NoAnswer, NotSent, Outcome, Reply
from app.channels.wechat_v2 import table
from app.channels.wechat_v2.wire import NotTheirsError, parse

PLAIN: Final = ".csv"
PACKED: Final = ".csv.gz"


def bill_fields(day: str) -> dict[str, str]:
    """``day``: YYYY-MM-DD."""
    return {"bill_date": day.replace("-", ""), "bill_type": "ALL", "tar_type": "GZIP"}


def received(outcome: Outcome, head: bytes) -> str | BillError:
    """The suffix of the bill's file, or why there is none. ``head``: how the answer's body begins."""
    match outcome:
        case NotSent(why=why) | NoAnswer(why=why):
            return BillError(BillFault.NO_ANSWER, wording.clean(why))
        case Reply(status=200):
            return _named(head)
        case Reply(status=status):
            return BillError(BillFault.NO_ANSWER, f"HTTP {status}")
        case _:
            assert_never(outcome)


def _named(head: bytes) -> str | BillError:
    if head.startswith(wechat_bill.GZIP):
        return PACKED
    if head.lstrip()[:1] != b"<" and head:
        return PLAIN
    try:
        fields = parse(head)
    except NotTheirsError:
        return BillError(BillFault.DAMAGED, "neither a bill nor a refusal came")
    says = f"{fields.get('return_msg', '')} {fields.get('error_code', '')} {fields.get('err_code_des', '')}"
    fault = next((fault for text, fault in table.BILL_TEXTS if text in says.lower()), None)
    if fault is None and table.unsigned_reason(says):
        fault = BillFault.WRONG_ASK
    return BillError(fault or BillFault.NO_ANSWER, wording.clean(says), text=wording.clean(says))
