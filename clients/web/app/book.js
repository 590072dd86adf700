/** A book kept up from a snapshot and deltas, by the client rule of the protocol. */

import { checksum } from './checksum.js';

export class Book {
  constructor() {
    this.bids = new Map();
    this.asks = new Map();
    /** What orders of other contracts make: `{ bid, ask }`, each `[price, quantity]` or null. */
    this.implied = { bid: null, ask: null };
    this.epoch = null;
    this.seq = null;
    this.isStale = true;
  }

  /**
   * Takes an event and says what to do: `ok`, `ignored`, or `resync` when something is missing.
   * @param {{kind: string, epoch: string, seq: number, prev_seq?: number, crc?: number,
   *   data?: {bids: [string, string][], asks: [string, string][], implied?: {bid: ?[string, string], ask: ?[string, string]}}}} event
   */
  take(event) {
    if (event.kind === 'snapshot') return this.#begin(event);
    if (this.isStale || event.epoch !== this.epoch) return 'ignored';
    if (event.kind === 'heartbeat') return event.seq === this.seq ? 'ok' : this.#lose();
    if (event.kind !== 'delta' || event.seq <= this.seq) return 'ignored';
    if (event.prev_seq !== this.seq) return this.#lose();
    this.seq = event.seq;
    this.#apply(event.data);
    return this.#check(event.crc);
  }

  /** Levels of a side, best first: `[price, quantity]`. */
  side(name) {
    const best = name === 'bids' ? -1 : 1;
    return [...this[name]].sort((a, b) => best * (Number(a[0]) - Number(b[0])));
  }

  #begin(event) {
    this.bids.clear();
    this.asks.clear();
    this.epoch = event.epoch;
    this.seq = event.seq;
    this.isStale = false;
    this.#apply(event.data);
    return this.#check(event.crc);
  }

  #apply(data) {
    if (data.implied) this.implied = data.implied;
    for (const side of ['bids', 'asks']) {
      for (const [price, quantity] of data[side]) {
        if (quantity === '0') this[side].delete(price);
        else this[side].set(price, quantity);
      }
    }
  }

  #check(crc) {
    if (crc === undefined || crc === checksum(this.side('bids'), this.side('asks'))) return 'ok';
    return this.#lose();
  }

  #lose() {
    this.isStale = true;
    return 'resync';
  }
}
