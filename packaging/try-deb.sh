#!/bin/sh
# The Debian packages as a shop meets them, in a fresh minimal Debian root: installed, sold with, upgraded, refused,
# removed, purged. As root, on Debian, after "sh packaging/build.sh deb":
#
#   sh packaging/try-deb.sh > docs/debian-trial.md       needs debootstrap; makes an older package by older.sh
#
# The root and every process in it are gone when it ends. MASHOU_MIRROR names another Debian mirror.
set -eu

# ------------------------------------------------------------------------------------------- outside: the root
if [ "${1:-}" != inside ]; then
    cd "$(dirname "$0")/.."
    . packaging/setup.sh
    [ "$(id -u)" = 0 ] || { say "要用 root 运行 / run it as root"; exit 1; }
    command -v debootstrap >/dev/null 2>&1 || install_packages debootstrap
    newer=$(find dist -maxdepth 1 -name 'mashou_*.deb' | head -n 1)
    [ -n "$newer" ] || { say "先 sh packaging/build.sh deb / first: sh packaging/build.sh deb"; exit 1; }
    place=$(mktemp -d)
    trap 'rm -rf --one-file-system "$place"' EXIT
    mkdir "$place/root"
    sh packaging/older.sh "$place/older" >&2
    debootstrap --variant=minbase bookworm "$place/root" "${MASHOU_MIRROR:-http://deb.debian.org/debian}" >&2
    # A trial must not fail because this computer's clock is ahead of the mirror's signatures.
    printf 'Acquire::Check-Valid-Until "false";\nAcquire::Check-Date "false";\n' >"$place/root/etc/apt/apt.conf.d/90trial"
    mkdir "$place/root/trial"
    cp "$place/older/dist/"mashou_*.deb "$place/root/trial/older.deb"
    cp "$newer" "$place/root/trial/newer.deb"
    cp "$0" "$place/root/trial/try-deb.sh" 2>/dev/null || cp packaging/try-deb.sh "$place/root/trial/try-deb.sh"
    cp /etc/resolv.conf "$place/root/etc/resolv.conf"
    printf '# 在最小的 Debian 里装、更新、卸载 · Installed, updated and removed in a minimal Debian\n\n'
    printf '由 `sh packaging/try-deb.sh` 跑出，原样保存。 The output of `sh packaging/try-deb.sh` as it came.\n\n```\n'
    # Mounts and processes of its own: they end with it.
    unshare --mount --pid --fork sh -c "
        mount --make-rprivate / && mount -t proc proc '$place/root/proc' && mount --bind /dev '$place/root/dev' &&
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root chroot '$place/root' sh /trial/try-deb.sh inside"
    printf '```\n'
    exit
fi

# ------------------------------------------------------------------------------------------- inside
export DEBIAN_FRONTEND=noninteractive
log=/trial/log
home=/home/till
data=$home/till
step() { printf '\n== %s\n' "$*"; }
told() { sed -e 's/^/   /' -e "s|$home|~|g"; }
failed() {
    printf '!! %s\n' "$*"
    tail -n 40 "$log"
    exit 1
}
# must WHAT COMMAND...: it succeeds, and what it says stays in the log
must() {
    what=$1
    shift
    "$@" >>"$log" 2>&1 || failed "$what: exit $?"
    printf '   %s: ok\n' "$what"
}
# refused WHAT SENTENCE COMMAND...: it fails, and says SENTENCE
refused() {
    what=$1 sentence=$2
    shift 2
    if "$@" >/trial/said 2>&1; then failed "$what: not refused"; fi
    cat /trial/said >>"$log"
    grep -q "$sentence" /trial/said || failed "$what: refused without saying: $sentence"
    printf '   %s: refused\n' "$what"
    grep -e '未了结' -e '码收' -e '收银' -e '更新' -e '账本' -e 'ashou is' -e 'A newer' /trial/said | told
}
is() { [ "$2" = "$3" ] || failed "$1: $2, not $3"; printf '   %s: %s\n' "$1" "$2"; }
as_till() { runuser -u till -- env HOME="$home" QT_QPA_PLATFORM=offscreen "$@"; }
till() { as_till mashou "$@" --data "$data"; }
installed() { dpkg-query -W -f '${Version} ${db:Status-Status}' mashou; }
# SQLite keeps the journal's version in bytes 60 to 63 of the file.
journal_version() { od -An -tu1 -j63 -N1 "$data/journal.db" | tr -d ' '; }
code() { as_till mashou sim code --dir "$home/sim" --channel "$1" --customer "$2"; }
sold() { till sales --json | tr '{' '\n' | grep -c '"state": "PAID"' || true; }
sell() { till sell "$1" --code "$(code "$2" "$3")"; }

