#!/usr/bin/env bash
# The desk in a real terminal: a demo, tmux, and a hand on the keys. Prices move, an order goes from the
# ticket to the account's stream and away again, the exchange is restarted under it, and the terminal is
# left as it was. Usage: tests/desk.sh GIGAHOUR GHX FOLDER [speed]; needs tmux.
set -euo pipefail
gigahour=$1
ghx=$2
folder=$3
speed=${4:-4000}
command -v tmux > /dev/null || { echo "skipped: no tmux"; exit 0; }
mkdir -p "$folder"
tmux="tmux -L ghx-desk-$$ -f /dev/null"
keys=$folder/market/keys.toml

demo() {
    "$gigahour" demo --seed 1 --speed "$speed" --dir "$folder/market" --http 8290 --trade 9290 "$@" \
        > "$folder/demo.log" 2>&1 &
    demo=$!
    for _ in $(seq 100); do
        "$ghx" --keys "$keys" curve H100-US > /dev/null 2>&1 && return
        sleep 0.2
    done
    cat "$folder/demo.log"
    echo "the demo does not start"
    exit 1
}

end() {
    $tmux kill-server 2> /dev/null || true
    kill -INT "$demo" 2> /dev/null || true
    wait "$demo" 2> /dev/null || true
}
trap end EXIT

screen() { $tmux capture-pane -p -t desk; }
press() { $tmux send-keys -t desk "$@"; }
ask() { "$ghx" --keys "$keys" "$@"; }

fail() {
    screen
    echo "FAILED: $1"
    exit 1
}

# Waits until the screen has a text.
see() {
    for _ in $(seq 150); do
        screen | grep -qF -- "$1" && return
        sleep 0.1
    done
    fail "the screen has no '$1'"
}

demo --fresh
$tmux new-session -d -s desk -x 80 -y 24 bash --norc
$tmux pipe-pane -t desk -O "cat > '$folder/bytes'"
press "clear; '$ghx' --keys '$keys' desk; echo left with \$?" Enter

see "dollars per GPU-hour"
see "quoted"
before=$(screen | sed -n 5,9p)
sleep 3
[ "$before" != "$(screen | sed -n 5,9p)" ] || fail "no price has moved in three seconds"
echo "prices move"

press y
see "copied as CSV"
grep -q "^2027M03," "${TMPDIR:-/tmp}/ghx-curve.csv" || fail "the copy has no 2027M03"

press 2
see "spread"
press b
see "Enter buys"
see "binding"
limit=$(screen | sed -n 's/.*limit *\([0-9.]*\).*/\1/p')
below=$(awk -v limit="$limit" 'BEGIN { printf "%.3f", limit - 0.050 }')
press Tab
for _ in 1 2 3 4 5; do press BSpace; done
press "$below"
see "8 lots at \$$below"
press Enter
see "open: 0 filled, 8 rest"
order=$(screen | sed -n 's/.*\(O[0-9]*\) open: 0 filled.*/\1/p')
ask orders | grep -q "$order" || fail "the exchange knows no $order"
echo "an order from the ticket is on the account's stream"

press Enter 5 Down
see "1 open"
press c
see "cancel $order"
press Enter
see "canceled: you asked"
ask orders | grep -q "no open orders" || fail "$order is still open"
echo "it is cancelled"

$tmux resize-window -t desk -x 110 -y 30
see "A-1001"
press 4
see "in escrow"
kill -INT "$demo"
see "LOST"
wait "$demo" || true
echo "a loss is told"
demo
for _ in $(seq 150); do
    screen | grep -q "LOST" || break
    sleep 0.1
done
press 1
see "quoted"
see "book 0."
! screen | grep -q "LOST" || fail "it does not come back"
echo "and survived"

press q
see "left with 0"
for flag in alternate_on mouse_any_flag; do
    [ "$($tmux display-message -p -t desk "#{$flag}")" = 0 ] || fail "$flag is still set"
done
[ "$($tmux display-message -p -t desk '#{cursor_flag}')" = 1 ] || fail "the cursor is hidden"
press "stty -a | grep -o ' icanon'" Enter
see " icanon"
echo "the terminal is left as it was"

python3 - "$folder/bytes" << 'PY'
import re, sys
data = open(sys.argv[1], "rb").read()
inside = re.search(rb"\x1b\[\?1049h(.*)\x1b\[\?1049l", data, re.S).group(1)
frames = re.findall(rb"\x1b\[\?2026h(.*?)\x1b\[\?2026l", inside, re.S)
outside = re.sub(rb"\x1b\[\?2026h.*?\x1b\[\?2026l", b"", inside, flags=re.S)
outside = re.sub(rb"\x1b\]52;c;[^\x07]*\x07", b"", outside)
left = re.sub(rb"\x1b\[[?0-9;]*[a-zA-Z]", b"", outside).strip()
assert not left, f"drawn outside a frame: {left[:80]!r}"
assert b"\x1b]52;c;" in inside, "nothing went to the clipboard"
clears = sum(frame.count(b"\x1b[2J") for frame in frames)
assert clears <= 2, f"{clears} clears for one change of size"
print(f"{len(frames)} frames, each one synchronized update; {clears} clears")
PY
