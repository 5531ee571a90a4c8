"""A training week from the first key to the last bill: two tills, three cashiers, every channel, faults on.

Left behind in DIR: ``till-1`` and ``till-2``, a data folder each; ``bills``, a file for each day and channel; ``logs``,
each till's signed day logs and its public key; ``ledger.json``, the channels' own accounts; and ``week.json``.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from app.core.sale import Sale, State
from app.journal.reader import open_reader
from app.office.recon.window import bill_day
from app.settings import DataFolder
from app.sim import keys
from app.sim.book import Customer, Kind, OrderState
from app.sim.client_file import client_record
from app.sim.desk import Desk
from app.sim.ledger import NAME, Ledger, listing
from app.sim.refunds import RefundRequest, Repays
from app.sim.rules import day_begins
from app.week.loop import WeekLoop
from app.week.papers import write_papers
from app.week.street import Street
from app.week.till import Place, WeekTill
from app.week.visits import DAY_S, Visit, dice, visits

FIRST_DAY: Final = "2026-11-02"  # a Monday; always the same, so that a seed is a week
PORT: Final = 9  # discard: nothing is ever sent there
SETTLE_S: Final = 2 * DAY_S  # after the last day: refunds land, what is late comes
AGAIN_S: Final = 20.0  # a customer who was not charged shows another code after so many seconds
WEB_AFTER_S: Final = 1_800.0  # until somebody refunds a sale on the channel's own page
_NOT_CHARGED: Final = frozenset({State.DECLINED, State.NOT_SENT, State.REVERSED})

# What the line and the channels do wrong; chances are per request.
FAULTS: Final = (
    "*.pay: lose-request p=0.006 seed={0}; *.pay: lose-answer p=0.012 seed={1}; *.pay: silence-after p=0.006 seed={2};"
    "*.pay: late-pay 12 p=0.004 seed={3}; *.pay: system-error-after p=0.01 seed={4}; *.pay: delay 20 p=0.01 seed={5};"
    "*.pay: bad-signature p=0.004 seed={6}; *.query: lose-answer p=0.02 seed={7}; *.query: http-502 p=0.01 seed={8};"
    "*.reverse: lose-answer p=0.08 seed={9}; *.reverse: recall p=0.05 seed={10}; *.reverse: lie-ok p=0.03 seed={11};"
    "*.refund: lose-answer p=0.05 seed={12}; *.refund: system-error p=0.04 seed={13};"
    "*.pay: bank-error p=0.004 seed={14}"
)


class CannotPlay(Exception):  # noqa: N818 - named for what it says, as all of ours are
    """The week cannot be made there; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class BackOffice:
    """A refund made on the channel's own web page, of which no till knows."""

    channel: str
    out_trade_no: str
    out_refund_no: str
    amount_fen: int
    day: str


@dataclass(slots=True)
class Week:
    """What came of it."""

    folder: Path
    days: tuple[str, ...]
    sales: int = 0
    calls: int = 0
    states: Counter[str] = field(default_factory=Counter)
    refunds: int = 0
    revoked_paid: int = 0
    back_office: list[BackOffice] = field(default_factory=list)


