"""The rooms with the practice counterparties: paid, given back, billed, told of, to the fen."""

import gzip
import io
import zipfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from app.channels.alipay.config import Alipay, PublicKeyMode
from app.channels.alipay.room import AlipayRoom
from app.channels.books import BillError, BillFault, NoticeKind, RowKind
from app.channels.wechat_v2.config import WechatV2
from app.channels.wechat_v2.room import WechatRoom
from app.core.answers import Found, Pay, Repaid, Undone
from app.core.channel import Channel
from app.core.codes import AuthCode
from app.core.refund_order import RefundOrder
from app.sim.book import parse_customer
from app.sim.notices import Speech
from app.sim.rules import beijing, day_ends
from app.sim.server import serving

NOON = 1_795_320_000.0  # 2026-11-22 12:00:00 in Beijing
DAY = "2026-11-22"
SPEECH = {Channel.WECHAT: Speech.WECHAT, Channel.ALIPAY: Speech.ALIPAY}
MINUTE = 61.0  # between two refunds of one sale


@dataclass
class HeldClock:
    now: float = field(default=NOON)

    def __call__(self) -> float:
        return self.now

    def channel_ms(self) -> int:
        return int(self.now * 1000)


@dataclass
class Counter:
    """One channel's room and the simulator behind it."""

    channel: Channel
    room: WechatRoom | AlipayRoom
    simulator: object
    clock: HeldClock
    order_of: object

    async def sell(self, amount_fen: int, customer: str = "instant"):
        number = f"7026112200010001000{len(self.simulator.desk.bank.orders) + 10:05d}"
        order = self.order_of(self.channel, amount_fen, number)
        code = self.simulator.issue(self.channel, parse_customer(customer))
        answer = await self.room.pay(order, AuthCode(code))
        self.clock.now += 20.0
        return order, answer.kind

    async def give_back(self, order, amount_fen: int, number: str, ordinal: int = 1):
        refund = RefundOrder(number, order, "", amount_fen, ordinal, "换货", self.clock.channel_ms())
        taken = await self.room.refund(refund)
        self.clock.now += MINUTE
        return refund, taken

    def told(self, order, refund_number: str = ""):
        made = self.simulator.desk.notices.make(SPEECH[self.channel], order.out_trade_no, refund_number, self.clock())
        return self.room.read_notice({}, made.body)


@pytest.fixture
def counter(tmp_path, kit, order_of, world):
    @asynccontextmanager
    async def opened(channel: Channel):
        clock = HeldClock()
        async with serving(tmp_path / "sim", clock=clock) as simulator:
            client = simulator.client
            rest = (kit.terminal, clock, kit.limits, kit.contacts.append)
            if channel is Channel.WECHAT:
                held = client["wechat"]
                room = WechatRoom(
                    WechatV2(
                        held["base_url"],
                        held["appid"],
                        held["mch_id"],
                        world.hidden(held["api_v2_key"]),
                        held["client_cert_pem"],
                        world.hidden(held["client_key_pem"]),
                        ca_pem=client["ca_pem"],
                    ),
                    *rest,
                )
            else:
                held = client["alipay"]
                trust = PublicKeyMode(held["alipay_public_key_pem"])
                key = world.hidden(held["app_private_key_pem"])
                room = AlipayRoom(Alipay(held["gateway_url"], held["app_id"], key, trust, client["ca_pem"]), *rest)
            yield Counter(channel, room, simulator, clock, order_of)
            await room.aclose()

    return opened


