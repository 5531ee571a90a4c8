#!/bin/sh
# Are there advisories against anything the till ships with? sh packaging/audit.sh
# Every locked runtime dependency, by hash, is asked about at PyPI's advisories, else at OSV. A source that does not know
# an old urllib3 to be unsafe, or does not know every package, is no advisory database: a mirror says "none" to anything.
# Exit 0: asked, none known. 1: there are some. 3: no advisory database could be reached, nothing is known either way.
set -eu
cd "$(dirname "$0")/.."
. packaging/setup.sh
boot_uv
UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv-audit \
    .boot/bin/uv sync -q --frozen --no-default-groups --no-install-project --only-group audit --python "$(find_python)" >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.boot/bin/uv export -q --frozen --no-dev --group voice --no-emit-project --format requirements-txt >"$work/locked.txt"
# CVE-2019-11324 and later ones
echo 'urllib3==1.24.1' >"$work/canary.txt"

# ask SERVICE FILE ANSWER [OPTION]: --disable-pip asks about exactly what is written, nothing resolved anew
ask() {
    rm -f "$3"
    .venv-audit/bin/pip-audit --disable-pip "${4:---require-hashes}" --progress-spinner off --timeout 15 -s "$1" -r "$2" \
        -f json -o "$3" 2>"$work/said" || true
    [ -s "$3" ]
}

for service in pypi osv; do
    if ask "$service" "$work/canary.txt" "$work/canary.json" --no-deps && grep -q '"id"' "$work/canary.json" &&
        ask "$service" "$work/locked.txt" "$work/found.json" && ! grep -q '"skip_reason"' "$work/found.json"; then
        exec .venv-audit/bin/python - "$work/found.json" "$service" <<'END'
import json, sys
parts = json.load(open(sys.argv[1], encoding="utf-8"))["dependencies"]
told = [(part, one) for part in parts for one in part.get("vulns", ())]
for part, one in told:
    print(f"{part['name']} {part['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'no version yet'}")
print(f"{len(parts)} locked packages asked about at {sys.argv[2]}: {len(told) or 'no'} known advisories")
sys.exit(bool(told))
END
    fi
    say "$service: 不是可用的漏洞库 / no advisory database answers there"
done
say "有没有漏洞都不知道 / nothing is known either way"
exit 3
