"""Alipay's address of a bill, and from where it may be fetched (``alipay.md`` §9). Pure."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from app.channels import tls, wording
from app.channels.alipay import table
from app.channels.alipay.answers import Doubt, opened
from app.channels.alipay.wire import KeyFor
from app.channels.books import BillError, BillFault
from app.channels.outcome import NoAnswer, NotSent, Outcome, Reply
from app.core.answers import Evidence
from app.core.reasons import Reason

METHOD: Final = "alipay.data.dataservice.bill.downloadurl.query"
ZIP: Final = b"PK\x03\x04"
_URL: Final = re.compile(r"[!-~]{1,4096}")


def bill_fields(day: str) -> dict[str, str]:
    """``day``: YYYY-MM-DD."""
    return {"bill_type": "trade", "bill_date": day}


def address(outcome: Outcome, key_for: KeyFor) -> tuple[str | BillError, Evidence]:
    """The verified address of a bill, or why there is none."""
    said = opened(outcome, METHOD, key_for)
    if isinstance(said, Doubt):
        if said.evidence.forged:
            return BillError(BillFault.FORGED, "the signature does not hold"), said.evidence
        fault = BillFault.NO_ANSWER
        if said.misconfigured:
            fault = BillFault.KEYS if said.evidence.reason is Reason.KEYS else BillFault.WRONG_ASK
        return BillError(fault, said.evidence.says or said.evidence.code), said.evidence
    evidence = Evidence(code=said.both, says=wording.clean(said.text("sub_msg")), verified=True)
    if said.code != "10000":
        text = evidence.says or evidence.code
        return BillError(table.bill_fault(said.code, said.sub_code), text, text=text), evidence
    url = said.text("bill_download_url")
    if not _URL.fullmatch(url):
        return BillError(BillFault.NO_ANSWER, "no address came"), evidence
    return url, evidence


def allowed(url: str, hosts: tuple[str, ...], gateway_url: str) -> SplitResult | BillError:
    """``url`` over https, if its host is one of ``hosts``; a simulator may send its own till to this machine.

    The channel names its address with http; it is never fetched so, since nothing else proves whose file it is.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return BillError(BillFault.NO_ANSWER, "the bill's address cannot be read")
    if parts.scheme not in {"http", "https"} or parts.username or parts.password:
        return BillError(BillFault.WRONG_ASK, "the bill's address is of a kind that is not fetched")
    if tls.is_loopback(gateway_url) and host in tls.LOOPBACK and parts.scheme == "https":
        return parts
    if host not in hosts or port not in {None, 80, 443}:
        return BillError(BillFault.WRONG_ASK, f"the bill lies on {wording.clean(host)}, which is no host of bills here")
    return parts._replace(scheme="https", netloc=host)


def received(outcome: Outcome, head: bytes) -> str | BillError:
    """The suffix of the bill's file, or why there is none. ``head``: how the answer's body begins."""
    match outcome:
        case Reply(status=200) if head.startswith(ZIP):
            return ".zip"
        case Reply(status=200) if head.startswith("#支付宝".encode("gbk")):
            return ".csv"
        case Reply(status=200):
            return BillError(BillFault.DAMAGED, "what came is no bill")
        case Reply(status=status):
            return BillError(BillFault.NO_ANSWER, f"HTTP {status}")
        case NotSent(why=why) | NoAnswer(why=why):
            return BillError(BillFault.NO_ANSWER, wording.clean(why))
