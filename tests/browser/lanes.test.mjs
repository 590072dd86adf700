/** What the page makes of an account's events, keys and calendar: `node --test tests/browser`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loginMessage, parseKeys, signer } from '../../clients/web/app/keys.js';
import { Lanes, STEPS, daysOf, stepOf } from '../../clients/web/app/lanes.js';
import { entryOf, parseCalendar } from '../../clients/web/app/month_text.js';
import { csv } from '../../clients/web/app/csv.js';

const START = 1_798_761_600_000_000_000n;
const OBLIGATION = {
  obligation_id: 'OB-7', symbol: 'H100-US-2027M01', role: 'receive', lots: '8', price: '2.400', gpu_hours: '47616',
  delivered_gpu_hours: '0', shortfall_gpu_hours: '0', window_start_ns: String(START), window_end_ns: String(START + 744n * 3_600_000_000_000n),
  state: 'delivering', nodes: '8', nodes_down: '0', paid: '0.000', penalty_accrued: '0.000', factor: '1.000', uncovered: '0', novated_to: 'CCP',
};

/** Lanes that have heard so many hours, of which some missed eight GPU-hours. */
function heard(hours, missing = []) {
  const lanes = new Lanes();
  let seq = 1;
  const tell = (kind, data) => lanes.take({ kind, data, acct_seq: seq++ });
  tell('obligation', { ...OBLIGATION, state: 'assigned' });
  tell('obligation', { ...OBLIGATION, state: 'accepted' });
  tell('obligation', OBLIGATION);
  let [delivered, short] = [0, 0];
  for (let hour = 0; hour < hours; hour++) {
    const lost = missing.includes(hour) ? 8 : 0;
    delivered += 64 - lost;
    short += lost;
    tell('obligation', { ...OBLIGATION, delivered_gpu_hours: String(delivered), shortfall_gpu_hours: String(short) });
  }
  return { lanes, tell };
}

test('every final hour is on its day, and days add up to the obligation', () => {
  const { lanes } = heard(50, [0, 30, 31]);
  const [lane] = lanes.all();
  assert.equal(lane.hours, 50);
  const days = daysOf(lane);
  assert.equal(days.length, 31);
  assert.deepEqual(days.slice(0, 3).map(({ delivered, missing, hours }) => [delivered, missing, hours]), [[1528, 8, 24], [1520, 16, 24], [128, 0, 2]]);
  assert.equal(days[3].delivered, null);
  const sum = days.reduce((total, one) => total + (one.delivered ?? 0) + (one.missing ?? 0), 0);
  assert.equal(sum, 50 * 64);
});

test('hours that become final together are on their own days', () => {
  const { lanes, tell } = heard(22);
  tell('obligation', { ...OBLIGATION, delivered_gpu_hours: String(27 * 64 - 8), shortfall_gpu_hours: '8' });
  const [lane] = lanes.all();
  assert.equal(lane.hours, 27);
  assert.deepEqual(daysOf(lane).slice(0, 2).map(({ delivered, missing, hours }) => [delivered, missing, hours]), [[1528, 8, 24], [192, 0, 3]]);
});

test('a decided dispute corrects the last hour and begins none', () => {
  const { lanes, tell } = heard(3);
  tell('obligation', { ...OBLIGATION, delivered_gpu_hours: '196', shortfall_gpu_hours: '0' });
  assert.equal(lanes.all()[0].hours, 3);
  assert.equal(lanes.all()[0].days.get(0).delivered, 196);
});

test('an event that was heard already counts once', () => {
  const { lanes } = heard(2);
  lanes.take({ kind: 'countersigned', data: { obligation_id: 'OB-7', hour_ns: '0' }, acct_seq: 90 });
  lanes.take({ kind: 'countersigned', data: { obligation_id: 'OB-7', hour_ns: '0' }, acct_seq: 90 });
  assert.equal(lanes.all()[0].countersigned, 1);
});

test('a node that failed and passes later has passed', () => {
  const { lanes, tell } = heard(0);
  tell('tested', { obligation_id: 'OB-7', node: 3, passed: false });
  tell('replaced', { obligation_id: 'OB-7', failed: 3, spare: 40 });
  tell('tested', { obligation_id: 'OB-7', node: 4, passed: true });
  const [lane] = lanes.all();
  assert.deepEqual([[...lane.failed], [...lane.passed], lane.replaced.length], [[3], [4], 1]);
});

test('a lane goes through its steps in order', () => {
  const at = (state, more = {}) => STEPS[stepOf({ data: { ...OBLIGATION, state }, hours: 0, invoice: null, ...more })] ?? 'over';
  assert.deepEqual([at('assigned'), at('accepted'), at('delivering'), at('delivering', { hours: 744 }), at('settled')],
    ['acceptance', 'hours', 'hours', 'damages', 'over']);
});

test('the login of the document has the signature of the document', async () => {
  const seed = Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64');
  const message = loginMessage('gw.gigahour.example', 'k_01HTEST', 'c3f1b1f0a4e84d3c9a1f6b7d2e5c8a90', '9f2c0d5e7b6a4c1f', '1772323200000000000');
  const sign = await signer(seed);
  assert.equal(await sign(message), '8+XnqbyX4soFIqRVrGOr4me3qATToSPhyau/5/baQ+snKsXRe//wA77MZAIFdv1o9S3N+WuzIs832z2Y0xmTDg==');
});

test('keys are read from their file', () => {
  const text = 'trade = "ws://x"\n\n[[key]]\nname = "desk"\naccount = 1001\nkey_id = "k_desk"\nseed = "AAAA"\n\n[[key]]\nname = "lab"\naccount = 1002\nkey_id = "k_lab"\nseed = "BBBB"\n';
  assert.deepEqual(parseKeys(text).map(({ name, account, keyId, seed }) => [name, account, keyId, seed]),
    [['desk', '1001', 'k_desk', 'AAAA'], ['lab', '1002', 'k_lab', 'BBBB']]);
});

test('a calendar is read with its folded lines', () => {
  const text = 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:assignment-H100-US-2027M01@gigahour\r\nDTSTART:20261221T160000Z\r\nSUMMARY:Assignment of \r\n H100-US-2027M01\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
  const entries = parseCalendar(text);
  assert.deepEqual(entryOf(entries, 'assignment', 'H100-US-2027M01'), { uid: 'assignment-H100-US-2027M01@gigahour', from: '2026-12-21', summary: 'Assignment of H100-US-2027M01' });
});

test('a table is quoted as a spreadsheet reads it, and no cell is a formula', () => {
  assert.equal(csv([{ a: 'x,"y"', b: '=1+1', c: -2, d: null }]), 'a,b,c,d\r\n"x,""y""",\'=1+1,-2,\r\n');
});
