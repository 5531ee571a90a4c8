# Of the installed till, each process that runs. /proc/PID/exe of one whose file was exchanged ends in " (deleted)".
tills() {
    for exe in /proc/[0-9]*/exe; do
        case "$(readlink "$exe" 2>/dev/null)" in
            /usr/lib/mashou/mashou*) printf '%s\n' "${exe#/proc/}" | cut -d/ -f1 ;;
        esac
    done
}

# What each open till says of itself, asked of the program that is installed, as the user whose till it is.
ask_tills() {
    for pid in "$@"; do
        lock=$(find "/proc/$pid/fd" -lname '*/journal.db.lock' -exec readlink {} \; -quit 2>/dev/null) || true
        [ -n "$lock" ] || continue
        owner=$(stat -c %U "/proc/$pid" 2>/dev/null) || continue
        runuser -u "$owner" -- /usr/lib/mashou/mashou may-update --data "${lock%/*}" >&2 || true
    done
}

# A till that runs loads parts of itself until its last minute: its files must not change under it.
refuse_while_running() {
    running=$(tills)
    [ -n "$running" ] || return 0
    # shellcheck disable=SC2086 -- process numbers
    ask_tills $running
    cat >&2 <<END
码收正开着，没有更改。请等未了结的单办完，关掉收银窗口，再来一次。
Mashou is running; nothing was changed. Let open sales end, close the till's window, and try again.
END
    exit 1
}
