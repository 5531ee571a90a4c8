#!/bin/sh
# The program as a folder that needs no Python: sh packaging/build.sh  ->  dist/mashou, dist/*.json, dist/NOTES.md
#   sh packaging/build.sh deb       and the Debian package around it
#   sh packaging/build.sh windows PAYLOAD   and the Windows installer around what packaging/build.cmd froze on Windows
set -eu
cd "$(dirname "$0")/.."
. packaging/setup.sh
install_missing
boot_uv
python=$(find_python)
# What only freezing needs: objdump, and the shared library of a Python whose program is linked without it (Debian's).
missing=""
command -v objdump >/dev/null 2>&1 || missing="$missing binutils"
"$python" - <<'END' || missing="$missing $("$python" -c 'import sys; print("libpython3.%d" % sys.version_info[1])')"
import ctypes, sys, sysconfig, pathlib
name = "libpython%d.%d.so.1.0" % sys.version_info[:2]
beside = pathlib.Path(sysconfig.get_config_var("LIBDIR") or "/", name)
try:
    ctypes.CDLL(str(beside) if beside.is_file() else name)
except OSError:
    sys.exit(1)
END
# shellcheck disable=SC2086 -- the list is words on purpose
[ -z "$missing" ] || install_packages $missing
# A folder of its own: the tests' tools, and the auditor's, must not be found by the freezer.
UV_COMPILE_BYTECODE=0 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv-build \
    .boot/bin/uv sync -q --frozen --no-dev --group build --group voice --python "$python" >&2
rm -rf dist/mashou
# Two builds of one tree are to give the same bytes.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)
export SOURCE_DATE_EPOCH PYTHONHASHSEED=1
.venv-build/bin/pyinstaller --noconfirm --log-level WARN --distpath dist --workpath .venv-build/work packaging/mashou.spec
inside=dist/mashou/_internal/app
# Python's own libraries carry 15 MB of names that only a debugger reads; and one that was built by hand names its builder's
# folders as a place to load libraries from.
pythons=$(find dist/mashou/_internal -type f \( -name 'libpython3.*' -o -path '*/lib-dynload/*' \))
# shellcheck disable=SC2086 -- paths of our own making, without blanks
strip --strip-unneeded $pythons
for library in $pythons; do
    if readelf -d "$library" | grep -q 'R.*PATH.*\[/'; then
        command -v patchelf >/dev/null 2>&1 || install_packages patchelf
        patchelf --remove-rpath "$library"
    fi
done
.venv-build/bin/python packaging/stamp.py "$inside/build.json"
.venv-build/bin/python packaging/licences.py dist/mashou >"$inside/licences.txt"
# The words for whoever translates them, and as the program reads them: languages/mashou_XX.qm adds XX.
.venv-build/bin/python packaging/linguist.py dist/mashou/languages
.boot/bin/uv export -q --frozen --no-dev --group voice --format cyclonedx1.5 >dist/mashou.cdx.json
.venv-build/bin/python packaging/notes.py >dist/NOTES.md
dist/mashou/mashou --version
du -sm dist/mashou | cut -f1 | sed 's/$/ MB in dist\/mashou/'
case "${1:-}" in
    deb) exec sh packaging/deb.sh ;;
    windows)
        shift
        exec sh packaging/windows.sh "$@"
        ;;
esac
