#!/usr/bin/env bash
# What members say beside single orders, by the command line against a real demo: a combination is listed
# and traded, a block is signed by both, quotes are held and pulled, the kill switch is thrown and
# released. Usage: tests/ghx.sh GIGAHOUR GHX FOLDER
set -euo pipefail
gigahour=$1
ghx=$2
folder=$3
mkdir -p "$folder"
keys=$folder/market/keys.toml

"$gigahour" demo --seed 1 --speed 1000 --dir "$folder/market" --http 8390 --trade 9390 --fresh \
    > "$folder/demo.log" 2>&1 &
demo=$!
trap 'kill -INT $demo 2> /dev/null || true; wait $demo 2> /dev/null || true' EXIT

ghx() { "$ghx" --keys "$keys" "$@"; }

fail() {
    echo "FAILED: $1"
    exit 1
}

# Runs a command that must print a text.
says() {
    local text=$1 out
    shift
    out=$(ghx "$@" 2>&1) || { echo "$out"; fail "ghx $*"; }
    grep -qF -- "$text" <<< "$out" || { echo "$out"; fail "ghx $* does not say '$text'"; }
}

# Runs a command that must end with a code and print a text.
refuses() {
    local code=$1 text=$2 out got=0
    shift 2
    out=$(ghx "$@" 2>&1) || got=$?
    [ "$got" = "$code" ] || { echo "$out"; fail "ghx $* ends with $got, not $code"; }
    grep -qF -- "$text" <<< "$out" || { echo "$out"; fail "ghx $* does not say '$text'"; }
}

# What a month is worth, as the exchange says it.
worth() {
    ghx curve H100-US --json | python3 -c '
import json, sys
points = json.load(sys.stdin)["data"]["points"]
print(next(p["mark"] for p in points if p["symbol"] == sys.argv[1]))' "$1"
}

for _ in $(seq 100); do
    ghx trades H100-US@front 2> /dev/null | grep -q " trades " && break
    sleep 0.2
done
says " trades " trades H100-US@front --limit 5
says "ok   login" doctor
says "ok   clock" doctor
refuses 2 "did you mean order.place" schema order.plce
says "use \`data.min\` to \`data.max\`" schema 2004
says "delta" watch book.H100-US@front --count 3
refuses 2 "allowed are" watch book.H100-US-2027M03.7.100ms
says '"kind":"snapshot"' watch orders --json --count 1
refuses 3 "there is no key nobody" --as nobody watch orders

near=H100-US-2027M03 far=H100-US-2027M05 spread=H100-US-2027M03-2027M05
says "preview" combine $near=-1 $far=1
says "$spread is listed" combine $near=-1 $far=1 --execute
says "listed already" combine $near=-1 $far=1
refuses 1 "BAD_COMBINATION" combine $near=-1 $far=2 --execute
says "+1 $far" spreads H100-US
says "rests       8 lots" buy $spread --lots 8 --limit -0.150 --execute
says "$spread" orders
says "1 order cancelled" cancel --all --symbol $spread --execute
echo "a combination is listed and traded below zero"

price=$(worth $near)
says "preview" block propose $near=+64@"$price" --with A-1002 --id jan
says "waits for A-1002" block propose $near=+64@"$price" --with A-1002 --id jan --execute
says "you" --as lab block list
says "sell" --as lab block confirm jan
refuses 2 "your own" block confirm jan --execute
says "has traded" --as lab block confirm jan --execute
says "+64" positions
says "waits" block propose $near=-64@"$price" --with A-1002 --id feb --execute
says "is gone" --as lab block withdraw feb --execute
says "no block waits" block list
echo "a block is signed by both, or declined"

bid=$(awk -v price="$price" 'BEGIN { printf "%.3f", price - 0.1 }')
ask=$(awk -v price="$price" 'BEGIN { printf "%.3f", price + 0.1 }')
refuses 2 "is not below the ask" quote $near=5@"$ask"/5@"$bid"
says "preview" quote $near=5@"$bid"/5@"$ask"
"$ghx" --keys "$keys" quote $near=5@"$bid"/5@"$ask" --protect 5 --execute > "$folder/quote" 2>&1 &
quote=$!
for _ in $(seq 50); do
    grep -q "holding" "$folder/quote" && break
    sleep 0.1
done
says "2 orders" orders
kill -INT $quote
wait $quote || fail "a quote that is interrupted has not failed"
grep -q "pulled" "$folder/quote" || fail "nothing was pulled"
says "no open orders" orders
echo "quotes are held and pulled"

says "rests       1 lot" buy $near --lots 1 --limit "$bid" --execute
says "preview" kill
says "killed: 1 order ended" kill --execute
refuses 1 "KILL_SWITCH" buy $near --lots 1 --limit "$bid" --execute
says "released" kill --release --execute
says "rests       1 lot" buy $near --lots 1 --limit "$bid" --execute
says "1 order cancelled" cancel --all --execute
echo "the kill switch is thrown and released"
