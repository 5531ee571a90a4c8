#!/bin/sh
# The Debian packages around dist/mashou: sh packaging/deb.sh (after build.sh, or by "sh packaging/build.sh deb")
#   dist/mashou_VERSION_ARCH.deb            the till
#   dist/mashou-autostart_VERSION_all.deb   opens it with each session; dist/mashou-kiosk_VERSION_all.deb   a session of its own
# Two runs over one dist/mashou give the same bytes: names in order, one time, one owner, one thread.
#   MASHOU_DEB_LEVEL=1   packs faster and larger, for a trial
set -eu
cd "$(dirname "$0")/.."
. packaging/setup.sh
command -v dpkg-shlibdeps >/dev/null 2>&1 || install_packages dpkg-dev
[ -x dist/mashou/mashou ] || { say "先 sh packaging/build.sh / freeze it first: sh packaging/build.sh"; exit 1; }
umask 022
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)
export SOURCE_DATE_EPOCH
python=.venv-build/bin/python
version=$("$python" -c 'import json; print(json.load(open("dist/mashou/_internal/app/build.json"))["version"])')
arch=$(dpkg --print-architecture)
day=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)
root=dist/deb
from=packaging/debian
rm -rf "$root"

# put MODE FROM TO
put() { install -D -m "$1" "$2" "$3"; }

# filled FROM TO: with this version's numbers in it
filled() {
    mkdir -p "$(dirname "$2")"
    sed -e "s/@VERSION@/$version/g" -e "s/@ARCH@/$arch/g" -e "s/@DATE@/$day/g" -e "s/@SIZE@/${size:-1}/g" \
        -e "s/@DEPENDS@/${depends:-}/" -e "/^@RUNNING@\$/{r $from/running.sh
d;}" "$1" >"$2"
}

# pack FOLDER NAME ARCH
pack() {
    (cd "$1" && find . -path ./DEBIAN -prune -o -type f -print | LC_ALL=C sort | cut -c3- | tr '\n' '\0' |
        xargs -0 md5sum) >"$1/DEBIAN/md5sums"
    chmod -R u=rwX,go=rX "$1"
    for script in preinst prerm postinst postrm; do
        [ ! -f "$1/DEBIAN/$script" ] || chmod 755 "$1/DEBIAN/$script"
    done
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz -z"${MASHOU_DEB_LEVEL:-6}" --threads-max=1 --build "$1" "dist/$2_${version}_$3.deb" >&2
}

till() {
    tree=$root/mashou
    mkdir -p "$tree/usr/lib" "$tree/usr/bin" "$tree/DEBIAN"
    cp -a dist/mashou "$tree/usr/lib/mashou"
    ln -s ../lib/mashou/mashou "$tree/usr/bin/mashou"
    put 644 "$from/mashou.desktop" "$tree/usr/share/applications/mashou.desktop"
    put 644 "$from/70-mashou.rules" "$tree/usr/lib/udev/rules.d/70-mashou.rules"
    "$python" packaging/icon.py "$root/icons"
    put 644 "$root/icons/mashou.svg" "$tree/usr/share/icons/hicolor/scalable/apps/mashou.svg"
    for picture in "$root"/icons/mashou-*.png; do
        wide=${picture##*-}
        wide=${wide%.png}
        put 644 "$picture" "$tree/usr/share/icons/hicolor/${wide}x$wide/apps/mashou.png"
    done
    doc=$tree/usr/share/doc/mashou
    put 644 dist/mashou/_internal/app/licences.txt "$doc/copyright"
    put 644 dist/NOTES.md "$doc/NOTES.md"
    put 644 dist/mashou.cdx.json "$doc/mashou.cdx.json"
    put 644 docs/installing.md "$doc/installing.md"
    put 644 docs/pos-interface.md "$doc/pos-interface.md"
    "$python" packaging/notes.py --debian "$version" "$SOURCE_DATE_EPOCH" | gzip -9n >"$doc/changelog.gz"
    for page in mashou.1:man1 mashou.zh_CN.1:zh_CN/man1; do
        filled "$from/${page%%:*}" "$root/page"
        mkdir -p "$tree/usr/share/man/${page##*:}"
        gzip -9n <"$root/page" >"$tree/usr/share/man/${page##*:}/mashou.1.gz"
    done
    # What the bundled libraries ask of the system is read from the files themselves; but what only speech asks for is
    # recommended (packaging/debian/control): without it the till starts all the same, and has its sounds.
    mkdir -p "$root/asks/debian"
    printf 'Source: mashou\nPackage: mashou\nArchitecture: any\n' >"$root/asks/debian/control"
    inside=$(pwd)/$tree/usr/lib/mashou
    folders=$(find "$inside" -name '*.so*' -type f -printf '-l%h\n' | LC_ALL=C sort -u)
    # shellcheck disable=SC2046,SC2086 -- paths of our own making, without blanks
    depends=$(cd "$root/asks" && dpkg-shlibdeps -O --ignore-missing-info $folders \
        $(find "$inside" -type f \( -name '*.so*' -o -name mashou \) \
            ! -name '*TextToSpeech*' ! -name '*texttospeech*' ! -name '*Multimedia*') 2>warnings | sed 's/^shlibs:Depends=//')
    [ -n "$depends" ] || { cat "$root/asks/warnings" >&2; exit 1; }
    size=$(du -sk "$tree/usr" | cut -f1)
    filled "$from/control" "$tree/DEBIAN/control"
    for script in preinst prerm postinst postrm; do
        filled "$from/$script" "$tree/DEBIAN/$script"
    done
    pack "$tree" mashou "$arch"
}

autostart() {
    tree=$root/mashou-autostart
    put 644 "$from/autostart.desktop" "$tree/etc/xdg/autostart/mashou.desktop"
    put 644 LICENSE "$tree/usr/share/doc/mashou-autostart/copyright"
    size=10
    filled "$from/control.autostart" "$tree/DEBIAN/control"
    echo /etc/xdg/autostart/mashou.desktop >"$tree/DEBIAN/conffiles"
    pack "$tree" mashou-autostart all
}

kiosk() {
    tree=$root/mashou-kiosk
    put 755 "$from/mashou-kiosk" "$tree/usr/bin/mashou-kiosk"
    put 644 "$from/openbox.xml" "$tree/usr/share/mashou-kiosk/openbox.xml"
    put 644 "$from/kiosk.desktop" "$tree/usr/share/xsessions/mashou-kiosk.desktop"
    put 644 LICENSE "$tree/usr/share/doc/mashou-kiosk/copyright"
    size=20
    filled "$from/control.kiosk" "$tree/DEBIAN/control"
    pack "$tree" mashou-kiosk all
}

till
autostart
kiosk
rm -rf "$root"
ls -l dist/*_"$version"_*.deb | awk '{printf "%.1f MB  %s\n", $5 / 1e6, $9}'
