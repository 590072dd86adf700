/** What the page has said to the venue and heard from it, as it was on the wire. */

import { element } from './units.js';

const ROWS = 40;

/** Fills a `details` element while it is open. */
export class Wire {
  #list;
  #details;
  #account = null;

  constructor(details) {
    this.#details = details;
    this.#list = element('ol', { tabindex: 0, 'aria-label': 'The latest messages, newest first' });
    details.append(this.#list);
    details.addEventListener('toggle', () => this.#draw());
    setInterval(() => this.#draw(), 1_000);
  }

  of(account) {
    this.#account = account;
    this.#details.hidden = !account;
  }

  #draw() {
    if (!this.#details.open || !this.#account) return;
    // What is read is not moved away under the eyes of whoever reads it.
    if (this.#list.matches(':hover, :focus')) return;
    const latest = this.#account.wire.slice(-ROWS).reverse();
    this.#list.replaceChildren(...latest.map(({ way, text, at }) => element('li', { class: way === '>' ? 'said' : 'heard' },
      element('time', {}, new Date(at).toISOString().slice(11, 23)), ` ${way} `, element('code', {}, shown(text)))));
  }
}

/** Signatures are of no use to a reader, and long messages are cut. */
const shown = (text) => {
  const short = text.replace(/"(sig|client_nonce)":"[^"]*"/g, '"$1":"..."');
  return short.length > 400 ? `${short.slice(0, 400)} ...` : short;
};
