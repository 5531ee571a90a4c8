"""Differences as people read them, and as programs do."""

from collections.abc import Mapping
from typing import Any, Final

from app import words
from app.core.beijing import at_beijing, clock_words
from app.core.money import show_yuan
from app.office.recon.day import ChannelDay, DayResult
from app.office.recon.signing import Resolution
from app.office.recon.values import Care, Difference, Kind
from app.words import LANGUAGES

_SIGNED: Final = frozenset({Kind.AMOUNT, Kind.REFUND_AMOUNT, Kind.FEE})  # the sentence has no sign of its own
_SIGNS: Final = ("−", "＋", "+")


def money(fen: int) -> str:
    return f"−￥{show_yuan(-fen)}" if fen < 0 else f"￥{show_yuan(fen)}"


def with_sign(fen: int) -> str:
    """``+￥3.80``, ``−￥15.00``, ``￥0.00``."""
    return f"+￥{show_yuan(fen)}" if fen > 0 else money(fen)


def sentence(line: Difference, part: str, language: str) -> str:
    """``part``: ``is``, ``worth`` or ``do`` of its kind."""
    key = f"rd.{line.kind}.{part}"
    if part == "worth" and _says_the_other_way(line, words.say(key, language, amount="")):
        return with_sign(line.worth_fen)
    amount = with_sign(line.amount_fen) if line.kind in _SIGNED else money(abs(line.amount_fen))
    return words.say(key, language, amount=amount, n=line.count)


def _says_the_other_way(line: Difference, said: str) -> bool:
    """Whether the sentence has the sign of the usual case and this line the other: a stranger's refund, mostly."""
    if not said.startswith(_SIGNS) or not line.worth_fen:
        return False
    return (line.worth_fen < 0) != said.startswith("−")


def headline(one: ChannelDay, language: str) -> str:
    """The result of a channel's day in one sentence."""
    found = one.reckoning
    waiting = all(line.care is Care.WAITS for line in one.unexplained)
    if one.unexplained:
        key = "rc.waits" if waiting else "rc.diff"
        return words.say(key, language, amount=with_sign(found.difference_fen), n=len(one.unexplained))
    if found.difference_fen:
        apart = [line for line in found.lines if line.worth_fen]
        return words.say("rc.timing", language, amount=with_sign(found.difference_fen), n=len(apart))
    count = words.say("rc.count", language, n=found.log.count)
    return words.say("rc.flat", language, n=count if language == "en" else found.log.count, amount=money(found.log.fen))


def equation(one: ChannelDay, language: str) -> str:
    found = one.reckoning
    sums = {"a": money(found.log.fen), "b": money(found.bill.fen), "c": with_sign(found.difference_fen)}
    return words.say("rc.eq", language, **sums)


def explained(by_hand: Resolution, language: str) -> str:
    """Who said why; a reason of the till's own is kept as its words key."""
    reason = words.say(by_hand.reason, language) if words.has(by_hand.reason) else by_hand.reason
    return words.say("rc.resolved", language, staff=by_hand.name, reason=reason)


def when(ms: int | None) -> str:
    return "" if ms is None else f"{at_beijing(ms):%m-%d} {clock_words(ms)}"


def plain(result: DayResult) -> dict[str, Any]:
    """The whole result for ``--json``: money in fen, sentences in both languages."""
    return {
        "day": result.day,
        "level": result.is_level,
        "lacking": [channel.value for channel in result.lacking],
        "channels": [_channel(one) for one in result.channels],
    }


def _channel(one: ChannelDay) -> dict[str, Any]:
    found = one.reckoning
    bill: dict[str, Any] = {"count": found.bill.count, "fen": found.bill.fen}
    if one.bill is not None:
        bill |= {"file": one.bill.path.name, "sha256": one.bill.sha256}
    return {
        "channel": found.channel.value,
        "level": one.is_level,
        "log": {"count": found.log.count, "fen": found.log.fen},
        "bill": bill,
        "difference_fen": found.difference_fen,
        "unexplained_fen": sum(line.worth_fen for line in one.unexplained),
        "matched": found.matched,
        "fees": {"billed_milli_fen": found.fees.billed_milli, "expected_milli_fen": found.fees.expected_milli},
        "signed_off": None if one.signed is None else {"by": one.signed.by, "at_ms": one.signed.at_ms},
        "lines": [_line(line, one.resolved) for line in found.lines],
    }


def _line(line: Difference, resolved: Mapping[str, Resolution]) -> dict[str, Any]:
    by_hand = resolved.get(line.key)
    return {
        "key": line.key,
        "id": line.short,
        "kind": line.kind.value,
        "care": line.care.value,
        "worth_fen": line.worth_fen,
        "amount_fen": line.amount_fen,
        "out_trade_no": line.out_trade_no,
        "out_refund_no": line.out_refund_no,
        "booked_fen": line.booked_fen,
        "billed_fen": line.billed_fen,
        "at_ms": line.at_ms,
        "count": line.count,
        "terminal": line.note,
        "resolved": None if by_hand is None else {"by": by_hand.by, "reason": by_hand.reason, "at_ms": by_hand.at_ms},
        **{
            part: {language: sentence(line, part, language) for language in LANGUAGES} for part in ("is", "worth", "do")
        },
    }
