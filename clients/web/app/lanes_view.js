/** The lanes of an account's deliveries: one for each obligation, from the trade to the money. */

import { Lanes, daysOf, dueOf } from './lanes.js';
import { monthGrid } from './month.js';
import { entryOf } from './month_text.js';
import * as place from './place.js';
import { soon } from './soon.js';
import { nextOf, stepsOf } from './steps.js';
import { exports } from './table.js';
import { count, day, dollars, element, stamp, tenor } from './units.js';

const PICTURE_MS = 250;

export class LanesView {
  #section;
  #feedback;
  #lanes = new Lanes();
  #entries = [];
  #instruments;
  #totals = {};
  /** Some hundred events come in a second of a fast clock; nobody reads more than a few pictures. */
  #drawSoon = soon(() => this.#draw(), PICTURE_MS);
  #now = '';
  /** What is drawn of each obligation; it stays, so that focus and clicks do not get lost. */
  #drawn = new Map();
  #figures = element('dl');
  #sums;
  #opened = null;

  /** @param {Map<string, {last_trading_ns: string}>} instruments */
  constructor(section, instruments) {
    this.#section = section;
    this.#instruments = instruments;
    this.#feedback = element('div', { class: 'lanes' });
    this.#sums = element('div', { class: 'totals' }, this.#figures, exports('obligations', () => this.rows()));
    section.querySelector('#lanes').append(this.#feedback);
    section.addEventListener('keydown', (event) => this.#move(event));
    place.onChange(() => this.#drawSoon());
  }

  clear() {
    this.#lanes.clear();
    this.#drawn.clear();
    this.#totals = {};
    this.#drawSoon();
  }

  take(event) {
    this.#lanes.take(event);
    this.#drawSoon();
  }

  /** What invoices and statements say. */
  list({ invoices, statements }) {
    for (const invoice of invoices ?? []) this.#lanes.take({ kind: 'invoice', data: invoice });
    const totals = {};
    for (const { lines } of statements ?? []) {
      for (const { purse, reason, amount } of lines) {
        const key = `${purse} ${reason}`;
        totals[key] = (totals[key] ?? 0) + Number(amount);
      }
    }
    this.#totals = totals;
    this.#drawSoon();
  }

  calendar(entries) {
    for (const entry of entries) {
      const at = this.#entries.findIndex(({ uid }) => uid === entry.uid);
      if (at < 0) this.#entries.push(entry);
      else this.#entries[at] = entry;
    }
    this.#drawSoon();
  }

  time(now) {
    if (this.#now.slice(0, 10) !== now.slice(0, 10)) this.#drawSoon();
    this.#now = now;
  }

  /** One row for each obligation. */
  rows() {
    return this.#lanes.all().map(({ id, data, invoice, hours, countersigned, disputed, covers }) => ({
      obligation: id, contract: data.symbol, role: data.role, state: data.state, lots: data.lots, price_usd: data.price,
      factor: data.factor, window_start: stamp(data.window_start_ns), window_end: stamp(data.window_end_ns),
      due_gpu_hours: data.gpu_hours, delivered_gpu_hours: data.delivered_gpu_hours, missing_gpu_hours: data.shortfall_gpu_hours,
      covered_gpu_hours: data.covered_gpu_hours ?? '0', waived_gpu_hours: data.waived_gpu_hours ?? '0', final_hours: hours,
      signed_hours: countersigned, disputed_hours: disputed, covers: covers.length, nodes: data.nodes, nodes_down: data.nodes_down,
      paid_usd: data.paid, damages_usd: invoice?.damages ?? data.penalty_accrued, invoiced: invoice ? day(invoice.issued_ns) : '',
    }));
  }

  #known({ data }) {
    const { symbol } = data;
    return {
      tender: this.#lanes.tenders.get(symbol), preference: this.#lanes.preferences.get(symbol),
      lastTrading: this.#instruments.get(symbol)?.last_trading_ns,
      assigned: entryOf(this.#entries, 'assignment', symbol)?.from, invoiced: entryOf(this.#entries, 'invoice', symbol)?.from,
    };
  }

  #draw() {
    const lanes = this.#lanes.all();
    const chosen = place.get('ob');
    if (!lanes.length) {
      this.#feedback.replaceChildren(element('p', { class: 'about' }, 'No obligations. What is held at the end of a month’s trading, in whole blocks, becomes one two business days later.'));
      return;
    }
    const parts = lanes.flatMap((lane) => {
      const isOpen = lane.id === chosen;
      const { article } = this.#lane(lane, isOpen);
      return isOpen ? [article, this.#detail(lane)] : [article];
    });
    arrange(this.#feedback, [this.#money(lanes), ...parts]);
  }

  #money(lanes) {
    const sum = (read) => lanes.reduce((total, lane) => total + Number(read(lane) ?? 0), 0);
    const total = (key) => this.#totals[key];
    const { bond } = this.#lanes;
    const figures = [
      ['due', `${count(sum(({ data }) => data.gpu_hours))} GPUh`], ['delivered', count(sum(({ data }) => data.delivered_gpu_hours))],
      ['missing', count(sum(({ data }) => data.shortfall_gpu_hours))], ['paid', dollars(sum(({ data }) => data.paid))],
      ['damages', dollars(sum(({ data, invoice }) => invoice?.damages ?? data.penalty_accrued))],
      ['escrow in', total('escrow escrow_in')], ['escrow out', total('escrow escrow_out')],
      ['bond', bond.balance || bond.penalty ? bond.balance : undefined], ['penalty', bond.penalty || undefined],
    ];
    const shown = figures.filter(([, value]) => value !== undefined);
    this.#figures.replaceChildren(...shown.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, typeof value === 'number' ? dollars(Math.abs(value)) : value))));
    return this.#sums;
  }

  #lane(lane, isOpen) {
    const { data, id } = lane;
    const known = this.#known(lane);
    if (!this.#drawn.has(id)) this.#drawn.set(id, this.#made(lane));
    const drawn = this.#drawn.get(id);
    drawn.title.setAttribute('aria-expanded', String(isOpen));
    drawn.article.className = `obligation ${data.state} ${isOpen ? 'open' : ''}`.trim();
    drawn.state.textContent = data.state.replace('_', ' ') + (Number(data.nodes_down) ? `, ${data.nodes_down} down` : '');
    drawn.next.textContent = nextOf(lane, known);
    const steps = stepsOf(lane, known);
    const now = JSON.stringify([steps, lane.hours, data.shortfall_gpu_hours]);
    if (now !== drawn.told) {
      drawn.told = now;
      drawn.swim.replaceChildren(...steps.map(({ name, state, when, what }) => element('li', { class: state },
        element('span', { class: 'step' }, name), element('span', { class: 'what' }, what), element('small', {}, when))));
      drawn.strip.replaceChildren(strip(lane));
    }
    return drawn;
  }

  #made({ data, id }) {
    const title = element('button', { type: 'button', class: 'lane-title' },
      element('b', {}, id), ` ${data.symbol} `, element('small', {}, `${data.role === 'receive' ? 'you get' : 'you deliver'} ${count(data.lots)} lots = ${count(Number(data.lots) * 8)} GPUs`));
    title.addEventListener('click', () => {
      place.set({ ob: place.get('ob') === id ? null : id });
      this.#draw();
    });
    const [state, swim, days, next] = [element('span', { class: 'state' }), element('ol', { class: 'swim' }), element('div'), element('p', { class: 'next' })];
    const article = element('article', { 'data-id': id }, element('header', {}, title, state), swim, days, next);
    return { article, title, state, swim, strip: days, next, told: '' };
  }

