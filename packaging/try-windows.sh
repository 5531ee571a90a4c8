#!/bin/sh
# The Windows installer's own doings, under Wine in a fresh Debian root, with small Windows programs standing in for the
# till: sh packaging/try-windows.sh (root, Debian, debootstrap). It proves what the script does with files, versions, a
# running program and the registry; the till itself is not in it, and Wine is not Windows.
set -eu

if [ "${1:-}" != inside ]; then
    cd "$(dirname "$0")/.."
    . packaging/setup.sh
    [ "$(id -u)" = 0 ] || { say "要用 root 运行 / run it as root"; exit 1; }
    command -v debootstrap >/dev/null 2>&1 || install_packages debootstrap
    command -v makensis >/dev/null 2>&1 || install_packages nsis
    python=.venv-build/bin/python
    [ -x "$python" ] || python=.venv/bin/python
    place=$(mktemp -d)
    trap 'rm -rf --one-file-system "$place"' EXIT
    root=$place/root
    mkdir -p "$root" "$place/payload/_internal/app/deep"
    debootstrap --variant=minbase bookworm "$root" "${MASHOU_MIRROR:-http://deb.debian.org/debian}" >&2
    printf 'Acquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\n' >"$root/etc/apt/apt.conf.d/90trial"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    mkdir "$root/trial"
    cp packaging/try-windows.sh "$root/trial/"
    enter() {
        unshare --mount --pid --fork sh -c "
            mount --make-rprivate / && mount -t proc proc '$root/proc' && mount --bind /dev '$root/dev' &&
            exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive \
                chroot '$root' sh -c '$1'"
    }
    enter "dpkg --add-architecture i386 && apt-get update && apt-get install -y --no-install-recommends wine wine32 wine64" >&2
    programs=$(find "$root/usr/lib" -path '*x86_64-windows/cmd.exe' -printf '%h\n' | head -n 1)
    # one that stays as long as its input does, and one that ends with 0 as "mashou may-update" does
    cp "$programs/cmd.exe" "$place/payload/mashou.exe"
    cp "$programs/hostname.exe" "$place/payload/mashou-cli.exe"
    echo stand-in >"$place/payload/_internal/app/deep/file"
    "$python" packaging/icon.py "$place/icons"
    for version in 1.0.9 1.0.10 1.1.0; do
        echo "$version" >"$place/payload/_internal/version-$version"
        makensis -NOCD -V1 -WX -INPUTCHARSET UTF8 -DVERSION="$version" -DPAYLOAD="$place/payload" \
            -DICON="$place/icons/mashou.ico" -DLICENCE=LICENSE -DOUTFILE="$root/trial/$version.exe" packaging/mashou.nsi
        rm "$place/payload/_internal/version-$version"
    done
    enter "sh /trial/try-windows.sh inside"
    exit
fi

export WINEDEBUG=-all; export WINEPREFIX=$HOME/w XDG_RUNTIME_DIR=/tmp DISPLAY=
cd /trial
wineboot -i >/dev/null 2>&1
local=$WINEPREFIX/drive_c/users/root/AppData/Local
place=$local/Programs/Mashou
key='Software\Microsoft\Windows\CurrentVersion\Uninstall\Mashou'
failed() {
    echo "!! $*"
    exit 1
}
# ends WITH WHAT PROGRAM...
ends() {
    with=$1 what=$2 code=0
    shift 2
    timeout 120 wine "$@" >/dev/null 2>&1 || code=$?
    [ "$code" = "$with" ] || failed "$what: exit $code, not $with"
    echo "$what: exit $code"
}
version_is() {
    found=$(wine reg query "HKCU\\$key" /v DisplayVersion 2>/dev/null | tr -d '\r' | awk '/DisplayVersion/ {print $3}')
    [ "${found:-none}" = "$1" ] || failed "registered version ${found:-none}, not $1"
    echo "   registered version: $1"
}
holds() { [ -e "$1" ] || failed "missing: $1"; }
lacks() { [ ! -e "$1" ] || failed "still there: $1"; }
remove() { ends "$1" "$2" "$place/uninstall.exe" /CurrentUser /S '_?=C:\users\root\AppData\Local\Programs\Mashou'; }

ends 0 "1.0.10, silent, this user" 1.0.10.exe /S /CurrentUser
version_is 1.0.10
holds "$place/mashou.exe"
holds "$place/_internal/app/deep/file"
[ "$(find "$WINEPREFIX/drive_c" -path '*Start Menu*Mashou*' -name '*.lnk' | wc -l)" = 2 ] || failed "start menu"
mkdir -p "$local/mashou"
echo books >"$local/mashou/journal.db"
ends 2 "1.0.9 over it, older" 1.0.9.exe /S /CurrentUser
version_is 1.0.10
sleep 30 | wine "$place/mashou.exe" >/dev/null 2>&1 &
sleep 6
ends 2 "1.1.0 while the program runs" 1.1.0.exe /S /CurrentUser
version_is 1.0.10
holds "$place/_internal/version-1.0.10"
remove 2 "uninstaller while the program runs"
holds "$place/mashou.exe"
wait
ends 0 "1.1.0 once it has ended" 1.1.0.exe /S /CurrentUser
version_is 1.1.0
holds "$place/_internal/version-1.1.0"
lacks "$place/_internal/version-1.0.10"
lacks "$place/_internal.old"
remove 0 "uninstaller"
version_is none
lacks "$place/mashou.exe"
lacks "$place/_internal"
[ -z "$(find "$WINEPREFIX/drive_c" -path '*Start Menu*' -iname '*mashou*')" ] || failed "left in the start menu"
holds "$local/mashou/journal.db"
echo "   journals and keys are kept"
ends 0 "1.1.0, all users" 1.1.0.exe /S /AllUsers
holds "$WINEPREFIX/drive_c/Program Files/Mashou/mashou.exe"
wineserver -k
echo "All as it must be."
