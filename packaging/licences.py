"""The licences of everything in a frozen folder, as one page of text.

    python packaging/licences.py FOLDER > FOLDER/_internal/app/licences.txt

Three sources: the wheels our dependencies came as; the texts beside this file, for wheels that carry none; and, for
libraries taken from a Debian builder's own system, the copyright file of the package each came from. Anything bundled
whose licence is not found ends the build: nothing goes out without its licence. So does anything that may be had under
the GPL alone, for the program as a whole is not.
"""

import re
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parent.parent
HERE: Final = Path(__file__).parent / "licences"
BESIDE: Final = {
    "pyserial": ("pyserial.txt",),
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "pyside6-addons": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
}
SHIPPED_GROUPS: Final = ("voice",)  # what build.sh and build.cmd freeze beside the runtime dependencies
LINKING: Final = """\
Used under LGPL-3.0-only: the Qt and PySide6 libraries stand as separate files beside the program and may be exchanged
for others that fit. Their source: https://download.qt.io/official_releases/QtForPython/"""
_TEXTS: Final = re.compile(r"(?i)(licen[cs]e|copying|notice|copyright)[^/]*$")
_LIBRARY: Final = re.compile(r"\.so(\.\d+)*$")
# Qt's modules outside the LGPL (doc.qt.io/qt-6/qtmodules.html, "GPL"), and what Python may have been linked with.
_GPL_ONLY: Final = re.compile(
    r"(?i)qt6?(charts|datavisualization|graphs|lottie|networkauth|quick3d|quicktimeline|virtualkeyboard|httpserver"
    r"|shadertools|waylandcompositor|coap|mqtt|knx)|libreadline|readline\.|libgdbm|_gdbm\."
)
RULE: Final = "\n" + "=" * 100 + "\n"


class NoLicenceError(Exception):
    """Something is bundled whose licence is not known."""


class GplOnlyError(Exception):
    """Something is bundled that would put the whole program under the GPL."""


def refuse_gpl_only(names: Iterable[str]) -> None:
    """Raise GplOnlyError naming the first of ``names``, paths inside the frozen folder, that is GPL-only."""
    for name in names:
        if _GPL_ONLY.search(name.rsplit("/", 1)[-1]):
            raise GplOnlyError(name)


def main(folder: Path) -> str:
    """The page for ``folder``, as PyInstaller left it. Raises NoLicenceError, GplOnlyError."""
    refuse_gpl_only(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    parts = [(ROOT / "LICENSE").read_text("utf-8"), _python(), *_wheels(), *_system(folder)]
    return RULE.join(["码收 Mashou\n", *parts])


def _python() -> str:
    text = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    candidates = (text, Path(sys.base_prefix, "LICENSE.txt"), Path("/usr/share/doc/python3/copyright"))
    for one in candidates:
        if one.is_file():
            return f"Python {sys.version.split()[0]}\n\n{one.read_text('utf-8')}"
    raise NoLicenceError("Python itself")


def _wheels() -> Iterator[str]:
    """Of each dependency that ships, by name; the freezer's own start-up code is among them."""
    for name in sorted({*_closure(asked()), "pyinstaller"}):
        found = distribution(name)
        texts = [_named(path) for path in BESIDE.get(name, ())] or list(_texts(found))
        if not texts:
            raise NoLicenceError(name)
        says = found.metadata.get("License-Expression") or found.metadata.get("License") or ""
        told = LINKING if name.startswith("pyside6") else ""
        head = [f"{found.metadata['Name']} {found.version}", says.splitlines()[0] if says else "", told]
        yield "\n".join(part for part in head if part) + "\n\n" + "\n\n".join(texts)


def asked(groups: Iterable[str] = SHIPPED_GROUPS) -> list[str]:
    """What pyproject.toml asks for: the runtime dependencies and those of ``groups``."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        told = tomllib.load(file)
    return [*told["project"]["dependencies"], *(one for name in groups for one in told["dependency-groups"][name])]


def _closure(requirements: Iterable[str]) -> set[str]:
    """Canonical names of ``requirements`` and of what they depend on. Raises NoLicenceError where one is not here."""
    waiting = list(requirements)
    known: set[str] = set()
    while waiting:
        wanted = Requirement(waiting.pop())
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if name in known or (wanted.marker is not None and not wanted.marker.evaluate({"extra": ""})):
            continue
        try:
            waiting.extend(distribution(name).requires or ())
        except PackageNotFoundError:
            raise NoLicenceError(name) from None
        known.add(name)
    return known


def _texts(found: Distribution) -> Iterator[str]:
    for path in found.files or ():
        if _TEXTS.search(str(path)) and ".dist-info" in str(path):
            text = Path(str(found.locate_file(path)))
            if text.suffix != ".py" and text.is_file():
                yield text.read_text("utf-8", "replace")


def _named(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _system(folder: Path) -> Iterator[str]:
    """Of the libraries that came from the builder's system, which is Debian's; elsewhere everything ships in wheels."""
    if not sys.platform.startswith("linux"):
        return
    inside = folder / "_internal"
    names = sorted(path.name for path in inside.iterdir() if _LIBRARY.search(path.name) and not path.is_symlink())
    by_package: dict[str, list[str]] = {}
    for name in names:
        if _is_pythons_own(name) or _is_wheels_own(name):
            continue
        by_package.setdefault(_package_of(name), []).append(name)
    for package, libraries in sorted(by_package.items()):
        text = Path("/usr/share/doc", package, "copyright")
        if not text.is_file():
            raise NoLicenceError(f"{package} ({', '.join(libraries)})")
        yield f"{package} (Debian): {', '.join(libraries)}\n\n{text.read_text('utf-8', 'replace')}"


def _is_pythons_own(name: str) -> bool:
    return name.startswith("libpython") or "cpython" in name


def _is_wheels_own(name: str) -> bool:
    """A wheel's copy of a library has a hash in its name, or is Qt's or PySide6's."""
    qts = ("libQt6", "libpyside6", "libshiboken6", "libicu")
    return bool(re.search(r"-[0-9a-f]{8,}\.", name)) or name.startswith(qts)


def _package_of(library: str) -> str:
    found = subprocess.run(["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True, check=False).stdout
    packages = {line.split(":", 1)[0] for line in found.splitlines() if "/usr/lib" in line or "/lib/" in line}
    if not packages:
        raise NoLicenceError(library)
    return min(packages, key=len)


if __name__ == "__main__":
    try:
        sys.stdout.write(main(Path(sys.argv[1])))
    except NoLicenceError as missing:
        sys.exit(f"no licence found for: {missing}")
    except GplOnlyError as found:
        sys.exit(f"may be bundled under the GPL only: {found}")
