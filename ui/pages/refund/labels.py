"""The words painted on the refund page itself, between its widgets."""

from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.core.refunds import Refund
from app.core.told import Told
from app.office.telling import spoken
from app.words import say
from ui.pages.refund import faces
from ui.pages.refund.flow import LOST, RefundFlow, Stage
from ui.pages.refund.layout import Places
from ui.pages.refund.notes import paint_notes, paint_result
from ui.tokens import BODY, ROW_AMOUNT, SECOND, STATUS, Theme
from ui.widgets.base import draw, fit


def answer(flow: RefundFlow, language: str) -> str:
    """The page's one sentence just now: what was found, how the refund stands, else which way is open."""
    picture = flow.picture
    if picture is None:
        return hint(flow, language)
    watched = watched_refund(flow)
    if watched is not None and not flow.busy:
        return watched_face(watched, flow.said, language).text
    return spoken(flow.said or picture.advice.head, language)


def hint(flow: RefundFlow, language: str) -> str:
    """What to do, or why nothing was found."""
    if flow.stage is Stage.LIST:
        text = say("desk.find.many", language, n=len(flow.rows))
        return text + (f" {spoken(flow.said, language)}" if flow.said else "")
    if flow.stage is Stage.LOOKING:
        return say("desk.find.busy", language)
    return spoken(flow.said, language) if flow.said else say("desk.find.hint", language)


def watched_refund(flow: RefundFlow) -> Refund | None:
    """The refund that was asked for here."""
    refunds = flow.picture.sale.refunds if flow.picture is not None else ()
    return next((one for one in refunds if one.ordinal == flow.watched), None)


def paint_hint(painter: QPainter, t: Theme, at: Places, flow: RefundFlow, language: str) -> None:
    c, text = t.colours, hint(flow, language)
    room = QRectF(at.right).adjusted(t.px(40), 0, -t.px(40), 0)
    block = fit(text, t, ((SECOND, 2), (ROW_AMOUNT, 3), (BODY, 4)), room.width(), bold=bool(flow.said), balance=True)
    font = t.font(block.size, bold=bool(flow.said))
    step = font.pixelSize() * 1.5
    y = room.center().y() - step * len(block.lines) / 2
    for line in block.lines:
        draw(
            painter,
            QRectF(room.left(), y, room.width(), step),
            line,
            font,
            c.ink,
            align=Qt.AlignmentFlag.AlignHCenter,
        )
        y += step


def watched_face(refund: Refund, said: Told | None, language: str) -> faces.ResultFace:
    """How the refund stands, and what became of its slip. That no reply came is over once the refund itself is seen."""
    face = faces.result_face(refund, language)
    if said is None or said.key == LOST:
        return face
    return replace(face, text=f"{face.text} {spoken(said, language)}")


def paint_labels(painter: QPainter, t: Theme, at: Places, flow: RefundFlow, language: str) -> None:
    """What stands over and under the fields of a sale that was found."""
    c, picture = t.colours, flow.picture
    assert picture is not None
    title = QRectF(at.title)
    draw(painter, title, say("desk.how", language), t.font(SECOND, bold=True), c.ink)
    head = spoken(picture.advice.head, language)
    block = fit(head, t, ((BODY, 1), (STATUS, 1), (15, 1), (13, 1)), at.head.width(), bold=False)
    draw(painter, QRectF(at.head), block.lines[0], t.font(block.size), c.ink2)
    draw(painter, QRectF(at.amount_label), say("desk.amount", language), t.font(BODY), c.ink2)
    asked = flow.reason < 0 and picture.advice.left_fen > 0
    why = say("ap.reason" if asked else "desk.reason", language)
    draw(painter, QRectF(at.reason_label), why, t.font(BODY), c.accent if asked else c.ink2)
    _, wrong = flow.amount()
    if wrong is not None:
        font = t.font(STATUS, bold=True)
        draw(painter, QRectF(at.check), spoken(wrong, language), font, c.redtext)
    watched = watched_refund(flow)
    if watched is not None and not flow.busy:
        paint_result(painter, t, QRectF(at.foot), watched_face(watched, flow.said, language))
    elif flow.said is not None:
        tone = "running" if flow.busy else "plain"
        paint_result(painter, t, QRectF(at.foot), faces.ResultFace(spoken(flow.said, language), tone))
    else:
        notes = tuple(spoken(note, language) for note in picture.advice.notes)
        paint_notes(painter, t, QRectF(at.foot), (*notes, say("desk.once", language)))