def play(
    folder: Path,
    seed: int,
    *,
    sales: int = 2_000,
    days: int = 5,
    back_office: int = 0,
    on_day: Callable[[str], None] = lambda _: None,
) -> Week:
    """Play it. Raises CannotPlay, OSError."""
    if folder.exists() and any(folder.iterdir()):
        raise CannotPlay(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    begins = day_begins(FIRST_DAY)
    assert begins is not None
    first = date.fromisoformat(FIRST_DAY)
    week = Week(folder, tuple((first + timedelta(days=n)).isoformat() for n in range(days + 1)))
    kept = keys.load_or_make(folder / "simulator", begins, dice(seed))
    ledger = Ledger(folder / "simulator" / NAME)
    loop = WeekLoop()
    try:
        desk = Desk(kept, ledger, 1.0, dice(seed))
        desk.set_faults(FAULTS.format(*range(seed * 100, seed * 100 + 15)))
        street = Street(loop, desk, dice(seed), epoch=begins, certificate=kept.names.mch_id)
        with _quiet():
            playing = _Playing(week, desk, street, client_record(kept, PORT, 1.0), seed)
            loop.run_until_complete(playing.run(sales, days, back_office, on_day))
            loop.run_until_complete(loop.shutdown_asyncgens())
        week.calls = street.calls
        write_papers(week.folder, week.days, desk, street.channel_s())
        _write_down(week, desk)
    finally:
        loop.close()
        ledger.close()
    return week


@contextmanager
def _quiet() -> Generator[None]:
    """The tills warn of every fault that is played to them; only bugs are of interest here."""
    log = logging.getLogger("mashou")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


class _Playing:
    """The visits, each on its own, all on one loop."""

    def __init__(self, week: Week, desk: Desk, street: Street, client: dict[str, object], seed: int) -> None:
        self._week = week
        self._desk = desk
        self._street = street
        self._chance = dice(seed + 1)
        self._tills = [
            WeekTill(Place(week.folder / f"till-{n}", f"000{n}", api), client, street, dice(seed + n))
            for n, api in ((1, "v2"), (2, "v3"))
        ]

    async def run(self, sales: int, days: int, back_office: int, on_day: Callable[[str], None]) -> None:
        planned = visits(self._chance, sales, days)
        loop = asyncio.get_running_loop()
        for n, day in enumerate(self._week.days[:days]):
            loop.call_later((n + 1) * DAY_S, on_day, day)
        plain = [one for one in planned if one.customer.kind is Kind.INSTANT and not one.returns]
        chosen = {id(one) for one in self._chance.sample(plain, min(back_office, len(plain)))}
        await asyncio.gather(*(self._visit(one, by_web=id(one) in chosen) for one in planned))
        for till in self._tills:
            await till.settled()
        await asyncio.sleep(max(0.0, days * DAY_S + SETTLE_S - loop.time()))
        for till in self._tills:
            await till.close()

    async def _visit(self, visit: Visit, *, by_web: bool) -> None:
        await asyncio.sleep(visit.at)
        till = self._tills[visit.till]
        sale = await self._charge(till, visit, visit.customer)
        if sale.state in _NOT_CHARGED and visit.comes_again:
            await asyncio.sleep(AGAIN_S)
            sale = await self._charge(till, visit, Customer(Kind.INSTANT), sale.order.purchase)
        if sale.state is not State.PAID:
            return
        if by_web:
            await asyncio.sleep(WEB_AFTER_S)
            self._refund_by_web(sale)
        loop = asyncio.get_running_loop()
        paid_at = loop.time()
        for back in visit.returns:
            await asyncio.sleep(max(0.0, paid_at + back.after - loop.time()))
            self._week.refunds += await till.refund(sale.order.out_trade_no, back.fen)

    async def _charge(self, till: WeekTill, visit: Visit, customer: Customer, purchase: str = "") -> Sale:
        """A code on the customer's phone, scanned; until the sale has ended."""
        now = self._street.channel_s()
        code = self._desk.bank.vault.issue(visit.channel, customer, now)
        self._desk.write_down(now)
        order = till.charge(visit.channel, visit.amount_fen, code, visit.cashier, purchase)
        if visit.stops is not None and not purchase:
            asyncio.get_running_loop().call_later(visit.stops, till.stop, order.out_trade_no)
        return await till.ended(order.out_trade_no)

    def _refund_by_web(self, sale: Sale) -> None:
        """As somebody in the office does it on the channel's own page."""
        order, now = sale.order, self._street.channel_s()
        number = f"WEB{order.out_trade_no[-12:]}"
        asked = RefundRequest(order.channel, order.out_trade_no, "", number, order.amount_fen)
        done, _ = self._desk.bank.refund(asked, now)
        self._desk.write_down(now)
        if done is Repays.TAKEN:
            day = bill_day(order.channel, int(now * 1000))
            found = BackOffice(order.channel.value, order.out_trade_no, number, order.amount_fen, day)
            self._week.back_office.append(found)


def _write_down(week: Week, desk: Desk) -> None:
    for n in (1, 2):
        reader = open_reader(DataFolder(week.folder / f"till-{n}").journal)
        try:
            week.states.update(line.state for line in reader.lines())
        finally:
            reader.close()
    week.sales = week.states.total()
    week.revoked_paid = sum(one.state is OrderState.REVERSED and one.paid_fen > 0 for one in desk.bank.orders)
    facts = {
        "days": week.days,
        "sales": week.sales,
        "states": dict(sorted(week.states.items())),
        "refunds": week.refunds,
        "revoked_paid": week.revoked_paid,
        "back_office": [asdict(one) for one in week.back_office],
    }
    for name, content in (("ledger.json", listing(desk.bank.orders)), ("week.json", facts)):
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (week.folder / name).write_text(text, encoding="utf-8")
