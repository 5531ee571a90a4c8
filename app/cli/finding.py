"""``mashou find``, ``mashou sale`` and ``mashou worklist``: they read beside the window and never write."""

import json
import time
from argparse import Namespace
from functools import partial
from typing import Any, Final

from app.cli.ask import Ask
from app.cli.exits import Exit, Refused
from app.core.adviser import Advice, RefundWindows, Way, advise
from app.core.beijing import at_beijing
from app.core.policy import patience_for
from app.core.sale import Sale
from app.core.told import sum_words, told
from app.journal.errors import JournalError
from app.journal.reader import Reader, open_reader
from app.office.desk import whole_story
from app.office.flagged import flagged
from app.office.question import read_question
from app.office.search import SWEEP_SECONDS, Findings, find
from app.office.story import Step, story_of
from app.office.telling import spoken
from app.office.worklist import Task, head, tasks
from app.settings import DataFolder
from app.till.clock import Clock
from app.words import say

Plain = dict[str, Any]
_WAYS: Final = {Way.FULL: "desk.full", Way.PART: "desk.part", Way.REVERSE: "desk.reverse", Way.NOTHING: "desk.nothing"}


def look_up(ask: Ask, args: Namespace) -> Exit:
    """``find``, ``sale`` or ``worklist``. Raises Refused."""
    place = DataFolder(ask.folder)
    if ask.settings is None or not place.journal.exists():
        raise Refused("journal.gone.say" if place.keys.exists() else "set.missing", path=str(ask.folder))
    try:
        reader = open_reader(place.journal)
        try:
            match args.command:
                case "find":
                    return _find(ask, reader, args)
                case "sale":
                    return _sale(ask, reader, args)
                case _:
                    return _worklist(ask, reader, args)
        finally:
            reader.close()
    except JournalError as error:
        raise Refused(error.key, **dict(error.values)) from None


def _found(ask: Ask, reader: Reader, text: str) -> Findings:
    assert ask.settings is not None
    now_ms, ends_at = Clock().channel_ms(), time.monotonic() + SWEEP_SECONDS
    terminal = ask.settings.till.terminal
    return find(reader, read_question(text, now_ms), terminal, now_ms, lambda: time.monotonic() < ends_at)


def _find(ask: Ask, reader: Reader, args: Namespace) -> Exit:
    found = _found(ask, reader, args.text)
    if args.json:
        print(json.dumps([_plain(sale) for sale in found.rows], ensure_ascii=False))
    else:
        for sale in found.rows:
            print(_line(sale, ask.language))
        if found.why is not None:
            print(spoken(found.why, ask.language))
    return Exit.PAID if found.rows else Exit.NOT_PAID


def _sale(ask: Ask, reader: Reader, args: Namespace) -> Exit:
    found = _found(ask, reader, args.text)
    if len(found.rows) != 1:
        why = found.why or told("desk.find.many", n=len(found.rows))
        raise Refused(why.key, **dict(why.values))
    assert ask.settings is not None
    sale, pace = found.rows[0], ask.settings.pace
    patience = patience_for(sale.order.channel, pace)
    advice = advise(sale, Clock().channel_ms(), RefundWindows(), patience, pace)
    story = story_of(whole_story(reader, sale.order.out_trade_no))
    if args.json:
        picture = {**_plain(sale), "story": [_step(step, ask.language) for step in story]}
        print(json.dumps({**picture, "advice": _advice(advice, ask.language)}, ensure_ascii=False))
    else:
        print("\n".join([_line(sale, ask.language), *_told(story, advice, ask.language)]))
    return Exit.PAID


def _worklist(ask: Ask, reader: Reader, args: Namespace) -> Exit:
    """Exit 2 where somebody is needed."""
    assert ask.settings is not None
    now_ms = Clock().channel_ms()
    seen, notes, lost = flagged(reader, now_ms)
    listed = tasks(seen, notes, now_ms, partial(patience_for, pace=ask.settings.pace), RefundWindows(), lost)
    if args.json:
        print(json.dumps([_task(task, ask.language) for task in listed], ensure_ascii=False))
    else:
        print(spoken(head(listed), ask.language))
        for task in listed:
            print(f"\n{_line(task.sale, ask.language)}")
            for line in (task.is_, task.do, *task.tried):
                print(f"  {spoken(line, ask.language)}")
            if task.claimed is not None:
                print(f"  {task.claimed.by}  {task.claimed.text}".rstrip())
    return Exit.PERSON if listed else Exit.PAID


def _line(sale: Sale, language: str) -> str:
    order = sale.order
    state = say(f"state.{sale.state.lower()}", language)
    back = f"  -{sum_words(sale.refunded_fen)}" if sale.refunded_fen else ""
    when = f"{at_beijing(order.began_ms):%Y-%m-%d %H:%M:%S}"
    name = say(f"name.{order.channel}", language)
    return f"{when}  {order.out_trade_no}  {name}  {sum_words(order.amount_fen)}  {state}{back}"


def _told(story: tuple[Step, ...], advice: Advice, language: str) -> list[str]:
    lines = []
    for step in story:
        under = f"  ({spoken(step.under, language)})" if step.under is not None else ""
        lines.append(f"  {at_beijing(step.at_ms):%m-%d %H:%M:%S}  {spoken(step.what, language)}{under}")
    lines.append(spoken(advice.head, language))
    for one in advice.ways:
        mark = "*" if one.way is advice.recommended else "+" if one.is_open else "-"
        until = f" {spoken(one.until, language)}" if one.until is not None else ""
        lines.append(f" {mark} {say(_WAYS[one.way], language)}  {spoken(one.why, language)}{until}")
    return [*lines, *(f"   {spoken(note, language)}" for note in advice.notes)]


def _plain(sale: Sale) -> Plain:
    order = sale.order
    return {
        "out_trade_no": order.out_trade_no,
        "channel": order.channel.value,
        "channel_no": sale.channel_no,
        "amount_fen": order.amount_fen,
        "state": sale.state.value,
        "refunded_fen": sale.refunded_fen,
        "left_fen": sale.left_fen,
        "began_ms": order.began_ms,
    }


def _step(step: Step, language: str) -> Plain:
    under = spoken(step.under, language) if step.under is not None else ""
    return {"at_ms": step.at_ms, "key": step.what.key, "text": spoken(step.what, language), "under": under}


def _advice(advice: Advice, language: str) -> Plain:
    ways = [
        {
            "way": one.way.value,
            "open": one.is_open,
            "by_itself": one.by_itself,
            "key": one.why.key,
            "why": spoken(one.why, language),
            "until": spoken(one.until, language) if one.until is not None else "",
        }
        for one in advice.ways
    ]
    notes = [spoken(note, language) for note in advice.notes]
    return {
        "recommended": advice.recommended.value,
        "says": spoken(advice.head, language),
        "ways": ways,
        "notes": notes,
    }


def _task(task: Task, language: str) -> Plain:
    return {
        **_plain(task.sale),
        "trouble": task.trouble.value,
        "is": spoken(task.is_, language),
        "do": spoken(task.do, language),
        "tried": [spoken(line, language) for line in task.tried],
        "due_ms": task.due_ms,
        "at_stake_fen": task.at_stake_fen,
        "by": task.claimed.by if task.claimed is not None else "",
    }
