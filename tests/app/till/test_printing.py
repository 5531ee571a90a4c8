"""What prints by itself, when, and how a slip that was given out is told from its reprints."""

from dataclasses import replace

import pytest

from app.core.channel import Channel
from app.core.refunds import Refund, RefundState
from app.core.sale import State
from app.journal.api import Entry
from app.receipts.facts import Heading
from app.receipts.layout import as_text
from app.settings import Printer
from app.till import printing as printing_module
from app.till import slip_desk
from app.till.api import Light
from app.till.entries import entry_of, newest
from app.till.printing import Printing, printer_lamp
from app.till.slip_desk import PRINTED, REPRINTED, SlipDesk, wanted
from app.till.slips import SlipKind, SlipName, names_of
from devices.printers import PrinterState

NETWORK = Printer(connection="network", address="192.0.2.1")
HEADING = Heading("码收小店", 32, training=True)


class Tray:
    """In the place of the printer's queue: keeps what it was to print."""

    def __init__(self, open_cable, on_printer, on_done, *, asks):
        self.jobs, self.told, self.running = [], on_printer, False
        self.waiting = 0

    def start(self):
        self.running = True

    def submit(self, job):
        self.jobs.append(job)

    def cancel(self):
        count, self.jobs = len(self.jobs), []
        return count

    def stop(self, patience):
        self.running = False


@pytest.fixture
def printer(shop, monkeypatch):
    """``printer(**settings)``: what prints at the shop, and its tray."""
    monkeypatch.setattr(printing_module, "PrintQueue", Tray)

    async def at_once(function, *values):
        return function(*values)

    monkeypatch.setattr(slip_desk.asyncio, "to_thread", at_once)  # the shop's loop has no threads

    def make(**settings):
        desk = SlipDesk(shop.engine.keeper, shop.clock, HEADING, shop.path)
        printing = Printing(desk, replace(NETWORK, **settings), lambda: "1002", [].append)
        shop.do(printing.serve, shop.engine, shop.counter)
        return printing

    return make


def entries(shop):
    return [kept for kept in shop.journal.entries() if kept.kind.startswith("receipt.")]


def printed(printing):
    return [job.key for job in printing._queue.jobs]


def test_a_receipt_is_printed_once_the_sale_is_durably_paid(shop, printer, codes):
    printing = printer()
    shop.charge(1250, codes("wechat", "after10"))
    assert printed(printing) == []
    shop.settle()
    number = shop.sale().out_trade_no
    assert printed(printing) == [f"receipt-{number}"]
    kinds = [kind for what, kind in shop.log if what == "commit"]
    assert kinds.index("sale.paid") < kinds.index(PRINTED)
    (entry,) = entries(shop)
    assert entry.body["number"] == number
    assert (entry.body["by"], entry.body["copy"], entry.body["out"]) == ("1001", 0, "printer")


def test_a_sale_in_doubt_or_refused_prints_nothing(shop, printer, codes):
    printing = printer()
    shop.charge(1250, codes("wechat", "poor"))
    shop.settle()
    shop.charge(1500, codes("alipay", "never", 2))
    shop.settle()
    assert printed(printing) == []
    assert entries(shop) == []


@pytest.mark.parametrize("prints", ["ask", "never"])
def test_it_prints_only_on_request_where_that_is_set(shop, printer, codes, prints):
    printing = printer(prints=prints)
    shop.charge(1250, codes())
    shop.settle()
    assert printed(printing) == []
    slip = shop.run(printing.again())
    assert "重印" not in as_text(slip)
    assert printed(printing) == [slip.name]


def test_f6_gives_reprints_that_count_and_keep_the_first_anchor(shop, printer, codes):
    printing = printer()
    shop.charge(1250, codes())
    shop.settle()
    first = entries(shop)[0].body["anchor"]
    text = as_text(shop.run(printing.again()))
    assert text.count("** 重印 第 1 次 **") == 2
    assert "1002" in text.splitlines()[-3]  # inside the training marks: time and who
    assert "** 重印 第 2 次 **" in as_text(shop.run(printing.again(by="2001")))
    assert [kept.kind for kept in entries(shop)] == [PRINTED, REPRINTED, REPRINTED]
    assert [kept.body["by"] for kept in entries(shop)] == ["1001", "1002", "2001"]
    assert [kept.body["anchor"] for kept in entries(shop)] == [first] * 3
    assert f"账本 #{first[0]:06d}" in text


