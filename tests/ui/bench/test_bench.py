"""The bench runs: tiny counts, the real program, every row. What the figures are is no test's business."""

import re

import pytest

from ui.bench import bench as benching
from ui.bench import heartbeat, processes
from ui.bench.bench import Counts, bench
from ui.bench.table import lines, row

TINY = Counts(sales=1, starts=1, painted=1)


@pytest.mark.timeout(60)  # some five seconds; a loaded machine may take several times that
def test_every_figure_is_printed_beside_its_floor_and_nothing_stays(tmp_path, capsys):
    assert bench(tmp_path, TINY) == 0
    said = capsys.readouterr().out
    for name in ("微信 扫码→首字节 / raw", "支付宝 扫码→首字节 / httpx", "支付宝 扫码→已收款", "开门营业", "数字显示"):
        (line,) = (each for each in said.splitlines() if name in each)
        assert len(re.findall(r"\d+(?:\.\d+)?", line.partition("ms")[2])) == 7, line
    assert re.search(r"回话→画完 ms +\d", said)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_ends_without_figures_is_told_and_leaves_nothing(tmp_path, capsys, monkeypatch):
    def silent(_place, _counts):
        return processes._measured(["ui.bench.no_such_part"])

    monkeypatch.setattr(benching.path, "measure", lambda _place, _rounds: {})
    monkeypatch.setattr(benching, "_window_rows", silent)
    assert bench(tmp_path / "new", TINY) == 1
    assert "no_such_part" in capsys.readouterr().err
    assert list((tmp_path / "new").iterdir()) == []


def test_columns_are_aligned_for_wide_letters():
    narrow, wide = row("a", [0.001], [0.002]), row("启动", [0.25])
    head, first, second = lines([narrow, wide])
    assert first.split() == ["a", "ms", "1", "1.00", "1.00", "2.00", "2.00", "0.50", "0.50"]
    assert second.split() == ["启动", "ms", "1", "250", "250"]
    assert first.index("1.00") - second.index("250") == 1  # two letters of double width, one figure more
    assert len(head) == len(first)


@pytest.mark.timeout(120)  # some ten seconds
def test_the_windows_thread_is_listened_to_beside_a_bare_one(tmp_path):
    till, bare = heartbeat.measure(tmp_path, 0.5, 10)
    for gaps in (till, bare):
        assert gaps.beats > 5
        assert heartbeat.BEAT_MS * 0.5 < gaps.p999 <= gaps.longest
        assert 0 < gaps.busy_p999 <= gaps.busy_longest
    assert till.sales > 0
    said = "\n".join(heartbeat.lines(till, bare, 0.5, 10))
    assert f"{till.longest:.1f} ms" in said
    assert f"{bare.p999:.1f} ms" in said


def test_a_long_gap_is_the_longest_and_one_in_a_thousand_is_let_go():
    gaps = heartbeat.gaps_of([0.005] * 999 + [0.3], [0.001] * 1000)
    assert (gaps.beats, gaps.longest, gaps.p999, gaps.busy_longest) == (1000, 300, 5, 1)
    with pytest.raises(ValueError, match="no beat"):
        heartbeat.gaps_of([], [])
