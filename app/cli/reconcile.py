"""``mashou reconcile``: a day of the journal beside the channels' bills, fetched or from files."""

import asyncio
import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from app import words
from app.channels.api import BadConfigError, Contact, Counterparty, Terminal
from app.channels.books import BillError
from app.channels.registry import configured, open_channels
from app.cli.approving import pin_of
from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.cli.reconcile_closing import close_by_bills
from app.cli.reconcile_signing import add_word
from app.core.beijing import business_day
from app.core.channel import Channel
from app.core.policy import limits_for
from app.journal.days import open_days
from app.journal.errors import JournalError
from app.office.recon import telling
from app.office.recon.bills import Bill, Room, WrongFile, open_bill, wrong
from app.office.recon.closing import Seen, told_by_bills
from app.office.recon.contract import rates, sends_bills
from app.office.recon.day import ChannelDay, DayResult, OtherLog, Shop, reconcile, with_words
from app.office.recon.no_bill import DENIED, NO_TRADES, told_of
from app.office.recon.other_log import read_day_log
from app.office.recon.others import OtherTills
from app.office.recon.shelf import Shelf
from app.office.signing import NotAKey, key_id, read_public
from app.secrets import Secrets, Vault, VaultError
from app.settings import DataFolder, Settings, SettingsError, load
from app.till.clock import Clock
from app.till.effects import channel_limits

LEVEL, DIFFERS, WRONG_FILE = Exit.PAID, 1, 2


def run(ask: Ask, args: Namespace) -> int:
    """Exit 0 level, 1 differences or a bill is missing, 2 a file was refused. Raises Refused."""
    day = _day(args.day)
    if args.resolve and not args.reason.strip():
        raise Refused("rc.reason")
    pin = pin_of(ask, args.who) if args.who and (args.resolve or args.sign) else ""
    place = DataFolder(ask.folder)
    settings, secrets = _unlocked(ask, place)
    clock = Clock()
    try:
        result, seen = asyncio.run(_reconcile(ask, args, day, place, (settings, secrets, clock)))
        asyncio.run(close_by_bills(ask, seen))
        if args.resolve or args.sign:
            asyncio.run(add_word(ask, args, pin, result))
            result = _read_again(place, result)
    except WrongFile as refusal:
        print(_sentence(refusal, ask.language), file=sys.stderr)
        return WRONG_FILE
    except JournalError as error:
        raise Refused(error.key, **dict(error.values)) from None
    _tell(result, ask.language, as_json=args.json)
    return LEVEL if result.is_level else DIFFERS


async def _reconcile(
    ask: Ask, args: Namespace, day: str, place: DataFolder, house: tuple[Settings, Secrets, Clock]
) -> tuple[DayResult, Sequence[Seen]]:
    """The day, and what its bills close. Raises WrongFile, Refused, JournalError."""
    settings, secrets, clock = house
    if day >= business_day(clock.channel_ms()) and not settings.simulator:
        raise Refused("rc.future", date=day)
    rooms = _rooms(settings, secrets, clock)
    try:
        desk = _Desk(ask, day, Shelf(place.bills), rooms, clock.channel_ms(), training=settings.simulator)
        bills = desk.opened(args.bill) if args.bill else await desk.fetched(place.bills)
        logs = _other_logs(OtherTills(place.tills), day, args.log or (), args.key or ())
        days = open_days(place.journal)
        try:
            shop = Shop(settings.till.terminal, settings.simulator, rates(settings), logs, desk.kept)
            result = reconcile(days, day, bills, shop, rooms=desk.rooms, empty=desk.empty)
            desk.tell_empty(result)
        finally:
            days.close()
        return result, told_by_bills(place.journal, result, desk.kept, desk.rooms)
    finally:
        for room in rooms.values():
            await room.aclose()


def _read_again(place: DataFolder, result: DayResult) -> DayResult:
    """With what was written since."""
    days = open_days(place.journal)
    try:
        return with_words(days, result)
    finally:
        days.close()


def _other_logs(known: OtherTills, day: str, paths: Sequence[Path], key_files: Sequence[Path]) -> tuple[OtherLog, ...]:
    """Those named, believed by the keys named and the registered ones; without any, what was taken in earlier."""
    if not paths:
        kept = known.log(day)
        return () if kept is None else (kept,)
    keys = dict(known.keys())
    for path in key_files:
        try:
            key = read_public(path.read_bytes())
        except OSError as error:
            raise WrongFile("file.unreadable", path=path.name, why=error.strerror or "") from None
        except NotAKey:
            raise WrongFile("file.key", path=path.name) from None
        keys[key_id(key)] = key
    return (read_day_log(paths, keys),)


