#!/bin/sh
# An older program to upgrade from, frozen: sh packaging/older.sh FOLDER  ->  FOLDER/dist/mashou and its packages
#
# It is the committed program as it was before its journal's second version: the version number is 0.0.9, and it knows
# journals of version 1 only (what version 2 adds are indices, which no code asks for by name). For trials, never for a shop.
set -eu
cd "$(dirname "$0")/.."
home=$(pwd)
older=$1
mkdir -p "$older"
git archive HEAD | tar -x -C "$older"
cd "$older"
version=$(sed -n 's/^VERSION: Final = "\(.*\)"/\1/p' app/__init__.py)
sed -i 's/^VERSION: Final = ".*"/VERSION: Final = "0.0.9"/' app/__init__.py
sed -i 's/^VERSION: Final = .*/VERSION: Final = 1/' app/journal/migrate.py
rm -f app/journal/schema/000[2-9].sql
cp -r "docs/changes/$version" docs/changes/0.0.9
# The tools of this tree serve; they are the same by the lock.
ln -sfn "$home/.boot" .boot
ln -sfn "$home/.venv-build" .venv-build
MASHOU_DEB_LEVEL=1 sh packaging/build.sh deb