  #detail(lane) {
    const { data, id } = lane;
    const month = day(data.window_start_ns).slice(0, 7);
    const days = new Map(daysOf(lane).map((one) => [day(one.at), one]));
    const grid = monthGrid(month, this.#now.slice(0, 10), (date) => {
      const one = days.get(date);
      const marks = this.#entries.filter(({ from, uid }) => from === date && !uid.startsWith('delivery-') && uid.includes(data.symbol.split('-').slice(0, 2).join('-')))
        .map(({ summary, uid }) => `${uid.split('-')[0] === 'last' ? 'last trade' : uid.split('-')[0]} ${tenor(uid.split('@')[0])}`);
      const words = !one || one.delivered === null ? [] : [one.missing ? `${count(one.missing)} missing` : 'whole'];
      return { marks: [...words, ...marks], level: level(lane, one) };
    });
    const table = () => [...days].map(([date, one]) => ({
      obligation: id, date, final_hours: one.hours ?? 0, delivered_gpu_hours: one.delivered ?? '', missing_gpu_hours: one.missing ?? '', waived_gpu_hours: one.waived ?? '',
    }));
    const events = [...lane.events].reverse().slice(0, 14).map(({ kind, data: told, hours }) => element('li', {}, sentence(kind, told), element('small', {}, hours ? ` after hour ${count(hours)}` : '')));
    if (this.#opened?.id !== id) {
      const body = element('div');
      const save = exports(`${id}-days`, () => this.#opened.rows());
      const node = element('section', { class: 'detail', 'aria-label': `Days of ${id}` }, element('header', {}, element('h3', {}, `${id}, ${month}`), save), body);
      this.#opened = { id, node, body };
    }
    this.#opened.rows = table;
    this.#opened.body.replaceChildren(grid, element('ol', { class: 'happened', 'aria-label': 'What happened, the latest first' }, ...events));
    return this.#opened.node;
  }

  /** Arrow keys go from lane to lane. */
  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const titles = [...this.#section.querySelectorAll('.lane-title')];
    const at = titles.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    titles[Math.min(titles.length - 1, Math.max(0, at + step))].focus();
  }
}

