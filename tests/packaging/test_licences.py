"""Nothing is bundled without its licence, and nothing that is GPL-only."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "licences.py"
spec = importlib.util.spec_from_file_location("mashou_licences", SCRIPT)
licences = importlib.util.module_from_spec(spec)
spec.loader.exec_module(licences)


def test_what_a_dependency_depends_on_ships_too_and_tools_do_not():
    closure = licences._closure(licences.asked(()))
    assert {"httpx", "httpcore", "certifi", "pillow", "pyusb", "shiboken6", "pyside6-essentials"} <= closure
    assert not closure & {"pytest", "ruff", "mypy", "hypothesis", "pip-audit", "pyside6-addons"}


def test_the_speech_of_qt_ships_with_its_licence():
    assert [one for one in licences.asked() if one.startswith("PySide6-Addons")]
    assert "LGPL-3.0.txt" in licences.BESIDE["pyside6-addons"]
    for script in ("build.sh", "build.cmd"):
        lines = (SCRIPT.parent / script).read_text("utf-8").splitlines()
        frozen = [line for line in lines if "uv" in line and (" sync " in line or " export " in line)]
        assert len(frozen) == 2
        assert all(f"--group {group}" in line for line in frozen for group in licences.SHIPPED_GROUPS)


@pytest.mark.parametrize(
    "name",
    [
        "_internal/PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
        "_internal/PySide6/QtCharts.abi3.so",
        "_internal/libQt6NetworkAuth.so.6",
        "_internal/PySide6/Qt6HttpServer.dll",
        "_internal/python3.11/lib-dynload/readline.cpython-311-x86_64-linux-gnu.so",
        "_internal/libreadline.so.8",
    ],
)
def test_what_is_gpl_only_ends_the_build(name):
    with pytest.raises(licences.GplOnlyError, match=name.rsplit("/", 1)[-1]):
        licences.refuse_gpl_only(["_internal/libQt6Core.so.6", name])


def test_what_the_till_uses_of_qt_may_be_bundled():
    used = ("libQt6Widgets.so.6", "PySide6/QtNetwork.abi3.so", "libQt6TextToSpeech.so.6", "libQt6Multimedia.so.6")
    licences.refuse_gpl_only(["mashou", *(f"_internal/{name}" for name in used)])


def test_a_library_that_no_package_owns_has_no_licence(tmp_path, monkeypatch):
    (tmp_path / "_internal").mkdir()
    (tmp_path / "_internal" / "libmystery.so.1").touch()
    monkeypatch.setattr(licences.sys, "platform", "linux")
    monkeypatch.setattr(licences, "_package_of", lambda library: "nobody-packs-" + library)
    with pytest.raises(licences.NoLicenceError, match=r"libmystery\.so\.1"):
        list(licences._system(tmp_path))