class _Desk:
    """Opens and fetches bills, keeps each, and remembers who has none."""

    def __init__(
        self, ask: Ask, day: str, shelf: Shelf, rooms: Mapping[Channel, Counterparty], now_ms: int, *, training: bool
    ) -> None:
        self._language = ask.language
        self._now_ms, self._training = now_ms, training
        self._day = day
        self._shelf = shelf
        self.rooms: tuple[Room, ...] = tuple(room for room in rooms.values() if sends_bills(room))
        self.empty: set[Channel] = set()

    def opened(self, files: Iterable[Path]) -> list[Bill]:
        """Bills from files. Raises WrongFile naming the file."""
        bills = []
        for path in files:
            try:
                bills.append(self._keep(open_bill(path, self.rooms)))
            except WrongFile as refusal:
                why = _sentence(refusal, self._language)
                if refusal.key.startswith("wf."):
                    why = f"{why} {words.say('wf.todo', self._language)}"
                raise WrongFile("file.refused", path=path.name, why=why) from None
        return bills

    async def fetched(self, folder: Path) -> list[Bill]:
        """Every channel's bill of the day, over the line; where that fails, the one kept from earlier."""
        bills = []
        for room in self.rooms:
            bill = await self._fetch(room, folder) or self._from_shelf(room)
            if bill is not None:
                bills.append(bill)
        return bills

    async def _fetch(self, room: Room, folder: Path) -> Bill | None:
        name = words.tell(f"name.{room.channel}", self._language)
        self._say("bill.get", channel=name, date=self._day)
        try:
            file = await room.fetch_bill(self._day, folder)
        except BillError as error:
            refusal = wrong(error, room.channel)
            key = told_of(error.fault, self._day, self._now_ms, training=self._training) or refusal.key
            if key == NO_TRADES:
                self.empty.add(room.channel)  # told when it has been held against the log
            else:
                self._say(key, **{"channel": name, "date": self._day, **refusal.values})
            return None
        except OSError as error:
            self._say("bill.full", why=error.strerror or type(error).__name__)
            return None
        bill = open_bill(file.path, [room])
        self._say("bill.have", n=bill.rows, amount=telling.money(bill.net_fen))
        return bill

    def tell_empty(self, result: DayResult) -> None:
        """What it is worth that a channel knows of no trades."""
        for channel in sorted(self.empty):
            key = DENIED if channel in result.lacking else NO_TRADES
            self._say(key, channel=words.tell(f"name.{channel}", self._language), date=self._day)

    def _from_shelf(self, room: Room) -> Bill | None:
        path = None if room.channel in self.empty else self.kept(room.channel, self._day)
        return None if path is None else open_bill(path, [room])

    def kept(self, channel: Channel, day: str) -> Path | None:
        return next(iter(self._shelf.of(channel, day)), None)

    def _keep(self, bill: Bill) -> Bill:
        if not bill.day:
            return bill
        try:
            shelved = self._shelf.put(bill)
        except OSError as error:
            self._say("bill.full", why=error.strerror or type(error).__name__)
            return bill
        key = "bill.again" if shelved.again else "bill.newer" if shelved.newer else "bill.imported"
        name = words.tell(f"name.{bill.channel}", self._language)
        self._say(key, channel=name, date=bill.day, n=bill.rows)
        return bill

    def _say(self, key: str, **values: str | int) -> None:
        print(words.tell(key, self._language, values), file=sys.stderr)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refused("rc.day", text=text[:32]) from None


def _unlocked(ask: Ask, place: DataFolder) -> tuple[Settings, Secrets]:
    if not place.journal.exists():
        raise Refused("journal.gone.say" if place.keys.exists() else "set.missing", path=str(ask.folder))
    try:
        return load(ask.folder).settings, Vault.unlock(ask.folder, prompt=ask.prompt)
    except SettingsError as error:
        raise Refused(error.trouble.key, name=error.trouble.name, path=str(ask.folder), place="", want="") from None
    except VaultError as error:
        raise Refused(error.key, **dict(error.values)) from None


def _rooms(settings: Settings, secrets: Secrets, clock: Clock) -> dict[Channel, Counterparty]:
    """A channel whose keys are unusable has no bills here; the others have."""
    terminal = Terminal(settings.shop.name, settings.shop.store_id, settings.till.terminal, "127.0.0.1")
    limits = channel_limits(limits_for(settings.pace))

    def unheard(contact: Contact) -> None:
        clock.heard(contact)

    def shut(_: BadConfigError) -> None:
        pass

    return open_channels(configured(settings, secrets), terminal, clock, limits, unheard, on_bad=shut)


def _sentence(refusal: WrongFile, language: str) -> str:
    values = {
        name: words.tell(value, language, refusal.values)
        if isinstance(value, str) and value.startswith(("name.", "vf."))
        else value
        for name, value in refusal.values.items()
    }
    return words.tell(refusal.key, language, values)


def _tell(result: DayResult, language: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(telling.plain(result), ensure_ascii=False))
        return
    if not result.channels and not result.lacking:
        print(words.say("rc.none", language))
    for one in result.channels:
        _tell_channel(one, language)
    for channel in result.lacking:
        print(words.say("bill.lacking", language, channel=words.tell(f"name.{channel}", language), date=result.day))


def _tell_channel(one: ChannelDay, language: str) -> None:
    if one.signed is not None:
        at = telling.when(one.signed.at_ms)
        print(words.say("rc.signed", language, staff=one.signed.name, time=at))
    name = words.tell(f"name.{one.reckoning.channel}", language)
    print(f"{name}  {telling.headline(one, language)}")
    print(f"    {telling.equation(one, language)}")
    for line in one.reckoning.lines:
        mark = {"act": "■", "waits": "◔", "nothing": "·"}[line.care]
        said = " ".join(telling.sentence(line, part, language) for part in ("is", "worth", "do"))
        whose = " ".join(part for part in (line.out_trade_no, line.out_refund_no, line.note) if part)
        name = f"[{line.short}] " if line in one.unexplained else ""
        print(f"  {mark} {name}{telling.when(line.at_ms)}  {whose}  {said}")
        by_hand = one.resolved.get(line.key)
        if by_hand is not None:
            print(f"      {telling.explained(by_hand, language)}")
