"""The tables of words as Qt Linguist files: ``python packaging/linguist.py FOLDER [XX]``.

Writes ``mashou_zh_CN.ts`` and ``mashou_en.ts``, and with XX (``ja``, ``pt_BR``) an unfinished ``mashou_XX.ts`` for a
translator; then compiles each to ``.qm`` with ``pyside6-lrelease``. A sentence is filed under its key's first part;
its source text is the Chinese one, its comment the key. ``{values}`` stay as they are; ``{n:one|many}`` is the word
that goes with the number, the first where it is 1.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.words import both, keys

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n<TS version="2.1" language="{}" sourcelanguage="zh_CN">\n'
)


def sentences() -> list[tuple[str, str, str]]:
    """(key, 中文, English) of every sentence, by key."""
    return sorted((key, *(both(key) or ("", ""))) for key in keys())


def linguist_file(language: str) -> str:
    """The ``.ts`` of ``language``: zh_CN and en finished, any other with the English as a hint."""
    lines = [HEAD.format(language)]
    for context, group in groupby(sentences(), key=lambda one: one[0].partition(".")[0]):
        lines.append(f"<context><name>{escape(context)}</name>\n")
        lines.extend(_message(*one, language) for one in group)
        lines.append("</context>\n")
    return "".join([*lines, "</TS>\n"])


def _message(key: str, chinese: str, english: str, language: str) -> str:
    told = {"zh_CN": chinese, "en": english}.get(language)
    translation = (
        f"<translation>{escape(told)}</translation>"
        if told is not None
        else ('<translation type="unfinished"></translation>')
    )
    return (
        f"<message><source>{escape(chinese)}</source><comment>{escape(key)}</comment>"
        f"<extracomment>{escape(english)}</extracomment>{translation}</message>\n"
    )


def lrelease() -> str:
    """The compiler beside this Python, or on the path."""
    beside = Path(sys.executable).parent / ("pyside6-lrelease.exe" if sys.platform == "win32" else "pyside6-lrelease")
    found = str(beside) if beside.is_file() else shutil.which("pyside6-lrelease")
    if found is None:
        raise SystemExit("pyside6-lrelease is missing; it comes with PySide6-Essentials")
    return found


def write(folder: Path, languages: tuple[str, ...] = ("zh_CN", "en")) -> Iterator[Path]:
    """Write and compile each; yields the ``.qm`` files."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in languages:
        source = folder / f"mashou_{language}.ts"
        source.write_text(linguist_file(language), encoding="utf-8", newline="\n")
        compiled = source.with_suffix(".qm")
        compile_file(source, compiled)
        yield compiled


def compile_file(source: Path, compiled: Path) -> None:
    subprocess.run([lrelease(), "-silent", str(source), "-qm", str(compiled)], check=True)


if __name__ == "__main__":
    for made in write(Path(sys.argv[1]), ("zh_CN", "en", *sys.argv[2:])):
        print(made)
