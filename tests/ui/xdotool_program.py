"""Real X11 key events into the real program, by hand: ``python -m tests.ui.xdotool_program [SCANS]``.

The training till itself (``ui.main.run``: worker, journal, simulator, gate, every page) under Xvfb in another process;
xdotool plays a cashier (one key each 45–400 ms) and a wedge scanner with payment codes in turns. The keys stand in the
amount, in the refund page's search, in the approval's dialog and in the shop's name of the settings. The window stalls
for 600 ms every few seconds; sheets of control keys come between. Needs xvfb and xdotool. Exits 1 if a code reached a
field, a scan or a key was lost, anything was taken for another thing, or a page was left.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QSocketNotifier, QThread, QTimer

from app.core.staff import Person, Role
from tests.ui.xdotool_scans import AT_ONCE, GAPS_MS, ROOT, SHEETS, STALL_EVERY_MS, STALL_MS
from ui import main
from ui.pages.approval import ApprovalDialog
from ui.pages.field import Field

PLACES = ("amount", "search", "dialog", "name")
TYPED_MOST = 6  # figures between two looks: what an amount and a staff number hold
MANAGER = Person("1003", "店长", Role.MANAGER)
SWITCH = "1 2 ctrl+m 3"  # what some scanners send for Enter is the key of the mini window
STARTS = ("10", "13", "15", "25", "28", "30")


def code_of(chance):
    """What WeChat, Alipay or UnionPay show."""
    if chance.random() < 0.25:
        return "62" + "".join(chance.choices("0123456789", k=17))
    return chance.choice(STARTS) + "".join(chance.choices("0123456789", k=16))


def stretch(chance, scans):
    """xdotool's commands; what is typed; what is scanned; how many sheets."""
    lines, typed, codes, sheets = [], "", [], 0
    for _ in range(scans):
        for _ in range(min(chance.randint(0, 2), TYPED_MOST - len(typed))):
            typed += chance.choice("123456789")
            lines += [f"key --delay 0 {typed[-1]}", f"sleep {min(0.4, 0.045 + chance.expovariate(1 / 0.09)):.3f}"]
        if chance.random() < 0.05:
            sheets += 1
            lines += [f"key --delay 12 {chance.choice((*SHEETS, SWITCH))}", "sleep 0.06"]
        codes.append(code_of(chance))
        end = chance.choice([" Return", " Return", " Tab", ""])
        lines += [f"key --delay {chance.choice(GAPS_MS)} {' '.join(codes[-1])}{end}", "sleep 0.06"]
    return "\n".join(lines) + "\n", typed, codes, sheets


