"""Which word, glyph, colour and sentences the stage shows. Pure: the words are words.md's, by key."""

from typing import Final

from app.core.channel import Channel
from app.core.reasons import Reason
from app.till.api import CounterView, Light, Phase, Refusal, SaleView
from app.words import has, say
from ui.text import channel_name, day_clock, money, worded
from ui.views.here import (
    AMBER,
    GREEN,
    GREY,
    PAST_D2,
    RED,
    STILL,
    Here,
    entering,
    journal_stopped,
    refusal_of,
    ring,
    seconds_left,
    silent_seconds,
)
from ui.widgets.glyphs import Glyph
from ui.widgets.stage import StageFace, Tone

CHANNELS: Final = frozenset(Channel)
NO_REASON: Final = Reason.WALLET  # a refusal without a reason: the customer's phone says more than we know
Values = tuple[tuple[str, str], ...]
PAYER_LENGTH: Final = 16  # a masked account; the channel's field is longer than the line


def stage_face(view: CounterView | None, here: Here) -> StageFace:
    face = _plain(view, here)
    refusal = refusal_of(view, here)
    return face if refusal is None else _refused(face, refusal, here.language)


def _refused(face: StageFace, refusal: Refusal, language: str) -> StageFace:
    """The stage's word stays; the sentences say why the scan was not taken."""
    nothing_else = ("channels", "") in refusal.values
    remedy = "win.nochannel.do" if nothing_else else f"scan.{refusal.key}.do"
    return StageFace(
        face.tone,
        face.glyph,
        face.head,
        worded(f"scan.{refusal.key}.head", language, refusal.values),
        worded(remedy, language, refusal.values),
        note=face.note,
        mark=face.mark,
        mark_name=face.mark_name,
        seconds=face.seconds,
        left=face.left,
        unit=face.unit,
        refusal=True,
    )


def _plain(view: CounterView | None, here: Here) -> StageFace:
    if here.dead:
        return _red(here.dead, here.language, here.dead_values)
    if view is None:
        head, first, second = (say(key, here.language) for key in ("st.idle.head", "win.opening.is", "st.idle.do"))
        return StageFace(Tone.WHITE, Glyph.ENTER, head, first, second)
    if view.confirm_cap:
        return _cap(view, here)
    if entering(view, here):
        return _entering(view, here)
    if view.sale is None:
        return _ready(view, here)
    return _sale(view.sale, here, prints=_prints(view))


def _red(key: str, language: str, values: Values = ()) -> StageFace:
    """A red stage of a key with sentences; ``.say`` or a sentence alone gets the common headline and remedy."""
    stem = key.removesuffix(".say")
    head = f"{stem}.head" if has(f"{stem}.head") else f"{STILL}.head"
    told = [f"{stem}.{part}" for part in ("is", "say", "do") if has(f"{stem}.{part}")] or [key]
    first, second = (*told, f"{STILL}.do")[:2]
    return StageFace(
        Tone.RED, Glyph.OCTAGON, worded(head, language, values), worded(first, language, values), say(second, language)
    )


def _cap(view: CounterView, here: Here) -> StageFace:
    amounts = {"amount": money(view.amount_fen or 0), "cap": money(view.desk.cap_fen)}
    head, first, second = (say(f"win.cap.{part}", here.language, **amounts) for part in ("head", "is", "do"))
    return StageFace(Tone.WHITE, Glyph.ENTER, head, first, second)


def _entering(view: CounterView, here: Here) -> StageFace:
    stopped = journal_stopped(view)
    if stopped and has(f"{stopped}.head"):
        return _red(stopped, here.language)
    head = say("st.idle.head", here.language)
    key = "win.entering" if here.entry.text else "st.idle"
    first, second = (say(f"{key}.{part}", here.language) for part in ("is", "do"))
    if stopped:
        first = say(f"{stopped}.say", here.language)
    elif not any(lamp.name in CHANNELS for lamp in view.lamps):
        first, second = (say(f"win.channels.{part}", here.language) for part in ("is", "do"))
    return StageFace(Tone.WHITE, Glyph.ENTER, head, first, second, note=_company(view, here.language))


def _company(view: CounterView, language: str) -> str:
    """What goes on beside: open sales settle by themselves."""
    if view.recovering:
        return say("win.recovering", language, n=view.recovering)
    return say("win.others", language, n=len(view.open)) if view.open else ""


