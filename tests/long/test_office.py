"""The long run of the office, small: every part of it is measured, and a day that does not level out is told."""

import json

from long import office


def test_a_small_run_measures_everything_and_levels_out(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(office, "apart", lambda work, *given: work(*given))  # no process each: it is the figures' order
    monkeypatch.setattr(office, "CSV_LEAST", 0)
    out = tmp_path / "report.json"
    assert office.run(600, tmp_path / "journal.db", out) == 0, capsys.readouterr().out
    report = json.loads(out.read_text("utf-8"))
    assert report["counts"]["sales"] == 600
    assert report["rates"]["csv"]["rows"] == report["rates"]["reads"]["rows"] == 600
    assert report["rates"]["reconciles"]["rows"] > 40
    bad = {**report["rates"], "reconciles": {**report["rates"]["reconciles"], "difference_fen": 1}}
    assert any("level" in said for said in office.judged(bad))
