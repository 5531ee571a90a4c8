#!/bin/sh
# 训练模式的收银台，一条命令 / the till in training mode, one command. Arguments go to mashou:
#   sh packaging/run.sh                 the window, or with no screen a whole training shift offscreen
#   sh packaging/run.sh sell 12.50      one practice sale on the command line
set -eu
cd "$(dirname "$0")/.."
. packaging/setup.sh
# Where the tests' tools are already in place they serve as well; otherwise only what the till itself needs.
if ! { [ -x .venv/bin/python ] && grep -q -- "$(cksum <uv.lock).*--group dev" .venv/.prepared 2>/dev/null; }; then
    prepare --no-dev
fi
here=$(pwd)
cd "$OLDPWD" 2>/dev/null || true
# A till keeps its bytecode whatever the shell says: compiling it anew costs a fifth of each start.
PYTHONDONTWRITEBYTECODE="" PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" PYTHONSAFEPATH=1 exec "$here/.venv/bin/python" -m app --training "$@"