def _ready(view: CounterView, here: Here) -> StageFace:
    amount = money(view.amount_fen or 0)
    head, first, second = (say(f"st.ready.{part}", here.language, amount=amount) for part in ("head", "is", "do"))
    return StageFace(Tone.WHITE, Glyph.SCAN, head, first, second, note=_ways(view, here.language))


def _ways(view: CounterView, language: str) -> str:
    """Which wallets can pay now; from the second code on, which attempt this is."""
    if view.attempt > 1:
        return say("st.line.attempt", language, n=view.attempt)
    names = [
        say(f"name.{lamp.name}", language)
        for lamp in view.lamps
        if has(f"name.{lamp.name}") and lamp.light in (Light.OK, Light.SLOW)
    ]
    return " · ".join(names)


def _prints(view: CounterView) -> bool:
    """Whether a slip comes out by itself, or would if somebody gave the printer paper."""
    return any(lamp.name == "printer" and lamp.light is not Light.OFF for lamp in view.lamps)


def _sale(sale: SaleView, here: Here, *, prints: bool) -> StageFace:
    counted = ring(sale, here)
    tone, glyph = _shape(sale.phase, counting=counted is not None)
    head, first, second = sentences(sale, here, prints=prints)
    return StageFace(
        tone,
        glyph,
        head,
        first,
        second,
        note=_note(sale, here.language),
        mark=sale.channel,
        mark_name=channel_name(sale.channel, here.language),
        seconds=counted,
        left=min(1.0, (counted or 0) / sale.patience) if sale.patience > 0 else 0.0,
        unit=say("win.seconds", here.language),
    )


def _shape(phase: Phase, *, counting: bool) -> tuple[Tone, Glyph]:
    if phase in GREEN:
        return Tone.GREEN, Glyph.TICK
    if phase in AMBER:
        return Tone.AMBER, Glyph.RING if counting else Glyph.ARROW
    if phase in RED:
        return Tone.RED, Glyph.OCTAGON
    if phase in GREY:
        return Tone.GREY, Glyph.CROSS
    return Tone.WHITE, Glyph.SCAN


def _note(sale: SaleView, language: str) -> str:
    if sale.phase is Phase.PAID and sale.payer:
        return say("note.payer", language, payer=sale.payer[:PAYER_LENGTH])
    if sale.reason is not None and (sale.phase in PAST_D2 or sale.phase is Phase.STUCK):
        return say(f"r.{sale.reason}.head", language)
    return say(f"note.{sale.phase}", language)


def _given_back(sale: SaleView) -> dict[str, str | int]:
    """Of a running refund its own sum; else all that has gone back."""
    running = sale.phase is Phase.VOIDING and bool(sale.refunds)
    amount = sale.refunds[-1].amount_fen if running else sale.refunded_fen
    return {"amount": money(amount), "left": money(sale.left_fen)}


def sentences(sale: SaleView, here: Here, *, prints: bool = False) -> tuple[str, str, str]:
    """Head, what is, what to do. A sentence with seconds that nobody counts is replaced by one without."""
    language, phase = here.language, sale.phase
    left = seconds_left(sale, here)
    values: dict[str, str | int] = {
        "channel": channel_name(sale.channel, language),
        "amount": money(sale.amount_fen),
        "reason": sale.reason or NO_REASON,
        "time": day_clock(sale.ended_ms or sale.began_ms, here.wall_ms, language),
        "n": silent_seconds(sale, here) if phase is Phase.OFFLINE else left or 0,
    }
    first_key, second_key = f"st.{phase}.is", f"st.{phase}.do"
    if phase is Phase.MISMATCH:
        if sale.answered_fen is None:
            first_key = "win.mismatch.is"
        else:
            values["amount2"] = money(sale.answered_fen)
    elif phase is Phase.UNKNOWN and left is None:
        first_key, second_key = "st.accepted.is", "st.accepted.do" if sale.alarm else "win.accepted.do"
    elif phase is Phase.PENDING and left is None:
        second_key = "win.pending.do"
    elif phase is Phase.PAID and not sale.recovered and not prints:
        second_key = "win.paid.do"  # no slip is promised where none is printed
    elif phase is Phase.PAID and sale.recovered:
        first_key, second_key = "st.recpaid.is", "win.recovered.do"
    elif phase in (Phase.VOIDING, Phase.PARTIAL):
        values |= _given_back(sale)
    head, first, second = (say(key, language, **values) for key in (f"st.{phase}.head", first_key, second_key))
    return head, first, second
