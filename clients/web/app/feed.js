/** The socket: requests, subscriptions that survive a reconnect, events to whoever listens. */

const SILENCE_MS = 12_000;
const LONGEST_WAIT_MS = 5_000;

export class Feed {
  #url;
  #socket = null;
  #listeners = new Map();
  #next = 1;
  #failures = 0;
  #heard = 0;

  /** @param {string} url @param {(state: 'up' | 'down') => void} onState */
  constructor(url, onState) {
    this.#url = url;
    this.onState = onState;
    this.lastEvent = 0;
    this.#connect();
    setInterval(() => this.#watch(), 1_000);
  }

  /** Hears a channel until `unlisten`. */
  listen(channel, listener) {
    this.#listeners.set(channel, listener);
    this.#ask('subscribe', { channels: [channel] });
  }

  unlisten(channel) {
    if (this.#listeners.delete(channel)) this.#ask('unsubscribe', { channels: [channel] });
  }

  resync(channel) {
    this.#ask('resync', { channel });
  }

  #ask(method, params) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id: this.#next++, method, params }));
  }

  #connect() {
    const socket = new WebSocket(this.#url, 'gigahour.v1.json');
    this.#socket = socket;
    this.#heard = performance.now();
    socket.onopen = () => {
      this.#failures = 0;
      this.onState('up');
      const channels = [...this.#listeners.keys()];
      if (channels.length) this.#ask('subscribe', { channels });
    };
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data));
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.onState('down');
      const wait = Math.min(LONGEST_WAIT_MS, 250 * 2 ** this.#failures++);
      setTimeout(() => this.#connect(), wait * (0.5 + Math.random() / 2));
    };
  }

  #hear(message) {
    this.#heard = performance.now();
    if (message.method !== 'event') return;
    if (message.params.kind !== 'heartbeat') this.lastEvent = this.#heard;
    this.#listeners.get(message.params.channel)?.(message.params);
  }

  /** A socket can be open and dead: ask before it is silent for too long, then give it up. */
  #watch() {
    const silence = performance.now() - this.#heard;
    if (silence > SILENCE_MS) this.#socket?.close();
    else if (silence > SILENCE_MS / 2) this.#ask('ping', {});
  }
}
