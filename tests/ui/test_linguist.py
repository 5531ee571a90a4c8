"""Languages beside the program: a file made by the build's own tools is spoken; Qt's own texts go along."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from app import words
from app.words import keys
from ui.linguist import Linguist

ROOT = Path(__file__).parents[2]
MARK = "⟦"
TRANSLATION = re.compile(r"<translation>(.*?)</translation>", re.DOTALL)


def tool():
    spec = importlib.util.spec_from_file_location("packaging_linguist", ROOT / "packaging" / "linguist.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """zh_CN and en as the build makes them, and ``xx``: every English sentence in brackets."""
    folder, made = tmp_path_factory.mktemp("languages"), tool()
    list(made.write(folder))
    marked = TRANSLATION.sub(rf"<translation>{MARK}\1⟧</translation>", made.linguist_file("en"))
    source = folder / "mashou_xx.ts"
    source.write_text(marked, encoding="utf-8")
    made.compile_file(source, source.with_suffix(".qm"))
    return folder


@pytest.fixture
def linguist(qapp, files):
    made = Linguist(qapp)
    made.find((files,))
    yield made
    made.close()
    for code in made.added:
        words.drop_language(code)


def test_every_sentence_of_a_third_language_comes_from_its_file(linguist):
    assert list(linguist.added) == ["xx"]
    assert words.languages() == ("zh", "en", "xx")
    for key in keys():
        assert words.tell(key, "xx").startswith(MARK), key
        assert words.tell(key, "xx").replace(MARK, "").replace("⟧", "") == words.tell(key, "en"), key


def test_the_compiled_files_say_what_the_tables_say(qapp, files):
    from PySide6.QtCore import QTranslator  # noqa: PLC0415 - only here

    for language, at in (("zh_CN", 0), ("en", 1)):
        translator = QTranslator()
        assert translator.load(str(files / f"mashou_{language}.qm"))
        for key in keys():
            both = words.both(key)
            assert translator.translate(key.partition(".")[0], both[0], key) == both[at], key


def test_a_file_that_is_none_is_left_alone(qapp, tmp_path, expect_log):
    expect_log("mashou.window", "mashou_yy.qm is no language file")
    (tmp_path / "mashou_yy.qm").write_bytes(b"nothing of the kind")
    (tmp_path / "mashou_en.qm").write_bytes(b"the tables' own")
    (tmp_path / "mashou_.qm").write_bytes(b"")
    made = Linguist(qapp)
    made.find((tmp_path, tmp_path / "absent"))
    assert made.added == {}
    assert words.languages() == ("zh", "en")


def test_a_translation_that_asks_for_another_value_is_not_spoken():
    words.add_language("zz", lambda _key, _chinese: "{nobody} {n}")
    try:
        assert words.say("win.number", "zz", n=4) == words.say("win.number", "en", n=4)
    finally:
        words.drop_language("zz")


@pytest.mark.parametrize(("language", "copy"), [("zh", "复制(&C)"), ("en", "&Copy"), ("xx", "&Copy")])
def test_qts_own_texts_follow(linguist, language, copy):
    linguist.speak(language)
    assert QCoreApplication.translate("QWidgetTextControl", "&Copy") == copy


def test_the_key_that_changes_the_language_reaches_all(linguist, window, qtbot):
    told = []
    window.cashier.on_language = told.append
    seen = []
    from ui.views.actions import Act  # noqa: PLC0415 - only here

    for _ in range(3):
        seen.append(window.status.face.hints[0].word)
        window.do(Act.LANGUAGE)
    assert told == ["en", "xx", "zh"]
    assert seen == ["English", f"{MARK}English⟧", "中文"]


# No literal in ui is shown to anybody: what a person reads is said by its key.

SHOWN_BY = {
    "setText",
    "setWindowTitle",
    "setPlaceholderText",
    "setToolTip",
    "setAccessibleName",
    "setAccessibleDescription",
    "set_words",
    "set_text",
    "draw",
    "drawText",
    "ButtonFace",
    "BannerFace",
    "PadFace",
    "Tab",
}
# key caps are the same in all languages, tags in none
NO_WORDS = re.compile(r"^(F\d{1,2}|Esc|Ctrl [A-Z]|Enter|Alt \d?|Tab|</?\w+>)*\s*$")
MEASURED = ("bench", "shift")  # ui.bench and ui.shift write to a terminal, for whoever measures


def literals(path: Path):
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name not in SHOWN_BY:
            continue
        for told in [*call.args, *(word.value for word in call.keywords)]:
            for text in _shown(told):
                if re.search(r"[^\W\d_]", text) and not NO_WORDS.match(text):
                    yield f"{path.relative_to(ROOT)}:{call.lineno} {text!r}"


def _shown(told: ast.expr):
    """The text of a literal that is shown as it stands: not a key handed to ``say``, not a comparison."""
    match told:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                if isinstance(part, ast.Constant):
                    yield str(part.value)
        case ast.IfExp(body=one, orelse=other):
            yield from _shown(one)
            yield from _shown(other)
        case ast.BinOp(left=one, right=other):
            yield from _shown(one)
            yield from _shown(other)


def test_nothing_is_shown_that_was_not_said():
    files = [path for path in (ROOT / "ui").rglob("*.py") if path.relative_to(ROOT / "ui").parts[0] not in MEASURED]
    assert [one for path in files for one in literals(path)] == []