def test_f6_at_the_till_prints_the_slip_of_the_sale_that_stands_there(shop, printer, codes):
    printing = printer()
    shop.charge(1250, codes())
    shop.settle()
    first = shop.sale().out_trade_no
    shop.charge(990, codes("alipay", "never", 2))
    shop.do(shop.counter.reprint)
    assert printed(printing) == [f"receipt-{first}"]  # what stands there is in doubt: it has no slip, and no other's
    shop.do(shop.counter.next_customer)
    shop.do(shop.counter.reprint)
    assert printed(printing) == [f"receipt-{first}"] * 2
    assert entries(shop)[-1].kind == REPRINTED


def test_after_a_restart_the_journal_still_knows_what_was_printed(shop, printer, codes):
    printing = printer()
    shop.charge(1250, codes())
    shop.settle()
    number = shop.sale().out_trade_no
    anchor = entries(shop)[0].body["anchor"][0]
    shop.restart()
    printing = printer()
    assert printed(printing) == []
    look = shop.run(printing.look(number))
    assert look.given.times == 1
    assert "重印" not in as_text(look.slip)
    text = as_text(shop.run(printing.again(number)))
    assert "** 重印 第 1 次 **" in text
    assert f"账本 #{anchor:06d}" in text


def test_a_crash_between_the_entry_and_the_paper_leaves_a_reprint(shop, printer, codes):
    printer()
    shop.charge(1250, codes())
    number = shop.sale().out_trade_no
    shop.settle()
    shop.restart()
    assert "** 重印 第 1 次 **" in as_text(shop.run(printer().again(number)))


def test_what_was_found_paid_at_a_start_waits_for_f6(shop, printer, codes):
    shop.charge(1250, codes("wechat", "after10"))
    shop.advance(1)
    shop.restart()
    printing = printer()
    shop.settle()
    sale = newest(shop.journal.story(next(iter(shop.journal.lines())).out_trade_no))
    assert (sale.state, sale.recovered) == (State.PAID, True)
    assert printed(printing) == []
    assert "重印" not in as_text(shop.run(printing.again(sale.order.out_trade_no)))


def test_a_full_disk_prints_nothing_that_is_not_written_down(shop, printer, codes, expect_log):
    expect_log("mashou.till", "the journal takes nothing")
    printing = printer(prints="ask")
    shop.charge(1250, codes())
    shop.settle()
    shop.full = True
    assert shop.run(printing.again()) is None
    assert printed(printing) == []
    shop.full = False
    assert shop.run(printing.again()) is not None


def test_without_a_printer_nothing_is_queued_and_a_picture_is_still_there(shop, printer, codes):
    printing = printer(connection="none")
    shop.charge(1250, codes())
    shop.settle()
    number = shop.sale().out_trade_no
    assert entries(shop) == []
    assert not printing.has_printer
    assert shop.run(printing.again()) is None
    assert printing.last == number
    assert "收款凭证" in as_text(shop.run(printing.look()).slip)


def test_the_drawer_opens_with_the_first_receipt_and_not_with_a_reprint(shop, printer, codes):
    printing = printer(drawer=True)
    shop.charge(1250, codes())
    shop.settle()
    shop.run(printing.again())
    assert [b"\x1bp" in job.make() for job in printing._queue.jobs] == [True, False]


def test_nothing_is_queued_after_the_end(shop, printer, codes):
    printing = printer()
    shop.run(printing.aclose())
    shop.charge(1250, codes())
    shop.settle()
    assert entries(shop) == []


class Going:
    """A sale as the engine tells of it."""

    def __init__(self, sale):
        self.durable, self.is_over = sale, False


def paid(shop, codes):
    shop.charge(1250, codes())
    shop.settle()
    return newest(shop.journal.story(shop.sale().out_trade_no))


def refund(sale, ordinal, state, fen=500, by="2001"):
    number = f"{sale.order.out_trade_no}{ordinal:02d}"
    return Refund(number, fen, ordinal, "顾客退货", 1_795_310_100_000, by=by, state=state)


