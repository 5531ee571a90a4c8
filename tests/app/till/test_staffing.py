"""People over the real journal: what they do is in the chain, and a restart goes on where the newest entry stands."""

import asyncio
from itertools import count

import pytest

from app.core.channel import Channel
from app.journal.errors import JournalFull
from app.journal.verify import verify
from app.journal.writer import open_writer
from app.secrets import Secrets
from app.staff import Changes, Home, People, Proof
from app.staff.hashing import Cost
from app.till.clock import Clock
from app.till.keeper import Keeper
from app.till.orders import Orders
from app.till.staffing import StaffLedger

MAC_KEY = b"\x11" * 32
HELD = {"journal.mac_key": MAC_KEY.hex(), "journal.code_mark_key": "22" * 32}
PIN = "472916"


class Room:
    def __init__(self, folder):
        self.path = folder / "journal.db"
        numbers = count()
        self.journal = open_writer(
            self.path, MAC_KEY, training=False, now_ms=1_763_800_000_000, entropy=lambda n: bytes([next(numbers)] * n)
        )
        self.clock = Clock(wall=lambda: 1_763_800_000.0)
        self.fatal = []
        self.keeper = Keeper(self.journal, on_fatal=self.fatal.append, on_room=lambda: None)
        secrets = Secrets(HELD, simulator=False)
        self.people = People(
            Home(folder, secrets, StaffLedger(self.keeper, self.clock), self.clock, cost=Cost(8, 1, 1))
        )

    def close(self):
        self.keeper.close()
        self.journal.close()


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    asyncio.run(Changes(made.people).begin("30", "陈", PIN))
    yield made
    made.close()


def test_what_people_do_is_in_the_chain_and_nothing_that_proves_them(room):
    asyncio.run(room.people.sign_in(Proof("30", PIN)))
    asyncio.run(room.people.sign_in(Proof("30", "739154")))
    kinds = [kept.kind for kept in room.journal.entries() if kept.kind.startswith("staff.")]
    assert kinds == ["staff.begun", "staff.tried", "staff.signed_in", "staff.tried", "staff.refused"]
    assert verify(room.path, MAC_KEY).is_sound
    data = room.path.read_bytes() + room.path.with_name("journal.db-wal").read_bytes()
    assert PIN.encode() not in data
    assert b"$argon2" not in data


def test_a_restart_reads_the_tries_from_the_newest_entry(room, tmp_path):
    for n in range(3):
        asyncio.run(room.people.sign_in(Proof("30", f"73915{n}")))
    room.close()
    again = Room(tmp_path)
    assert asyncio.run(again.people.sign_in(Proof("30", "739153"))).values == (("n", "1"),)
    assert asyncio.run(again.people.sign_in(Proof("30", "739154"))).key == "pin.locked"
    again.close()


def test_a_full_disk_lets_nobody_try(room, monkeypatch, expect_log):
    expect_log("mashou.till", "takes nothing for now")

    async def story():
        with monkeypatch.context() as disk:
            disk.setattr(room.journal, "append", _full)
            said = await room.people.sign_in(Proof("30", PIN))
        room.keeper.close()  # ends the wait for room
        return said

    assert asyncio.run(story()).key == "staff.journal.say"


def _full(*_):
    raise JournalFull("no room")


def test_the_window_says_who_stands_there(shop):
    before = len(shop.views)
    shop.run(_stand(shop.counter.board, "陈"))
    assert shop.view.desk.operator == "陈"
    seen = len(shop.views)
    assert seen > before
    shop.run(_stand(shop.counter.board, "陈"))
    assert len(shop.views) == seen


async def _stand(board, name):
    board.stands_here(name)
    await asyncio.sleep(0)


def test_the_next_sale_carries_whoever_stands_there(room):
    orders = Orders(room.journal, room.clock, b"k" * 32, terminal="0007", operator=room.people.operator, training=False)
    assert orders.order(Channel.WECHAT, 100, "m").operator == "1001"
    asyncio.run(room.people.sign_in(Proof("30", PIN)))
    assert orders.order(Channel.WECHAT, 100, "m").operator == "30"
    room.people.sign_out()
    assert orders.order(Channel.WECHAT, 100, "m").operator == "1001"
