"""The house keeps its own rules: sizes, names, walls, lock, and nothing that must not be in the tree."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("app", "ui", "devices")
LINES_AT_MOST = 300
TEST_LINES_AT_MOST = 550  # many stories of one thing may stand together
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "util", "helper", "misc"}


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def committed() -> list[Path]:
    """What git tracks; where there is no git, every file that is not the tools' own."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    files = (path for path in ROOT.rglob("*") if path.is_file())
    made = (".", "__pycache__")  # by the tools
    return [path for path in files if not any(part.startswith(made) for part in path.relative_to(ROOT).parts)]


def shorter(path, lines_at_most):
    lines = path.read_text(encoding="utf-8").count("\n")
    return [] if lines <= lines_at_most else [f"{path.relative_to(ROOT)} has {lines} lines: could it be two rooms?"]


@pytest.mark.parametrize("path", [*sources(), *sorted((ROOT / "packaging").glob("*.py"))], ids=named)
def test_a_file_is_short_and_named_for_what_it_holds(path):
    assert shorter(path, LINES_AT_MOST) == []
    assert path.stem not in FORBIDDEN_NAMES


def test_no_file_of_tests_is_a_heap():
    assert [said for path in sorted((ROOT / "tests").rglob("*.py")) for said in shorter(path, TEST_LINES_AT_MOST)] == []


def test_nothing_waits_to_be_done():
    mark = re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    waiting = [str(p.relative_to(ROOT)) for p in sources() if mark.search(p.read_text(encoding="utf-8"))]
    assert not waiting


def test_every_silenced_check_says_why():
    silent = re.compile(r"#\s*(noqa|type: ignore)(\s*$|:?\s*[A-Z0-9, ]*$|\[[a-z-, ]+\]\s*$)")
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if silent.search(line)
    ]
    assert not bare, "a silenced check without its reason"


OUTERMOST = {
    "ui/errands.py": "one errand of a page",
    "app/cli/main.py": "a command",
    "app/logs.py": "the log itself: there is nowhere else to tell it",
    "app/secrets/system_keyring.py": "whatever a keyring's back end raises",
    "app/till/calls.py": "one call: a bug there is silence here",
    "app/till/engine.py": "one sale: the others go on",
    "app/worker.py": "the loop",
    "devices/pole_line.py": "a device's thread",
    "devices/printers_queue.py": "a device's thread",
    "devices/serial_scanner.py": "a device's thread",
    "ui/main.py": "the window",
}


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Swallows any exception: one that tidies up and raises again does not."""
    broad = handler.type is None or getattr(handler.type, "id", "") in {"Exception", "BaseException"}
    return broad and not isinstance(handler.body[-1], ast.Raise)


def test_broad_exceptions_stand_only_in_the_outermost_loops():
    found = {
        str(path.relative_to(ROOT))
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    }
    assert found <= set(OUTERMOST), "a bug is caught where it can be told, not where it happens"


def test_the_lock_names_only_the_public_hosts():
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://([^/\"]+)", lock)) <= PUBLIC_HOSTS


def test_every_locked_package_has_its_hashes():
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    for package in lock["package"]:
        if package["source"].get("virtual"):
            continue
        files = package.get("wheels", []) + ([package["sdist"]] if "sdist" in package else [])
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_no_machine_path_and_no_private_key_is_committed():
    path = re.compile(rb"(^|[^A-Za-z0-9_.])/(work|root|home/[a-z]+)/")
    key = re.compile(rb"-----BEGIN (RSA |EC |ENCRYPTED )?PRIVATE KEY-----\s*\n[A-Za-z0-9+/=]{40}")
    for file in committed():
        if file.suffix in {".png", ".lock"} or not file.is_file():
            continue
        data = file.read_bytes()
        assert not path.search(data), f"machine path in {file.relative_to(ROOT)}"
        if "tests" not in file.parts:
            assert not key.search(data), f"private key in {file.relative_to(ROOT)}"


def test_the_walls_stand():
    walls = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert walls.returncode == 0, walls.stdout[-3000:]
