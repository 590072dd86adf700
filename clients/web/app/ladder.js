/** The ladder: a fixed number of rows, keyed by price, sellers above buyers. Nothing moves but numbers. */

import { Book } from './book.js';
import { soon } from './soon.js';
import { count, element, fourUnits } from './units.js';

const ROWS = 8;

export class Ladder {
  #table;
  #about;
  #feed;
  #book = new Book();
  #instrument = null;
  #heard = 0;
  #drawSoon = soon(() => this.#draw());

  constructor(section, feed) {
    this.#table = section.querySelector('table');
    this.#about = section.querySelector('.about');
    this.#feed = feed;
    setInterval(() => this.#age(), 500);
  }

  show(instrument) {
    if (this.#instrument) this.#feed.unlisten(`book.${this.#instrument.symbol}`);
    this.#instrument = instrument;
    this.#book = new Book();
    const channel = `book.${instrument.symbol}`;
    this.#feed.listen(channel, (event) => {
      this.#heard = performance.now();
      if (this.#book.take(event) === 'resync') this.#feed.resync(channel);
      this.#drawSoon();
    });
    this.#draw();
  }

  #draw() {
    const asks = padded(this.#book.side('asks')).reverse();
    const bids = padded(this.#book.side('bids'));
    const most = Math.max(1, ...[...asks, ...bids].map(([, quantity]) => Number(quantity)));
    const row = (side) => ([price, quantity]) => this.#row(side, price, quantity, most);
    const head = element('tr', {}, ...['bid lots', '$ / GPUh', 'ask lots'].map((text) => element('th', { scope: 'col' }, text)));
    this.#table.replaceChildren(
      element('thead', {}, head),
      element('tbody', {}, ...asks.map(row('ask'))),
      element('tbody', {}, ...bids.map(row('bid'))),
      this.#implied(),
    );
    this.#age();
  }

  /** What orders of other contracts make here; it trades after the orders of the book at its price. */
  #implied() {
    const { bid, ask } = this.#book.implied;
    const lots = (best) => element('td', { class: 'lots' }, best ? count(best[1]) : '');
    const prices = [bid, ask].map((best) => best?.[0] ?? '-').join(' / ');
    const title = 'implied: made by orders of other contracts together, such as the months of a quarter or a spread and a leg';
    const row = element('tr', { class: 'implied', title }, lots(bid), element('td', { class: 'price' }, `~ ${prices}`), lots(ask));
    if (!bid && !ask) row.style.visibility = 'hidden';
    return element('tfoot', {}, row);
  }

  #row(side, price, quantity, most) {
    const text = quantity ? count(quantity) : '';
    const bar = element('span', { class: 'bar' });
    bar.style.width = `${(100 * Number(quantity)) / most}%`;
    const lots = element('td', { class: 'lots' }, bar, element('span', {}, text));
    const cells = [element('td'), element('td', { class: 'price' }, price || '\u00a0'), element('td')];
    cells[side === 'bid' ? 0 : 2] = lots;
    const title = quantity ? fourUnits(quantity, this.#instrument.hours, price) : '';
    return element('tr', { class: side, title }, ...cells);
  }

  /** A book that has not been heard of is not to be trusted. */
  #age() {
    if (!this.#instrument) return;
    const seconds = (performance.now() - this.#heard) / 1000;
    const state = this.#book.isStale || seconds > 10 ? 'stale' : seconds > 6 ? 'old' : 'fresh';
    const { symbol, hours, phase } = this.#instrument;
    const words = `${symbol}, ${hours} hours, 1 lot = 8 GPUs = ${count(8 * hours)} GPUh`;
    const note = state === 'fresh' ? '' : ` - book ${state}`;
    this.#about.textContent = words + (phase === 'open' ? '' : ` - ${phase}`) + note;
    this.#table.dataset.age = state;
  }
}

function padded(levels) {
  const rows = levels.slice(0, ROWS);
  while (rows.length < ROWS) rows.push(['', '']);
  return rows;
}
