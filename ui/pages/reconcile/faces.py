"""What the parts of the page show, worked out of a ``DayPicture``. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

from app.core.channel import Channel
from app.office.recon.day import ChannelDay, DayResult
from app.office.recon.desk import DayPicture, Said
from app.office.recon.telling import explained, sentence, when, with_sign
from app.office.recon.values import Care, Difference, Kind
from app.words import has, say, tell
from ui.text import channel_name, in_fours, money

OF_A_FILE = "wf."  # why a file is no bill of ours: a fresh one from the channel's site is the way out
_APART = frozenset({Kind.FEE, Kind.COUPON})  # what they are worth is no part of the difference


class Mood(StrEnum):
    """What the eye is to find first."""

    ACT = "act"
    WAITS = "waits"
    LEVEL = "level"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class VerdictFace:
    mood: Mood = Mood.PLAIN
    head: str = ""
    under: str = ""
    is_wrong: bool = False  # ``under`` says what was not taken, or is not there


@dataclass(frozen=True, slots=True)
class ChannelFace:
    channel: Channel
    name: str
    chip: str
    mood: Mood
    rows: tuple[tuple[str, str], ...]  # label and sum; the last is the difference


@dataclass(frozen=True, slots=True)
class LineFace:
    """One line of the list. ``chip`` says who is to do something; ``mood`` colours it."""

    what: str
    under: str  # which sale, or which till and how many
    order: str  # the sale to open, "" where it is not one of this till's
    channel: Channel
    channel_name: str
    log: str
    bill: str
    off: str
    chip: str
    mood: Mood
    do: str


def verdict(picture: DayPicture | None, language: str) -> VerdictFace:
    if picture is None:
        return VerdictFace(Mood.PLAIN, say("rc.page.busy", language))
    result = picture.result
    if result is None:
        return VerdictFace(Mood.ACT, say("rc.page.wrong", language), _said(picture.said, language), is_wrong=True)
    is_wrong = any(one.is_wrong for one in picture.said)
    under = _said(picture.said, language) or _under(result, language)
    return VerdictFace(*_head(result, language), under, is_wrong)


def _head(result: DayResult, language: str) -> tuple[Mood, str]:
    open_lines = [line for one in result.channels for line in one.unexplained]
    acts = [line for line in open_lines if line.care is Care.ACT]
    if acts:
        amount = with_sign(sum(line.worth_fen for line in acts))
        return Mood.ACT, say("rc.page.act", language, n=len(acts), amount=amount)
    if result.lacking:
        names = ("、" if language == "zh" else ", ").join(channel_name(one, language) for one in result.lacking)
        return Mood.WAITS, say("rc.page.lacking", language, list=names)
    if open_lines:
        return Mood.WAITS, say("rc.page.waits", language, n=len(open_lines))
    if not result.channels:
        return Mood.PLAIN, say("rc.page.nothing", language)
    return Mood.LEVEL, say("rc.page.level", language)


def _under(result: DayResult, language: str) -> str:
    found = [one.reckoning for one in result.channels]
    if not found:
        return ""
    log, bill = sum(one.log.fen for one in found), sum(one.bill.fen for one in found)
    sums = {"a": money(log), "b": money(bill), "c": with_sign(log - bill)}
    return say(
        "rc.page.under",
        language,
        n=sum(one.log.count for one in found),
        m=sum(one.bill.count for one in found),
        k=sum(one.matched for one in found),
        equation=say("rc.eq", language, **sums),
    )


def _said(said: tuple[Said, ...], language: str) -> str:
    """What went wrong, else nothing: what went well shows by itself, but for a key that is believed from now on."""
    told: dict[Said, list[str]] = {}  # channels that say the same, to be named together
    for one in said:
        if one.is_wrong or one.key == "file.keytaken":
            alike = tuple((name, value) for name, value in one.values if name != "channel")
            told.setdefault(replace(one, values=alike), []).extend(str(v) for n, v in one.values if n == "channel")
    sentences = [_sentence(one, names, language) for one, names in told.items()]
    if any(one.key.startswith(OF_A_FILE) for one in told):
        sentences.append(say("wf.todo", language))
    return " ".join(sentences)


def _sentence(said: Said, channels: list[str], language: str) -> str:
    given: dict[str, str | int] = dict(said.values)
    given["channel"] = ("、" if language == "zh" else ", ").join(
        tell(name, language, {}) if has(name) else name for name in channels
    )
    values = {
        name: tell(value, language, given) if isinstance(value, str) and has(value) else value
        for name, value in given.items()
    }
    return tell(said.key, language, values)


def channels(result: DayResult | None, language: str) -> tuple[ChannelFace, ...]:
    """A card for each channel that has anything that day, or ought to."""
    if result is None:
        return ()
    known = {one.reckoning.channel: _card(one, language) for one in result.channels}
    missing = {channel: _lacking(channel, language) for channel in result.lacking}
    return tuple(card for channel in Channel if (card := known.get(channel) or missing.get(channel)) is not None)


def _card(one: ChannelDay, language: str) -> ChannelFace:
    found = one.reckoning
    mood = _mood(one.unexplained)
    label = {Mood.ACT: "act", Mood.WAITS: "waits"}.get(mood, "level")
    rows = (
        (f"{say('rc.col.log', language)} {say('rc.count', language, n=found.log.count)}", money(found.log.fen)),
        (f"{say('rc.col.bill', language)} {say('rc.count', language, n=found.bill.count)}", money(found.bill.fen)),
        (say("rc.col.off", language), with_sign(found.difference_fen)),
    )
    chip = say(f"rc.chip.{label}", language)
    return ChannelFace(found.channel, channel_name(found.channel, language), chip, mood, rows)


def _lacking(channel: Channel, language: str) -> ChannelFace:
    chip = say("rc.chip.lacking", language)
    return ChannelFace(channel, channel_name(channel, language), chip, Mood.WAITS, ())


def _mood(lines: tuple[Difference, ...]) -> Mood:
    if any(line.care is Care.ACT for line in lines):
        return Mood.ACT
    return Mood.WAITS if lines else Mood.LEVEL


def lines(result: DayResult | None, language: str) -> tuple[LineFace, ...]:
    """Every channel's list as one, what somebody must look at first."""
    return tuple(line_face(one, line, language) for one, line in lines_behind(result))


