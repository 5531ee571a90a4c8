"""Every word of the people's pages stands in its place, in both languages, at every size."""

import pytest

from app.core.staff import Person, Role
from app.staff import MemberView
from app.words import keys, say
from ui import tokens
from ui.pages.people.frame import BUTTONS, SIDE
from ui.pages.people.table import COLUMNS, PADDING, PeopleTable, cells
from ui.tokens import BODY, BUTTON, STATUS
from ui.widgets.base import advance, line_height, wrap
from ui.widgets.pin_pad import KEY_WIDTH, KEYS_TOP, WIDTH

SIZES = [(1366, 768), (1920, 1080), (1280, 720), (1024, 600), (960, 540)]
VALUES = {"n": 99, "amount": "￥9,999,999.99", "name": "欧阳阿依古丽", "tail": "2359"}
NOTES = (
    *(key for key in keys("pin.") if key not in {"pin.what", "pin.once", "pin.ask", "pin.saved"}),
    *("staff.unknown.say", "staff.badge.say", "staff.norole.say", "staff.journal.say", "staff.fault.say"),
    *("staff.pin.differ", "staff.warrant.say", "ap.reason"),
)


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def theme(request, qapp):
    return tokens.theme(*request.param, dark=False)


@pytest.fixture(params=["zh", "en"])
def language(request):
    return request.param


def test_every_note_stands_between_dots_and_keys(theme, language):
    font = theme.font(STATUS)
    for key in NOTES:
        lines = wrap(say(key, language, **VALUES), font, WIDTH * theme.u - theme.px(24))
        assert theme.px(84) + len(lines) * line_height(font) <= theme.px(KEYS_TOP), key


def test_the_words_on_keys_and_buttons_fit(theme, language):
    for key in ("staff.in.enter", "staff.in.next", "staff.save", "staff.approve.ok"):
        assert advance(say(key, language), theme.font(BODY, bold=True)) <= theme.px(KEY_WIDTH) - 2, key
    for key in ("staff.in.number", "staff.in.pin", "staff.pin.first", "staff.pin.again", "pin.ask"):
        assert advance(say(key, language), theme.font(BUTTON, bold=True)) <= theme.px(WIDTH - 24), key
    for name in BUTTONS:
        assert advance(say(f"staff.{name}", language), theme.font(BUTTON)) <= theme.px(SIDE - 60), name
    for role in Role:
        assert advance(say(f"staff.role.{role}", language), theme.font(STATUS)) <= theme.px((SIDE - 44 - 16) / 3 - 6)


def test_no_column_runs_into_the_next(theme, language):
    table = PeopleTable(theme)
    room = theme.px(1366 - SIDE - 48) - 2 * theme.px(PADDING)
    member = MemberView(Person("12345678", "欧阳阿依古丽", Role.SUPERVISOR), True, 999_999_999, False, 86_400, False)
    for at, text in enumerate(cells(member, language)):
        end = COLUMNS[at + 1] if at + 1 < len(COLUMNS) else 1.0
        assert advance(text, theme.font(BODY)) <= (end - COLUMNS[at]) * room, text
    table.deleteLater()
