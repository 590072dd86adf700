// The smoke test over npm `ws`: login, book with checksums, an order placed and cancelled.
// Usage: node ws.mjs KEYS, in a folder whose node_modules have ws.
import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const WebSocket = createRequire(`${process.cwd()}/`)("ws");
const file = readFileSync(process.argv[2], "utf8");
const url = /^trade = "(.*)"/m.exec(file)[1];
const desk = file.split("[[key]]").find((part) => part.includes('name = "desk"'));
const member = (name) => new RegExp(`^${name} = "(.*)"`, "m").exec(desk)[1];
const der = Buffer.concat([
  Buffer.from("302e020100300506032b657004220420", "hex"),
  Buffer.from(member("seed"), "base64"),
]);
const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});
const crc32 = (text) => {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

const book = { bids: new Map(), asks: new Map(), last: -1, checked: 0 };
function hearBook(event) {
  if (event.kind === "heartbeat") return check(event.seq === book.last, "a heartbeat is ahead");
  if (event.kind === "snapshot") for (const side of ["bids", "asks"]) book[side].clear();
  else check(event.prev_seq === book.last, "a gap");
  book.last = event.seq;
  for (const side of ["bids", "asks"])
    for (const [price, qty] of event.data[side])
      qty === "0" ? book[side].delete(price) : book[side].set(price, qty);
  if (event.crc === undefined) return;
  const best = (side, sign) => [...book[side]].sort((a, b) => sign * (a[0] - b[0])).slice(0, 10);
  const levels = [...best("asks", 1), ...best("bids", -1)];
  const text = levels.map(([price, qty]) => price.replace(".", "").replace(/^0+/, "") + qty).join("");
  check(crc32(text) === event.crc, `checksum at ${event.seq}`);
  book.checked += 1;
}

function check(holds, what) {
  if (!holds) throw new Error(what);
}

const socket = new WebSocket(url, ["gigahour.v1.json"]);
const [waiting, events, wakers] = [new Map(), [], []];
let hello;
socket.on("message", (bytes) => {
  const message = JSON.parse(bytes);
  if (message.method === "hello") hello = message.params;
  else if (message.method === "event") {
    if (message.params.channel.startsWith("book.")) hearBook(message.params);
    else events.push(message.params);
  } else waiting.get(message.id)(message);
  for (const wake of wakers.splice(0)) wake();
});
const until = async (holds) => {
  while (!holds()) await new Promise((wake) => wakers.push(wake));
};
let number = 0;
const ask = (method, params) =>
  new Promise((done, fail) => {
    const id = ++number;
    waiting.set(id, ({ result, error }) => (error ? fail(new Error(JSON.stringify(error))) : done(result)));
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  });
setTimeout(() => check(false, "it takes too long"), 60000).unref();

await until(() => hello);
const [key_id, client_nonce, ts_ns] = [member("key_id"), "0123456789abcdef", `${Date.now()}000000`];
const lines = ["gigahour-login-v1", hello.host, key_id, hello.nonce, client_nonce, ts_ns];
const sig = sign(null, Buffer.from(lines.join("\n")), secret).toString("base64");
await ask("session.login", { key_id, alg: "ed25519", client_nonce, ts_ns, sig, client: "ws" });
await ask("subscribe", { channels: ["instruments", "orders"] });
const listed = () => events.find((event) => event.channel === "instruments" && event.data);
await until(listed);
const months = listed()
  .data.filter((one) => one.tenor === "month" && one.phase === "open" && one.product === "H100-US")
  .sort((a, b) => (a.start < b.start ? -1 : 1));
const { symbol, settle } = months[2];
await ask("subscribe", { channels: [`book.${symbol}`] });
await until(() => book.checked);
const client_order_id = `ws-${Date.now()}`;
const price = (Math.floor(settle * 950) / 1000).toFixed(3);
const order = { symbol, client_order_id, side: "buy", type: "limit", price, qty: "2", post_only: true };
const placed = await ask("order.place", order);
check(placed.state === "open", JSON.stringify(placed));
const cancelled = await ask("order.cancel", { client_order_id });
check(cancelled.state === "canceled", JSON.stringify(cancelled));
const mine = () =>
  events.filter((one) => one.channel === "orders" && one.kind === "order")
    .filter((one) => one.data.client_order_id === client_order_id).map((one) => one.data.event);
await until(() => 2 <= mine().length);
check(mine().join() === "new,canceled", mine().join());
while (book.checked < 10) await ask("resync", { channel: `book.${symbol}` });
console.log(`ws: ${placed.order_id} placed and cancelled, ${book.checked} checksums`);
socket.close(1000);
