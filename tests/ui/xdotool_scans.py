"""Real X11 key events into the real gate, by hand: ``python -m tests.ui.xdotool_scans [SCANS]``.

Starts Xvfb and a window with the gate in another process; xdotool plays a cashier (one key each 45–400 ms) and a wedge
scanner (0–16 ms a key, with or without Enter) in turns, with the focus in an amount field, a search field, a button and
a modal dialog, while the window stalls for 600 ms every few seconds. Control-key sheets come between. Needs xvfb and
xdotool. Prints what went in and what came out, and exits 1 if a code reached a field, or a scan or a key was lost.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QSocketNotifier, QThread, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from devices.wedge import BURST_GAP_MS
from ui.keys import KeyGate

ROOT = Path(__file__).resolve().parents[2]
# A late xdotool is a slow scanner: on a busy machine only a real-time priority keeps its pace.
AT_ONCE = ["chrt", "-f", "50"] if os.name == "posix" and os.geteuid() == 0 and shutil.which("chrt") else []
FOCUSES = ("field", "search", "button", "dialog")
STALL_MS, STALL_EVERY_MS = 600, 2900
GAPS_MS = (0, 0, 1, 2, 4, 8, 16)  # and what xdotool adds: on a busy machine 25 can come as 40, which no gate can tell
SHEETS = ("ctrl+e Return", "F2 Return", "1 2 3 ctrl+e F2 Return", "Return Return Return Return")


@dataclass
class Expected:
    typed: dict[str, str] = field(default_factory=lambda: dict.fromkeys(FOCUSES, ""))
    scans: list[str] = field(default_factory=list)
    sheets: int = 0


def script(chance, focus, scans, expected):
    """xdotool commands of one stretch with one focus."""
    lines = []
    for _ in range(scans):
        for _ in range(chance.randint(0, 4)):
            digit = chance.choice("0123456789")
            expected.typed[focus] += digit if focus != "button" else ""
            lines += [f"key --delay 0 {digit}", f"sleep {min(0.4, 0.045 + chance.expovariate(1 / 0.09)):.3f}"]
        if chance.random() < 0.05:
            expected.sheets += 1
            lines += [f"key --delay 12 {chance.choice(SHEETS)}", "sleep 0.06"]
        code = "".join(chance.choices("0123456789", k=chance.randint(16, 24)))
        if chance.random() < 0.1:
            code = code[:6] + "000000" + code[12:]
        expected.scans.append(code)
        end = chance.choice([" Return", " Return", " Tab", ""])
        lines += [f"key --delay {chance.choice(GAPS_MS)} {' '.join(code)}{end}", "sleep 0.06"]
    return "\n".join(lines) + "\n"


def drive(scans, seed):
    chance, expected = random.Random(seed), Expected()
    display_end, xvfb_end = os.pipe()
    xvfb = subprocess.Popen(
        [*AT_ONCE, "Xvfb", "-displayfd", str(xvfb_end), "-screen", "0", "800x600x24"],
        pass_fds=[xvfb_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(xvfb_end)
    env = os.environ | {
        "PYTHONPATH": str(ROOT),
        "DISPLAY": f":{os.read(display_end, 9).decode().strip()}",
        "QT_QPA_PLATFORM": "xcb",
    }
    window = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.xdotool_scans", "--window"],
        env=env,
        cwd=ROOT,
        stdin=-1,
        stdout=-1,
        text=True,
        bufsize=1,
    )

    def ask(word):
        window.stdin.write(word + "\n")
        return window.stdout.readline().strip()

    try:
        for focus in FOCUSES:
            x11_window = ask(focus)
            subprocess.run(["xdotool", "windowfocus", "--sync", x11_window], env=env, check=True)
            commands = script(chance, focus, scans // len(FOCUSES), expected)
            subprocess.run([*AT_ONCE, "xdotool", "-"], input=commands, env=env, text=True, check=True)
            subprocess.run(["sleep", str(2 * STALL_MS / 1000)], check=True)  # the window may be stalling still
        return expected, json.loads(ask("done"))
    finally:
        window.kill()
        window.wait()
        xvfb.terminate()
        xvfb.wait()


def judge(expected, got):
    lost = [code for code in expected.scans if code not in got["scans"]]
    extra = [code for code in got["scans"] if code not in expected.scans]
    keys = sum(map(len, expected.typed.values()))
    print(f"scans sent {len(expected.scans)}, read {len(got['scans'])}, lost {len(lost)}, wrong {len(extra)}")
    print(f"keys typed {keys}, fields as typed: {got['typed'] == expected.typed}")
    print(f"control-key sheets {expected.sheets}, swallowed {got['swallowed']}, actions fired {got['log']}")
    print(f"stalls of {STALL_MS} ms: {got['stalls']}; longest hold beyond a key's arrival {got['hold_ms']:.1f} ms")
    near = [gap for gap in got["gaps"] if gap <= BURST_GAP_MS]
    between = sorted(gap for gap in got["gaps"] if gap > BURST_GAP_MS)
    print(f"gaps by timestamp: {len(near)} up to {max(near)} ms, the others from {between[:3]} ms")
    for focus in FOCUSES:
        if got["typed"][focus] != expected.typed[focus]:
            print(f"{focus}:\n  typed {expected.typed[focus]}\n  holds {got['typed'][focus]}")
    return got["scans"] == expected.scans and got["typed"] == expected.typed and not got["log"]


def window():
    """The other process: says its X11 window for each focus asked of it, and in the end what it holds."""
    application = QApplication([])
    gate = KeyGate(application)
    got = {"scans": [], "swallowed": 0, "log": [], "stalls": 0, "hold_ms": 0.0, "last": 0, "gaps": []}
    held_since = {}
    gaps: list[int] = []

    def take(window, event, kept=gate._take):
        held_since[gate._serial + 1] = time.monotonic()
        if event.type() == event.Type.KeyPress:
            gaps.append(event.timestamp() - got["last"])
            got["last"] = event.timestamp()
        kept(window, event)

    def queue(decisions, kept=gate._queue):
        for stroke in (stroke for decision in decisions for stroke in decision.strokes):
            waited = 1000 * (time.monotonic() - held_since.pop(stroke.serial))
            if waited < STALL_MS / 2 and len(decisions) == 1 and len(decisions[0].strokes) <= 2:
                got["hold_ms"] = max(got["hold_ms"], waited)
        kept(decisions)

    gate._take, gate._queue = take, queue
    gate.scanned.connect(lambda scan: got["scans"].append(scan.text))
    gate.swallowed.connect(lambda _: got.update(swallowed=got["swallowed"] + 1))
    main, dialog = QWidget(), QDialog()
    widgets = {"field": QLineEdit(), "search": QLineEdit(), "button": QPushButton("收款"), "dialog": QLineEdit()}
    layout = QVBoxLayout(main)
    for name in FOCUSES[:3]:
        layout.addWidget(widgets[name])
    QVBoxLayout(dialog).addWidget(widgets["dialog"])
    widgets["button"].clicked.connect(lambda: got["log"].append("clicked"))
    widgets["field"].returnPressed.connect(lambda: got["log"].append("return"))
    dialog.finished.connect(lambda _: got["log"].append("dialog closed"))
    for keys in ("F2", "Ctrl+E"):
        QShortcut(QKeySequence(keys), main).activated.connect(lambda keys=keys: got["log"].append(keys))
    for widget in widgets.values():
        if isinstance(widget, QLineEdit):
            widget.setMaxLength(100_000)
    main.show()

    def stall():
        got["stalls"] += 1
        QThread.msleep(STALL_MS)

    timer = QTimer()
    timer.timeout.connect(stall)
    timer.start(STALL_EVERY_MS)

    def asked(_socket):
        word = sys.stdin.readline().strip()
        if word == "done":
            got["gaps"] = gaps
            got["typed"] = {name: widgets[name].text() if name != "button" else "" for name in FOCUSES}
            print(json.dumps(got), flush=True)
            return
        if word == "dialog":
            dialog.setModal(True)
            dialog.show()
        widgets[word].setFocus()
        print(int(widgets[word].window().winId()), flush=True)

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(asked)
    application.exec()


if __name__ == "__main__":
    if sys.argv[1:] == ["--window"]:
        window()
    else:
        wanted = int(sys.argv[1]) if sys.argv[1:] else 300
        sys.exit(0 if judge(*drive(wanted, seed=2)) else 1)
