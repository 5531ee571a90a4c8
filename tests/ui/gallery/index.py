"""What the gallery hands over: a page to look through, and a report for a program. Faults stand in both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

from tests.ui.gallery.scene import LANGUAGES

Made = Mapping[str, list[str]]  # a picture's file name -> its faults
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>码收 Mashou: {count} pictures</title><style>
body {{ font: 15px sans-serif; margin: 16px; background: #eceef1; color: #14181d }}
section {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(420px, 1fr)); gap: 16px }}
img {{ width: 100%; border: 1px solid #cbd1d8 }} figure {{ margin: 0 }} .fault {{ color: #a01c15 }}
nav a {{ margin-right: 12px }} body:has(#zh:not(:checked)) .zh, body:has(#en:not(:checked)) .en,
body:has(#light:not(:checked)) .light, body:has(#dark:not(:checked)) .dark,
body:has(#p100:not(:checked)) .p100, body:has(#p150:not(:checked)) .p150,
body:has(#p200:not(:checked)) .p200 {{ display: none }}</style>
<h1>码收 Mashou: {count} pictures, {bad} with a fault</h1><p>{boxes}</p><nav>{links}</nav>
{body}</html>
"""
LOOKS = (*LANGUAGES, "light", "dark", "p100", "p150", "p200")


def write_report(folder: Path, made: Made, seconds: float) -> None:
    """``report.json``: how many pictures, how long it took, and the faults of each picture that has one."""
    faults = {name: wrong for name, wrong in made.items() if wrong}
    told = {"pictures": len(made), "faulty": len(faults), "seconds": round(seconds), "faults": faults}
    (folder / "report.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_index(folder: Path, made: Made) -> None:
    """``index.html``: by screen, with a box to tick for each look."""
    groups: dict[str, list[str]] = {}
    for name in made:
        groups.setdefault(name.split("-")[0], []).append(name)
    links = "".join(f'<a href="#{group}">{group} ({len(names)})</a>' for group, names in groups.items())
    boxes = " ".join(f'<label><input type="checkbox" id="{look}" checked> {look}</label>' for look in LOOKS)
    body = "".join(
        f'<h2 id="{group}">{group}</h2><section>{"".join(_figure(name, made[name]) for name in names)}</section>'
        for group, names in groups.items()
    )
    bad = sum(bool(wrong) for wrong in made.values())
    page = PAGE.format(count=len(made), bad=bad, boxes=boxes, links=links, body=body)
    (folder / "index.html").write_text(page, encoding="utf-8")


def _figure(name: str, wrong: list[str]) -> str:
    told = "".join(f'<div class="fault">{escape(one)}</div>' for one in wrong)
    language, scheme, percent = name.removesuffix(".png").split("-")[-3:]
    picture = f'<a href="{name}"><img loading="lazy" src="{name}" alt="{name}"></a>'
    return f'<figure class="{language} {scheme} p{percent}">{picture}<figcaption>{name}{told}</figcaption></figure>'
