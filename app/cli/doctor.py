"""``mashou doctor``: the self-test, a line per part."""

import json
import logging

from app import words
from app.cli.ask import Ask
from app.cli.exits import Exit
from app.setup.checkup import Finding, Light
from app.setup.doctor import findings


def examine(ask: Ask, *, as_json: bool) -> Exit:
    """Print a line per check; exit 0 where all is well, 2 where somebody is needed."""
    logging.getLogger("mashou").addHandler(logging.NullHandler())  # what the rooms would log is said here in words
    found = []
    for finding in findings(ask.folder, ask.prompt):
        found.append(finding)
        if not as_json:
            print(finding.line(ask.language), flush=True)
    wrong = [one for one in found if one.light is not Light.OK]
    if as_json:
        print(json.dumps({"ok": not wrong, "checks": [_plain(one) for one in found]}, ensure_ascii=False))
    else:
        print(words.say("doc.all.not" if wrong else "doc.all.ok", ask.language, n=len(wrong)))
    return Exit.PERSON if wrong else Exit.PAID


def _plain(finding: Finding) -> dict[str, str]:
    zh, en = finding.says
    return {"part": finding.part, "light": finding.light.value, "who": finding.who.value, "zh": zh, "en": en}