/** Puts these into a parent in this order, and touches none that is where it should be. */
function arrange(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, at) => {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  });
}

/** A cell for each day: how much of it was delivered. */
function strip(lane) {
  const days = daysOf(lane);
  const words = days.filter((one) => one.missing).length;
  const label = `${days.filter((one) => one.delivered !== null).length} of ${days.length} days with final hours, ${words} with something missing`;
  return element('div', { class: 'strip', role: 'img', 'aria-label': label }, ...days.map((one) => {
    const told = one.delivered === null ? 'not final' : `${count(one.delivered)} delivered, ${count(one.missing)} missing`;
    return element('span', { class: level(lane, one), title: `${day(one.at)}: ${told}` });
  }));
}

/** How a day went: `none` before it is final, then by the part that is missing. */
function level(lane, one) {
  if (!one || one.delivered === null) return 'none';
  const part = one.missing / Math.max(1, dueOf(lane.data) * 24);
  return part === 0 ? 'full' : part < 0.02 ? 'little' : part < 0.1 ? 'some' : 'much';
}

function sentence(kind, told) {
  const words = {
    assigned: () => 'assigned', accepted: () => 'accepted', delivering: () => 'delivery begins', settled: () => 'settled', released: () => 'released',
    covered: () => 'covered by others', defaulted: () => 'seller in default', cashed_out: () => 'ended in money',
    tested: () => `node ${told.node} ${told.passed ? 'passed' : 'failed'} its test`, replaced: () => `node ${told.spare} in the place of node ${told.failed}`,
    dropped: () => `node ${told.node} was not replaced`, disputed: () => `${stamp(told.hour_ns)}: ${told.gpu_hours} GPUh disputed`,
    probed: () => `${stamp(told.hour_ns)}: a probe read ${told.gpu_hours} GPUh`,
    decided: () => `${stamp(told.hour_ns)}: ${told.delivered_gpu_hours} GPUh delivered, ${told.missing_gpu_hours} missing`,
    covered_by: () => `${told.lots} lots covered by ${told.by} at $${told.price}`,
    invoice: () => `invoiced: ${dollars(Number(told.amount))}, damages ${dollars(Number(told.damages))}`,
    handed_over: () => `${told.lots} lots handed over as ${told.as}`, escrow_late: () => `escrow is late; due ${stamp(told.until_ns)}`,
  };
  return words[kind]?.() ?? kind.replace('_', ' ');
}