def lines_behind(result: DayResult | None) -> tuple[tuple[ChannelDay, Difference], ...]:
    """What stands behind each of ``lines``, in the same order."""
    if result is None:
        return ()
    found = [(one, line) for one in result.channels for line in one.reckoning.lines]
    rank = {Mood.ACT: 0, Mood.WAITS: 1, Mood.PLAIN: 2, Mood.LEVEL: 2}
    return tuple(sorted(found, key=lambda pair: rank[mood_of(*pair)]))


def signed(result: DayResult | None, language: str) -> str:
    """Who signed the day off, and when; "" until every channel of it is."""
    if result is None or not result.channels or not result.is_level:
        return ""
    done = [one.signed for one in result.channels if one.signed is not None]
    if len(done) < len(result.channels):
        return ""
    last = max(done, key=lambda one: one.at_ms)
    return say("rc.sign.done", language, staff=last.name, time=when(last.at_ms))


def can_sign(result: DayResult | None) -> bool:
    return result is not None and bool(result.channels) and result.is_level and not signed(result, "zh")


def _under_line(line: Difference, language: str) -> str:
    count = say("rc.count", language, n=line.count) if line.count > 1 else ""
    number = in_fours(line.out_trade_no) if line.out_trade_no.isdigit() else line.out_trade_no
    return "  ".join(part for part in (number, line.note, count) if part)


def mood_of(one: ChannelDay, line: Difference) -> Mood:
    if line.key in one.resolved:
        return Mood.PLAIN
    return {Care.ACT: Mood.ACT, Care.WAITS: Mood.WAITS, Care.NOTHING: Mood.PLAIN}[line.care]


def line_face(one: ChannelDay, line: Difference, language: str) -> LineFace:
    by_hand, mood = one.resolved.get(line.key), mood_of(one, line)
    chip, do = say(f"rc.chip.{line.care}", language), sentence(line, "do", language)
    if line.kind in _APART:
        do = f"{sentence(line, 'worth', language)} {do}"
    if by_hand is not None:
        chip = say("rc.chip.by", language)
        do = explained(by_hand, language)
    return LineFace(
        what=sentence(line, "is", language),
        under=_under_line(line, language),
        order=line.out_trade_no if line.booked_fen is not None else "",
        channel=line.channel,
        channel_name=channel_name(line.channel, language),
        log="—" if line.booked_fen is None else money(line.booked_fen),
        bill="—" if line.billed_fen is None else money(line.billed_fen),
        off=with_sign(line.worth_fen),
        chip=chip,
        mood=mood,
        do=do,
    )
