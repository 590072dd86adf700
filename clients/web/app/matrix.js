/** The tenor matrix: what every period of every product is worth, and how far it has moved since its settlement. */

import { soon } from './soon.js';
import { exports } from './table.js';
import { element } from './units.js';

export class Matrix {
  #table;
  #choose;
  #curves = new Map();
  #picked = '';
  #drawSoon = soon(() => this.#draw(), 500);

  constructor(section, choose) {
    this.#table = section.querySelector('table');
    this.#choose = choose;
    section.querySelector('h2').after(exports('tenors', () => this.#rows()));
    this.#table.addEventListener('click', (event) => {
      const symbol = event.target.closest('button')?.dataset.symbol;
      if (symbol) this.#choose(symbol);
    });
  }

  /** @param {{product: string, points: object[]}} curve as its channel tells it */
  take(curve) {
    this.#curves.set(curve.product, curve);
    this.#drawSoon();
  }

  pick(symbol) {
    this.#picked = symbol;
    this.#drawSoon();
  }

  #points() {
    return [...this.#curves.values()].flatMap(({ product, points }) => points.map((point) => ({ product, ...point })));
  }

  #rows() {
    return this.#points().map(({ product, symbol, tenor, start, end, bid, ask, mark, basis, settle }) => ({
      product, contract: symbol, tenor, start, end, bid: bid ?? '', ask: ask ?? '', mark, basis, settlement: settle, change: (Number(mark) - Number(settle)).toFixed(3),
    }));
  }

  /** Cells stay where they are, so that a click on a moving price hits it; new rows come with new contracts. */
  #draw() {
    const products = [...this.#curves.keys()];
    const points = this.#points();
    const tenors = [...new Set(points.map(({ symbol }) => symbol.split('-').at(-1)))].sort(byStart(points));
    const shape = JSON.stringify([products, tenors]);
    if (this.#table.dataset.shape !== shape) {
      this.#table.dataset.shape = shape;
      const head = element('tr', {}, element('th', { scope: 'col' }, 'period'), ...products.map((name) => element('th', { scope: 'col' }, name)));
      const row = (tenor) => element('tr', { 'data-tenor': tenor }, element('th', { scope: 'row' }, tenor), ...products.map(() => element('td')));
      this.#table.replaceChildren(element('thead', {}, head), element('tbody', {}, ...tenors.map(row)));
    }
    const at = new Map(points.map((point) => [`${point.product} ${point.symbol.split('-').at(-1)}`, point]));
    for (const row of this.#table.tBodies[0].rows) {
      products.forEach((name, column) => fill(row.cells[column + 1], at.get(`${name} ${row.dataset.tenor}`), this.#picked));
    }
  }
}

/** The order of their beginnings, the shorter period first. */
function byStart(points) {
  const key = new Map(points.map(({ symbol, start, end }) => [symbol.split('-').at(-1), `${start} ${end}`]));
  return (one, other) => key.get(one).localeCompare(key.get(other));
}

function fill(cell, point, picked) {
  if (!point) {
    cell.replaceChildren();
    return;
  }
  const change = Number(point.mark) - Number(point.settle);
  if (!cell.firstChild) cell.append(element('button', { type: 'button' }, element('span'), element('small')));
  const [button] = cell.children;
  button.dataset.symbol = point.symbol;
  button.setAttribute('aria-pressed', String(point.symbol === picked));
  button.title = `${point.symbol}: ${point.bid ?? '-'} / ${point.ask ?? '-'}, ${point.basis}, settled ${point.settle}`;
  button.children[0].textContent = point.mark;
  button.children[1].textContent = ` ${change > 0 ? '+' : ''}${change.toFixed(3)}`;
  cell.className = `${point.basis} ${change > 0 ? 'up' : change < 0 ? 'down' : ''}`.trim();
}
