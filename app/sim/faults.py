"""The fault script: what the counterparty or the line does wrong, and when.

::

    script  = rule { ";" rule }                       an empty script: no faults
    rule    = target ":" fault [seconds] { option }
    target  = channel "." call | "*"                  channel: wechat, alipay, unionpay, *
                                                      call: pay, query, reverse, refund, refund-query, close, bill,
                                                      download, certificates, *
    option  = "x"N | "after" N | "p="0..1 | "seed="N  at most N times; skip the first N; by chance, repeatably

    wechat.pay: lose-answer x1; alipay.query: http-500 x3; *.pay: delay 8; *.query: invisible 20

``cancel`` is another word for ``reverse``, ``void`` for ``refund``. Every rule that matches a request takes effect, the
first of a kind only. Seconds are divided by the simulator's pace, except those of clock-skew. Where a fault may strike
before or after the bank has acted, the plain name means *nothing was done*, and ``-after`` behind it means *done*.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.core.channel import Channel


class Call(StrEnum):
    PAY = "pay"
    QUERY = "query"
    REVERSE = "reverse"
    REFUND = "refund"
    REFUND_QUERY = "refund-query"
    CLOSE = "close"
    BILL = "bill"  # asking for it; WeChat V2 answers with the bill itself
    DOWNLOAD = "download"
    CERTIFICATES = "certificates"


class FaultError(ValueError):
    """The script cannot be read; the text is one sentence that names the place."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What a fault takes and where it fits."""

    says: str
    seconds: float | None = None  # default; None: takes none
    needed: bool = False  # the seconds have no default
    calls: frozenset[Call] = frozenset(Call)
    after: bool = False  # may be told "-after"
    whole_line: bool = False  # fits the target * only


_PAY: Final = frozenset({Call.PAY})
_QUERY: Final = frozenset({Call.QUERY})
_REVERSE: Final = frozenset({Call.REVERSE})
_REFUND: Final = frozenset({Call.REFUND})
_BACK: Final = _REVERSE | _REFUND
_QUERIES: Final = frozenset({Call.QUERY, Call.REFUND_QUERY})
_READS: Final = _PAY | _REFUND | _QUERIES
_BILL: Final = frozenset({Call.BILL})

FAULTS: Final[Mapping[str, Spec]] = {
    "lose-request": Spec("the connection is cut, nothing was done"),
    "lose-answer": Spec("done, then the connection is cut without an answer"),
    "late-pay": Spec("the connection is cut; the bank gets the request so many seconds later", 0, True, _PAY),
    "rst": Spec("the connection is reset", after=True),
    "silence": Spec("no answer, the connection stays open", after=True),
    "delay": Spec("done at once, answered so many seconds later", 0, True),
    "drip": Spec("done; the answer comes byte by byte, so many seconds apart (0.5)", 0.5),
    "truncate": Spec("done; half of the answer, then the connection is cut"),
    "http": Spec("http-NNN: this status with an empty body, NNN from 400 to 599", after=True),
    "html": Spec("status 200 and a web page", after=True),
    "redirect": Spec("status 307 to another address of this server", after=True),
    "gzip-bomb": Spec("a small body that unpacks to 64 MiB", after=True),
    "big-body": Spec("a body of 8 MiB", after=True),
    "bad-signature": Spec("done; the answer's signature is wrong"),
    "no-signature": Spec("done; the answer carries no signature"),
    "signtest": Spec("done; WeChat V3 puts its probe in the signature's place, which must not verify"),
    "corrupt": Spec("done; one bit in the middle of the answer is flipped"),
    "unknown-code": Spec("a signed answer with a code (query: a state) no document lists", after=True),
    "system-error": Spec("SYSTEMERROR (V3: status 500), 20000, respCode 03", after=True),
    "bank-error": Spec("BANKERROR (V3: status 500), 40004 ACQ.SYSTEM_ERROR, respCode 04", after=True),
    "rollback": Spec("paid and answered so, then taken back by the channel itself", calls=_PAY),
    "wrong-amount": Spec("done; the signed answer names one fen more", calls=_READS),
    "foreign-order": Spec("done; the signed answer is about another order", calls=_READS),
    "invisible": Spec("an order younger than so many seconds is not found", 0, True, _QUERIES),
    "recall": Spec("not done, recall=Y / retry_flag=Y / respCode 05", calls=_REVERSE),
    "retry-flag": Spec("the same as recall", calls=_REVERSE),
    "lie-ok": Spec("says it was reversed or refunded, did nothing", calls=_BACK),
    "lie-fail": Spec("reversed or refunded, says it failed and asks to be called again", calls=_BACK),
    "user-paying-on-reverse": Spec(
        "WeChat: USERPAYING, Alipay: ACQ.SYSTEM_ERROR, UnionPay: 35; nothing done", calls=_REVERSE
    ),
    "no-balance": Spec("the shop's balance is too low, nothing done", calls=_BACK),
    "takes": Spec("the refund is under way for so many seconds", 0, True, _REFUND),
    "refund-abnormal": Spec("the refund cannot reach the payer: CHANGE, ABNORMAL", calls=_REFUND),
    "refund-closed": Spec("the refund comes back to the shop: REFUNDCLOSE, CLOSED", calls=_REFUND),
    "today": Spec("a bill is given at once, as far as its day has come", calls=_BILL),
    "tombstone": Spec("reversing an unknown order kills its number for a late pay", calls=_REVERSE),
    "no-tombstone": Spec("the default, said aloud: such a late pay is carried out", calls=_REVERSE),
    "clock-skew": Spec("the Date header is ahead by so many seconds (may be negative)", 0, True),
    "off": Spec("the line is down: connections are refused (target * only)", whole_line=True),
}


