"""``mashou notify`` where the key that signs a notification must be fetched first, by a process that sells nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.stage import ROOT, Simulator, mashou

PATIENCE = 60.0


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("sim"), pace=1)  # a code lives its whole minute
    yield simulator
    simulator.close()


@pytest.fixture(scope="module")
def till(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Set up for WeChat V3 with platform certificates, and one sale that it made."""
    client = json.loads(simulator.client.read_text(encoding="utf-8"))
    client["wechat"]["api"] = "v3"
    client["wechat_v3"] |= {"mode": "certificate", "require_root": False}
    folder = tmp_path_factory.mktemp("shop")
    (folder / "client.json").write_text(json.dumps(client), encoding="utf-8")
    assert mashou("setup", "--data", str(folder / "till"), "--client", str(folder / "client.json")).returncode == 0
    code = simulator.code("wechat", "instant")
    assert mashou("sell", "9.00", "--data", str(folder / "till"), "--code", code).returncode == 0
    return folder / "till"


@pytest.fixture(scope="module")
def number(simulator: Simulator, till: Path) -> str:
    (number,) = simulator.ledger()
    return number


def told(simulator: Simulator, number: str, *where: str) -> subprocess.CompletedProcess[str]:
    return mashou(
        *(
            "sim",
            "notify",
            "--dir",
            str(simulator.folder),
            "--channel",
            "wechat-v3-platform",
            "--number",
            number,
            *where,
        )
    )


def test_a_file_is_verified_with_certificates_that_are_fetched_for_it(
    simulator: Simulator, till: Path, number: str, tmp_path: Path
) -> None:
    body, heads = tmp_path / "body", tmp_path / "heads"
    assert told(simulator, number, "--save", str(body), "--save-headers", str(heads)).returncode == 0
    argv = ("notify", "--data", str(till), "--channel", "wechat", "--file", str(body), "--headers", str(heads))
    taken = mashou(*argv)
    assert (taken.returncode, taken.stdout) == (0, "")  # 204 has no body
    assert number in taken.stderr


def test_the_door_fetches_them_by_itself(simulator: Simulator, till: Path, number: str) -> None:
    argv = [sys.executable, "-m", "app", "notify", "--listen", "0", "--data", str(till)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as door:
        assert door.stdout is not None
        port = door.stdout.readline().partition("http://127.0.0.1:")[2].partition("/")[0]
        answer, ends = "", time.monotonic() + 3 * PATIENCE  # a list that failed to come is asked for again after 60 s
        while answer != "204" and time.monotonic() < ends:  # as the channel, which comes again until it is taken
            answer = told(simulator, number, "--post", f"http://127.0.0.1:{port}/wechat").stdout.split("\n")[0]
        door.send_signal(signal.SIGTERM)
        assert door.wait(PATIENCE) == 0
    assert answer == "204"
