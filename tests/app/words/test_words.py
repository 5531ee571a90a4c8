import re
import unicodedata
from collections import Counter

import pytest

from app import words
from app.core.channel import Channel
from app.core.reasons import Reason
from app.core.sale import State
from app.words import LANGUAGES, SECTIONS, has, keys, say, tell

TABLES = {name: words._section(name) for name in SECTIONS}
ALL = [(name, key, zh, en) for name, table in TABLES.items() for key, (zh, en) in table.items()]
OURS = [row for row in ALL if row[0] not in {"window", "pages", "daylog"}]  # labels are measured by their own tests
OF_THE_PAGE = {
    "adviser",
    "approval",
    "bills",
    "differences",
    "exports",
    "lamps",
    "machine",
    "reasons",
    "scans",
    "settling",
    "shifts",
    "slips",
    "stages",
    "terms",
    "voice",
    "worklist",
}
PAGE = [row for row in ALL if row[0] in OF_THE_PAGE]
BANNED_ZH = (
    "失败请重试",
    "操作失败",
    "系统错误",
    "未知错误",
    "异常请联系",
    "您输错",
    "操作不当",
    "亲，",
    "请稍后重试",
    "抱歉",
)
BANNED_EN = ("try again", "operation failed", "system error", "unknown error", "administrator", "sorry", "try later")
COUNTED = ("sales", "refunds", "records", "rows", "items", "checks", "slips", "tries", "times", "days", "entries")
STAGE_PARTS = ("head", "is", "do", "keys")


def columns(text: str, value: int = 6) -> int:
    text = re.sub(r"\{\w+:[^|]*\|([^}]*)\}", r"\1", text)
    bare = re.sub(r"\{[^}]*\}", "", text)
    return text.count("{") * value + sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in bare)


def han(text: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]", re.sub(r"\{[^}]*\}", "", text)))


def values_in(text: str) -> Counter[str]:
    return Counter(re.findall(r"\{([^:}]*)\}", text))


def test_the_page_has_its_645_strings_and_no_key_twice():
    assert len(PAGE) == 645
    assert len([row for row in PAGE if row[0] != "terms"]) == 630
    assert [key for key, n in Counter(row[1] for row in ALL).items() if n > 1] == []


@pytest.mark.parametrize(
    ("prefix", "suffix", "count"),
    [
        ("st.", ".head", 34),  # thirty-three stages, and Alipay's 10000
        ("scan.", ".head", 29),  # 26 scans, an amount that is none, one to be checked first, one answered elsewhere
        ("r.", ".head", 25),
        ("adv.", "", 39),
        ("wk.", ".is", 18),
        ("sh.block.", "", 12),  # eleven blockers and their headline
        ("wf.", "", 17),  # sixteen wrong files and what to do
        ("rd.", ".is", 28),
        ("rd.", ".worth", 28),
        ("voice.", "", 11),
    ],
)
def test_the_counts_of_the_page(prefix, suffix, count):
    assert len([k for k in keys(prefix) if k.endswith(suffix)]) == count


def test_every_key_is_found_from_its_first_part():
    assert [key for _, key, *_ in ALL if not has(key)] == []
    assert [key for _, key, zh, _ in ALL if "{" not in zh and say(key) != zh] == []
    assert not has("st.nowhere.head")
    assert not has("nowhere")


def test_every_stage_says_what_is_what_to_do_and_its_keys():
    stages = {key.split(".")[1] for key in keys("st.")} - {"line"}
    assert [f"st.{s}.{p}" for s in stages for p in STAGE_PARTS if not has(f"st.{s}.{p}")] == []


def test_every_channel_reason_and_state_has_its_words():
    assert [c for c in Channel if not has(f"name.{c}")] == []
    assert [r for r in Reason if not (has(f"r.{r}.head") and has(f"r.{r}.do"))] == []
    assert {key.split(".")[1] for key in keys("r.")} == {str(r) for r in Reason}
    assert [s for s in State if not has(f"state.{s.lower()}")] == []


def test_both_languages_take_values_the_other_one_knows():
    odd = [key for _, key, zh, en in ALL if not values_in(en) <= values_in(zh)]
    assert odd == []
    left_out = [key for _, key, zh, en in PAGE if values_in(en) != values_in(zh)]
    assert left_out == ["bill.old", "st.unknown.is"]  # there the English leaves the channel out


def test_english_keeps_to_its_length():
    over = []
    for section, key, zh, en in OURS:
        if section in {
            "terms",
            "cli",
            "doctor",
            "notices",
            "pos",
            "setdevices",
            "setup",
            "shift",
            "staff",
            "labels",
            "settingup",
            "helping",
        }:  # terms are exempt; a terminal scrolls, and so do settings and help
            continue
        room = 1.6 * columns(zh)
        if key.endswith(".lamp") or section == "names":
            room = max(room, 8)
        if columns(en) > room and section != "names":
            over.append((key, columns(en), room))
    assert over == []


