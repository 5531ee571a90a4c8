"""A day's end in the real window: the supervisor gives back part of a sale, the manager closes, exports, reconciles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from e2e.stage import Counter, Picture, Program, mashou

from app.secrets import Vault
from app.staff.keys import StaffKeys

pytestmark = pytest.mark.timeout(120)

SUPERVISOR, MANAGER = "2001", "3001"
PART = "4"


class Office:
    """The window's office, and the hand that works in it."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        keys = StaffKeys.of(Vault.unlock(folder).mac_key)
        self.pins = {number: keys.practice_pin(number) for number in (SUPERVISOR, MANAGER)}

    def until(self, reached: Callable[[Picture], bool]) -> Picture:
        return self.program.until(lambda p: "page" in p and reached(p))

    def prove(self, who: str) -> None:
        """Number and PIN on whichever pad asks."""
        self.program.do(f"type {who}", "key Return", f"type {self.pins[who]}", "key Return")

    def enter(self, who: str) -> Picture:
        self.program.do("key F4")
        self.until(lambda p: p["pad"])
        self.prove(who)
        return self.until(lambda p: p["page"] not in ("", "signin", "SignInPage"))

    def page(self, name: str) -> None:
        """By Ctrl and Page Down, as far as it takes."""
        for _ in range(10):
            if self.program.last.get("page") == name:
                return
            before = self.program.last["page"]
            self.program.do("ctrl+PageDown")
            self.until(lambda p, before=before: p["page"] != before)
        pytest.fail(f"there is no page {name}")

    def focus(self, kind: str) -> None:
        """By Tab, as far as it takes."""
        for _ in range(12):
            if self.program.last.get("focus") == kind:
                return
            before = self.program.last["focus"]
            self.program.do("key Tab")
            self.until(lambda p, before=before: p["focus"] != before)
        pytest.fail(f"nothing is a {kind}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "Documents").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def program(counter: Counter, home: Path) -> Iterator[Program]:
    program = Program(counter.folder, "driven_office.py", {"HOME": str(home)})
    yield program.opened()
    program.close()


def test_a_part_goes_back_and_the_day_is_closed_exported_and_reconciled(
    program: Program, counter: Counter, home: Path
) -> None:
    program.amount("12.50")
    counter.scanner.scan(counter.code("wechat", "instant"))
    paid = program.until(lambda p: bool(p.get("sale")) and p["sale"]["state"] == "PAID")
    number = paid["sale"]["out_trade_no"]
    office = Office(program, counter.folder)

    office.enter(SUPERVISOR)
    office.page("refund")
    counter.scanner.scan(number)  # the receipt's bar code
    office.until(lambda p: p.get("number") == number)
    office.focus("WayCards")
    program.do("key Down", "key Space")
    office.until(lambda p: p["way"] == "part" and p["focus"] == "Field")
    program.do(f"type {PART}")
    office.focus("Boxes")
    program.do("key Space")
    office.until(lambda p: p["ready"])
    program.do("key F8")
    asked = office.until(lambda p: p["asks"] and p["pad"])
    assert f"￥{PART}.00" in asked["asks"]
    office.prove(SUPERVISOR)
    office.until(lambda p: p.get("state") == "PARTLY_REFUNDED")
    net = counter.simulator.ledger()[number]["net_fen"]
    sale = counter.sales()[number]
    assert (
        (sale["state"], sale["amount_fen"] - sale["refunded_fen"]) == ("PARTLY_REFUNDED", net) == (sale["state"], 850)
    )
    program.do(
        *["key Escape"] * 3
    )  # a notice, where one stands there, the sale, and the office; at the till it is harmless
    office.until(lambda p: p["page"] == "")

    office.enter(MANAGER)
    office.page("shift")
    office.until(lambda p: p["z"] == 1 and not p["open"])
    program.do("key F8")
    office.until(lambda p: p["open"])
    program.do("key F8", "key F8")
    office.until(lambda p: p["z"] == 2 and not p["open"])

    office.page("daylog")
    office.until(lambda p: p["rows"])
    program.do("ctrl+E")
    office.until(lambda p: p["card"])
    program.do("key F8")
    office.until(lambda p: any(".sig" in line for line in p["said"]))
    (signed,) = home.rglob("*.sig")
    verified = mashou("export", "verify", str(signed.with_suffix("")), "--data", str(counter.folder))
    assert verified.returncode == 0, verified.stderr

    counter.simulator.fault("; ".join(f"{channel}.bill: today" for channel in ("wechat", "alipay", "unionpay")))
    office.page("reconcile")
    office.focus("DayStepper")
    program.do("key Right", "key F5")
    office.until(lambda p: p["mood"] == "level" and p["cards"])
    program.do("key F9")
    office.until(lambda p: p["asks"] and p["pad"])
    office.prove(MANAGER)
    office.until(lambda p: "练习店长" in p["signed"])
    assert mashou("journal", "verify", "--data", str(counter.folder)).returncode == 0
