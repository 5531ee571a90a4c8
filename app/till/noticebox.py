"""Notifications on their way into the journal: one small file each, durable before the channel is answered.

Only the till may write the journal, and it may be closed when a channel calls. So whoever takes a notification leaves
it here, sealed with a key that only this till's folder holds, and the till takes it up on its loop and at its start.

A file is named for its *fact*, what it says and not how: the same notification twice, and another about the same
fact, are one file. That a fact is taken up once is the till's to see to: the journal is its memory.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from app.channels.books import Notice, NoticeKind
from app.core.answers import Evidence
from app.core.channel import Channel
from app.durable import sync_folder
from app.settings.file import write_whole

VERSION: Final = 1
SIZE_MOST: Final = 16_384  # bytes of one file; the longest has some 600
WAITING_MOST: Final = 10_000  # a till that is closed for weeks; beyond it the channel is told to come again
_PURPOSE: Final = b"mashou notices 1"  # keeps this key apart from the one that seals the journal
_SUFFIX: Final = ".json"


class BoxFull(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """Too many notifications wait for a till that does not open."""


def fact_of(notice: Notice) -> str:
    """What ``notice`` says, as 64 hex digits: equal for two notifications that say the same."""
    said = [
        notice.kind.value,
        notice.channel.value,
        notice.out_trade_no,
        notice.channel_no,
        notice.amount_fen,
        notice.refunded_fen,
        notice.out_refund_no,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class NoticeBox:
    """The folder of waiting notifications. Every method may raise OSError."""

    def __init__(self, folder: Path, mac_key: bytes) -> None:
        """``mac_key``: the journal's; a key of our own is derived from it."""
        self._folder = folder
        self._key = hmac.digest(mac_key, _PURPOSE, "sha256")

    def put(self, notice: Notice) -> None:
        """When this returns, ``notice`` survives a power cut. Raises BoxFull."""
        name = fact_of(notice) + _SUFFIX
        if (self._folder / name).exists():
            sync_folder(self._folder)
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if len(self._names()) >= WAITING_MOST:
            raise BoxFull
        said = _plain(notice)
        write_whole(self._folder / name, json.dumps({"notice": said, "mac": self._mac(said)}, ensure_ascii=False))
        sync_folder(self._folder)
        sync_folder(self._folder.parent)

    def waiting(self) -> Iterator[Path]:
        """Every file, by name."""
        for name in self._names():
            yield self._folder / name

    def read(self, path: Path) -> Notice | None:
        """What ``path`` holds; None where it is not one of ours."""
        with path.open("rb") as file:
            data = file.read(SIZE_MOST + 1)
        try:
            held = json.loads(data)
            said, mac = held["notice"], held["mac"]
            if len(data) > SIZE_MOST or not hmac.compare_digest(self._mac(said), str(mac)):
                return None
            notice = _notice(said)
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        return notice if path.name == fact_of(notice) + _SUFFIX else None

    def done(self, path: Path) -> None:
        """The journal says what ``path`` says. Should a power cut bring the file back, it says nothing new."""
        path.unlink(missing_ok=True)

    def refuse(self, path: Path) -> None:
        """``path`` is not ours; it is kept for whoever wants to know why."""
        there = self._folder / "refused"
        there.mkdir(mode=0o700, exist_ok=True)
        path.replace(there / path.name)

    def _names(self) -> list[str]:
        try:
            with os.scandir(self._folder) as found:
                return sorted(entry.name for entry in found if _is_fact(entry))
        except FileNotFoundError:
            return []

    def _mac(self, said: dict[str, Any]) -> str:
        return hmac.digest(self._key, json.dumps(said, sort_keys=True).encode(), "sha256").hex()


def _is_fact(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(_SUFFIX) and not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)


def _plain(notice: Notice) -> dict[str, str | int | bool | None]:
    """What is kept: numbers, sums and codes; never the body, never a payer."""
    return {
        "v": VERSION,
        "kind": notice.kind.value,
        "channel": notice.channel.value,
        "out_trade_no": notice.out_trade_no,
        "channel_no": notice.channel_no,
        "amount_fen": notice.amount_fen,
        "refunded_fen": notice.refunded_fen,
        "out_refund_no": notice.out_refund_no,
        "said_ms": notice.at_ms,
        "code": notice.evidence.code,
        "verified": notice.evidence.verified,
        "digest": notice.digest,
    }


def body_of(notice: Notice) -> dict[str, str | int | bool | None]:
    """``notice`` as the journal keeps it, with its fact."""
    return {**_plain(notice), "fact": fact_of(notice)}


def _notice(said: dict[str, Any]) -> Notice:
    """Raises ValueError, KeyError or TypeError for what ``put`` did not write."""
    if said["v"] != VERSION:
        raise ValueError("another version")
    return Notice(
        kind=NoticeKind(said["kind"]),
        channel=Channel(said["channel"]),
        out_trade_no=said["out_trade_no"],
        channel_no=said["channel_no"],
        amount_fen=said["amount_fen"],
        refunded_fen=said["refunded_fen"],
        out_refund_no=said["out_refund_no"],
        at_ms=said["said_ms"],
        evidence=Evidence(code=said["code"], verified=said["verified"], channel_no=said["channel_no"]),
        digest=said["digest"],
    )
