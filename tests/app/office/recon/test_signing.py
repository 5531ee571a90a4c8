"""An explanation needs a fresh yes to exactly this line, used once; a day is done when nothing is open."""

import secrets

import pytest

from app.core.channel import Channel
from app.core.staff import Act, Approval, Person, Role
from app.journal.writer import open_writer
from app.office.recon.lines import Facing
from app.office.recon.match import Sources, reckon
from app.office.recon.signing import NotApprovedError, resolutions, resolve, sign_off, signed_off, subject
from app.office.recon.values import Booked, Stand
from app.office.recon.window import window_of

DAY = "2026-11-03"
NOON_MS = 1_793_678_400_000
MANAGER = Person("9001", "9001", Role.MANAGER)


def day_of(*fens):
    sales = [Booked(Channel.WECHAT, f"N{n}", fen, Stand.KEPT, DAY, NOON_MS) for n, fen in enumerate(fens)]
    return reckon(Facing(window_of(Channel.WECHAT, DAY)), Sources(sales, ()))


@pytest.fixture
def journal(tmp_path):
    made = open_writer(
        tmp_path / "journal.db", bytes(32), training=True, now_ms=NOON_MS, entropy=secrets.token_bytes, ballast_bytes=0
    )
    yield made
    made.close()


def yes(found, line, *, by=MANAGER, at=100.0, reason="收单机构已补款", fen=None, day=DAY):
    named = subject(found.channel, day, line)
    amount = abs(line.worth_fen) if fen is None else fen
    return Approval(Act.RESOLVE, named, amount, reason, by, secrets.token_hex(16), at, NOON_MS)


def test_who_and_why_stay_with_the_line(journal):
    found = day_of(500)
    [line] = found.lines
    resolve(journal, found, line, yes(found, line), mono=130.0, now_ms=NOON_MS)
    kept = resolutions(journal, Channel.WECHAT, DAY)[line.key]
    assert (kept.by, kept.reason, kept.at_ms) == ("9001", "收单机构已补款", NOON_MS)
    assert resolutions(journal, Channel.ALIPAY, DAY) == {}
    assert resolutions(journal, Channel.WECHAT, "2026-11-04") == {}


def test_a_yes_is_good_once(journal):
    found = day_of(500)
    [line] = found.lines
    approval = yes(found, line)
    resolve(journal, found, line, approval, mono=130.0, now_ms=NOON_MS)
    with pytest.raises(NotApprovedError):
        resolve(journal, found, line, approval, mono=131.0, now_ms=NOON_MS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": Person("2001", "2001", Role.SUPERVISOR)},
        {"at": 10.0},  # two minutes old
        {"reason": "  "},
        {"fen": 1},
        {"day": "2026-11-04"},
    ],
)
def test_a_yes_to_anything_else_is_none(journal, wrong):
    found = day_of(500)
    [line] = found.lines
    with pytest.raises(NotApprovedError):
        resolve(journal, found, line, yes(found, line, **wrong), mono=130.0, now_ms=NOON_MS)
    assert resolutions(journal, Channel.WECHAT, DAY) == {}


def test_a_day_is_signed_off_once_every_line_is_explained(journal):
    found = day_of(500, 700)
    with pytest.raises(ValueError, match="neither"):
        sign_off(journal, found, "ab" * 32, by="9001", name="9001", now_ms=NOON_MS)
    for line in found.lines:
        resolve(journal, found, line, yes(found, line), mono=130.0, now_ms=NOON_MS)
    head = journal.head()
    sign_off(journal, found, "ab" * 32, by="9001", name="9001", now_ms=NOON_MS)
    done = signed_off(journal, Channel.WECHAT, DAY)
    assert (done.log_fen, done.bill_fen, done.sha256, done.head) == (1200, 0, "ab" * 32, head.digest)
    assert signed_off(journal, Channel.UNIONPAY, DAY) is None
