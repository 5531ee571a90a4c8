"""Stories of one sale, told in advance: who comes, what goes wrong at which request, what a supervisor does after.

They are for crashing at every point of them (``nth``). Chance is left out: whatever a script does not name does not
happen, and every delay is the middle one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from simulation.dice import Dice
from simulation.people import MOSTLY_SOON, TYPING

from app.core.channel import Channel
from app.sim.book import Kind

MIDDLE = 0.5
NEVER = 0.999_999
AFTERNOON = 14 * 3_600.0
_SURE = {"wall?": NEVER, "late shop": NEVER, "real keys": NEVER, "sqlite": NEVER, "wires": NEVER, "stale": NEVER,
         "long codes": 0.0, "goes away": NEVER, "size": NEVER, "amount": 0.01, "warm": NEVER, "quick": 0.0,
         "closes in order": 0.0, "lingers": 0.0, "window": 0.0, "crash": NEVER, "an hour more": 0.0}  # fmt: skip


@dataclass(frozen=True)
class Script:
    """``faults``: by call, the name of what strikes its n-th request ("" for nothing), and for how many seconds."""

    name: str
    channel: Channel = Channel.WECHAT
    v3: bool = False
    kind: Kind = Kind.INSTANT
    types: float = 8.0  # seconds until the password is there
    habit: str = "waits"
    patience: float = 4.0
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)
    seconds: float = 0.5  # how far into the range of a fault's seconds
    back: str = ""  # what a supervisor does
    stubborn: bool = False  # the channel promises every reverse and does none
    refuses: bool = False  # the customer closes the password dialogue when ``types`` is over
    opens: float = AFTERNOON  # the shop, in seconds of the day
    strikes: Mapping[str, int] = field(default_factory=dict)  # by kind of fault: on which occasion it strikes
    shut: float = 0.0  # seconds for which the channel takes no refund, once it is shut
    again: float = 0.0  # seconds after which an approval is used a second time
    billed: bool = False  # the bill has come when money was given back by hand
    prints: bool = False
    lies_paid: bool = False  # a stranger says that it is paid and signs that, not that it is given back, unsigned
    rotates: float = 0.0  # seconds after which WeChat V3 signs with another platform key

    @property
    def is_plain(self) -> bool:
        """Whether nothing goes wrong in it: then whoever wants to pay must have paid."""
        odd = self.faults or self.strikes or self.stubborn or self.rotates or self.habit != "waits" or self.back
        return not odd and self.kind in (Kind.INSTANT, Kind.PASSWORD)

    notices: bool = False


class Told(Dice):
    """Dice that fall as a script says."""

    def __init__(self, script: Script) -> None:
        self._script = script
        super().__init__(0)
        self.faultless = False

    def u(self, *name: object) -> float:
        script = self._script
        known = {
            "v3": 0.0 if script.v3 else NEVER,
            "refund": 0.0 if script.back else NEVER,
            "stubborn": 0.0 if script.stubborn else NEVER,
            "types": (max(0.0, script.types - TYPING[True][0]) / (TYPING[True][1] - TYPING[True][0]))
            ** (1 / MOSTLY_SOON),
            "seconds": script.seconds,
            "closes it": 0.0 if script.refuses else NEVER,
            "held": 0.95,
            "forged": 0.0 if script.lies_paid else MIDDLE,
            "signs": 0.0 if script.lies_paid else MIDDLE,
            "billed": 0.0 if script.billed else NEVER,
            "prints": 0.0 if script.prints else NEVER,
            "rotates": 0.0 if script.rotates else NEVER,
            "notices": 0.0 if script.notices else NEVER,
        }
        return known.get(str(name[0]), _SURE.get(str(name[0]), MIDDLE))

    def between(self, low: float, high: float, *name: object) -> float:
        script = self._script
        known = {
            "patience": (script.patience / 50) ** 0.5, "opens": script.opens, "shut for": script.shut,
            "again": script.again, "rotates at": script.rotates, "sleep at": 9.0,
        }  # fmt: skip
        return known[str(name[0])] if name[0] in known else super().between(low, high, *name)

    def there_and_back(self, low: float, high: float, *name: object) -> tuple[float, float]:
        middle = self.draw(low, high, *name)
        return middle, middle

    def pick(self, choices: Sequence[object], *name: object) -> object:
        script = self._script
        told = {"shop": (script.channel,), "channel": script.channel, "kind": script.kind, "habit": script.habit}
        return (told | {"way back": script.back}).get(str(name[0]), choices[0])

    def troubles(self, entity: str) -> bool:
        return not self.calm

    def strikes(self, kind: str, rate: float, *entity: object) -> bool:
        once = self._script.strikes.get(kind, 0) if not self.calm and entity not in ((1,), (2,)) else 0
        return once > 0 and self._next(kind, entity) == once and self.happens(kind, *entity, once)

    def one_of(self, place: str, rates: Mapping[str, float], *entity: object) -> str | None:
        call = place.partition(".")[2]
        if self.calm or call not in self._script.faults:
            return None
        n, faults = self._next(place, entity), self._script.faults[call]
        struck = faults[n - 1] if n <= len(faults) else ""
        return struck if struck and self.happens(f"{place}.{struck}", *entity, n) else None


_PLOTS = (
    Script("paid at once"),
    Script("a password", kind=Kind.PASSWORD),
    Script("never pays", kind=Kind.NEVER),
    Script("too poor", kind=Kind.POOR),
    Script("the answer is lost", faults={"pay": ["lose-answer"]}),
    Script("the request is lost", faults={"pay": ["lose-request"]}),
    Script("the request comes late", faults={"pay": ["late-pay"]}),
    Script("late, and hidden when it is there", faults={"pay": ["late-pay"], "query": ["invisible"]}, seconds=0.99),
    Script("a reverse that never works", faults={"pay": ["lose-answer"], "query": ["invisible"]}, stubborn=True),
    Script(
        "answered after its end",
        habit="stops",
        patience=1.0,
        faults={"pay": ["delay"], "query": ["lose-answer"]},
        seconds=0.335,
    ),
    Script(
        "answered after it was let go",
        habit="stops",
        patience=1.0,
        faults={"pay": ["delay"], "query": ["lose-answer"]},
        seconds=0.2,
    ),
    Script("a stranger refuses", faults={"pay": ["forged"]}),
    Script("stopped while the password is typed", kind=Kind.PASSWORD, types=20, habit="stops"),
    Script("lost, and not found for long", faults={"pay": ["lose-answer"], "query": ["invisible"] * 30}, seconds=0.9),
    Script("a reverse that lies", kind=Kind.NEVER, faults={"reverse": ["lie-ok", "lie-fail"]}),
    Script("no funds for the reverse", kind=Kind.NEVER, faults={"reverse": ["no-balance"]}),
    Script("another try", kind=Kind.NEVER, habit="tries another"),
    Script("the customer refuses", kind=Kind.NEVER, types=3.0, refuses=True),
    Script("a word no document has, after it was paid", faults={"pay": ["unknown-code-after"]}),
    Script("given back", back="whole"),
    Script("given back in parts", back="parts"),
    Script("the refund's answer is lost", back="whole", faults={"refund": ["lose-answer"]}),
    Script("the refund is lost", back="whole", faults={"refund": ["lose-request"]}),
    Script(
        "given back, and not found for long",
        back="whole",
        faults={"refund": ["lose-answer"], "refund-query": ["invisible"] * 9},
        seconds=0.9,
    ),
    Script("given back by two", back="two supervisors"),
    Script("given back by hand", back="by hand"),
    Script("given back by hand, and billed", back="by hand", billed=True),
    Script(
        "settled by hand where nothing works",
        faults={"pay": ["lose-answer"], "query": ["invisible"]},
        stubborn=True,
        strikes={"refund.shut": 1},
        shut=4000.0,
        back="by hand",
        billed=True,
    ),
    Script("given back, and the account is shut", back="whole", strikes={"refund.shut": 1}, shut=400.0),
    Script(
        "the refund comes late, after another try was refused",
        back="whole",
        strikes={"stall.refund": 1, "refund.shut": 1},
        shut=30.0,
    ),
    Script("given back, and the bank returns it", back="whole", faults={"refund": ["refund-closed"]}),
    Script("given back twice by one approval", back="one approval", again=25.0),
    Script("given back in parts, the first is a lie", back="parts", faults={"refund": ["lie-ok"]}),
    Script("given back after the settlement day", back="whole", opens=23 * 3_600.0 - 10),
    Script(
        "a reverse is lost, and three are hollow",
        faults={"pay": ["lose-answer"], "query": ["invisible"], "reverse": ["lose-request", *["lie-ok"] * 8]},
    ),
    Script("a new platform key while the password is typed", kind=Kind.PASSWORD, rotates=5.0),
    Script("another sum is named", faults={"pay": ["wrong-amount"], "query": ["wrong-amount"]}),
    Script("another order is named", faults={"pay": ["foreign-order"], "query": ["foreign-order"]}),
    Script("nobody signs", faults={"pay": ["no-signature"], "query": ["bad-signature", "corrupt"]}),
    Script("a stranger says it is paid", kind=Kind.NEVER, faults={"query": ["forged"] * 9}, lies_paid=True),
    Script("a web page, and a server in trouble", faults={"pay": ["html-after"], "query": ["http"]}),
    Script("the channel takes its time", faults={"pay": ["system-error-after"], "query": ["unknown-code"]}),
    Script("scanned twice", habit="scans twice", patience=30.0),
    Script("the disk is full when it is paid", strikes={"disk.full": 2}),
    Script("the disk is full when it is refused", kind=Kind.POOR, strikes={"disk.full": 2}),
    Script("the disk is full when it is given up", kind=Kind.NEVER, habit="stops", strikes={"disk.full": 3}),
    Script("the disk fails when it is paid", strikes={"disk.broken": 2}),
    Script("the computer sleeps over the password", kind=Kind.PASSWORD, types=20.0, strikes={"sleep": 1}),
    Script("the refund is clicked twice", back="double click"),
    Script("more than was paid is asked back", back="too much"),
    Script("the refund's answer is nobody's", back="whole", faults={"refund": ["no-signature", "corrupt"]}),
    Script("the disk is full when it is given back", back="whole", strikes={"disk.full": 4}),
    Script(
        "a new platform key, and a slow list of keys",
        faults={"pay": ["lose-request"]},
        rotates=70.0,
        strikes={"warm.delay": 3},
    ),
    Script("a receipt", prints=True),
    Script("a slip of what was given back", back="whole", prints=True),
    Script("the channel calls", kind=Kind.PASSWORD, notices=True),
    Script("the channel calls, and its answer is lost", notices=True, faults={"pay": ["lose-answer"]}),
    Script("the channel calls after the end", notices=True, back="whole", faults={"pay": ["late-pay"]}, seconds=0.99),
)
_SPEECHES = ((Channel.WECHAT, False), (Channel.WECHAT, True), (Channel.ALIPAY, False), (Channel.UNIONPAY, False))
STORIES = tuple(
    replace(plot, name=f"{channel}{' v3' if v3 else ''}: {plot.name}", channel=channel, v3=v3)
    for channel, v3 in _SPEECHES
    for plot in _PLOTS
    if (v3 or not plot.rotates) and (channel is Channel.UNIONPAY or plot.opens == AFTERNOON)
)
CORE = tuple(
    story
    for story in STORIES
    if story.name
    in (
        "wechat: paid at once",
        "wechat: the answer is lost",
        "wechat: the request comes late",
        "wechat: stopped while the password is typed",
        "wechat v3: a reverse that lies",
        "wechat v3: the refund's answer is lost",
        "alipay: the answer is lost",
        "alipay: given back by hand",
        "unionpay: paid at once",
        "unionpay: given back",
    )
)
assert len(STORIES) >= 40
assert len(CORE) == 10
