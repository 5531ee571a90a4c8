"""What the mini window shows of the stage: the full window's face, with one line in place of its sentences. Pure."""

from dataclasses import dataclass
from typing import Final

from app.till.api import CounterView, Phase
from app.words import say
from ui.views import actions
from ui.views.actions import CHIPS, Act
from ui.views.edges import amount_face
from ui.views.here import GREY, PAST_D2, RED, Here, entering
from ui.views.stage import stage_face
from ui.widgets.amount import AmountFace
from ui.widgets.buttons import ButtonFace
from ui.widgets.glyphs import Glyph
from ui.widgets.stage import StageFace, Tone

Pair = tuple[Act | None, Act | None]
# The lesser button, the first of these that the till offers; the filled one stands at the right.
_LESSER: Final = (Act.STOP, Act.REPRINT, Act.OTHER, Act.CLEAR, Act.EDIT, Act.NEXT, Act.CHECK)
_LESSER_PAST_D2: Final = (Act.NEXT, Act.CHECK)


@dataclass(frozen=True, slots=True)
class MiniFace:
    """``line`` stands under the word; ``told`` instead covers both: a scan that was not taken, a notice."""

    stage: StageFace
    amount: AmountFace
    line: str
    marked: bool = False  # the line begins with the channel's mark
    told: tuple[str, str] = ("", "")
    others: str = ""  # open sales beside the one on the stage
    training: str = ""
    acts: Pair = (None, None)
    buttons: tuple[ButtonFace | None, ButtonFace | None] = (None, None)


def mini_face(view: CounterView | None, here: Here, notice: str = "", *, locked: bool = False) -> MiniFace:
    """``notice``: what the window's banner says. ``locked``: nobody may stand at the till, or its office is open."""
    language = here.language
    training = say("mini.training", language) if view is not None and view.desk.training else ""
    if locked:
        head, line = (say(f"mini.locked.{part}", language) for part in ("head", "is"))
        stage = StageFace(Tone.WHITE, Glyph.ENTER, head, line, "")
        return MiniFace(stage, AmountFace(), line, others=_others(view, language), training=training)
    stage = stage_face(view, here)
    acts = _pair(view, here)
    line, marked = _line(view, here, stage)
    told = (stage.first, stage.second) if stage.refusal else (notice, "")
    return MiniFace(
        stage,
        amount_face(view, here),
        line,
        marked,
        told,
        _others(view, language),
        training,
        acts,
        _buttons(acts, view, here),
    )


def _line(view: CounterView | None, here: Here, stage: StageFace) -> tuple[str, bool]:
    """The one line that says most, and whether the channel's mark stands before it."""
    plain = here.dead or view is None or view.confirm_cap or entering(view, here)
    if plain or view is None or view.phase in RED:
        return stage.first, False
    if view.sale is None:
        return stage.note, False
    if view.phase in GREY | PAST_D2:
        return stage.second, False
    return stage.note, stage.mark is not None


def _others(view: CounterView | None, language: str) -> str:
    if view is None:
        return ""
    shown = view.sale.out_trade_no if view.sale is not None else ""
    n = sum(sale.out_trade_no != shown for sale in view.open)
    return say("mini.others", language, n=n) if n else ""


def _pair(view: CounterView | None, here: Here) -> Pair:
    """Two of the full window's three buttons: the filled one, and the lesser one that is wanted most."""
    three, filled = actions.acts(view, here)
    if here.dead:
        return None, None
    if view is not None and view.phase in RED and not entering(view, here):
        return (Act.CHECK if view.phase is Phase.PAIDHELD else Act.NEXT), Act.OFFICE
    past_d2 = view is not None and view.phase in PAST_D2 and not entering(view, here)
    offered = [act for act in (_LESSER_PAST_D2 if past_d2 else _LESSER) if act in three and act is not filled]
    lesser = offered[0] if offered else None
    if filled is not None:
        return lesser, filled
    return lesser, offered[1] if len(offered) > 1 else None


def _buttons(acts: Pair, view: CounterView | None, here: Here) -> tuple[ButtonFace | None, ButtonFace | None]:
    three, filled = actions.acts(view, here)
    known = dict(zip(three, actions.faces(view, here), strict=True))

    def face(act: Act | None) -> ButtonFace | None:
        if act is None:
            return None
        full = known.get(act)
        chip, enabled = (full.chip, full.enabled) if full is not None else (CHIPS[act], True)
        return ButtonFace(chip, say(f"mini.{act}", here.language), filled=act is filled, enabled=enabled)

    return face(acts[0]), face(acts[1])
