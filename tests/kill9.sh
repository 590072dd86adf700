#!/bin/sh
# Kills the running exchange with SIGKILL at random moments while orders come in, fifty times or as
# often as the first argument says, and counts acknowledged orders that were lost or doubled.
set -eu
cd "$(dirname "$0")/.."
GIGAHOUR_KILLS="${1:-50}" exec cargo test --quiet -p tests --test it durability -- --nocapture
