#!/bin/sh
# Kills the running exchange with SIGKILL at random moments while orders come in, two hundred times or
# as often as `--kills N` says, and counts acknowledged orders that were lost or doubled.
set -eu
cd "$(dirname "$0")/.."
kills=200
case "${1:-}" in
--kills) kills=$2 ;;
'') ;;
*) echo "usage: tests/kill9.sh [--kills N]" >&2 && exit 2 ;;
esac
GIGAHOUR_KILLS="$kills" exec cargo test --quiet -p tests --test it durability -- --nocapture
