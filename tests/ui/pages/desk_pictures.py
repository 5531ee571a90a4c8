"""Sales for the supervisor's pages, a desk that remembers what it was asked, and an asker that answers at once."""

from __future__ import annotations

from dataclasses import replace

from app.core.adviser import RefundWindows, advise
from app.core.channel import Channel
from app.core.policy import patience_for
from app.core.reasons import Reason
from app.core.refunds import Refund, RefundState
from app.core.sale import Order, Sale, State
from app.core.staff import Approval, Person, Role
from app.journal.api import Kept
from app.office.desk_api import SalePicture, WorkPicture
from app.office.search import Findings
from app.office.story import story_of
from app.office.worklist import Note, Seen, tasks
from app.till.entries import entry_of

NOW = 1_795_327_555_000  # 2026-11-22 14:05:55 in Beijing
NUMBER = "426112200034821000012337"
BOSS = Person("2001", "王芳", Role.SUPERVISOR)


def a_sale(channel=Channel.ALIPAY, state=State.PAID, *, n=0, ago_s=1200, amount_fen=12_850, **facts):
    began = NOW - ago_s * 1000
    number = f"{NUMBER[:-4]}{int(NUMBER[-4:]) + n:04d}"
    order = Order(number, f"p{n}", channel, amount_fen, "m", "1001", "0003", began, "2026-11-22")
    paid = state in (State.PAID, State.VOIDING, State.PARTLY_REFUNDED, State.REFUNDED)
    held = {
        "paid_ms": began + 14_000 if paid else None,
        "channel_no": "2026112222001438051429077361",
        "payer": "138****2046",
    }
    return Sale(order, state=state, **{**held, **facts})


def a_refund(amount_fen=12_850, state=RefundState.ASKED, *, ordinal=1, ago_s=300, **facts):
    number = f"{NUMBER}{ordinal:02d}"
    facts.setdefault("confirmed", state is RefundState.DONE)
    return Refund(number, amount_fen, ordinal, "ap.reason.return", NOW - ago_s * 1000, by="2001", state=state, **facts)


def entries(*sales):
    kept = []
    for at, sale in enumerate(sales):
        entry = entry_of(sale, sale.order.began_ms + at * 14_000)
        kept.append(Kept(at + 1, entry.kind, entry.at_ms, entry.body))
    return kept


def history(sale):
    """A likely past of ``sale``, and itself."""
    bare = replace(sale, refunds=(), refunded_fen=0, alarm="", reverses=0, paid_ms=None, hand=None)
    past = [replace(bare, state=State.INTENT)]
    if sale.paid_ms is not None:
        past += [replace(bare, state=State.PENDING), replace(bare, state=State.PAID)]
    if sale.state in (State.REVERSING, State.STUCK, State.REVERSED):
        past += [replace(bare, state=State.UNKNOWN), replace(bare, state=State.REVERSING)]
    return entries(*past, sale)


def picture(sale, now_ms=NOW):
    advice = advise(sale, now_ms, RefundWindows(), patience_for(sale.order.channel))
    return SalePicture(sale, story_of(history(sale)), advice, now_ms)


class RememberedDesk:
    """Holds sales; what is asked of it is remembered, and ``refund`` and ``hold`` answer ``refusal``."""

    def __init__(self, *sales, notes=None):
        self.sales = {sale.order.out_trade_no: sale for sale in sales}
        self.notes = notes or {}
        self.asked = []
        self.refusal = None
        self.why = None
        self.broken = None
        self.now_ms = NOW

    async def find(self, text):
        self.asked.append(("find", text))
        self._break()
        digits = text.replace(" ", "")
        rows = tuple(
            sale for number, sale in self.sales.items() if number.endswith(digits) or digits in ("all", "1285")
        )
        return Findings(rows, self.why, self.now_ms)

    async def look(self, out_trade_no):
        self.asked.append(("look", out_trade_no))
        self._break()
        sale = self.sales.get(out_trade_no)
        return None if sale is None else picture(sale, self.now_ms)

    async def refund(self, out_trade_no, amount_fen, reason, approval):
        self.asked.append(("refund", out_trade_no, amount_fen, reason, approval))
        self._break()
        if self.refusal is None:
            sale = self.sales[out_trade_no]
            one = a_refund(amount_fen, ordinal=len(sale.refunds) + 1, calls=1)
            self.sales[out_trade_no] = replace(sale, state=State.VOIDING, refunds=(*sale.refunds, one))
        return self.refusal

    async def work(self):
        self.asked.append(("work",))
        self._break()
        seen = [Seen(sale, sale.order.began_ms + 60_000) for sale in self.sales.values()]
        return WorkPicture(tasks(seen, self.notes, self.now_ms, patience_for, RefundWindows()), self.now_ms)

    async def check(self, out_trade_no):
        self.asked.append(("check", out_trade_no))

    async def seen(self, out_trade_no):
        self.asked.append(("seen", out_trade_no))
        self.sales[out_trade_no] = replace(self.sales[out_trade_no], recovered=False)

    async def note(self, out_trade_no, by, text):
        self.asked.append(("note", out_trade_no, by, text))
        self.notes.setdefault(out_trade_no, []).append(Note(by, self.now_ms, text))
        return True

    async def hold(self, out_trade_no, amount_fen, reason, voucher, approval):
        self.asked.append(("hold", out_trade_no, amount_fen, reason, voucher, approval))
        return self.refusal

    def _break(self):
        if self.broken is not None:
            raise self.broken

    def done(self, kind):
        return [one[1:] for one in self.asked if one[0] == kind]