def test_headlines_and_lamps_keep_to_their_length():
    assert [key for _, key, zh, _ in OURS if key.endswith(".head") and han(zh) > 12] == []
    assert [key for _, key, zh, _ in OURS if key.endswith(".lamp") and han(zh) > 6] == []


def test_no_word_blames_begs_or_frightens():
    bad = [key for _, key, zh, en in ALL if any(b in zh for b in BANNED_ZH) or any(b in en.lower() for b in BANNED_EN)]
    assert bad == []
    assert [key for _, key, zh, en in ALL if set("！!") & set(zh + en)] == []


def test_amounts_wear_the_full_width_sign():
    assert [key for _, key, zh, en in ALL if "¥" in zh + en] == []


def test_at_most_three_key_hints():
    hint = re.compile(r"\b(?:F\d{1,2}|Esc)\b")
    assert [
        key for key in keys("st.") if key.endswith(".keys") for i in (0, 1) if len(hint.findall(_text(key, i))) > 3
    ] == []
    assert [key for key in keys("st.") if key.endswith(".keys") and "Enter" in _text(key, 1)] == []


def test_reasons_are_never_spoken_nor_shown_to_the_customer():
    private = [say(f"r.{r}.head") for r in Reason]
    public = [zh for _, key, zh, _ in PAGE if key.endswith(".cust") or key.startswith("voice.")]
    assert [zh for zh in public if any(p in zh for p in private) or "余额" in zh or "实名" in zh or "风控" in zh] == []


def test_only_stages_that_owe_nothing_say_not_charged():
    sure = {"notsent", "declined", "reversed0"}
    said = {key.split(".")[1] for key in keys("st.") if re.search("没有收款|没有扣款|未扣款", _text(key, 0))}
    assert said <= sure


def test_values_go_in_as_given_and_are_not_read_again():
    assert say("st.ready.is", amount="￥12.50") == "应收 ￥12.50，还没有开始收。"
    assert say("st.pending.do", "en", n=7) == "Let them finish; auto-revoke in 7 s."
    assert say("st.line.says", text="{n} {text}") == "通道原话：{n} {text}"
    assert say("st.unknown.is", "en", channel="WeChat") == say("st.unknown.is", language="en")


def test_a_refusal_takes_its_reasons_words():
    assert say("st.declined.head", reason=Reason.BALANCE) == "余额不足"
    assert say("st.declined.do", "en", reason="code") == "Refresh the code and rescan."


def test_an_unknown_key_a_missing_value_or_language_is_a_bug():
    for key in ("st.none.head", "x"):
        with pytest.raises(KeyError):
            say(key)
    with pytest.raises(KeyError):
        say("st.ready.is")
    with pytest.raises(ValueError):
        say("st.idle.head", "fr")
    assert LANGUAGES[0] == "zh"


def test_a_word_goes_with_its_number():
    assert say("win.recovering", "en", n=1) == "Checking 1 earlier sale"
    assert say("win.recovering", "en", n="2") == "Checking 2 earlier sales"
    assert say("cli.setup.open", "en", n=1).startswith("1 sale is open")
    assert say("win.recovering", "zh", n=1) == "正在核对上次的 1 笔"
    bare = re.compile(rf"\{{n\}} (?:\w+ )?(?:{'|'.join(COUNTED)})\b")
    forms = [key for _, key, _, en in ALL if bare.search(en)]
    assert forms == []


def test_a_language_of_its_own_is_asked_for_every_sentence_and_english_fills_in():
    words.add_language("xx", lambda key, _zh: {"win.number": "N° {n}"}.get(key, ""))
    words.add_language("en", lambda _key, _zh: "never")
    try:
        assert words.languages() == ("zh", "en", "xx")
        assert say("win.number", "xx", n=3) == "N° 3"
        assert say("win.attempt", "xx", n=3, m=2) == say("win.attempt", "en", n=3, m=2)
        assert say("win.number", "en", n=3) == "Sale 3"
    finally:
        words.drop_language("xx")
    with pytest.raises(ValueError):
        say("win.number", "xx", n=3)


def test_the_last_sentence_before_the_end_never_fails():
    assert tell("journal.damaged.say") == "第 … 条对不上；原件已封存，请叫店长恢复备份。"
    assert tell("journal.damaged.say", "en", {"n": 7}) == "Record 7 fails; kept as is. Manager restores backup."
    assert tell("no.such.key") == "no.such.key"
    assert [key for _, key, *_ in ALL if "{" in tell(key, "zh") + tell(key, "en")] == []


def _text(key: str, language: int) -> str:
    found = words.both(key)
    assert found is not None
    return found[language]
