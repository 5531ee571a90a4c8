"""The day's file on its way to disk: fileContent is base64, then zlib, then a zip (``unionpay.md`` §5)."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.channels.bill_file import IncomingBill
from app.channels.books import BillError, BillFault, BillFile
from app.channels.outcome import NoAnswer, NotSent, Outcome, Reply
from app.channels.unionpay import table
from app.channels.unionpay.wire import Forged, KeyOf, Signed, Unreadable, open_envelope
from app.core.beijing import BEIJING, ms_at
from app.core.channel import Channel

ANSWER_MOST: Final = 64 * 1024 * 1024  # bytes; a day of 100,000 sales is below 10 MiB
ZIP_MOST: Final = 256 * 1024 * 1024
READY: Final = timedelta(hours=34)  # from 00:00 of the settlement day: 10:00 of the next; the true hour is in no source
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose file was asked for, of which day, and when (ms since the epoch)."""

    mer_id: str
    day: str
    now_ms: int


class Collected:
    """Takes an answer's body piece by piece, up to ``ANSWER_MOST``."""

    def __init__(self) -> None:
        self.body = bytearray()

    def __call__(self, piece: bytes) -> bool:
        self.body += piece
        return len(self.body) <= ANSWER_MOST


def settle_date(day: str) -> str:
    """``MMDD`` of ``YYYY-MM-DD``. Raises BillError."""
    _midnight(day)
    return day[5:7] + day[8:10]


def _midnight(day: str) -> datetime:
    try:
        midnight = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=BEIJING)
    except ValueError:
        midnight = None
    if midnight is None or f"{midnight:%Y-%m-%d}" != day:
        raise BillError(BillFault.WRONG_ASK, "a settlement day is written YYYY-MM-DD")
    return midnight


def content(outcome: Outcome, body: bytes, key_of: KeyOf, wanted: Wanted) -> str:
    """What a verified answer holds of the file that was asked for, still packed. Raises BillError."""
    match outcome:
        case Reply(status=200):
            pass
        case Reply(status=status):
            raise BillError(BillFault.NO_ANSWER, f"HTTP {status}")
        case NotSent(why=why) | NoAnswer(why=why):
            raise BillError(BillFault.NO_ANSWER, why)
    envelope = open_envelope(body, key_of, ANSWER_MOST)
    match envelope:
        case Signed(fields=fields):
            return _content(fields, wanted)
        case Forged():
            raise BillError(BillFault.FORGED, "the signature over the answer does not hold")
        case Unreadable(why=why):
            raise BillError(BillFault.DAMAGED, f"the answer cannot be read: {why}")
        case _:
            raise BillError(BillFault.NO_ANSWER, "a refusal nobody signed")


def _content(fields: Mapping[str, str], wanted: Wanted) -> str:
    code = fields["respCode"]
    if code != table.SUCCESS:
        fault = table.FILE.get(code, BillFault.NO_ANSWER)
        if fault is BillFault.NONE and wanted.now_ms < ms_at(_midnight(wanted.day) + READY):
            fault = BillFault.LATER  # "no such file" says nothing while it may still be under way
        raise BillError(fault, f"respCode {code}")
    date = settle_date(wanted.day)
    if fields.get("merId") != wanted.mer_id or fields.get("settleDate", date) != date:
        raise BillError(BillFault.WRONG_ASK, "the file is another merchant's or another day's")
    if not fields.get("fileContent"):
        raise BillError(BillFault.DAMAGED, "no fileContent")
    return fields["fileContent"]


def store(text: str, day: str, folder: Path) -> BillFile:
    """Unpack fileContent into ``folder`` as the zip it holds. Raises BillError; OSError where the disk fails."""
    inflater = zlib.decompressobj()
    with IncomingBill(Channel.UNIONPAY, day, folder) as incoming:
        try:
            packed = base64.b64decode(text, validate=True)
            while packed and not inflater.eof and incoming.size <= ZIP_MOST:
                incoming.take(inflater.decompress(packed, _PIECE))
                packed = inflater.unconsumed_tail
        except (binascii.Error, ValueError, zlib.error):
            raise BillError(BillFault.DAMAGED, "fileContent cannot be unpacked") from None
        incoming.check()
        if not inflater.eof or incoming.size > ZIP_MOST:
            raise BillError(BillFault.DAMAGED, "fileContent is cut short or too long")
        return incoming.keep(".zip")