def drive(scans, seed):
    chance, got = random.Random(seed), {"scans": [], "keys": 0, "sheets": 0, "wrong": []}
    display_end, xvfb_end = os.pipe()
    xvfb = subprocess.Popen(
        [*AT_ONCE, "Xvfb", "-displayfd", str(xvfb_end), "-screen", "0", "1366x768x24"],
        pass_fds=[xvfb_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(xvfb_end)
    env = os.environ | {
        "PYTHONPATH": str(ROOT),
        "DISPLAY": f":{os.read(display_end, 9).decode().strip()}",
        "QT_QPA_PLATFORM": "xcb",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.ui.xdotool_program", "--window", folder]
        till = subprocess.Popen(command, env=env, cwd=ROOT, stdin=-1, stdout=-1, text=True, bufsize=1)

        def ask(word):
            till.stdin.write(word + "\n")
            return till.stdout.readline().strip()

        def until(word):
            while (answer := ask(word)) == "wait":
                subprocess.run(["sleep", "0.1"], check=True)
            return answer

        try:
            for place in PLACES:
                subprocess.run(["xdotool", "windowfocus", "--sync", until(place)], env=env, check=True)
                left = scans // len(PLACES)
                while left:
                    commands, typed, codes, sheets = stretch(chance, min(8, left))
                    left -= len(codes)
                    subprocess.run([*AT_ONCE, "xdotool", "-"], input=commands, env=env, text=True, check=True)
                    subprocess.run(["sleep", str(1.2 * STALL_MS / 1000)], check=True)  # it may be stalling still
                    held = ask("held")
                    got["scans"] += codes
                    got["keys"], got["sheets"] = got["keys"] + len(typed), got["sheets"] + sheets
                    if held != typed:
                        got["wrong"].append(f"{place}: typed {typed!r}, holds {held!r}")
            return got, json.loads(ask("done"))
        finally:
            till.kill()
            till.wait()
            xvfb.terminate()
            xvfb.wait()


def judge(sent, read):
    lost = [code for code in sent["scans"] if code not in read["scans"]]
    extra = [code for code in read["scans"] if code not in sent["scans"]]
    print(f"scans sent {len(sent['scans'])}, read {len(read['scans'])}, lost {len(lost)}, wrong {len(extra)}")
    print(f"keys typed {sent['keys']}, stretches with another text {len(sent['wrong'])}")
    print(f"control-key sheets {sent['sheets']}, swallowed {read['swallowed']}; charges begun {read['charges']}")
    print(f"stalls of {STALL_MS} ms: {read['stalls']}")
    for one in sent["wrong"]:
        print(one)
    return read["scans"] == sent["scans"] and not sent["wrong"] and not read["charges"]


class Watch:
    """In the program's process: brings the keys where they are wanted, and says what stands there."""

    def __init__(self, program):
        self.program, self.place = program, ""
        self.got = {"scans": [], "swallowed": 0, "stalls": 0, "charges": 0}
        program.gate.scanned.connect(lambda scan: self.got["scans"].append(scan.text))
        program.gate.swallowed.connect(lambda _: self.got.update(swallowed=self.got["swallowed"] + 1))
        program.bridge.view.connect(self.look)
        self.timer = QTimer(program)
        self.timer.timeout.connect(self.stall)
        self.notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self.notifier.activated.connect(self.asked)

    def look(self, view):
        self.got["charges"] = max(self.got["charges"], view.totals.count + len(view.open))

    def stall(self):
        self.got["stalls"] += 1
        QThread.msleep(STALL_MS)

    def asked(self, _socket):
        word = sys.stdin.readline().strip()
        answer = json.dumps(self.got) if word == "done" else self.held() if word == "held" else self.bring(word)
        print(answer, flush=True)

    def bring(self, place):
        """The X11 window once the keys stand at ``place``; "wait" until then."""
        window = self.program.window
        room = window.backroom
        if window.cashier.view is None or self.program._tenant is None:
            return "wait"
        if not self.timer.isActive():
            self.timer.start(STALL_EVERY_MS)
        if place != "amount" and not room.is_open:
            window.door.open()
            room.sign_in(MANAGER)
        if place == "search":
            room.turn("refund")
        elif place == "dialog" and self.dialog() is None:
            if room.page.name != "settings":
                room.turn("settings", "pos")
            elif room.page.picture is not None and not room.page.busy:
                room.page.first()  # a new token wants a manager's yes
            return "wait"
        elif place == "name":
            if self.dialog() is not None:
                self.dialog().cancel()
            if room.page.topic != "shop":
                room.page.show_topic("shop")
            self.field(place).setFocus()
        self.place = place
        window.activateWindow()
        self.held()
        return str(int(window.winId()))

    def dialog(self):
        return next((one for one in self.program.window.findChildren(ApprovalDialog) if one.isVisible()), None)

    def field(self, place):
        page = self.program.window.backroom.page
        if place == "search" and page.name == "refund":
            return page.search
        found = page.form.rows.editors.get("shop.name") if page.name == "settings" else None
        return found if isinstance(found, Field) else None

    def held(self):
        """What was typed, taken away again; what is wrong where the place is not as it was."""
        window = self.program.window
        if self.program._beside.mini.isVisible():
            return "the mini window came"
        window.banner.leave()
        if self.place == "amount":
            text = window.cashier.entry.text
            window.type_key("clear")
            return text if not window.backroom.is_open else "the office is open"
        if self.place == "dialog":
            asking = self.dialog().asking if self.dialog() is not None else None
            text = asking.pad._typed if asking is not None and not asking.who else "the dialog went on or is gone"
            if asking is not None:
                asking.pad.clear()
            return text
        field = self.field(self.place)
        if field is None:
            return "the page is another"
        text = field.text()
        field.setText("")
        field.setFocus()
        return text


def window(folder):
    watching = []
    sys.exit(main.run(Path(folder), training=True, language="zh", on_program=lambda it: watching.append(Watch(it))))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--window"]:
        window(sys.argv[2])
    else:
        wanted = int(sys.argv[1]) if sys.argv[1:] else 300
        sys.exit(0 if judge(*drive(wanted, seed=2)) else 1)
