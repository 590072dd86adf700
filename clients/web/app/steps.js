/** The steps of an obligation in words: what has happened at each, when, and what comes next. */

import { count, day, dollars, stamp } from './units.js';
import { STEPS, dueOf, hourAt, hoursOf, stepOf } from './lanes.js';

const DAY_NS = 86_400_000_000_000n;
const before = (ns, days) => String(BigInt(ns) - BigInt(days) * DAY_NS);
const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/**
 * @param {object} lane of `Lanes`
 * @param {{tender?: object, preference?: object, lastTrading?: string, assigned?: string, invoiced?: string}} known what else is known of its month
 * @returns {{name: string, state: 'done' | 'now' | 'next', when: string, what: string}[]}
 */
export function stepsOf(lane, known) {
  const at = stepOf(lane);
  const tell = { obligation, tender, assignment, acceptance, hours, receipts, damages, paid };
  return STEPS.map((name, place) => {
    const { when, what } = tell[name](lane, known);
    const isRunning = place === at || (at === 4 && (name === 'receipts' || name === 'damages' || name === 'paid'));
    return { name, state: place < at ? 'done' : isRunning ? 'now' : 'next', when, what };
  });
}

function obligation({ data, coverOf }, { lastTrading }) {
  if (coverOf) return { when: `from ${stamp(data.window_start_ns)}`, what: `covers ${plural(Number(data.lots), 'lot')} of ${coverOf} at $${data.price}` };
  const verb = data.role === 'receive' ? 'bought' : 'sold';
  return { when: lastTrading ? day(lastTrading) : '', what: `${verb} ${plural(Number(data.lots), 'lot')} at $${data.price}` };
}

function tender({ data, coverOf }, { lastTrading, tender: offered, preference }) {
  if (coverOf) return { when: '', what: 'stood by' };
  const when = lastTrading ? `after ${day(lastTrading)}` : '';
  if (data.role === 'receive') {
    const wishes = preference && [preference.single_fabric && 'one fabric', preference.best_grade && 'best grade', preference.zone, preference.seller && `from ${preference.seller}`, preference.image].filter(Boolean);
    return { when, what: wishes?.length ? `asked: ${wishes.join(', ')}` : 'no preference' };
  }
  const blocks = offered?.tenders.map((one) => `${one.lots} on ${one.fabric}${one.buyer ? ` for ${one.buyer}` : ''}`);
  return { when, what: blocks?.length ? blocks.join(', ') : 'as the rule tenders' };
}

function assignment({ data, coverOf }, { assigned }) {
  const factor = data.factor && data.factor !== '1.000' ? `, grade factor ${data.factor}` : '';
  return { when: coverOf ? 'by the exchange' : assigned ?? '', what: `${plural(Number(data.nodes), 'node')}${factor}` };
}

function acceptance({ data, passed, failed, replaced, dropped }) {
  const parts = [
    passed.size && `${passed.size} passed`, failed.size && `${failed.size} failed`,
    replaced.length && `${replaced.length} replaced`, dropped && `${dropped} dropped`,
  ].filter(Boolean);
  const silent = data.state === 'assigned' ? 'not tested yet' : 'accepted by silence';
  return { when: `by ${day(before(data.window_start_ns, 2))}`, what: parts.length ? parts.join(', ') : silent };
}

function hours({ data, hours: final }) {
  const delivered = Number(data.delivered_gpu_hours);
  const told = delivered + Number(data.shortfall_gpu_hours);
  const when = final ? `${count(final)} of ${count(hoursOf(data))} h` : stamp(data.window_start_ns);
  return { when, what: told ? `${count(delivered)} GPUh, ${((100 * delivered) / told).toFixed(2)}\u00a0%` : `${count(Number(data.gpu_hours))} GPUh due` };
}

function receipts(lane) {
  const { data, hours: final, countersigned, disputed, decided } = lane;
  const held = Number(data.held_gpu_hours ?? 0);
  const parts = [
    countersigned && `${count(countersigned)} signed by the buyer`, disputed && `${count(disputed)} disputed`,
    decided && `${count(decided)} decided`, held && `${count(held)} GPUh held`,
  ].filter(Boolean);
  return { when: final ? `final to ${stamp(hourAt(data, final))}` : '24 h after each hour', what: parts.length ? parts.join(', ') : 'silence accepts' };
}

function damages({ data, invoice, covers }) {
  const short = Number(data.shortfall_gpu_hours);
  const free = Math.floor(Number(data.gpu_hours) * 0.02);
  const owed = Number(invoice?.damages ?? data.penalty_accrued);
  const cover = covers.length ? `, ${plural(covers.reduce((sum, one) => sum + Number(one.lots), 0), 'lot')} covered` : '';
  return { when: `${count(short)} GPUh missing`, what: (owed ? dollars(owed) : `within ${count(invoice ? Number(invoice.tolerated_gpu_hours) : free)} free`) + cover };
}

function paid({ data, invoice }, { invoiced }) {
  return { when: invoice ? day(invoice.issued_ns) : invoiced ? `invoice ${invoiced}` : '', what: dollars(Number(data.paid)) };
}

/** What comes next, in one sentence. */
export function nextOf(lane, known) {
  const { data, invoice, hours: final, covers } = lane;
  if (invoice) return `Invoiced ${day(invoice.issued_ns)}: ${dollars(Number(invoice.amount))} for ${count(Number(invoice.delivered_gpu_hours))} GPUh.`;
  if (data.state === 'released') return 'Released: both sides deliver without the house.';
  if (data.state === 'assigned') return `Next: nodes nobody has tested are accepted on ${day(before(data.window_start_ns, 2))}.`;
  if (data.state === 'accepted') return `Next: the first hour, ${stamp(data.window_start_ns)}.`;
  if (data.state === 'covered') return `The rest is delivered by ${covers.map(({ by }) => by).join(', ') || 'others'}; next: the invoice${known.invoiced ? `, ${known.invoiced}` : ''}.`;
  if (final < hoursOf(data)) return `Next: hour ${stamp(hourAt(data, final))} is final a day after it ends; ${count((hoursOf(data) - final) * dueOf(data))} GPUh to come.`;
  return `Next: the invoice${known.invoiced ? `, ${known.invoiced}` : ''}.`;
}
