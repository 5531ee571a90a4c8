from dataclasses import replace

import pytest

from app.till.api import Lamp, Light, Phase
from app.words import LANGUAGES
from tests.ui import pictures
from ui.mini.beside import SWITCH
from ui.views.actions import CHIPS, Act, acts, allowed, faces
from ui.views.edges import help_face
from ui.views.entry import Entry
from ui.views.here import BEFORE_D2, GREY, PAST_D2, Here

HERE = Here(mono=pictures.MONO, wall_ms=pictures.WALL_MS)
TYPED = replace(HERE, entry=Entry("12.5"))


@pytest.mark.parametrize("phase", Phase)
def test_at_most_one_button_is_filled_and_no_key_stands_twice(phase):
    shown = [face for face in faces(pictures.view(phase), TYPED) if face]
    assert sum(face.filled for face in shown) <= 1
    assert len({face.chip for face in shown}) == len(shown)


@pytest.mark.parametrize("phase", Phase)
def test_the_next_customer_is_one_key_away_from_every_sale(phase):
    if phase in (Phase.IDLE, Phase.READY, Phase.PAIDHELD):
        return
    assert acts(pictures.view(phase), HERE)[0][1] is Act.NEXT


def test_stopping_is_offered_only_while_it_can_still_be_stopped():
    offered = {phase for phase in Phase if Act.STOP in acts(pictures.view(phase), HERE)[0]}
    assert offered == (BEFORE_D2 - {Phase.STOPPING}) | {Phase.READY}


def test_another_tender_is_offered_only_when_nothing_is_owed_or_past_d2():
    offered = {phase for phase in Phase if Act.OTHER in acts(pictures.view(phase), HERE)[0]}
    assert offered == PAST_D2 | GREY - {Phase.VOIDED} | {Phase.STUCK, Phase.MISMATCH, Phase.CONTRADICT}
    assert Phase.PAIDHELD not in offered


def test_enter_never_confirms_a_sum_above_the_cap():
    picture = replace(pictures.view(Phase.READY), confirm_cap=True)
    three, filled = acts(picture, HERE)
    assert filled is Act.CONFIRM
    assert "Enter" not in {CHIPS[act] for act in three if act}
    assert not allowed(Act.TAKE, picture, HERE)


def test_charging_waits_for_a_sum_and_for_the_house():
    def last(view, here):
        return faces(view, here)[2]

    assert not last(pictures.view(Phase.IDLE), HERE).enabled
    assert last(pictures.view(Phase.IDLE), TYPED).enabled
    assert not last(None, TYPED).enabled


def test_before_a_sum_is_typed_a_sale_can_be_looked_up_and_the_last_slip_printed():
    with_printer = replace(pictures.view(Phase.IDLE), lamps=(Lamp("printer", Light.OK, "printer.ok"),))
    assert acts(with_printer, HERE)[0] == (Act.OFFICE, Act.REPRINT, Act.TAKE)
    assert acts(with_printer, TYPED)[0] == (Act.OFFICE, Act.CLEAR, Act.TAKE)
    assert acts(pictures.view(Phase.IDLE), HERE)[0] == (Act.OFFICE, None, Act.TAKE), "no printer, no slip"
    assert acts(None, TYPED)[0] == (None, Act.CLEAR, Act.TAKE), "nobody can sign in before the house is open"


def test_a_dead_till_offers_nothing():
    assert faces(pictures.view(Phase.PENDING), replace(HERE, dead="win.dead")) == (None, None, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_till_is_told_on_the_page_of_keys(language):
    """Whatever a key does here stands under F1, and the switch to the mini window with it."""
    here = replace(HERE, language=language)
    told = {chip for chip, _ in help_face(pictures.view(Phase.IDLE), here).keys}
    assert {chip for act, chip in CHIPS.items() if act not in (Act.HELP, Act.PHONE)} <= told
    assert SWITCH.replace("+", " ") in told
