from dataclasses import replace

import pytest

from app.core.sale import State
from app.till.api import Phase
from app.words import has
from tests.ui import pictures
from ui import tokens
from ui.views.here import GREEN, Here
from ui.views.sales import Ended, list_face, row
from ui.views.story import steps, steps_face
from ui.widgets.glyphs import Glyph
from ui.widgets.sale_list import RowTone
from ui.widgets.steps import ROWS, Mark, SaleSteps

HERE = Here(mono=pictures.MONO, wall_ms=pictures.WALL_MS)


@pytest.mark.parametrize("phase", pictures.STATES)
def test_only_money_that_is_ours_wears_the_green_disc(phase):
    shown = row(pictures.sale(phase), HERE)
    assert shown.paid == (phase in GREEN)
    assert shown.ours == (phase not in pictures.FINAL_PHASES or phase in GREEN)


def test_the_sale_on_the_stage_is_barred_and_open_ones_are_on_top():
    face = list_face(pictures.view(Phase.PENDING), HERE)
    assert [r.current for r in face.open] == [True, False]
    assert {r.tone for r in face.open} == {RowTone.AMBER}
    assert {r.tone for r in face.done} == {RowTone.PLAIN}


def test_an_open_sale_keeps_its_ring_in_the_list():
    assert row(pictures.sale(Phase.PENDING), HERE).seconds == 38
    assert row(pictures.sale(Phase.PENDING), replace(HERE, mono=pictures.MONO + 40)).glyph is Glyph.ARROW


def test_past_d2_the_row_says_how_long_at_most():
    assert "最多还要 3 分钟" in row(pictures.sale(Phase.REVERSING), HERE).under
    late = replace(HERE, mono=pictures.MONO + 500)
    assert "最多" not in row(pictures.sale(Phase.REVERSING), late).under


def test_a_recovered_sale_heads_the_day_until_it_is_acknowledged():
    found = pictures.sale(Phase.PAID, 4100, recovered=True)
    picture = replace(pictures.view(Phase.IDLE), done=(*pictures.done_rows(), found))
    assert list_face(picture, HERE).done[0].out_trade_no == found.out_trade_no
    assert list_face(picture, HERE).done[0].word == "恢复收款"


def test_a_list_that_remembers_its_rows_shows_what_one_made_anew_shows():
    ended, idle, rows = Ended(), pictures.view(Phase.IDLE), pictures.done_rows()
    found = pictures.sale(Phase.PAID, 4100, recovered=True)
    given_back = pictures.sale(Phase.VOIDED, rows[0].number)
    late = pictures.sale(Phase.LATEPAID, 4101)
    moments = [HERE, replace(HERE, mono=HERE.mono + 500), replace(HERE, language="en")]
    moments += [replace(HERE, language="en", wall_ms=HERE.wall_ms + 86_400_000), HERE]
    views = [idle, replace(idle, sale=rows[1], phase=rows[1].phase), replace(idle, done=(given_back, *rows[1:]))]
    views += [replace(idle, done=(found, late, *rows)), replace(idle, done=rows[2:]), idle]
    for view in views:
        current = view.sale.out_trade_no if view.sale is not None else ""
        for here in moments:
            assert list_face(view, here, ended).done == tuple(row(sale, here, current) for sale in view.done)


def test_the_row_of_an_ended_sale_is_made_once():
    ended, idle = Ended(), pictures.view(Phase.IDLE)
    before = list_face(idle, HERE, ended).done
    again = list_face(replace(idle, done=(pictures.sale(Phase.PAID, 4999), *idle.done)), HERE, ended).done
    assert len(before) == len(idle.done)
    assert all(kept is made for kept, made in zip(again[1:], before, strict=True))


def test_a_refused_sale_names_its_reason_in_the_list():
    assert row(pictures.sale(Phase.DECLINED), HERE).word == "余额不足"


@pytest.mark.parametrize("phase", pictures.STATES)
def test_the_steps_are_few_and_end_where_the_sale_stands(phase):
    shown = steps(pictures.sale(phase), "zh")
    assert 1 <= len(shown) <= ROWS
    was_paid = {Phase.PAID, Phase.VOIDING, Phase.VOIDED, Phase.PARTIAL}
    assert (Mark.PAID in {step.mark for step in shown}) == (phase in was_paid)
    waiting = {Mark.NOW, Mark.TO_COME} & {step.mark for step in shown}
    assert not waiting if phase in pictures.FINAL_PHASES else True


def test_every_state_a_story_can_name_has_its_words():
    assert [state for state in State if not has(f"step.{state.lower()}")] == []


def test_the_order_number_stands_in_fours_and_training_says_so():
    real, practice = (steps_face(pictures.view(Phase.PENDING, training=t), HERE) for t in (False, True))
    assert real.order == ("4261 1220 0035", "4803 4000 4164")
    assert practice.order_title != real.order_title


def test_a_channels_own_words_are_never_read_as_markup(qtbot):
    column = SaleSteps(tokens.theme(1366, 768, dark=False))
    qtbot.addWidget(column)
    said = pictures.sale(Phase.DECLINED, says='<img src="file:///x"> <b>PAID</b>')
    column.set_face(steps_face(pictures.view(Phase.DECLINED, sale=said), HERE))
    assert "<img" not in column.toolTip()
    assert "&lt;b&gt;PAID" in column.toolTip()