@pytest.mark.asyncio
@pytest.mark.parametrize("channel", [Channel.WECHAT, Channel.ALIPAY])
async def test_a_day_at_the_counter_and_its_bill(channel, counter, tmp_path):
    async with counter(channel) as at:
        sold, paid = await at.sell(1250)
        doubted, _ = await at.sell(99)
        _, refused = await at.sell(500, "poor")
        assert paid is (Pay.PAID if channel is Channel.WECHAT else Pay.ACCEPTED)
        assert refused is Pay.DECLINED
        assert (await at.room.query(sold)).kind is Found.PAID
        assert (await at.room.reverse(doubted)).kind is Undone.DONE
        part, taken = await at.give_back(sold, 400, "81")
        assert taken.kind is (Repaid.ACCEPTED if channel is Channel.WECHAT else Repaid.DONE)
        rest, last = await at.give_back(sold, 850, "82", 2)
        if channel is Channel.ALIPAY:
            assert (taken.total_fen, last.total_fen) == (400, 1250)
        again = await at.room.refund(part)  # the same number is the same refund
        assert again.kind is Repaid.ACCEPTED
        for refund in (part, rest):
            assert (await at.room.refund_query(refund)).kind is Repaid.DONE
        unknown = RefundOrder("83", sold, "", 1, 3, "-", 0)
        assert (await at.room.refund_query(unknown)).kind is Repaid.NO_SUCH_REFUND
        too_much = RefundOrder("84", sold, "", 1, 3, "-", 0)
        assert (await at.room.refund(too_much)).kind in {Repaid.REFUSED, Repaid.TOO_MANY}
        with pytest.raises(BillError) as early:
            await at.room.fetch_bill(DAY, tmp_path / "bills")
        assert early.value.fault is BillFault.NONE
        at.clock.now = day_ends(NOON) + 10 * 3600
        file = await at.room.fetch_bill(DAY, tmp_path / "bills")
        *rows, sums = at.room.read_bill(file.path)
    raw = file.path.read_bytes()
    if channel is Channel.WECHAT:
        assert gzip.decompress(raw).startswith("\ufeff交易时间".encode())
    else:
        assert len(zipfile.ZipFile(io.BytesIO(raw)).namelist()) == 2
    assert f"{beijing(NOON):%Y-%m-%d}" == DAY
    sold_rows = [(r.kind, r.amount_fen, r.out_refund_no) for r in rows if r.out_trade_no == sold.out_trade_no]
    assert sold_rows == [(RowKind.PAYMENT, 1250, ""), (RowKind.REFUND, 400, "81"), (RowKind.REFUND, 850, "82")]
    doubted_rows = [r for r in rows if r.out_trade_no == doubted.out_trade_no]
    back = doubted_rows[1]
    assert [r.amount_fen for r in doubted_rows] == [99, 99]
    if channel is Channel.WECHAT:
        assert back.kind is RowKind.REVOKED
    else:  # a cancel shows as a refund under the trade's own number
        assert (back.kind, back.out_refund_no) == (RowKind.REFUND, back.channel_no)
    assert len(rows) == sums.rows == 5
    paid_fen = sum(r.amount_fen for r in rows if r.kind is RowKind.PAYMENT)
    assert (paid_fen, sum(r.amount_fen for r in rows) - paid_fen) == (sums.paid_fen, sums.returned_fen) == (1349, 1349)


@pytest.mark.asyncio
@pytest.mark.parametrize("channel", [Channel.WECHAT, Channel.ALIPAY])
async def test_what_it_tells_unasked(channel, counter):
    async with counter(channel) as at:
        order, _ = await at.sell(1250)
        await at.room.query(order)
        before = at.told(order)
        await at.give_back(order, 400, "81")
        part = at.told(order, "81")
        await at.give_back(order, 850, "82", 2)
        full = at.told(order, "82")
    assert (before.kind, before.amount_fen) == (NoticeKind.PAYMENT, 1250)
    assert before.out_trade_no == part.out_trade_no == full.out_trade_no == order.out_trade_no
    assert (part.kind, part.out_refund_no, part.refunded_fen) == (NoticeKind.PARTIAL_REFUND, "81", 400)
    whole = NoticeKind.REFUND if channel is Channel.ALIPAY else NoticeKind.PARTIAL_REFUND
    assert (full.kind, full.refunded_fen) == (whole, 1250 if channel is Channel.ALIPAY else 850)
