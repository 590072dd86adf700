/** The forward curve: every month as a bid-ask bar around its mark, quarters and years as steps,
 *  the last settlement under it, the cash index at the left. */

import { drawn, tenor } from './units.js';

/** The near months are the busy ones: time is drawn as this power of itself. */
const NEARNESS = 0.6;
const MARGIN = { left: 52, right: 10, top: 12, bottom: 40 };

export class Curve {
  #figure;
  #onPick;
  #data = null;
  #picked = '';

  constructor(figure, onPick) {
    this.#figure = figure;
    this.#onPick = onPick;
    new ResizeObserver(() => this.#draw()).observe(figure);
  }

  show(data) {
    this.#data = data;
    this.#draw();
  }

  pick(symbol) {
    this.#picked = symbol;
    this.#draw();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#figure;
    const points = this.#data?.points ?? [];
    if (!width || !points.length) return;
    const months = points.filter((point) => point.tenor === 'month');
    const spans = points.filter((point) => point.tenor !== 'month');
    const scale = scales(points, this.#data.index, width, height);
    const svg = drawn('svg', {
      viewBox: `0 0 ${width} ${height}`, width, height, role: 'group',
      'aria-label': `Forward curve of ${this.#data.product}`,
    });
    svg.append(...grid(scale, width), ...years(scale));
    for (const point of spans) svg.append(this.#span(point, scale));
    svg.append(settlements(months, scale));
    for (const point of months) svg.append(this.#month(point, scale));
    if (this.#data.index) svg.append(...index(this.#data.index, scale));
    this.#figure.replaceChildren(svg);
  }

  #month(point, { x, y, height }) {
    const left = x(point.start) + 1;
    const right = x(point.end) - 1;
    const middle = (left + right) / 2;
    const group = this.#choice(point);
    group.append(drawn('rect', { class: 'hit', x: left - 1, y: MARGIN.top, width: right - left + 2, height: height - MARGIN.top - MARGIN.bottom }));
    if (point.bid && point.ask) {
      group.append(drawn('line', { class: 'quote', x1: middle, x2: middle, y1: y(point.bid), y2: y(point.ask) }));
      group.append(drawn('line', { class: 'bid', x1: left, x2: right, y1: y(point.bid), y2: y(point.bid) }));
      group.append(drawn('line', { class: 'ask', x1: left, x2: right, y1: y(point.ask), y2: y(point.ask) }));
    }
    group.append(drawn('circle', { class: `mark ${point.basis}`, cx: middle, cy: y(point.mark), r: 3 }));
    const month = point.start.slice(5, 7);
    if (right - left > 16 || Number(month) % 3 === 1) {
      group.append(drawn('text', { class: 'month', x: middle, y: height - 26 }, month));
    }
    return group;
  }

  #span(point, { x, y }) {
    const group = this.#choice(point);
    const at = { x1: x(point.start) + 2, x2: x(point.end) - 2, y1: y(point.mark), y2: y(point.mark) };
    group.append(drawn('line', { class: 'hit', ...at }), drawn('line', { class: `span ${point.tenor}`, ...at }));
    return group;
  }

  #choice(point) {
    const picked = point.symbol === this.#picked ? 'picked' : '';
    // A name begins with what is written on it: the number of its month.
    const name = point.tenor === 'month' ? `${point.start.slice(5, 7)}, ${words(point)}` : words(point);
    const group = drawn('g', { class: `point ${picked}`, tabindex: 0, role: 'button', 'aria-label': name });
    group.append(drawn('title', {}, name));
    const pick = () => this.#onPick(point.symbol);
    group.addEventListener('click', pick);
    group.addEventListener('keydown', (event) => event.key === 'Enter' && pick());
    return group;
  }
}

function words(point) {
  const change = (Number(point.mark) - Number(point.settle)).toFixed(3);
  const quotes = point.bid && point.ask ? `${point.bid} / ${point.ask}` : 'no two-sided quote';
  return `${tenor(point.symbol)}: ${quotes}, mark ${point.mark} (${point.basis}), settled ${point.settle} (${change > 0 ? '+' : ''}${change})`;
}

function scales(points, indexPrice, width, height) {
  const first = Date.parse(points[0].start);
  const begin = Math.min(...points.map((point) => Date.parse(point.start)), first);
  const end = Math.max(...points.map((point) => Date.parse(point.end) + 86_400_000));
  const prices = points.flatMap((point) => [point.bid, point.ask, point.mark, point.settle]);
  const known = [...prices, indexPrice].filter((price) => price != null).map(Number);
  const pad = Math.max(0.02, (Math.max(...known) - Math.min(...known)) * 0.08);
  const [low, high] = [Math.min(...known) - pad, Math.max(...known) + pad];
  const across = width - MARGIN.left - MARGIN.right;
  const up = (height - MARGIN.top - MARGIN.bottom) / (high - low);
  return {
    begin, end, low, high, height,
    x: (date) => MARGIN.left + across * Math.max(0, (Date.parse(date) - begin) / (end - begin)) ** NEARNESS,
    y: (price) => height - MARGIN.bottom - (Number(price) - low) * up,
  };
}

function grid({ low, high, y }, width) {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2].find((size) => (high - low) / size <= 7) ?? 5;
  const lines = [];
  for (let price = Math.ceil(low / step) * step; price < high; price += step) {
    lines.push(drawn('line', { class: 'grid', x1: MARGIN.left, x2: width - MARGIN.right, y1: y(price), y2: y(price) }));
    lines.push(drawn('text', { class: 'price', x: MARGIN.left - 6, y: y(price) + 4 }, price.toFixed(2)));
  }
  return lines;
}

function years({ begin, end, x, height }) {
  const labels = [];
  for (let year = new Date(begin).getUTCFullYear(); year <= new Date(end).getUTCFullYear(); year++) {
    const start = `${year}-01-01`;
    const at = Math.max(x(start), MARGIN.left);
    if (Date.parse(start) >= end) break;
    labels.push(drawn('line', { class: 'grid', x1: at, x2: at, y1: MARGIN.top, y2: height - MARGIN.bottom + 20 }));
    labels.push(drawn('text', { class: 'year', x: at + 4, y: height - 8 }, String(year)));
  }
  return labels;
}

function settlements(months, { x, y }) {
  const path = months.map((point) => `${(x(point.start) + x(point.end)) / 2},${y(point.settle)}`);
  return drawn('polyline', { class: 'settled', points: path.join(' ') });
}

function index(price, { y }) {
  const at = y(price);
  return [
    drawn('path', { class: 'index', d: `M${MARGIN.left - 4},${at} l-8,-5 v10 z` }),
    drawn('line', { class: 'index', x1: MARGIN.left, x2: MARGIN.left + 26, y1: at, y2: at }),
    drawn('text', { class: 'index', x: MARGIN.left + 30, y: at + 4 }, `index ${price}`),
  ];
}
