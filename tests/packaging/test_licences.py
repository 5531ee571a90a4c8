"""Nothing is bundled without its licence, and nothing that is GPL-only."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "licences.py"
spec = importlib.util.spec_from_file_location("mashou_licences", SCRIPT)
licences = importlib.util.module_from_spec(spec)
spec.loader.exec_module(licences)


def test_what_a_dependency_depends_on_ships_too_and_tools_do_not():
    closure = licences._closure()
    assert {"httpx", "httpcore", "certifi", "pillow", "pyusb", "shiboken6", "pyside6-essentials"} <= closure
    assert not closure & {"pytest", "ruff", "mypy", "hypothesis", "pip-audit", "pyside6-addons"}


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
    licences.refuse_gpl_only(["mashou", "_internal/libQt6Widgets.so.6", "_internal/PySide6/QtNetwork.abi3.so"])


def test_a_library_that_no_package_owns_has_no_licence(tmp_path, monkeypatch):
    (tmp_path / "_internal").mkdir()
    (tmp_path / "_internal" / "libmystery.so.1").touch()
    monkeypatch.setattr(licences.sys, "platform", "linux")
    monkeypatch.setattr(licences, "_package_of", lambda library: "nobody-packs-" + library)
    with pytest.raises(licences.NoLicenceError, match=r"libmystery\.so\.1"):
        list(licences._system(tmp_path))
