"""The release notes, from their fragments: ``docs/changes/VERSION/*.md``, newest version first.

    python packaging/notes.py [VERSION]                    NOTES.md
    python packaging/notes.py --debian VERSION SECONDS     the same as a Debian changelog of that time

A fragment is one change as a shop would notice it, 中文 and English; its file's name begins with the kind: ``new-``,
``mended-``, ``changed-``. A fragment with another name ends the build: a change that is not told is a surprise.
"""

import sys
import textwrap
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

FRAGMENTS: Final = Path(__file__).parent.parent / "docs" / "changes"
KINDS: Final = {"new": "新增 New", "changed": "改变 Changed", "mended": "修好 Mended"}


class StrayFragmentError(Exception):
    """A file among the fragments that is of no kind."""


def notes(version: str, folder: Path = FRAGMENTS) -> str:
    """Markdown of ``version``. Raises StrayFragmentError."""
    files = sorted((folder / version).glob("*"))
    stray = [path.name for path in files if path.suffix != ".md" or path.name.split("-")[0] not in KINDS]
    if stray or not files:
        raise StrayFragmentError(f"{version}: {', '.join(stray) or 'no fragment at all'}")
    told = [f"# 码收 Mashou {version}\n"]
    for kind, title in KINDS.items():
        of_kind = [path.read_text("utf-8").strip() for path in files if path.name.startswith(f"{kind}-")]
        if of_kind:
            told.append(f"## {title}\n\n" + "\n".join(f"- {text}" for text in of_kind) + "\n")
    return "\n".join(told)


def debian(version: str, seconds: int, folder: Path = FRAGMENTS) -> str:
    """The entry of ``version`` as deb-changelog(5) wants it, at ``seconds`` since 1970. Raises StrayFragmentError."""
    points = [line for line in notes(version, folder).splitlines() if line.startswith("- ")]
    told = [
        textwrap.fill(line[2:], 78, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False)
        for line in points
    ]
    when = format_datetime(datetime.fromtimestamp(seconds, UTC))
    body = "\n".join(told)
    return f"mashou ({version}) stable; urgency=medium\n\n{body}\n\n -- Mashou <mashou@mashou.invalid>  {when}\n"


if __name__ == "__main__":
    sys.path.insert(0, str(FRAGMENTS.parent.parent))
    from app import VERSION

    try:
        if sys.argv[1:2] == ["--debian"]:
            sys.stdout.write(debian(sys.argv[2], int(sys.argv[3])))
        else:
            sys.stdout.write(notes(sys.argv[1] if len(sys.argv) > 1 else VERSION))
    except StrayFragmentError as stray:
        sys.exit(f"release notes: {stray}")