class Asks:
    """An Asker whose answers come at once, or when ``answer`` is called where ``later`` is set."""

    def __init__(self):
        self.later = False
        self.waiting = []

    def ask(self, work, done, failed=None):
        if self.later:
            self.waiting.append((work, done, failed))
        else:
            self._run(work, done, failed)

    def answer(self):
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            self._run(*one)

    def _run(self, work, done, failed):
        try:
            work().send(None)
        except StopIteration as ended:
            done(ended.value)
        except OSError as error:
            failed(error)


class Approver:
    """Says yes or no at once, or keeps the question."""

    def __init__(self, *, yes=True):
        self.yes = yes
        self.asked = []
        self.answers = []
        self.later = False

    def __call__(self, act, subject, amount_fen, reason, answer, *, operator=""):
        self.asked.append((act, subject, amount_fen, reason, operator))
        self.answers.append(answer)
        if not self.later:
            self.reply()

    def reply(self):
        yes = Approval(*self.asked[-1][:4], BOSS, "0" * 32, 1.0, NOW)
        self.answers[-1](yes if self.yes else None)


SCENES = {
    "paid": lambda: (a_sale(), {}),
    "part": lambda: (
        a_sale(Channel.WECHAT, State.PARTLY_REFUNDED, refunds=(a_refund(2_850, RefundState.DONE),), refunded_fen=2_850),
        {"way": "part", "typed": "200.00", "reason": 1},
    ),
    "unionpay": lambda: (a_sale(Channel.UNIONPAY), {"reason": 0}),
    "doubt": lambda: (a_sale(Channel.WECHAT, State.REVERSING, ago_s=60, reverses=2, channel_no=""), {}),
    "running": lambda: (a_sale(state=State.VOIDING, refunds=(a_refund(state=RefundState.ACCEPTED),)), {"watched": 1}),
    "abnormal": lambda: (
        a_sale(Channel.WECHAT, State.VOIDING, refunds=(a_refund(state=RefundState.ABNORMAL),)),
        {"watched": 1},
    ),
    "done": lambda: (
        a_sale(state=State.REFUNDED, refunds=(a_refund(state=RefundState.DONE),), refunded_fen=12_850),
        {"watched": 1},
    ),
    "declined": lambda: (a_sale(state=State.DECLINED, channel_no=""), {}),
    "other": lambda: (a_sale(amount_fen=1_285_000), {"reason": 4, "own_words": "客人说尺寸不对"}),
}


def work():
    """Sales that need a person, most of the kinds there are."""
    stuck = {"alarm": "st.stuck", "reverses": 6, "reverses_answered": 4}
    abnormal = (a_refund(state=RefundState.ABNORMAL),)
    return (
        a_sale(Channel.WECHAT, State.STUCK, n=1, ago_s=4000, reason=Reason.SHOPFUNDS, **stuck),
        a_sale(Channel.ALIPAY, State.STUCK, n=2, ago_s=9000, says="请求参数不合法", code="40002", **stuck),
        a_sale(Channel.WECHAT, State.REVERSING, n=3, ago_s=1500, alarm="st.offline"),
        a_sale(Channel.WECHAT, State.VOIDING, n=4, ago_s=90_000, refunds=abnormal),
        a_sale(Channel.ALIPAY, n=5, ago_s=2000, recovered=True),
        a_sale(Channel.UNIONPAY, n=6, ago_s=3000, code="00/A6"),
        a_sale(Channel.WECHAT, n=7, ago_s=86_400, refunds=(a_refund(state=RefundState.CLOSED),)),
    )
