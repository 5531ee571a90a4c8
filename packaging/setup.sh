# Set-up shared by run.sh and test.sh; to be sourced from the top of the tree. POSIX sh: a bare machine has no more.
#
# What it may need from the system: Python >= 3.11 with venv, the libraries Qt loads, one Chinese font. On a Debian-like
# system they are installed with apt when they are missing and when that is allowed (root, or sudo). Everywhere else the
# script says exactly what is missing and stops. Everything from PyPI is pinned with hashes (uv.txt, uv.lock).

say() { printf '%s\n' "$*" >&2; }

# library the Qt wheel loads | Debian package that holds it
LIBRARIES="
libglib-2.0.so.0|libglib2.0-0
libEGL.so.1|libegl1
libGL.so.1|libgl1
libdbus-1.so.3|libdbus-1-3
libfontconfig.so.1|libfontconfig1
libxkbcommon.so.0|libxkbcommon0
libxcb-cursor.so.0|libxcb-cursor0
libxcb-icccm.so.4|libxcb-icccm4
libxcb-keysyms.so.1|libxcb-keysyms1
libxcb-shape.so.0|libxcb-shape0
libxkbcommon-x11.so.0|libxkbcommon-x11-0
"

find_python() {
    for name in python3 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
}

has_chinese_font() {
    if command -v fc-list >/dev/null 2>&1; then
        [ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -n 1)" ]
        return
    fi
    for folder in /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts"; do
        [ -d "$folder" ] || continue
        find "$folder" \( -iname '*cjk*' -o -iname 'wqy*' -o -iname '*notosanssc*' -o -iname '*sourcehan*' \) \
            2>/dev/null | grep -q . && return 0
    done
    return 1
}

# Debian names of what this system lacks, one word each.
missing_packages() {
    python=$(find_python)
    if [ -z "$python" ]; then
        printf 'python3 python3-venv '
    elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        # Debian splits venv off into a package named for the version
        printf '%s ' "$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
    fi
    if [ "$(uname -s)" = Linux ]; then
        known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null)
        for pair in $LIBRARIES; do
            case "$known" in
                *"${pair%%|*} "*) ;;
                *) printf '%s ' "${pair##*|}" ;;
            esac
        done
        has_chinese_font || printf 'fonts-wqy-microhei '
    fi
}

install_missing() {
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 -- the list is words on purpose
    install_packages $missing
    left=$(missing_packages)
    if [ -n "$left" ]; then
        say "装完仍缺少 / still missing: $left"
        exit 1
    fi
}

# install_packages NAME...: with apt where that is allowed; else what is missing is said, and the script stops.
install_packages() {
    as_root=no
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root="sudo"
    fi
    if ! command -v apt-get >/dev/null 2>&1 || [ "$as_root" = no ]; then
        say "缺少系统组件，请先安装，再运行一次 / missing from this system, install and run again:"
        say "  $*"
        say "  (Debian, Ubuntu: apt-get install --no-install-recommends $*)"
        exit 1
    fi
    say "安装系统组件 / installing: $*"
    $as_root apt-get update -qq >&2
    if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >.apt.log 2>&1; then
        cat .apt.log >&2
        rm -f .apt.log
        say "没有装上 / could not be installed: $*"
        exit 1
    fi
    rm -f .apt.log
}

# prepare GROUPS: the locked packages in .venv. GROUPS is what uv sync takes, e.g. --no-dev.
prepare() {
    want="$(cksum <uv.lock) $(cksum <packaging/uv.txt) $*"
    if [ -x .venv/bin/python ] && [ "$(cat .venv/.prepared 2>/dev/null)" = "$want" ]; then
        return 0
    fi
    install_missing
    boot_uv
    # Bytecode once here, not at each start: 140 ms of every start otherwise. The system's Python, never a download.
    UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv \
        .boot/bin/uv sync -q --frozen --python "$(find_python)" "$@" >&2
    printf '%s\n' "$want" >.venv/.prepared
}

# uv itself, pinned with hashes, in a place of its own.
boot_uv() {
    if ! [ -x .boot/bin/uv ] || [ "$(cat .boot/.prepared 2>/dev/null)" != "$(cksum <packaging/uv.txt)" ]; then
        rm -rf .boot
        "$(find_python)" -m venv .boot
        .boot/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r packaging/uv.txt >&2
        cksum <packaging/uv.txt >.boot/.prepared
    fi
}
