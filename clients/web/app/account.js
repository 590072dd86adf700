/** A session of an account: logs in with its key, asks, hears its channels, and comes back after a loss. */

import { loginMessage, signer } from './keys.js';

const LONGEST_WAIT_MS = 5_000;
const BEAT_MS = 10_000;
/** Old events are no longer kept from there on. */
const RESUME_TOO_OLD = 6004;

export class Account {
  #url;
  #key;
  #sign;
  #socket = null;
  #waiting = new Map();
  #next = 1;
  #failures = 0;
  #heard = 0;
  #isOver = false;

  /**
   * @param {string} url of `/v1/trade`
   * @param {{name: string, keyId: string, seed: string}} key
   * @param {{state: (state: string, why?: string) => void, event: (event: object) => void, ready: (account: Account) => void}} hears
   */
  constructor(url, key, hears) {
    this.#url = url;
    this.#key = key;
    this.#sign = signer(key.seed);
    this.hears = hears;
    /** The last messages, both ways, for whoever wants to see what is said. */
    this.wire = [];
    this.#connect();
    this.beat = setInterval(() => this.#beat(), BEAT_MS);
  }

  get name() {
    return this.#key.name;
  }

  /** The result of a request. */
  ask(method, params = {}) {
    return new Promise((done, fail) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return fail(new Error('not connected'));
      const id = this.#next++;
      this.#waiting.set(id, { done, fail });
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** Hears a channel with all events of the past that are still kept. */
  async listenFromStart(channel) {
    const subscribe = (from) => this.ask('subscribe', { channels: [channel], from_acct_seq: from });
    const bad = (await subscribe(1)).err?.[0];
    if (bad?.code === RESUME_TOO_OLD) await subscribe(bad.min_acct_seq);
  }

  close() {
    this.#isOver = true;
    clearInterval(this.beat);
    this.#socket?.close();
  }

  #send(message) {
    const text = JSON.stringify(message);
    this.#note('>', text);
    this.#socket.send(text);
  }

  #note(way, text) {
    this.wire.push({ way, text, at: Date.now() });
    if (this.wire.length > 200) this.wire.shift();
  }

  #connect() {
    const socket = new WebSocket(this.#url, 'gigahour.v1.json');
    this.#socket = socket;
    this.#heard = performance.now();
    socket.onmessage = (message) => {
      this.#note('<', message.data);
      this.#hear(JSON.parse(message.data));
    };
    socket.onclose = () => {
      for (const { fail } of this.#waiting.values()) fail(new Error('the connection is gone'));
      this.#waiting.clear();
      if (this.#isOver) return;
      this.hears.state('down');
      const wait = Math.min(LONGEST_WAIT_MS, 250 * 2 ** this.#failures++);
      setTimeout(() => !this.#isOver && this.#connect(), wait * (0.5 + Math.random() / 2));
    };
  }

  #hear(message) {
    this.#heard = performance.now();
    if (message.method === 'hello') return this.#logIn(message.params);
    if (message.method === 'event') return this.hears.event(message.params);
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return undefined;
    this.#waiting.delete(message.id);
    return message.error ? waiting.fail(Object.assign(new Error(message.error.message), message.error)) : waiting.done(message.result);
  }

  async #logIn({ host, nonce }) {
    const clientNonce = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const timeNs = `${Date.now()}000000`;
    const { keyId } = this.#key;
    try {
      const sign = await this.#sign;
      const sig = await sign(loginMessage(host, keyId, nonce, clientNonce, timeNs));
      const cod = { mode: 'keep', grace_ms: 0 };
      await this.ask('session.login', { key_id: keyId, alg: 'ed25519', client_nonce: clientNonce, ts_ns: timeNs, sig, cod, client: 'gigahour-page' });
      this.#failures = 0;
      this.hears.state('up');
      this.hears.ready(this);
    } catch (error) {
      if (error.code) this.close();
      this.hears.state('refused', error.message);
    }
  }

  /** A venue closes a session that is silent for too long; a socket that is silent itself is dead. */
  #beat() {
    if (performance.now() - this.#heard > 3 * BEAT_MS) this.#socket?.close();
    else this.ask('ping').catch(() => {});
  }
}
