"""Nothing that proves or pays is ever on disk: the real program is killed again and again, then every byte is read."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.stage import ROOT, Counter, Program, mashou

from app.secrets import Vault
from app.staff.keys import StaffKeys

# Twelve figures: six would turn up by chance among the times and ports of a log.
PIN, NEW_PIN, WRONG_PIN = "830274619358", "619305728461", "472916853097"
SEALING = frozenset({"wrapping.key"})  # what the practice folder seals with; it opens nothing but keys.sealed


def shapes(secret: bytes) -> Iterator[bytes]:
    """``secret`` as it could lie in a file."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    if secret.isascii():
        yield secret.decode().encode("utf-16-le")
    for before in range(3):  # base64 at each alignment, without the characters its neighbours share
        coded = base64.b64encode(b"\0" * before + secret)
        yield coded[-(-before * 4 // 3) + (1 if before else 0) : len(coded) - 4]


def found_in(places: list[Path], secrets: dict[str, bytes]) -> list[str]:
    """Which secret lies where."""
    files = [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]
    assert any(path.name.startswith("journal.db") for path in files)
    assert any(path.suffix == ".jsonl" for path in files), "there was no log to look into"
    needles = [(name, shape) for name, secret in secrets.items() for shape in shapes(secret)]
    return [
        f"{name} in {path.name}"
        for path in files
        if path.name not in SEALING
        for data in [path.read_bytes()]
        for name, needle in needles
        if needle in data
    ]


class Killed:
    """Starts commands of the real program and kills them; everything they said is kept beside."""

    def __init__(self, counter: Counter, scratch: Path) -> None:
        self.counter, self.scratch = counter, scratch
        scratch.mkdir()
        self.said = scratch / "said"
        self.env = {**os.environ, "TMPDIR": str(scratch), "HOME": str(scratch), "PYTHONUNBUFFERED": "1"}

    def __call__(self, *argv: str, given: str, until: str = "", after: float = 0.0) -> None:
        """Kill ``after`` seconds from its start, or from the first line that holds ``until``."""
        with self.said.open("ab") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", *argv, "--data", str(self.counter.folder)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=self.env,
            )
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(given.encode())
            process.stdin.close()
            for line in process.stdout if until else ():
                said.write(line)
                if until.encode() in line:
                    break
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(after)
            process.kill()
            said.write(process.stdout.read())
            process.stdout.close()
            process.wait(10)


@pytest.fixture
def killed(counter: Counter, tmp_path: Path) -> Killed:
    return Killed(counter, tmp_path / "scratch")


def secrets_of(counter: Counter) -> dict[str, bytes]:
    keys = Vault.unlock(counter.folder)
    staff = StaffKeys.of(keys.mac_key)
    found = {f"code {n}": code.encode() for n, code in enumerate(counter.codes)}
    found |= {"PIN": PIN.encode(), "new PIN": NEW_PIN.encode(), "wrong PIN": WRONG_PIN.encode()}
    found |= {"mac key": keys.mac_key, "code mark key": keys.code_mark_key}
    found |= {"pepper": staff.pepper, "roster key": staff.roster, "badge key": staff.badge, "practice": staff.practice}
    pems = {name: held.reveal().strip().splitlines() for name, held in keys.items() if "PRIVATE" in held.reveal()}
    return found | {name: max(lines, key=len).encode() for name, lines in pems.items()}


def test_no_code_pin_or_key_is_on_disk_after_kills_at_any_moment(counter, killed):
    code = counter.code
    for channel, after in (("wechat", 0.0), ("alipay", 0.05), ("unionpay", 0.4)):
        killed("sell", "12.80", "--code", "-", given=code(channel, "password:40") + "\n", until="￥12.80", after=after)
    for after in (0.4, 0.7):
        killed("sell", "9.90", "--code", "-", given=code("wechat", "instant") + "\n", after=after)
    done = mashou("staff", "add", "40", "孙", "--role", "manager", "--data", str(counter.folder), stdin=f"{PIN}\n")
    assert done.returncode == 0, done.stderr
    for after in (0.6, 1.0, 1.4):
        killed("staff", "pin", "1001", "--as", "孙", given=f"{PIN}\n{NEW_PIN}\n", after=after)
        killed("staff", "badge", "2001", "--as", "40", given=f"{WRONG_PIN}\n", after=after)
    program = Program(counter.folder).opened()
    program.amount("66")
    counter.scanner.scan(code("alipay", "password:40"))
    program.until(lambda p: p["phase"] == "pending")
    program.kill()
    mashou("resolve", "--data", str(counter.folder))
    assert found_in([counter.folder, killed.scratch], secrets_of(counter)) == []
    assert not list(ROOT.glob("core*"))
    assert mashou("journal", "verify", "--data", str(counter.folder)).returncode == 0


def test_the_search_finds_what_is_there(tmp_path):
    (tmp_path / "journal.db").write_bytes(b"")
    secret = bytes(range(32))
    for n, data in enumerate((secret, secret.hex().encode(), b"x" + base64.b64encode(b"ab" + secret + b"cd"))):
        (tmp_path / f"{n}.jsonl").write_bytes(data)
    assert found_in([tmp_path], {"key": secret}) == ["key in 0.jsonl", "key in 1.jsonl", "key in 2.jsonl"]