practice() {
    as_till mashou sim --dir "$home/sim" --pace 10 </dev/null >/trial/sim 2>&1 &
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        ! grep -q ready /trial/sim || return 0
        sleep 1
    done
    failed "the practice service"
}
# end SIGNAL WORD: every program that was started with WORD in its words, and waits until none is left
end() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        found=""
        for one in /proc/[0-9]*; do
            if [ "$(readlink "$one/exe")" = /usr/lib/mashou/mashou ] && grep -qz -- "$2" "$one/cmdline"; then
                kill "$1" "${one#/proc/}" || true
                found=yes
            fi
        done 2>/dev/null
        [ -n "$found" ] || return 0
        sleep 1
    done
    failed "$2 does not end"
}

# A minimal root has no documentation, and is told so by a file that would leave ours out as well.
rm -f /etc/dpkg/dpkg.cfg.d/*
useradd --create-home till
step "Debian $(cat /etc/debian_version), $(dpkg-query -W | wc -l) packages, nothing else; a plain user"
must "apt-get update" apt-get update

step "The older version is installed"
before=$(dpkg-query -W | wc -l)
began=$(date +%s)
must "apt-get install older.deb" apt-get install -y --no-install-recommends /trial/older.deb
printf '   %s more packages, %s s\n' "$(($(dpkg-query -W | wc -l) - before - 1))" "$(($(date +%s) - began))"
is "installed" "$(installed)" "0.0.9 installed"
as_till mashou --version | told
must "man page, menu entry, icon, device rules are there" test -f /usr/share/man/man1/mashou.1.gz -a \
    -f /usr/share/applications/mashou.desktop -a -f /usr/share/icons/hicolor/scalable/apps/mashou.svg -a \
    -f /usr/lib/udev/rules.d/70-mashou.rules

step "A whole training shift with no screen, as the plain user"
as_till env -u QT_QPA_PLATFORM mashou --training >/trial/shift || failed "the shift"
[ "$(wc -l <"$home/.local/share/mashou/training/shift/sales.txt")" -ge 10 ] || failed "a shift without sales"
tail -n 4 /trial/shift | told

step "A till against the practice service: paid, and typed the password"
practice
must "mashou setup" till setup --client "$home/sim/client.json"
must "18.00, WeChat, pays at once" sell 18.00 wechat instant
must "128.50, Alipay, types the password" sell 128.50 alipay password:10
is "paid sales" "$(sold)" 2
is "journal version" "$(journal_version)" 1

step "An open sale: the update is refused, and the sale goes on"
never=$(code alipay never)
runuser -u till -- env HOME="$home" mashou sell 46.00 --code "$never" --data "$data" >/trial/open 2>&1 &
open=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    till sales --json | grep -q '"state": "PENDING"' && break
    sleep 0.3
done
refused "dpkg -i newer.deb" "1 笔未了结" dpkg -i /trial/newer.deb
is "installed" "$(installed)" "0.0.9 installed"
# What a power cut does: no till runs, and the sale stays open in the journal.
end -9 46.00
wait "$open" 2>/dev/null || true
refused "mashou may-update, after kill -9" "1 笔未了结" till may-update

step "A till that stands open, with nothing open in it: refused too, its files stay as long as it runs"
must "another folder is set up" as_till mashou setup --client "$home/sim/client.json" --data "$home/other"
as_till mashou --data "$home/other" >/dev/null 2>&1 &
sleep 6
refused "dpkg -i newer.deb" "关掉收银窗口" dpkg -i /trial/newer.deb
refused "apt-get remove" "关掉收银窗口" apt-get remove -y mashou
end -TERM "$home/other"
end -TERM "$home/sim" # the counterparty of this trial is the same program

step "Nothing runs; a sale is open in the journal: upgraded"
must "apt-get install newer.deb" apt-get install -y --no-install-recommends /trial/newer.deb
newer=$(dpkg-deb -f /trial/newer.deb Version)
is "installed" "$(installed)" "$newer installed"
as_till mashou --version | told
is "journal version before its first start" "$(journal_version)" 1
practice
till resolve >/trial/resolved 2>&1 || is "mashou resolve, exit" $? 1
printf '   mashou resolve finishes the sale that was open:\n'
tail -n 2 /trial/resolved | told
is "journal version" "$(journal_version)" 2
till journal verify | told
is "paid sales" "$(sold)" 2
must "20.00, WeChat, pays at once" sell 20.00 wechat instant
is "paid sales" "$(sold)" 3
must "the journal as the older version left it is kept" test -f "$data/journal.v1.bak"

step "An older version over a newer one: refused"
refused "dpkg -i older.deb" "更新的版本" dpkg -i /trial/older.deb
is "installed" "$(installed)" "$newer installed"

step "Removed: the program goes, the books stay"
end -TERM "$home/sim"
must "apt-get remove" apt-get remove -y mashou
must "the program is gone" test ! -e /usr/lib/mashou -a ! -e /usr/bin/mashou
must "journal and keys are there" test -f "$data/journal.db" -a -f "$data/keys.sealed"

step "The way back, on purpose: the older program opens the file that was kept for it"
must "apt-get install older.deb" apt-get install -y --no-install-recommends /trial/older.deb
refused "the newer journal, to the older program" "." till resolve
must "the kept file takes its name again" as_till sh -c "cd '$data' && mv journal.db journal.v2 && rm -f journal.db-* && \
    cp journal.v1.bak journal.db"
is "journal version" "$(journal_version)" 1
printf '   the sale of 20.00 is not in this file, and the till knows it:\n'
till journal verify 2>&1 | told
practice
must "5.00, WeChat, with the older program" sell 5.00 wechat instant
end -TERM "$home/sim"
must "and forward again: apt-get install newer.deb" apt-get install -y --no-install-recommends /trial/newer.deb
practice
must "6.00, WeChat, with the newer program" sell 6.00 wechat instant
is "journal version" "$(journal_version)" 2
is "paid sales in this file, as the older program left it and since" "$(sold)" 4
end -TERM "$home/sim"

step "Purged: the books stay unless asked"
apt-get purge -y mashou >/trial/said 2>&1 || failed "purge"
grep 账本 /trial/said | told
must "the training's journal is kept" test -f "$home/.local/share/mashou/training/journal.db"
must "apt-get install newer.deb" apt-get install -y --no-install-recommends /trial/newer.deb
MASHOU_PURGE=yes apt-get purge -y mashou >/trial/said 2>&1 || failed "purge"
grep 账本 /trial/said | told
must "MASHOU_PURGE=yes apt-get purge: gone" test ! -e "$home/.local/share/mashou"
must "a data folder elsewhere, named by hand, is nobody's to delete" test -f "$data/journal.db"
left=$(find / -xdev -path /trial -prune -o -path /proc -prune -o -path "$home" -prune -o -path /var/lib/apt -prune -o \
    -path /var/cache -prune -o -path /var/log -prune -o -iname '*mashou*' -print)
is "files left on the system" "${left:-none}" none
printf '\nAll as it must be.\n'
