"""``mashou notify``: takes a channel's notification from a file or a local door, and leaves it for the till.

It may run beside the window: it writes no journal. What it says to the channel is success only once the notification
is durable; the till takes it up within seconds, or at its next start.
"""

import asyncio
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from app import words
from app.channels.api import BadConfigError, Counterparty, Terminal
from app.channels.books import NoNotice, NoticeKind, NoticeReply, NoticeRoom
from app.channels.doorstep import BODY_MOST, Doorstep
from app.channels.registry import configured, learns, open_channels, takes_notices
from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.cli.interrupts import interrupts
from app.core.channel import Channel
from app.core.policy import limits_for
from app.loopback import HOST
from app.secrets import Vault, VaultError
from app.settings import DataFolder, SettingsError, load
from app.till.clock import Clock
from app.till.effects import channel_limits
from app.till.noticebox import BoxFull, NoticeBox

LEARN_EVERY: Final = 10.0  # seconds; WeChat sends what was refused again after 15 (wechat.md §3.3)


def notify(ask: Ask, args: Namespace) -> Exit:
    """One file, or the door until Ctrl-C. Raises Refused."""
    if args.listen is not None and args.file is None and args.channel is None:
        return asyncio.run(_listen(ask, args.listen))
    if args.file is None or args.channel is None or args.listen is not None:
        raise Refused("ntc.how")
    body = _read(args.file)
    headers = _headers(args.headers) if args.headers else {}
    return asyncio.run(_one(ask, args.channel, headers, body))


class Porter:
    """Verifies through the rooms, makes durable, answers; a line for whoever reads along."""

    def __init__(self, rooms: Mapping[Channel, Counterparty], box: NoticeBox, language: str) -> None:
        self._rooms: dict[str, NoticeRoom] = {c.value: room for c, room in rooms.items() if takes_notices(room)}
        self._learning = {c.value: room for c, room in rooms.items() if learns(room)}
        self._box = box
        self._language = language
        self.took = False  # the last one
        self.trouble = False  # the disk would not take one

    async def learn(self, channel: str) -> None:
        """What ``channel``'s notification can be verified with: no till that sells has asked for it in this process."""
        room = self._learning.get(channel)
        if room is not None:
            await room.learn()

    async def keep_learning(self) -> None:
        """Until it is cancelled; where a key was refused because nobody knew it, the next try finds it known."""
        while self._learning:
            for channel in self._learning:
                await self.learn(channel)
            await asyncio.sleep(LEARN_EVERY)

    def answer(self, channel: str, headers: Mapping[str, str], body: bytes) -> NoticeReply | None:
        """The channel's own words; success once what it said is durable. None: no such channel is set up."""
        room = self._rooms.get(channel)
        if room is None:
            return None
        self.took = self._take(room, channel, headers, body)
        return room.notice_reply(self.took)

    def _take(self, room: NoticeRoom, channel: str, headers: Mapping[str, str], body: bytes) -> bool:
        notice = room.read_notice(headers, body)
        name = words.tell(f"name.{channel}", self._language)
        if isinstance(notice, NoNotice):
            self._tell("ntc.not", channel=name, why=notice.why)
            return False
        if notice.kind is NoticeKind.OTHER:
            self._tell("ntc.other", channel=name)
            return True
        try:
            self._box.put(notice)
        except BoxFull:
            self.trouble = True
            self._tell("ntc.full")
            return False
        except OSError as error:
            self.trouble = True
            self._tell("ntc.disk", why=error.strerror or type(error).__name__)
            return False
        kind = words.say(f"ntc.{notice.kind}", self._language)
        self._tell("ntc.taken", channel=name, kind=kind, number=notice.out_trade_no)
        return True

    def _tell(self, key: str, **values: str) -> None:
        print(words.say(key, self._language, **values), file=sys.stderr, flush=True)


async def _one(ask: Ask, channel: str, headers: Mapping[str, str], body: bytes) -> Exit:
    async with _porter(ask) as porter:
        await porter.learn(channel)
        reply = porter.answer(channel, headers, body)
    if reply is None:
        raise Refused("ntc.channel", channel=words.tell(f"name.{channel}", ask.language))
    sys.stdout.write(reply.body.decode("utf-8", "replace"))
    if porter.trouble:
        return Exit.PERSON
    return Exit.PAID if porter.took else Exit.REFUSED


async def _listen(ask: Ask, port: int) -> Exit:
    async with _porter(ask) as porter:
        door = Doorstep(porter.answer)
        with interrupts() as told:
            try:
                found = await door.open(port)
            except (OSError, OverflowError):
                raise Refused("ntc.port", port=port) from None
            print(words.say("ntc.ready", ask.language, url=f"http://{HOST}:{found}/"), flush=True)
            learning = asyncio.create_task(porter.keep_learning())
            try:
                await told.left.wait()
            finally:
                learning.cancel()
                with suppress(asyncio.CancelledError):
                    await learning
                await door.aclose()
    return Exit.PAID


@asynccontextmanager
async def _porter(ask: Ask) -> AsyncIterator[Porter]:
    """The rooms, opened for verifying only. Raises Refused."""
    try:
        settings = load(ask.folder).settings
        secrets = await asyncio.to_thread(Vault.unlock, ask.folder, prompt=ask.prompt)
    except SettingsError as error:
        key = error.trouble.key
        raise Refused(key, path=str(ask.folder), name=error.trouble.name) from None
    except VaultError as error:
        raise Refused(error.key, **dict(error.values)) from None
    clock = Clock()
    terminal = Terminal(settings.shop.name, settings.shop.store_id, settings.till.terminal, "")
    limits = channel_limits(limits_for(settings.pace))
    rooms = open_channels(configured(settings, secrets), terminal, clock, limits, clock.heard, on_bad=_shut)
    try:
        yield Porter(rooms, NoticeBox(DataFolder(ask.folder).notices, secrets.mac_key), ask.language)
    finally:
        for room in rooms.values():
            await room.aclose()


def _shut(bad: BadConfigError) -> None:
    print(bad, file=sys.stderr)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(BODY_MOST + 1)
    except OSError:
        raise Refused("ntc.file", path=str(path)) from None
    if len(data) > BODY_MOST:
        raise Refused("ntc.file", path=str(path))
    return data


def _headers(path: Path) -> dict[str, str]:
    """A header per line, ``Name: value``; names come out in lower case."""
    found = {}
    for line in _read(path).decode("latin-1").splitlines():
        name, colon, value = line.partition(":")
        if line.strip() and not colon:
            raise Refused("ntc.headers", path=str(path))
        if line.strip():
            found[name.strip().lower()] = value.strip()
    return found
