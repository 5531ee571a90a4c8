"""Notifications on the till's loop: evidence, never a booking; in every order, however often."""

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from app.channels.alipay.notices import classified
from app.channels.books import Notice, NoticeKind
from app.core.answers import Evidence
from app.core.channel import Channel
from app.core.refunds import Refund, RefundState
from app.core.sale import State
from app.core.staff import Act, Approval, Person, Role
from app.till.back import TillMoneyBack
from app.till.entries import readable
from app.till.noticebox import NoticeBox
from app.till.notices import AT_A_TIME, EVERY, KIND, SOON, UNCONFIRMED, NoticeTaker, says_nothing_new

KEY = bytes(32)
NOW_MS = 1_795_358_400_000
VECTORS = Path(__file__).parents[1] / "channels" / "vectors" / "alipay_notify_kinds.json"


class Post:
    """Puts notifications in the box of a shop and lets its till take them up."""

    def __init__(self, shop):
        self.shop = shop
        self.box = NoticeBox(shop.path.parent / "notices", KEY)
        self.open()

    def open(self):
        self.taker = NoticeTaker(self.box, self.shop.engine)

    def tell(self, kind, number, *, refunded=None, refund_no="", channel=Channel.WECHAT, fen=900):
        evidence = Evidence(code="SAID", verified=True)
        self.put(Notice(kind, channel, number, "", fen, refunded, refund_no, None, evidence, "00" * 32))

    def put(self, notice):
        self.box.put(notice)
        self.shop.do(self.taker.take)

    def waiting(self):
        return len(list(self.box.waiting()))

    def kinds(self):
        return [kept.kind for kept in self.shop.journal.entries()]

    def state(self):
        (line,) = self.shop.journal.lines()
        return line.state

    def queries(self):
        return [call for call, _ in self.shop.banks[Channel.WECHAT].calls].count("query")


@pytest.fixture
def post(shop):
    return Post(shop)


def number_of(shop):
    return next(iter(shop.journal.lines())).out_trade_no