@dataclass(frozen=True, slots=True)
class Firing:
    """One fault that struck one request."""

    seconds: float = 0.0
    status: int = 0
    after: bool = False


Fired = Mapping[str, Firing]  # by the fault's name


@dataclass(slots=True)
class Rule:
    """One rule of the script and how often it has matched and struck."""

    channel: Channel | None
    call: Call | None
    fault: str
    firing: Firing
    limit: int | None = None
    skip: int = 0
    chance: float = 1.0
    seed: int = 0
    matched: int = 0
    struck: int = 0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def strikes(self, channel: Channel, call: Call) -> bool:
        """Whether it strikes this request; counts it."""
        if self.channel not in (None, channel) or self.call not in (None, call):
            return False
        if call not in FAULTS[self.fault].calls:
            return False
        self.matched += 1
        lucky = self._random.random() < self.chance
        if self.matched <= self.skip or not lucky or (self.limit is not None and self.struck >= self.limit):
            return False
        self.struck += 1
        return True


class Faults:
    """The script in force."""

    def __init__(self, script: str = "", pace: float = 1.0) -> None:
        self._rules = parse(script, pace)

    @property
    def line_is_off(self) -> bool:
        return any(rule.fault == "off" for rule in self._rules)

    @property
    def struck(self) -> int:
        """How often any rule has struck."""
        return sum(rule.struck for rule in self._rules)

    def fire(self, channel: Channel, call: Call) -> dict[str, Firing]:
        """What strikes this request, by name."""
        fired: dict[str, Firing] = {}
        for rule in self._rules:
            if rule.fault not in fired and rule.strikes(channel, call):
                fired[rule.fault] = rule.firing
        return fired


def describe() -> str:
    """The list of faults for ``--help``."""
    lines = []
    for name, spec in FAULTS.items():
        shown = "http-NNN" if name == "http" else name
        shown += " S" if spec.needed else " [S]" if spec.seconds is not None else ""
        lines.append(f"  {shown + (' | -after' if spec.after else ''):<26}{spec.says}")
    return "\n".join(lines)


def parse(script: str, pace: float = 1.0) -> tuple[Rule, ...]:
    """Read a script; FaultError names the rule that cannot be read."""
    rules = []
    for number, text in enumerate(script.split(";"), start=1):
        if text.strip():
            try:
                rules.append(_parse_rule(text.strip(), pace))
            except FaultError as error:
                raise FaultError(f"fault script, rule {number} ({text.strip()!r}): {error}") from None
    return tuple(rules)


def _parse_rule(text: str, pace: float) -> Rule:
    target, colon, rest = text.partition(":")
    words = rest.split()
    if not colon or not words:
        raise FaultError("a rule is TARGET: FAULT, for example wechat.pay: lose-answer x1")
    channel, call = _parse_target(target.strip())
    name, firing = _parse_fault(words[0])
    spec = FAULTS[name]
    if call is not None and call not in spec.calls:
        raise FaultError(f"{name} does not fit {call}")
    if spec.whole_line and target.strip() not in ("*", "*.*"):
        raise FaultError(f"{name} cuts the whole line; write *: {name}")
    rest_words = words[1:]
    if rest_words and _number(rest_words[0]) is not None:
        if spec.seconds is None:
            raise FaultError(f"{name} takes no seconds")
        seconds = _seconds(name, rest_words.pop(0))
    elif spec.needed:
        raise FaultError(f"{name} needs seconds, for example {name} 8")
    else:
        seconds = spec.seconds or 0.0
    scale = 1.0 if name == "clock-skew" else pace
    rule = Rule(channel, call, name, Firing(seconds / scale, firing.status, firing.after))
    _parse_options(rule, rest_words)
    return rule


def _parse_target(text: str) -> tuple[Channel | None, Call | None]:
    if text == "*":
        return None, None
    channel, dot, call = text.partition(".")
    call = {"cancel": "reverse", "void": "refund"}.get(call, call)
    channels: dict[str, Channel | None] = {"*": None, **{one.value: one for one in Channel}}
    calls: dict[str, Call | None] = {"*": None, **{one.value: one for one in Call}}
    if not dot or channel not in channels or call not in calls:
        raise FaultError(f"no such target: {text!r}; it is a channel or *, a dot, and a call or *, or * alone")
    return channels[channel], calls[call]


def _parse_fault(word: str) -> tuple[str, Firing]:
    name = word.removesuffix("-after")
    after = name != word
    status = 0
    if http := re.fullmatch(r"http-([45]\d\d)", name):
        name, status = "http", int(http[1])
    if name not in FAULTS or (name == "http" and not status):
        raise FaultError(f"no such fault: {word!r}; see mashou sim fault --help")
    if after and not FAULTS[name].after:
        raise FaultError(f"{name} has no -after")
    return name, Firing(status=status, after=after)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", text) else None


def _seconds(name: str, text: str) -> float:
    value = _number(text)
    if value is None or (value < 0 and name != "clock-skew"):
        raise FaultError(f"{text!r} is not a number of seconds for {name}")
    return value


def _parse_options(rule: Rule, words: list[str]) -> None:
    text = " ".join(words)
    while text:
        if match := re.match(r"x(\d{1,9})(?:\s+|$)", text):
            rule.limit = int(match[1])
        elif match := re.match(r"after\s+(\d{1,9})(?:\s+|$)", text):
            rule.skip = int(match[1])
        elif match := re.match(r"p=(0?\.\d{1,9}|0|1|1\.0)(?:\s+|$)", text):
            rule.chance = float(match[1])
        elif match := re.match(r"seed=(\d{1,9})(?:\s+|$)", text):
            rule.seed = int(match[1])
            rule.__post_init__()
        else:
            raise FaultError(f"no such option: {text!r}; options are xN, after N, p=0.3, seed=7")
        text = text[match.end() :]
