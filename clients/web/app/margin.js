/** Margin: what an account would lose in each of the scenarios, and which of them binds. */

import { exports } from './table.js';
import { dollars, element } from './units.js';

export class Margin {
  #section;
  #about;
  #figures = element('dl', { class: 'figures' });
  #bars = element('ol', { class: 'bars' });
  #answer = null;

  constructor(section) {
    this.#section = section;
    this.#about = section.querySelector('.about');
    const head = element('div', { class: 'totals' }, this.#figures, exports('scenarios', () => this.#rows()));
    section.append(head, this.#bars);
  }

  clear() {
    this.#answer = null;
    this.#section.hidden = true;
  }

  /** @param {{margin: object, scenarios: {name: string, loss: string}[]}} answer of `margin.get` */
  show(answer) {
    this.#answer = answer;
    this.#section.hidden = false;
    const { margin, scenarios } = answer;
    const names = [['available', 'available'], ['initial', 'initial'], ['maintenance', 'maintenance'], ['delivery', 'of deliveries'], ['escrow', 'escrow'], ['concentration', 'concentration']];
    this.#figures.replaceChildren(...names.map(([key, name]) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, dollars(Number(margin[key]))))));
    const free = Number(margin.available) - Number(margin.initial);
    this.#about.textContent = `Positions and open orders in ${scenarios.length} moves of the curve. “${margin.scenario_name}” binds; ${dollars(free)} is free.`;
    const most = Math.max(1, ...scenarios.map(({ loss }) => Math.abs(Number(loss))));
    this.#bars.replaceChildren(...scenarios.map((one, at) => bar(one, most, at === margin.scenario)));
  }

  #rows() {
    const { margin, scenarios } = this.#answer ?? { scenarios: [] };
    return scenarios.map(({ name, loss }, at) => ({ scenario: at, name, loss_usd: loss, binds: at === margin.scenario }));
  }
}

/** Losses go to the right, gains to the left, on one scale. */
function bar({ name, loss }, most, binds) {
  const amount = Number(loss);
  const made = element('span', { class: amount > 0 ? 'loss' : 'gain' });
  made.style.width = `${(50 * Math.abs(amount)) / most}%`;
  const words = amount > 0 ? `-${dollars(amount)}` : amount < 0 ? `+${dollars(-amount)}` : dollars(0);
  return element('li', binds ? { class: 'binds', 'aria-current': 'true' } : {},
    element('span', { class: 'name' }, name), element('span', { class: 'track', 'aria-hidden': 'true' }, made), element('span', { class: 'amount' }, words));
}