def test_a_payment_notice_makes_the_till_ask_at_once(shop, post, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.advance(3)
    before = post.queries()
    shop.banks[Channel.WECHAT].accounts[number_of(shop)].state = "paid"
    post.tell(NoticeKind.PAYMENT, number_of(shop))
    shop.advance(0.2)
    assert post.queries() == before + 1
    assert post.state() == State.PAID
    shop.do(post.taker.take)
    assert (post.kinds().count("sale.paid"), post.kinds().count(KIND), post.waiting()) == (1, 0, 0)
    post.tell(NoticeKind.PAYMENT, number_of(shop))
    assert (post.kinds().count("sale.paid"), post.kinds().count(KIND), post.waiting()) == (1, 0, 0)


def test_a_payment_notice_is_kept_in_the_box_while_the_line_is_down_and_then_is_the_polls_own(shop, post, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.advance(3)
    bank = shop.banks[Channel.WECHAT]
    bank.accounts[number_of(shop)].state = "paid"
    bank.line = False
    post.tell(NoticeKind.PAYMENT, number_of(shop))
    shop.advance(20)
    shop.do(post.taker.take)
    assert (post.kinds().count(KIND), post.waiting()) == (0, 1)
    shop.restart()
    post.open()
    shop.do(post.taker.take)
    bank.line = True
    shop.advance(60)
    shop.do(post.taker.take)
    assert (post.kinds().count(KIND), post.waiting()) == (0, 0)


def test_a_payment_that_no_query_finds_is_written_down_at_the_sales_end(shop, post, codes):
    shop.charge(900, codes(behaviour="never"))
    shop.advance(3)
    post.tell(NoticeKind.PAYMENT, number_of(shop))
    shop.do(post.taker.take)
    assert KIND not in post.kinds()
    shop.settle()
    shop.do(post.taker.take)
    assert post.state() == State.REVERSED
    assert (post.kinds().count(KIND), post.waiting()) == (1, 0)


def test_a_payment_that_no_query_finds_is_written_down_in_time(shop, post, codes, expect_log):
    expect_log("mashou.till", "a person is needed")
    shop.charge(900, codes(behaviour="never"))
    shop.advance(3)
    shop.banks[Channel.WECHAT].line = False
    post.tell(NoticeKind.PAYMENT, number_of(shop))
    shop.advance(UNCONFIRMED + 1)
    shop.do(post.taker.take)
    assert (post.kinds().count(KIND), post.waiting()) == (1, 0)


def test_what_a_poll_has_found_is_not_written_down_again(shop, post, codes):
    shop.charge(900, codes())
    shop.settle()
    post.tell(NoticeKind.PAYMENT, number_of(shop))
    assert post.state() == State.PAID
    assert KIND not in post.kinds()
    assert post.waiting() == 0


def test_a_notice_that_nobody_asked_about_pays_nothing(shop, post, codes):
    shop.charge(900, codes(behaviour="poor"))
    shop.settle()
    post.tell(NoticeKind.PAYMENT, number_of(shop))
    shop.settle()
    assert post.state() == State.DECLINED


def test_a_payment_after_the_end_is_asked_about_and_given_back(shop, post, codes, expect_log):
    expect_log("mashou.till", "a person is needed")
    shop.charge(900, codes(behaviour="never"))
    shop.settle()
    assert post.state() == State.REVERSED
    shop.banks[Channel.WECHAT].accounts[number_of(shop)].state = "paid"
    post.tell(NoticeKind.PAYMENT, number_of(shop))
    shop.advance(0.2)
    assert post.state() == State.REFUNDING
    shop.advance(300)
    assert shop.banks[Channel.WECHAT].held_fen == 0


def test_a_payment_after_the_end_is_asked_about_until_the_channel_answers(shop, post, codes, expect_log):
    expect_log("mashou.till", "a person is needed")
    shop.charge(900, codes(behaviour="never"))
    shop.settle()
    bank = shop.banks[Channel.WECHAT]
    bank.accounts[number_of(shop)].state = "paid"
    bank.line = False
    post.tell(NoticeKind.PAYMENT, number_of(shop))
    shop.advance(200)
    assert post.state() == State.REVERSED
    bank.line = True
    shop.advance(400)
    assert post.state() != State.PAID
    assert bank.held_fen == 0


PRINTED = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
KINDS = ("payment", "full_refund", "partial_refund")
STORIES = list(permutations(("sale", *KINDS)))


def printed(kind, number):
    """A merchant's own print-out of such a notification, about our sale."""
    (params,) = (one["params"] for one in PRINTED if one["kind"] == kind)
    return classified({**params, "out_trade_no": number})


@pytest.mark.parametrize("story", STORIES, ids="-".join)
@pytest.mark.parametrize("customer", [("instant", State.PAID, 10), ("poor", State.DECLINED, 0)], ids=["pays", "poor"])
def test_in_every_order_and_twice_a_notice_books_nothing(shop, codes, story, customer):
    behaviour, ends, fen = customer
    post = Post(shop)
    number = shop.orders.order(Channel.ALIPAY, 10, "0" * 64, "x").out_trade_no  # the number the sale will have
    for step in (*story, *(s for s in story if s != "sale")):
        if step == "sale":
            shop.charge(10, codes("alipay", behaviour))
        else:
            post.put(printed(step, number))
        shop.settle()
        shop.do(post.taker.take)
    assert number_of(shop) == number
    day = next(iter(shop.journal.lines())).day
    assert (post.state(), shop.journal.totals(day)[1]) == (ends, fen)
    assert post.kinds().count("sale.paid") == (1 if fen else 0)
    assert post.waiting() == 0
    told = [kept.body["kind"] for kept in shop.journal.entries() if kept.kind == KIND]
    assert set(told) >= {"refund", "partial_refund"}
    assert len(told) == len(set(told))


def test_an_order_nobody_here_knows_is_written_down(post):
    post.tell(NoticeKind.REFUND, "700326112258170004170001", refunded=900)
    assert post.kinds()[-1] == KIND
    assert post.waiting() == 0


def test_a_power_cut_between_journal_and_box_writes_it_once(shop, post, monkeypatch):
    monkeypatch.setattr(post.box, "done", lambda _path: None)
    post.tell(NoticeKind.REFUND, "1", refunded=900)
    monkeypatch.undo()
    assert post.waiting() == 1
    shop.restart()
    post.open()
    shop.do(post.taker.take)
    assert (post.kinds().count(KIND), post.waiting()) == (1, 0)


def test_a_full_disk_keeps_it_waiting(shop, post, expect_log):
    expect_log("mashou.till", "the journal takes nothing for now")
    shop.full = True
    post.tell(NoticeKind.REFUND, "1", refunded=900)
    assert (post.kinds().count(KIND), post.waiting()) == (0, 1)
    shop.full = False
    shop.advance(2)
    shop.do(post.taker.take)
    assert (post.kinds().count(KIND), post.waiting()) == (1, 0)


def test_a_folder_among_the_files_holds_nothing_up(post):
    post.box._folder.mkdir()
    (post.box._folder / "0.json").mkdir()
    post.tell(NoticeKind.REFUND, "1", refunded=900)
    assert (post.kinds().count(KIND), post.waiting()) == (1, 0)


def test_a_fact_of_long_ago_is_not_written_down_twice(shop, post):
    post.tell(NoticeKind.REFUND, "1", refunded=900)
    for n in range(2, 1_200):
        post.tell(NoticeKind.REFUND, str(n), refunded=900)
    post.open()
    post.tell(NoticeKind.REFUND, "1", refunded=900)
    assert (post.kinds().count(KIND), post.waiting()) == (1_199, 0)


def test_a_file_that_is_not_ours_is_put_aside(shop, post, expect_log):
    expect_log("mashou.notices", "not ours")
    post.tell(NoticeKind.REFUND, "1", refunded=900)
    (post.box._folder / "x.json").write_text("{}")
    shop.do(post.taker.take)
    assert post.waiting() == 0
    assert (post.box._folder / "refused" / "x.json").exists()


def test_a_running_till_looks_every_few_seconds(shop, post):
    shop.do(post.taker.begin)
    post.box.put(Notice(NoticeKind.REFUND, Channel.WECHAT, "1", "", 900, 900, "", None, Evidence(), "00" * 32))
    shop.advance(EVERY + 0.1)
    assert post.kinds()[-1] == KIND
    post.taker.close()


def test_a_heap_is_taken_up_a_few_at_a_time(shop, post):
    for n in range(2 * AT_A_TIME + 1):
        post.box.put(Notice(NoticeKind.REFUND, Channel.WECHAT, str(n), "", 9, 9, "", None, Evidence(), "00" * 32))
    shop.do(post.taker.begin)
    assert post.kinds().count(KIND) == AT_A_TIME
    shop.advance(2 * SOON + 0.1)
    assert (post.kinds().count(KIND), post.waiting()) == (2 * AT_A_TIME + 1, 0)
    post.taker.close()


def test_a_refund_made_elsewhere_is_asked_about_and_lessens_what_is_left(shop, post, codes, expect_log):
    expect_log("mashou.till", "a person is needed")
    shop.charge(900, codes())
    shop.settle()
    number, bank = number_of(shop), shop.banks[Channel.WECHAT]
    bank.accounts[number].refunds["BACKOFFICE"] = (300, True)
    post.tell(NoticeKind.PARTIAL_REFUND, number, refunded=300, refund_no="BACKOFFICE")
    shop.advance(1)
    (row,) = shop.view.done
    assert (row.state, row.refunded_fen, row.left_fen, row.alarm) == (State.PAID, 300, 600, "st.contradict")


@pytest.mark.parametrize("first", [True, False], ids=["the notice first", "the poll first"])
@pytest.mark.parametrize("names", [True, False], ids=["names all", "names the refund only"])
def test_a_notice_of_our_own_refund_hastens_its_query_and_is_no_news_afterwards(shop, post, codes, first, names):
    shop.charge(900, codes())
    shop.settle()
    number = number_of(shop)
    yes = Approval(
        Act.REFUND, number, 900, "r", Person("2001", "主管", Role.SUPERVISOR), "1" * 32, shop.clock.mono(), 0
    )
    shop.do(TillMoneyBack(shop.engine).refund, number, 900, "r", yes)
    shop.advance(2)
    assert post.state() == State.VOIDING
    if not first:
        shop.settle()
    named = (number, 900) if names else ("", None)  # as UnionPay's, which was asked with the sale's queryId
    for _ in range(2):
        post.tell(NoticeKind.REFUND, named[0], refunded=900, refund_no=number + "01", fen=named[1])
    shop.advance(0.5)
    assert post.state() == State.VOIDED
    shop.do(post.taker.take)
    shop.restart()
    post.open()
    post.tell(NoticeKind.REFUND, named[0], refunded=900, refund_no=number + "01", fen=named[1])
    shop.do(post.taker.take)
    assert (post.waiting(), post.kinds().count(KIND)) == (0, 0)


@pytest.mark.parametrize(
    ("state", "kind", "known"),
    [
        (RefundState.ABNORMAL, NoticeKind.REFUND_FAILED, True),
        (RefundState.CLOSED, NoticeKind.REFUND_FAILED, True),
        (RefundState.ACCEPTED, NoticeKind.REFUND_FAILED, False),
        (RefundState.DONE, NoticeKind.REFUND_FAILED, False),
        (RefundState.DONE, NoticeKind.PARTIAL_REFUND, True),
        (RefundState.CLOSED, NoticeKind.PARTIAL_REFUND, False),
    ],
)
def test_a_refund_that_a_query_found_to_have_failed_is_no_news_either(shop, codes, state, kind, known):
    shop.charge(900, codes())
    shop.settle()
    number = number_of(shop)
    sale = next(readable(shop.journal.story(number)[-1:]))
    refund = Refund(number + "01", 300, 1, "r", NOW_MS, state=state)
    evidence = Evidence(code="SAID", verified=True)
    notice = Notice(kind, Channel.WECHAT, number, "", 900, 300, number + "01", None, evidence, "00" * 32)
    assert says_nothing_new(replace(sale, refunds=(refund,)), notice) is known
    assert not says_nothing_new(replace(sale, refunds=(refund,)), replace(notice, out_refund_no="another"))
