/** The combinations of a product: what they cost now, in their own book or made by orders of their legs. */

import { soon } from './soon.js';
import { element } from './units.js';

export class Spreads {
  #table;
  #about;
  #feed;
  #choose;
  #best = new Map();
  #drawSoon = soon(() => this.#draw());

  constructor(section, feed, choose) {
    this.#table = section.querySelector('table');
    this.#about = section.querySelector('.about');
    this.#feed = feed;
    this.#choose = choose;
  }

  /** Shows these combinations and no others. */
  show(instruments) {
    const wanted = new Set(instruments.map((instrument) => instrument.symbol));
    for (const symbol of this.#best.keys()) {
      if (wanted.has(symbol)) continue;
      this.#feed.unlisten(`bbo.${symbol}`);
      this.#best.delete(symbol);
    }
    for (const symbol of wanted) {
      if (this.#best.has(symbol)) continue;
      this.#best.set(symbol, null);
      this.#feed.listen(`bbo.${symbol}`, (event) => {
        if (!event.data) return;
        this.#best.set(symbol, event.data);
        this.#drawSoon();
      });
    }
    this.#drawSoon();
  }

  #draw() {
    this.#about.textContent = this.#best.size
      ? 'Far less near, in dollars per GPU-hour; ~ is made by orders of the legs.'
      : 'No combination is listed.';
    const names = ['contract', 'bid', 'ask'];
    const head = element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name)));
    const rows = [...this.#best].map(([symbol, data]) => this.#row(symbol, data));
    this.#table.replaceChildren(element('thead', {}, head), element('tbody', {}, ...rows));
  }

  #row(symbol, data) {
    const button = element('button', { type: 'button', title: symbol }, brief(symbol));
    button.addEventListener('click', () => this.#choose(symbol));
    const bid = better(data?.bid, data?.implied?.bid, (one, other) => one > other);
    const ask = better(data?.ask, data?.implied?.ask, (one, other) => one < other);
    const cell = (best) => element('td', { title: best.lots && `${best.lots} lots` }, best.price);
    return element('tr', {}, element('td', {}, button), cell(bid), cell(ask));
  }
}

/** "2027M03-2027M04", and "2027M03:B200-US" of two products, whose periods are the same. */
function brief(symbol) {
  const own = symbol.replace(/^[A-Z0-9]+-[A-Z]+-/, '');
  return own.includes(':') ? own.replace(/-[^-]+$/, '') : own;
}

/** The better of what rests and what is implied; what rests trades first at the same price. */
function better(own, implied, isBetter) {
  if (implied && (!own || isBetter(Number(implied[0]), Number(own[0])))) {
    return { price: `~ ${implied[0]}`, lots: implied[1] };
  }
  return own ? { price: own[0], lots: own[1] } : { price: 'none', lots: '' };
}