def test_a_refund_prints_its_slip_when_its_result_is_there(shop, printer, codes):
    printing = printer()
    sale = paid(shop, codes)
    printing._queue.cancel()
    asked = replace(sale, refunds=(refund(sale, 1, RefundState.ASKED),))
    done = replace(sale, refunds=(refund(sale, 1, RefundState.ACCEPTED),), state=State.PARTLY_REFUNDED)
    confirmed = replace(done, refunds=(refund(sale, 1, RefundState.DONE),))
    for step in (sale, asked, done, confirmed):
        shop.do(printing.changed, Going(step))
    assert printed(printing) == [f"refund-{sale.order.out_trade_no}01"]
    assert printing.last == f"{sale.order.out_trade_no}01"
    assert entries(shop)[-1].body["by"] == "1002"


def test_an_old_sale_taken_up_again_prints_nothing_anew(shop, printer, codes):
    sale = paid(shop, codes)
    printing = printer()
    known = replace(sale, refunds=(refund(sale, 1, RefundState.DONE),), state=State.PARTLY_REFUNDED)
    shop.do(printing.changed, Going(known))
    shop.do(printing.changed, Going(known))
    assert printed(printing) == []


def test_the_slips_of_a_sale(shop, codes):
    sale = paid(shop, codes)
    number = sale.order.out_trade_no
    refunds = (
        refund(sale, 1, RefundState.DONE),
        refund(sale, 2, RefundState.REFUSED),
        refund(sale, 3, RefundState.CLOSED),
        refund(sale, 4, RefundState.ABNORMAL),
        refund(sale, 5, RefundState.ASKED),
    )
    given = replace(sale, state=State.PARTLY_REFUNDED, refunds=refunds)
    assert [name.number for name in names_of(given)] == [number, number + "01", number + "04"]
    assert wanted(given, number).number == number + "04"
    assert wanted(given, number + "01") == SlipName(SlipKind.REFUND, number + "01")
    assert wanted(given, number + "02") is None
    back = replace(sale, state=State.REVERSED, took_money=True)
    assert [name.kind for name in names_of(back)] == [SlipKind.RETURN]
    for none in (replace(back, took_money=False), replace(back, took_money=None), replace(sale, state=State.STUCK)):
        assert names_of(none) == ()


def test_each_refund_slip_says_what_had_gone_back_by_then(shop, printer, codes):
    printing = printer(connection="none")
    sale = paid(shop, codes)
    refunds = (refund(sale, 1, RefundState.DONE, 500), refund(sale, 2, RefundState.DONE, 250))
    twice = replace(sale, state=State.PARTLY_REFUNDED, refunds=refunds, refunded_fen=750)
    shop.journal.append(entry_of(twice, shop.clock.channel_ms()))
    number = sale.order.out_trade_no
    first, second = (as_text(shop.run(printing.look(f"{number}0{n}")).slip).split() for n in (1, 2))
    assert first[first.index("累计已退") + 1] == "￥5.00"
    assert first[first.index("还可退") + 1] == "￥7.50"
    assert second[second.index("累计已退") + 1] == "￥7.50"
    assert shop.run(printing.look("700326112258170004173582")) is None


def test_entries_of_another_shape_do_not_stop_a_reprint(shop, printer, codes):
    printing = printer()
    number = paid(shop, codes).order.out_trade_no
    shop.journal.append(Entry(PRINTED, 1, {"slip": "sale", "number": number, "anchor": "x"}), Entry(PRINTED, 1, {}))
    printing.desk._given.clear()
    assert shop.run(printing.look(number)).given.times == 2


def test_every_state_of_a_printer_has_its_lamp():
    assert [printer_lamp(state, 2).light for state in PrinterState] == [
        Light.OFF,
        Light.OK,
        *[Light.SLOW] * 7,
    ]
    assert ("n", "2") in printer_lamp(PrinterState.PAPER, 2).values


def test_a_channels_word_is_on_the_slip(shop, printer, codes):
    printing = printer(connection="none")
    shop.charge(990, codes("alipay"))
    shop.settle()
    assert shop.sale().channel is Channel.ALIPAY
    assert "支付宝" in as_text(shop.run(printing.look()).slip)
