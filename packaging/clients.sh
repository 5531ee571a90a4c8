#!/bin/sh
# The independent public clients of tests/clients, each in an environment of its own (.venv-clients/NAME) from its own
# hash-locked file, because two of them own the same package. What is in place already is left alone.
#   sh packaging/clients.sh         make what is missing (test.sh does it)
#   sh packaging/clients.sh lock    lock again, after a version below was changed
set -eu
cd "$(dirname "$0")/.."
. packaging/setup.sh

LOCKS=tests/clients
CLIENTS="wechatpayv3 wechatpy python-alipay-sdk alipay-sdk-python"
NEWEST=2026-11-15

wanted() {
    case "$1" in
        wechatpayv3) echo 'wechatpayv3[async]==2.0.4' ;;
        wechatpy) echo 'wechatpy[cryptography]==1.8.18' ;;
        python-alipay-sdk) echo 'python-alipay-sdk==3.4.0' ;;
        alipay-sdk-python) echo 'alipay-sdk-python==3.7.1411' ;;
        build) echo 'setuptools==84.2.1' ;; # python-alipay-sdk comes as source only
    esac
}

lock() {
    for name in build $CLIENTS; do
        wanted "$name" | .boot/bin/uv pip compile -q --no-config --generate-hashes --no-header --universal \
            --python-version 3.11 --exclude-newer "$NEWEST" -o "$LOCKS/$name.txt" -
    done
}

make_client() {
    folder=.venv-clients/$1
    want="$(cksum <"$LOCKS/$1.txt") $(cksum <"$LOCKS/build.txt")"
    if [ -x "$folder/bin/python" ] && [ "$(cat "$folder/.prepared" 2>/dev/null)" = "$want" ]; then
        return 0
    fi
    .boot/bin/uv venv -q --no-config --clear --python "$(find_python)" "$folder" >&2
    for file in build "$1"; do
        # without isolation the build takes the locked tool just installed, not whatever is newest today
        .boot/bin/uv pip install -q --no-config --require-hashes --no-build-isolation \
            --exclude-newer "$NEWEST" --python "$folder/bin/python" -r "$LOCKS/$file.txt" >&2
    done
    printf '%s\n' "$want" >"$folder/.prepared"
}

[ -x .boot/bin/uv ] || prepare --group dev
if [ "${1:-}" = lock ]; then
    lock
    exit 0
fi
for name in $CLIENTS; do
    make_client "$name"
done
