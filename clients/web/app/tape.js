/** The tape: the latest trades of one contract, newest first. */

import { count, dollars, element, time } from './units.js';

const ROWS = 14;

export class Tape {
  #table;
  #about;
  #feed;
  #instrument = null;
  #trades = [];

  constructor(section, feed) {
    this.#table = section.querySelector('table');
    this.#about = section.querySelector('.about');
    this.#feed = feed;
  }

  show(instrument) {
    if (this.#instrument) this.#feed.unlisten(`trades.${this.#instrument.symbol}`);
    this.#instrument = instrument;
    this.#trades = [];
    this.#feed.listen(`trades.${instrument.symbol}`, (event) => {
      if (!Array.isArray(event.data)) return;
      const news = event.kind === 'snapshot' ? [] : this.#trades;
      this.#trades = [...[...event.data].reverse(), ...news].slice(0, ROWS);
      this.#draw();
    });
    this.#draw();
  }

  #draw() {
    const { symbol, hours } = this.#instrument;
    this.#about.textContent = this.#trades.length ? symbol : `${symbol}: no trade yet`;
    const names = ['time', '$ / GPUh', 'lots', 'GPUs', 'GPUh', 'worth'];
    const head = element('tr', {}, ...names.map((name) => element('th', { scope: 'col' }, name)));
    const rows = this.#trades.map((trade) => {
      const gpus = Number(trade.qty) * 8;
      const cells = [time(trade.eng_ns), ({ buy: '+', sell: '-' }[trade.taker] ?? '') + trade.price, count(trade.qty),
        count(gpus), count(gpus * hours), dollars(gpus * hours * Number(trade.price))];
      return element('tr', { class: trade.taker ?? 'auction' }, ...cells.map((cell) => element('td', {}, cell)));
    });
    this.#table.replaceChildren(element('thead', {}, head), element('tbody', {}, ...rows));
  }
}
