"""Counter views of every phase, and a counter that remembers what it was asked: for tests and pictures."""

from __future__ import annotations

from dataclasses import replace

from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.refunds import Refund
from app.core.sale import FINAL, State
from app.core.staff import Person, Role
from app.staff import PeopleView, Proof
from app.staff.api import OnPeople
from app.till.api import (
    CounterView,
    Customer,
    Desk,
    Happened,
    Lamp,
    Light,
    OnView,
    Phase,
    PhoneView,
    Refusal,
    SaleView,
    Totals,
)

MONO = 1_000.0
WALL_MS = 1_795_327_555_000  # 2026-11-22 14:05:55 in Beijing
STATES = {
    Phase.INTENT: State.INTENT,
    Phase.SENT: State.INTENT,
    Phase.NOTSENT: State.NOT_SENT,
    Phase.PENDING: State.PENDING,
    Phase.UNKNOWN: State.UNKNOWN,
    Phase.OFFLINE: State.UNKNOWN,
    Phase.PAID: State.PAID,
    Phase.PAIDHELD: State.UNKNOWN,
    Phase.DECLINED: State.DECLINED,
    Phase.STOPPING: State.PENDING,
    Phase.REVERSING: State.REVERSING,
    Phase.WAIT15: State.REVERSING,
    Phase.QUARANTINE: State.REVERSING,
    Phase.REFUNDING: State.REFUNDING,
    Phase.REVERSED0: State.REVERSED,
    Phase.REVERSED1: State.REVERSED,
    Phase.REVERSEDQ: State.REVERSED,
    Phase.VOIDING: State.VOIDING,
    Phase.VOIDED: State.REFUNDED,
    Phase.PARTIAL: State.PARTLY_REFUNDED,
    Phase.LATEPAID: State.REVERSING,
    Phase.LATEBACK: State.REVERSED,
    Phase.STUCK: State.STUCK,
    Phase.MISMATCH: State.REVERSING,
    Phase.CONTRADICT: State.STUCK,
    Phase.UNSAFE: State.PENDING,
}
STORIES = {
    State.INTENT: ("intent",),
    State.PENDING: ("intent", "pending"),
    State.UNKNOWN: ("intent", "unknown"),
    State.PAID: ("intent", "pending", "paid"),
    State.DECLINED: ("intent", "declined"),
    State.NOT_SENT: ("intent", "not_sent"),
    State.REVERSING: ("intent", "unknown", "reversing"),
    State.REFUNDING: ("intent", "unknown", "reversing", "refunding"),
    State.REVERSED: ("intent", "unknown", "reversing", "reversed"),
    State.STUCK: ("intent", "unknown", "reversing", "stuck"),
    State.VOIDING: ("intent", "paid", "voiding"),
    State.REFUNDED: ("intent", "paid", "voiding", "refunded"),
    State.PARTLY_REFUNDED: ("intent", "paid", "voiding", "partly_refunded"),
}
REFUNDS = {Phase.VOIDING: (Refund("426112200035480340004164" + "01", 12_850, 1, "顾客退货", WALL_MS - 3_000, "02"),)}
COUNTING = {Phase.INTENT, Phase.SENT, Phase.PENDING, Phase.UNKNOWN, Phase.OFFLINE, Phase.UNSAFE}
FINAL_PHASES = {phase for phase, state in STATES.items() if state in FINAL}
IN_THE_LIST = (
    (Channel.WECHAT, 1_800, Phase.PAID, None),
    (Channel.ALIPAY, 4_600, Phase.PAID, None),
    (Channel.ALIPAY, 1_500, Phase.DECLINED, Reason.BALANCE),
    (Channel.UNIONPAY, 21_000, Phase.PAID, None),
    (Channel.WECHAT, 2_880, Phase.REVERSED0, None),
    (Channel.WECHAT, 650, Phase.PAID, None),
    (Channel.WECHAT, 7_320, Phase.REVERSED1, None),
    (Channel.ALIPAY, 12_000, Phase.PAID, None),
    (Channel.WECHAT, 990, Phase.PAID, None),
    (Channel.WECHAT, 3_650, Phase.DECLINED, Reason.CODE),
)
LAMPS = (
    Lamp("scanner", Light.OK, "scanner.ok"),
    Lamp("wechat", Light.SLOW, "chan.slow", (("channel", "wechat"),)),
    Lamp("alipay", Light.OK, "chan.ok", (("channel", "alipay"),)),
    Lamp("unionpay", Light.OK, "chan.ok", (("channel", "unionpay"),)),
    Lamp("journal", Light.OK, "journal.ok"),
)


def desk(*, training: bool = False, language: str = "zh") -> Desk:
    return Desk("练习小店" if training else "街角小店", "0003", "01", training, language, 500_000)


