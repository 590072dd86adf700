/** The account of whoever looks: keys from a file, a session, and what it feeds. */

import { Account } from './account.js';
import { parseKeys } from './keys.js';
import * as place from './place.js';
import { element } from './units.js';

/** How often lists are asked for that no channel tells. */
const LISTS_MS = 3_000;

export class Desk {
  #form;
  #url;
  #hears;
  #keys = [];
  #account = null;

  /** @param {{event: (event: object) => void, begin: (account: Account) => void, lists: (lists: object) => void, end: () => void}} hears */
  constructor(form, url, hears) {
    this.#form = form;
    this.#url = url;
    this.#hears = hears;
    form.querySelector('input').addEventListener('change', (event) => this.#open(event.target.files[0]));
    form.querySelector('select').addEventListener('change', (event) => this.#enter(event.target.value));
    setInterval(() => this.#list(), LISTS_MS);
  }

  async #open(file) {
    if (!file) return;
    this.#keys = parseKeys(await file.text());
    if (!this.#keys.length) return this.#say('no keys in this file', 'down');
    const select = this.#form.querySelector('select');
    select.replaceChildren(...this.#keys.map(({ name }) => element('option', { value: name }, name)));
    const wanted = place.get('as');
    select.value = this.#keys.some(({ name }) => name === wanted) ? wanted : this.#keys[0].name;
    select.hidden = false;
    this.#enter(select.value);
  }

  #enter(name) {
    this.#account?.close();
    const key = this.#keys.find((one) => one.name === name);
    if (!key) return;
    place.set({ as: name });
    this.#hears.end();
    this.#account = new Account(this.#url, key, {
      state: (state, why) => this.#say({ up: `${name}, ${key.account ? `A-${key.account}` : ''}`, down: 'reconnecting', refused: `refused: ${why}` }[state], state),
      event: (event) => event.channel === 'obligations' && this.#hears.event(event),
      ready: (account) => this.#begin(account),
    });
  }

  async #begin(account) {
    this.#hears.begin(account);
    try {
      await account.listenFromStart('obligations');
      const { obligations } = await account.ask('obligations.list');
      this.#hears.event({ kind: 'snapshot', data: obligations });
      await this.#list();
    } catch (error) {
      if (account === this.#account) this.#say(error.message, 'down');
    }
  }

  async #list() {
    const account = this.#account;
    if (!account) return;
    try {
      const { invoices } = await account.ask('invoices.list');
      const { statements } = await account.ask('statements.list');
      const margin = await account.ask('margin.get');
      if (account === this.#account) this.#hears.lists({ invoices, statements, margin });
    } catch {
      // The session is gone or comes back; the next round asks again.
    }
  }

  #say(text, state) {
    const output = this.#form.querySelector('output');
    output.textContent = text;
    output.dataset.state = state;
  }
}
