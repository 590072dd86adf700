/** The delivery board: each expired month on its way from last trading day to invoice, and in it each
 *  obligation as a lane of hours delivered, missing and still to come. */

import { compact, count, day, dollars, element, stamp } from './units.js';

export class Board {
  #about;
  #board;
  #feed;
  #contracts = new Map();

  constructor(section, feed) {
    this.#about = section.querySelector('.about');
    this.#board = section.querySelector('#board');
    this.#feed = feed;
    this.#draw();
  }

  /** Watches a contract month from its last trading day on. */
  watch(instrument) {
    if (this.#contracts.has(instrument.symbol)) return;
    this.#contracts.set(instrument.symbol, null);
    this.#feed.listen(`delivery.${instrument.symbol}`, (event) => {
      if (!event.data) return;
      this.#contracts.set(instrument.symbol, event.data);
      this.#draw();
    });
  }

  #draw() {
    const live = [...this.#contracts.values()].filter((data) => data?.obligations.length);
    live.sort((a, b) => isSettled(a) - isSettled(b) || Number(a.window_start_ns) - Number(b.window_start_ns));
    this.#about.textContent = live.length
      ? 'One lane is one obligation: what was delivered, what is missing, what is to come.'
      : 'Nothing is being delivered yet. The front month is assigned two business days after its last trading day.';
    this.#board.replaceChildren(...live.map(contract));
  }
}

const isSettled = (data) => data.obligations.every((row) => row.state === 'settled');

function contract(data) {
  const percent = (100 * Number(data.delivered)) / Math.max(1, Number(data.due));
  const title = element('h3', {}, data.symbol, element('small', {}, ` at $${data.price}`));
  const figures = [
    ['due', `${count(data.due)} GPUh`], ['delivered', `${count(data.delivered)} (${percent.toFixed(1)} %)`],
    ['missing', count(data.short)], ['nodes', `${data.nodes}, ${data.nodes_down} down`],
    ['paid', dollars(data.paid)], ['damages', dollars(data.damages)],
  ];
  const list = element('dl', {}, ...figures.map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, value))));
  return element('article', {}, title, timeline(data), list, ...data.obligations.map(lane));
}

function timeline(data) {
  const settled = isSettled(data);
  const begun = data.obligations.some((row) => row.state !== 'assigned');
  const steps = [
    ['last trading day', day(data.last_trading_ns), true], ['assigned', '', true],
    ['first hour', stamp(data.window_start_ns), begun], ['last hour', stamp(data.window_end_ns), settled],
    ['invoiced', '', settled],
  ];
  return element('ol', { class: 'steps' }, ...steps.map(([name, when, done]) =>
    element('li', { class: done ? 'done' : '' }, name, element('small', {}, when))));
}

function lane(row) {
  const due = Math.max(1, Number(row.due));
  const part = (name, amount) => {
    const made = element('span', { class: name });
    made.style.width = `${(100 * Number(amount)) / due}%`;
    return made;
  };
  const parts = element('div', { class: 'hours' }, part('delivered', row.delivered), part('missing', row.short));
  const down = Number(row.nodes_down) ? `${row.nodes_down} down` : '';
  const damages = Number(row.damages) ? `damages ${dollars(row.damages)}` : '';
  const title = `${row.obligation_id}: ${count(row.delivered)} of ${count(row.due)} GPUh delivered, ${count(row.short)} missing, ${dollars(row.paid)} paid`;
  return element('div', { class: `lane ${row.state}`, title },
    element('b', {}, row.obligation_id),
    element('span', { class: 'size' }, `${count(row.lots)} lots, ${count(Number(row.lots) * 8)} GPUs`),
    parts,
    element('span', { class: 'state' }, [row.state, down, damages].filter(Boolean).join(', ')),
    element('span', { class: 'money' }, `${compact(row.delivered)} GPUh, ${dollars(row.paid)}`));
}

export const isInDelivery = (instrument) => instrument.tenor === 'month' && instrument.phase !== 'open';