def sale(phase: Phase, number: int = 4164, *, channel: Channel = Channel.ALIPAY, fen: int = 12_850, **more) -> SaleView:
    state = STATES[phase]
    began = WALL_MS - 7_000 - (4164 - number) * 140_000
    ended = began + 6_000 if phase in FINAL_PHASES else None
    deadline = {True: MONO + 37.6}.get(phase in COUNTING)
    if phase is Phase.WAIT15:
        deadline = MONO + 9.2
    if phase is Phase.QUARANTINE:
        deadline = MONO + 141.0
    past = state in (State.REVERSING, State.STUCK)
    fields = {
        "out_trade_no": f"42611220003548034{number:07d}",
        "number": number,
        "channel": channel,
        "amount_fen": fen,
        "state": state,
        "phase": phase,
        "reason": Reason.BALANCE if phase is Phase.DECLINED else None,
        "says": "余额不足，请更换支付方式" if phase is Phase.DECLINED else "",
        "began_ms": began,
        "ended_ms": ended,
        "refunded_fen": {Phase.VOIDED: fen, Phase.PARTIAL: 2_850}.get(phase, 0),
        "refunds": REFUNDS.get(phase, ()),
        "left_fen": fen - 2_850 if phase is Phase.PARTIAL else 0,
        "deadline": deadline,
        "patience": 45.0,
        "release": MONO + 170 if past else None,
        "silent_for": 12.0 if phase is Phase.OFFLINE else 1.0,
        "story": tuple(Happened(key, began + 3_000 * n) for n, key in enumerate(STORIES[state])),
        "recovered": False,
        "alarm": "",
        "payer": "138****2046" if phase is Phase.PAID else "",
    }
    return SaleView(**(fields | more))


def done_rows() -> tuple[SaleView, ...]:
    return tuple(
        sale(phase, 4162 - n, channel=channel, fen=fen, reason=reason)
        for n, (channel, fen, phase, reason) in enumerate(IN_THE_LIST)
    )


def view(phase: Phase, *, training: bool = False, language: str = "zh", **more) -> CounterView:
    """A whole picture with ``phase`` on the stage, another sale being revoked beside it, and a day's list."""
    on_stage = None if phase in (Phase.IDLE, Phase.READY) else more.pop("sale", None) or sale(phase)
    beside = sale(Phase.REVERSING, 4163, channel=Channel.WECHAT, fen=990)
    is_open = on_stage is not None and on_stage.ended_ms is None
    fields = {
        "desk": desk(training=training, language=language),
        "phase": phase,
        "amount_fen": None if phase is Phase.IDLE else on_stage.amount_fen if on_stage else 12_850,
        "attempt": 1,
        "sale": on_stage,
        "refusal": None,
        "confirm_cap": False,
        "open": (on_stage, beside) if on_stage is not None and is_open else (beside,),
        "done": done_rows() if is_open or on_stage is None else (on_stage, *done_rows()),
        "totals": Totals(41, 320_760),
        "lamps": LAMPS,
        "recovering": 0,
    }
    return CounterView(**(fields | more))


def refused(phase: Phase, key: str, *values: tuple[str, str], serial: int = 1, **more) -> CounterView:
    return replace(view(phase, **more), refusal=Refusal(key, values, serial))


def phone(state: str = "code", channel: Channel = Channel.ALIPAY) -> PhoneView:
    code = {
        Channel.WECHAT: "134567890123456789",
        Channel.ALIPAY: "285512345678901293",
        Channel.UNIONPAY: "6224567890123456789",
    }[channel]
    return PhoneView(channel, code, 100_000, 12_850 if state == "password" else None, state)


class AskedCounter:
    """Remembers every call as ``(name, *arguments)`` and shows what it is told to show."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.on_view: OnView | None = None

    def subscribe(self, on_view: OnView) -> None:
        self.on_view = self.on_view or on_view  # the window's; what comes later only looks on

    def show_view(self, picture: CounterView) -> None:
        assert self.on_view is not None
        self.on_view(picture)

    def __getattr__(self, name: str):
        return lambda *arguments: self.asked.append((name, *arguments))


class StandingPeople:
    """People who are what a test says they are; remembers what it was asked."""

    def __init__(self, view: PeopleView | None = None) -> None:
        self.now = view or PeopleView(None, locked=False, is_empty=True, trouble="", members=())
        self.asked: list[tuple[object, ...]] = []
        self._told: list[OnPeople] = []

    async def load(self) -> PeopleView:
        return self.now

    def subscribe(self, on_people: OnPeople) -> None:
        self._told.append(on_people)
        on_people(self.now)

    def become(self, view: PeopleView) -> None:
        self.now = view
        for told in self._told:
            told(view)

    def touch(self) -> None:
        self.asked.append(("touch",))

    def look_idle(self) -> bool:
        self.asked.append(("look_idle",))
        return False

    async def sign_in(self, proof: Proof) -> Person:
        self.asked.append(("sign_in", proof.badge))
        return Person("1001", "李", Role.CASHIER)


class AskedPhone:
    """A practice phone without a bank."""

    def __init__(self, first: PhoneView | None = None) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.now = first or phone()

    async def fresh_code(self, channel: Channel, customer: Customer) -> PhoneView:
        self.asked.append(("fresh_code", channel, customer))
        self.now = phone(channel=channel)
        return self.now

    async def look(self) -> PhoneView:
        return self.now

    async def enter_password(self) -> None:
        self.asked.append(("enter_password",))
        self.now = replace(self.now, state="paid", asks_fen=None)

    async def refuse(self) -> None:
        self.asked.append(("refuse",))
        self.now = replace(self.now, state="refused", asks_fen=None)

    async def line(self, up: bool) -> None:
        self.asked.append(("line", up))
