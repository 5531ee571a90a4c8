"""What every driver needs: the simulator's folder, fresh codes, patience, and a way to tell what it saw.

A driver is run as ``python drive_NAME.py FOLDER PREFIX VARIANT`` by its client's own interpreter, where nothing of the
till is installed: standard library only. It prints one JSON object, step by step what the client made of each answer.
"""

import json
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER, PREFIX, VARIANT = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
CLIENT: dict[str, Any] = json.loads((FOLDER / "client.json").read_text(encoding="utf-8"))
PACE = float(CLIENT["pace"])
ROUND = 0.1  # seconds between two looks
PATIENCE = 30.0  # seconds until a driver tells what it last saw; nothing takes as long when all is well


def number(word: str) -> str:
    """An order number nobody else in this simulator uses."""
    return f"{PREFIX}{word}"


def fresh_code(channel: str, customer: str) -> str:
    """What ``mashou sim code`` prints, without starting a till's interpreter while the code ages."""
    control = json.loads((FOLDER / "control.json").read_text(encoding="utf-8"))
    body = json.dumps({"channel": channel, "customer": customer}).encode()
    request = urllib.request.Request(f"{control['url']}/code", body, {"Authorization": f"Bearer {control['token']}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE) as answer:
        return str(json.load(answer)["code"])


def wait(seconds: float) -> None:
    time.sleep(seconds)  # noqa: TID251 - the simulator keeps its time in another process


def until(look: Callable[[], Any], reached: Callable[[Any], bool]) -> Any:
    """What ``look`` gave when it was reached, or last."""
    deadline = time.monotonic() + PATIENCE
    while True:
        seen = look()
        if reached(seen) or time.monotonic() > deadline:
            return seen
        wait(ROUND)


def tell(seen: dict[str, Any]) -> None:
    print(json.dumps(seen, ensure_ascii=False, default=str))
