"""Settings as rows: a label, what is wrong or that it is sealed at the right of it, and the field beneath."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from app.core.money import BadAmount, parse_yuan, show_yuan
from app.settings import Settings
from app.words import say
from ui.keys import TAKES_INPUT_METHOD
from ui.pages.boxes import Boxes
from ui.pages.field import Field
from ui.pages.settings.editors import FileField, KeyField
from ui.pages.settings.spec import PASSWORD, Entry, Kind, is_wanted, value_of
from ui.tokens import STATUS, Theme
from ui.widgets.base import advance, draw, line_height, wrap

LABEL: Final = 30
FIELD: Final = 48
GAP: Final = 12
LONGEST: Final = 600
Editor = Field | Boxes | FileField | KeyField


class SettingForm(QScrollArea):
    """``changed``: something was entered; ``focused`` carries the Entry whose field has the keys now."""

    changed = Signal()
    focused = Signal(object)

    def __init__(self, theme: Theme, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.rows = Rows(theme, language, self)
        self.setWidget(self.rows)
        self.set_look(theme, language)

    def set_look(self, theme: Theme, language: str) -> None:
        c = theme.colours
        self.setStyleSheet(
            f"QScrollArea, QScrollArea > QWidget {{ background: {c.surface}; }}"
            f"QScrollBar:vertical {{ background: {c.surface}; width: {theme.px(12)}px; }}"
            f"QScrollBar::handle:vertical {{ background: {c.edge}; border-radius: {theme.px(6)}px;"
            f" min-height: {theme.px(44)}px; }}"
            "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
        )
        self.rows.set_look(theme, language)

    def begin(self, without: QWidget) -> None:
        """Keys go to the first field; ``without`` one, to that."""
        first = next((editor for editor in self.rows.editors.values() if editor.isVisibleTo(self.rows)), None)
        (first or without).setFocus()

    def show_field(self, editor: QWidget) -> None:
        self.ensureWidgetVisible(editor, 0, self.rows.theme.px(LABEL + GAP))


class Rows(QWidget):
    """The rows within the scrolled part."""

    def __init__(self, theme: Theme, language: str, form: SettingForm) -> None:
        super().__init__(form)
        self.theme, self.language, self._form = theme, language, form
        self.entries: tuple[Entry, ...] = ()
        self.editors: dict[str, Editor] = {}
        self.faults: dict[str, str] = {}  # full name -> what is wrong with it, in words
        self._before: dict[str, object] = {}

    def show_entries(self, entries: Sequence[Entry], settings: Settings, sealed: frozenset[str]) -> None:
        """New fields for ``entries``, showing what is set; secrets show only that they are there."""
        self.entries, self.faults = (), {}  # the keys go from field to field as they hide, and none has anything to say
        for editor in self.editors.values():
            editor.hide()
            editor.deleteLater()
        self.entries = tuple(entries)
        self.editors = {entry.full: self._made(entry) for entry in entries}
        self._before = {}
        for entry in entries:
            self._fill(entry, settings, sealed)
        self._before = self.values()
        self.set_look(self.theme, self.language)
        before: QWidget | None = None
        for editor in self.editors.values():
            if before is not None:
                QWidget.setTabOrder(before, editor)
            before = editor

    def values(self) -> dict[str, object]:
        """What stands in the fields, by full name; not the files; what is no amount as it was typed."""
        return {entry.full: self._value(entry) for entry in self.entries if not self._is_file(entry)}

    def changes(self) -> dict[str, dict[str, object]]:
        """Section -> setting -> value of what was changed."""
        out: dict[str, dict[str, object]] = {}
        for entry in self.entries:
            if not self._is_file(entry) and self._value(entry) != self._before.get(entry.full):
                out.setdefault(entry.section, {})[entry.name] = self._value(entry)
        return out

    def put(self, values: Mapping[str, str]) -> None:
        """As if a person had entered them: choices and texts, by full name."""
        for entry in self.entries:
            editor, value = self.editors[entry.full], values.get(entry.full)
            if value is not None and isinstance(editor, Boxes):
                editor.set_words(entry.label(self.language), entry.words(self.language), entry.allowed.index(value))
            elif value is not None and isinstance(editor, Field):
                editor.setText(value)
        self._touched()
        self._place()

    def files(self) -> dict[str, Path]:
        """Setting -> the file that was chosen for it."""
        found = ((entry, self.editors[entry.full]) for entry in self.entries)
        return {entry.name: e.path for entry, e in found if isinstance(e, FileField) and e.path is not None}

    def blame(self, full: str, told: str) -> None:
        """Mark the field ``full`` with why it was not taken, and go there; "" takes all marks away."""
        self.faults = {full: told} if full else {}
        for name, editor in self.editors.items():
            wrong = name in self.faults
            if isinstance(editor, FileField | KeyField):
                editor.is_wrong = wrong
                editor.update()
            editor.setAccessibleDescription(self.faults.get(name, ""))
        if full in self.editors:
            self.editors[full].setFocus()
        self.update()
        self._place()

    def forget_secrets(self) -> None:
        """Nothing that was typed or chosen for a key stays in a field."""
        for entry in self.entries:
            editor = self.editors[entry.full]
            if (entry.kind is Kind.SECRET and isinstance(editor, QLineEdit)) or isinstance(editor, FileField):
                editor.clear()

    def set_look(self, theme: Theme, language: str) -> None:
        self.theme, self.language = theme, language
        for entry in self.entries:
            editor = self.editors[entry.full]
            label = entry.label(language)
            editor.set_theme(theme)
            if isinstance(editor, Boxes):
                editor.set_words(label, entry.words(language), editor.chosen)
            elif isinstance(editor, Field):
                editor.setAccessibleName(label)
                if entry.kind is Kind.SECRET and editor.placeholderText():
                    editor.setPlaceholderText(say("sp.sealed", language))
            else:
                editor.language = language
                editor.set_label(label)
        self._place()
        self.update()

    # --- within

    def _made(self, entry: Entry) -> Editor:
        editor: Editor
        match entry.kind:
            case Kind.CHOICE | Kind.TOGGLE:
                boxes = editor = Boxes(self.theme, self)
                boxes.columns = 6
                boxes.picked.connect(lambda at, boxes=boxes, entry=entry: self._pick(boxes, entry, at))
            case Kind.FILE:
                editor = FileField(self.theme, self.language, self)
                editor.chosen.connect(self._touched)
            case Kind.KEY:
                editor = KeyField(self.theme, self.language, self)
                editor.chosen.connect(self._touched)
            case Kind.TEXT | Kind.MONEY | Kind.SECRET:
                editor = Field(self.theme, self)
                editor.setMaxLength(LONGEST)
                if entry.kind is Kind.SECRET:
                    editor.setEchoMode(QLineEdit.EchoMode.Password)
                elif entry.full in ("shop.name", "receipt.address", "receipt.text"):
                    editor.setProperty(TAKES_INPUT_METHOD, True)
                editor.textEdited.connect(self._touched)
        editor.installEventFilter(self)
        editor.show()
        return editor

    def _fill(self, entry: Entry, settings: Settings, sealed: frozenset[str]) -> None:
        editor, value = self.editors[entry.full], value_of(entry, settings)
        if isinstance(editor, Boxes):
            at = (0 if value else 1) if entry.kind is Kind.TOGGLE else entry.allowed.index(str(value))
            editor.set_words(entry.label(self.language), entry.words(self.language), at)
        elif isinstance(editor, FileField):
            editor.is_sealed = entry.full in sealed
            editor.held = editor.is_sealed or bool(value)
        elif isinstance(editor, KeyField):
            editor.set_key(str(value))
        elif entry.kind is Kind.SECRET:
            editor.setPlaceholderText(say("sp.sealed", self.language) if entry.full in sealed else "")
        elif entry.kind is Kind.MONEY and isinstance(value, int):
            editor.setText(show_yuan(value).replace(",", ""))
        else:
            editor.setText(str(value))

    def _value(self, entry: Entry) -> object:
        editor = self.editors[entry.full]
        if isinstance(editor, Boxes):
            return editor.chosen == 0 if entry.kind is Kind.TOGGLE else entry.allowed[editor.chosen]
        if isinstance(editor, KeyField):
            return editor.key
        text = editor.text() if isinstance(editor, Field) else ""
        if entry.kind is Kind.MONEY:
            try:
                return parse_yuan(text)
            except BadAmount:
                return text
        return text if entry.kind is Kind.SECRET else text.strip()

    @staticmethod
    def _is_file(entry: Entry) -> bool:
        return entry.kind is Kind.FILE or entry.name == PASSWORD

    def password(self) -> str:
        """Of the chosen key's file."""
        return next(
            (e.text() for n, e in self.editors.items() if n.endswith(f".{PASSWORD}") and isinstance(e, Field)), ""
        )

    def _pick(self, boxes: Boxes, entry: Entry, at: int) -> None:
        boxes.set_words(entry.label(self.language), entry.words(self.language), at)
        self._touched()
        self._place()

    def _touched(self) -> None:
        self.faults = {}
        self.update()
        self._form.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.FocusIn:
            entry = next((one for one in self.entries if self.editors.get(one.full) is watched), None)
            if entry is not None:
                self._form.show_field(self.editors[entry.full])
                self._form.focused.emit(entry)
        return False

    def _wanted(self) -> list[Entry]:
        values: Mapping[str, object] = self.values()
        return [entry for entry in self.entries if is_wanted(entry, values)]

    def _place(self) -> None:
        t, y = self.theme, 0
        wanted = self._wanted()
        for entry in self.entries:
            self.editors[entry.full].setVisible(entry in wanted)
        for entry in wanted:
            y += self._head(entry)
            self.editors[entry.full].setGeometry(t.px(2), y, max(1, self.width() - t.px(20)), t.touch(FIELD))
            y += t.touch(FIELD) + t.px(GAP)
        self.setMinimumHeight(y)

    def _head(self, entry: Entry) -> int:
        """How high the label stands, with what is wrong beneath it where that is long."""
        return self.theme.px(LABEL) + self._more(entry) * round(line_height(self.theme.font(STATUS)))

    def _told(self, entry: Entry) -> tuple[str, ...]:
        room = self.width() - self.theme.px(24)
        return wrap(self.faults[entry.full], self.theme.font(STATUS), room) if entry.full in self.faults else ()

    def _more(self, entry: Entry) -> int:
        """Lines under the label: none where it all stands beside it."""
        told = self._told(entry)
        if not told:
            return 0
        font = self.theme.font(STATUS)
        beside = advance(entry.label(self.language), font) + advance(told[0], font) + self.theme.px(40) <= self.width()
        return 0 if len(told) == 1 and beside else len(told)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's signature
        t, c = self.theme, self.theme.colours
        painter, font = QPainter(self), t.font(STATUS)
        painter.fillRect(self.rect(), QColor(c.surface))
        step = round(line_height(font))
        for entry in self._wanted():
            editor = self.editors[entry.full]
            y, more, told = editor.y() - self._head(entry), self._more(entry), self._told(entry)
            room = QRectF(t.px(2), y, self.width() - t.px(20), t.px(LABEL))
            draw(painter, room, entry.label(self.language), font, c.ink3)
            if told and not more:
                draw(painter, room, told[0], font, c.redtext, align=Qt.AlignmentFlag.AlignRight)
            for at, line in enumerate(told[:more]):
                draw(painter, room.translated(0, t.px(LABEL - 4) + at * step), line, font, c.redtext)
            if not told and isinstance(editor, FileField) and editor.is_sealed and editor.path is None:
                draw(painter, room, say("sp.sealed", self.language), font, c.ink3, align=Qt.AlignmentFlag.AlignRight)
        painter.end()
