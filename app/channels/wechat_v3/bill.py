"""Fetching the trade bill of a day: first a signed ticket, then the file, held against the ticket's hash.

The hash is SHA-1 of the file before compression ("原始账单（gzip需要解压缩）的摘要值", pay.weixin.qq.com
docs/partner/apis/partner-miniprogram-payment/get-trade-bill). The file's own answer is not signed.
"""

import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, assert_never
from urllib.parse import urlsplit

from app.channels import wording
from app.channels.books import BillError, BillFault
from app.channels.outcome import NoAnswer, NotSent, Outcome, Reply
from app.channels.wechat_v3 import table, wire
from app.channels.wechat_v3.answers import Came, Doubt, opened
from app.channels.wechat_v3.wire import Refused, Signed

PLAIN_MOST: Final = 4 * 1024 * 1024 * 1024  # bytes uncompressed; a million rows are about 400 MB
PIECE: Final = 256 * 1024  # bytes unpacked at a time
_GZIP_BITS: Final = zlib.MAX_WBITS | 16
GZIP: Final = b"\x1f\x8b"
_SHA1: Final = re.compile(r"[0-9a-fA-F]{40}")
_TARGET: Final = re.compile(r"/[!-\"$-~]{0,4096}")
_HTTPS: Final = 443


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where the file lies, on the host that gave the ticket, and the SHA-1 it must have, lower-case hex."""

    target: str
    sha1: str


def read_ticket(came: Came, base_url: str) -> Ticket:
    """Raises BillError."""
    said = opened(came)
    match said:
        case Doubt(evidence=evidence):
            fault = BillFault.FORGED if evidence.forged else BillFault.NO_ANSWER
            raise BillError(fault, f"no usable answer to the request for a bill {evidence.code}".strip())
        case Refused(status=status, code=code):
            fault = table.listed(table.BILL, status, code, said.number) or BillFault.NO_ANSWER
            text = wording.clean(said.says) or wording.clean_code(code) or f"HTTP {status}"
            raise BillError(fault, f"refused: {wording.clean_code(code)} HTTP {status}", text=text)
        case Signed(fields=fields):
            address, sha1 = (wire.text(fields, name) for name in ("download_url", "hash_value"))
            if wire.text(fields, "hash_type") != "SHA1" or not _SHA1.fullmatch(sha1):
                raise BillError(BillFault.NO_ANSWER, "the bill has no SHA-1")
            return Ticket(_target(address, base_url), sha1.lower())
        case _:
            assert_never(said)


def _target(address: str, base_url: str) -> str:
    """Path and query of ``address``, which must be on our own host: our signature goes along with the request."""
    try:
        there, ours = urlsplit(address), urlsplit(base_url)
        same = (there.scheme, there.hostname, there.port or _HTTPS) == (ours.scheme, ours.hostname, ours.port or _HTTPS)
    except ValueError:
        same = False
    target = address.partition("://")[2].partition("/")[2]
    if not same or there.username is not None or not _TARGET.fullmatch(f"/{target}"):
        raise BillError(BillFault.NO_ANSWER, "the bill's address is not on the channel's own host")
    return f"/{target}"


class Fingerprint:
    """SHA-1 of a file before its compression, taken as the file comes, in memory that does not grow with it."""

    def __init__(self) -> None:
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._unpacker = zlib.decompressobj(_GZIP_BITS)
        self._begun = b""  # until the first two bytes are there
        self._length = 0
        self.damaged = False
        self.packed: bool | None = None

    def take(self, data: bytes) -> bool:
        """False where it can be no bill."""
        if self.packed is None:
            self._begun += data
            if len(self._begun) < len(GZIP):
                return True
            self.packed = self._begun.startswith(GZIP)
            data = self._begun
        try:
            for piece in self._pieces(data):
                self._length += len(piece)
                self._sha1.update(piece)
                if self._length > PLAIN_MOST:
                    self.damaged = True
                    return False
        except zlib.error:
            self.damaged = True
        return not self.damaged

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        if not self.packed:
            yield data
            return
        more = True
        while data or more:
            if self._unpacker.eof and data:  # a file may be several, one behind the other
                self._unpacker = zlib.decompressobj(_GZIP_BITS)
            piece = self._unpacker.decompress(data, PIECE)
            more = len(piece) == PIECE
            data = self._unpacker.unconsumed_tail or self._unpacker.unused_data
            yield piece

    def prove(self, sha1: str) -> str:
        """The suffix of the file's name. Raises BillError where it is not whole or not the one that was promised."""
        if self.packed is None:
            self._sha1.update(self._begun)
        if self.damaged or (self.packed and not self._unpacker.eof):
            raise BillError(BillFault.DAMAGED, "the compressed bill is cut off, damaged or larger than any bill")
        if self._sha1.hexdigest() != sha1:
            raise BillError(BillFault.FORGED, "the bill does not have the hash that was promised")
        return ".csv.gz" if self.packed else ".csv"


def received(outcome: Outcome, proof: Fingerprint, ticket: Ticket) -> str:
    """The suffix of the whole and proven file's name. Raises BillError."""
    match outcome:
        case Reply(status=200):
            return proof.prove(ticket.sha1)
        case Reply(status=status):  # an expired address, mostly: the next try gets a new one
            raise BillError(BillFault.NO_ANSWER, f"HTTP {status}")
        case NotSent(why=why) | NoAnswer(why=why):
            fault = BillFault.DAMAGED if proof.damaged else BillFault.NO_ANSWER
            raise BillError(fault, wording.clean(why))
        case _:
            assert_never(outcome)
