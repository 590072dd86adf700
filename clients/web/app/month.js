/** A month as a grid of weeks. */

import { element } from './units.js';

/**
 * A month as a grid of weeks.
 * @param {string} month `2027-01`
 * @param {(day: string) => {marks: string[], level: string}} of what there is on a day
 */
export function monthGrid(month, today, of) {
  const first = new Date(`${month}-01T00:00:00Z`);
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const lead = (first.getUTCDay() + 6) % 7;
  const cells = [...Array(lead).fill(null), ...Array.from({ length: days }, (_, at) => `${month}-${String(at + 1).padStart(2, '0')}`)];
  while (cells.length % 7) cells.push(null);
  const head = element('tr', {}, ...['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'].map((name) => element('th', { scope: 'col' }, name)));
  const rows = [];
  for (let at = 0; at < cells.length; at += 7) rows.push(element('tr', {}, ...cells.slice(at, at + 7).map((one) => cell(one, today, of))));
  return element('table', { class: 'month-grid', 'aria-label': `Calendar of ${month}` }, element('thead', {}, head), element('tbody', {}, ...rows));
}

function cell(date, today, of) {
  if (!date) return element('td', { class: 'out' });
  const { marks, level } = of(date);
  const attributes = { class: `${level} ${date === today ? 'today' : ''}`.trim() };
  if (marks.length) attributes.title = marks.join('\n');
  return element('td', attributes, element('time', { datetime: date }, String(Number(date.slice(8)))), ...marks.map((mark) => element('small', {}, mark)));
}
