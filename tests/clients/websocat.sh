#!/usr/bin/env bash
# The smoke test by hand, over the program websocat, which makes lines of a TCP connection of messages;
# openssl signs. Usage: websocat.sh WEBSOCAT KEYS FOLDER
set -euo pipefail
websocat=$1 keys=$2 folder=$3
mkdir -p "$folder"
port=19899
url=$(sed -n 's/^trade = "\(.*\)"/\1/p' "$keys")
desk=$(awk -v RS='\\[\\[key\\]\\]' '/name = "desk"/' "$keys")
key_id=$(sed -n 's/^key_id = "\(.*\)"/\1/p' <<< "$desk")
seed=$(sed -n 's/^seed = "\(.*\)"/\1/p' <<< "$desk")

timeout 90 "$websocat" --text --oneshot --protocol gigahour.v1.json "tcp-l:127.0.0.1:$port" "$url" &
program=$!
trap 'kill $program 2> /dev/null || true' EXIT
for _ in $(seq 50); do { exec 3<> "/dev/tcp/127.0.0.1/$port"; } 2> /dev/null && break; sleep 0.1; done
cat <&3 > "$folder/heard" &

# The first message that has all words, waited for.
heard() {
    for _ in $(seq 300); do
        found=$(cat "$folder/heard")
        for word in "$@"; do found=$(grep -F -- "$word" <<< "$found" || true); done
        if [ -n "$found" ]; then head -1 <<< "$found"; return; fi
        sleep 0.1
    done
    echo "nothing has $*" >&2
    exit 1
}
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
ask() { printf '{"jsonrpc":"2.0","id":%s,"method":"%s","params":%s}\n' "$1" "$2" "$3" >&3; }

hello=$(heard '"method":"hello"')
nonce=$(member nonce <<< "$hello") host=$(member host <<< "$hello") ts_ns=$(date +%s%N)
{ printf '302e020100300506032b657004220420' | xxd -r -p; base64 -d <<< "$seed"; } > "$folder/secret.der"
printf 'gigahour-login-v1\n%s\n%s\n%s\n0123456789abcdef\n%s' "$host" "$key_id" "$nonce" "$ts_ns" > "$folder/message"
openssl pkeyutl -sign -rawin -keyform DER -inkey "$folder/secret.der" -in "$folder/message" -out "$folder/sig"
sig=$(base64 -w0 "$folder/sig")
rm "$folder/secret.der"
ask 1 session.login "{\"key_id\":\"$key_id\",\"alg\":\"ed25519\",\"client_nonce\":\"0123456789abcdef\",\"ts_ns\":\"$ts_ns\",\"sig\":\"$sig\"}"
heard '"id":1,"result"' '"session_id"' > /dev/null
ask 2 subscribe '{"channels":["instruments","orders"]}'
month=$(heard '"channel":"instruments","kind":"snapshot"' | grep -o '{"symbol":"H100-US-[0-9]*M[0-9]*"[^}]*"phase":"open"[^}]*}' | sort | sed -n 3p)
symbol=$(member symbol <<< "$month") settle=$(member settle <<< "$month")
price=$(awk -v settle="$settle" 'BEGIN { printf "%.3f", int(settle * 950) / 1000 }')
ask 3 subscribe "{\"channels\":[\"book.$symbol\"]}"
heard "\"channel\":\"book.$symbol\",\"kind\":\"snapshot\"" '"crc":' > /dev/null
ask 4 order.place "{\"symbol\":\"$symbol\",\"client_order_id\":\"websocat-$ts_ns\",\"side\":\"buy\",\"type\":\"limit\",\"price\":\"$price\",\"qty\":\"2\",\"post_only\":true}"
heard '"id":4,"result"' '"state":"open"' > /dev/null
ask 5 order.cancel "{\"client_order_id\":\"websocat-$ts_ns\"}"
order=$(heard '"id":5,"result"' '"state":"canceled"' | member order_id)
heard '"channel":"orders","kind":"order"' "websocat-$ts_ns" '"event":"canceled"' > /dev/null
echo "websocat: $order placed and cancelled, $(wc -l < "$folder/heard") messages"
