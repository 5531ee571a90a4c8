#!/bin/sh
# Compiles the Windows installer here: sh packaging/windows.sh [PAYLOAD]  ->  dist/mashou-VERSION-setup.exe
#   PAYLOAD   the folder that packaging/build.cmd froze on Windows (dist/mashou there)
# Without one a stand-in is packed, to see that the script compiles. Such an installer says so in its name, and is no till.
#   MASHOU_SIGN_P12, MASHOU_SIGN_PASS (files)   a code-signing certificate and its passphrase; signs with osslsigncode
set -eu
cd "$(dirname "$0")/.."
. packaging/setup.sh
command -v makensis >/dev/null 2>&1 || install_packages nsis
python=.venv-build/bin/python
[ -x "$python" ] || python=.venv/bin/python
version=$(sed -n 's/^VERSION: Final = "\(.*\)"/\1/p' app/__init__.py)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" packaging/icon.py "$work"
name=mashou-$version-setup.exe
if [ $# -gt 0 ]; then
    payload=$(cd "$1" && pwd)
    for part in mashou.exe mashou-cli.exe _internal/app/licences.txt _internal/app/build.json; do
        [ -e "$payload/$part" ] || { say "没有 $part / missing from the payload: $part"; exit 1; }
    done
    licence=$payload/_internal/app/licences.txt
else
    payload=$work/payload
    mkdir -p "$payload/_internal/app"
    for part in mashou.exe mashou-cli.exe _internal/app/build.json; do
        echo "a stand-in: this installer was only compiled" >"$payload/$part"
    done
    licence=LICENSE
    name=mashou-$version-setup-STAND-IN.exe
    say "没有 Windows 上冻结的程序，只检查脚本能否编译 / no payload frozen on Windows: only the script is checked"
fi
mkdir -p dist
makensis -NOCD -V2 -WX -INPUTCHARSET UTF8 -DVERSION="$version" -DPAYLOAD="$payload" -DICON="$work/mashou.ico" \
    -DLICENCE="$licence" -DOUTFILE="dist/$name" packaging/mashou.nsi
if [ -n "${MASHOU_SIGN_P12:-}" ]; then
    command -v osslsigncode >/dev/null 2>&1 || install_packages osslsigncode
    osslsigncode sign -pkcs12 "$MASHOU_SIGN_P12" -readpass "$MASHOU_SIGN_PASS" -n Mashou -h sha256 \
        -in "dist/$name" -out "$work/signed.exe"
    mv "$work/signed.exe" "dist/$name"
else
    say "没有签名 / not signed"
fi
ls -l "dist/$name" | awk '{printf "%.1f MB  %s\n", $5 / 1e6, $9}'
