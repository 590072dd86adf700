/**
 * What an account knows of its deliveries, made from the events of channel `obligations`. Knows nothing of
 * pages and sockets: events in, lanes out.
 */

const HOUR_NS = 3_600_000_000_000n;
const GPUS = 8;
const LATEST = 40;

/** The steps of a lane, in their order. */
export const STEPS = ['obligation', 'tender', 'assignment', 'acceptance', 'hours', 'receipts', 'damages', 'paid'];

const over = (state) => ['settled', 'released', 'cashed_out'].includes(state);

export class Lanes {
  constructor() {
    this.clear();
  }

  clear() {
    this.obligations = new Map();
    this.tenders = new Map();
    this.preferences = new Map();
    this.bond = { balance: 0, penalty: 0 };
    this.seq = 0;
  }

  /** Takes in an event of the channel, or a snapshot of it. */
  take({ kind, data, acct_seq: seq }) {
    if (seq !== undefined && kind !== 'snapshot') {
      if (seq <= this.seq) return;
      this.seq = seq;
    }
    if (kind === 'snapshot') {
      for (const one of data ?? []) this.#obligation(one, true);
    } else if (kind === 'obligation') this.#obligation(data, false);
    else if (kind === 'tender') this.tenders.set(data.symbol, data);
    else if (kind === 'preference') this.preferences.set(data.symbol, data);
    else if (kind === 'bond') this.bond = { balance: Number(data.balance), penalty: this.bond.penalty + Number(data.penalty) };
    else if (data?.obligation_id) this.#happened(kind, data);
  }

  #of(id) {
    if (!this.obligations.has(id)) {
      this.obligations.set(id, {
        id, data: null, invoice: null, days: new Map(), hours: 0, events: [],
        passed: new Set(), failed: new Set(), replaced: [], dropped: 0,
        countersigned: 0, disputed: 0, probed: 0, decided: 0, covers: [], coverOf: null,
      });
    }
    return this.obligations.get(id);
  }

  #happened(kind, data) {
    const lane = this.#of(data.obligation_id);
    if (kind === 'invoice') lane.invoice = data;
    else if (kind === 'tested') {
      (data.passed ? lane.passed : lane.failed).add(data.node);
      (data.passed ? lane.failed : lane.passed).delete(data.node);
    } else if (kind === 'replaced') lane.replaced.push(data);
    else if (kind === 'dropped') lane.dropped += 1;
    else if (kind === 'covered_by') {
      lane.covers.push(data);
      this.#of(data.by).coverOf = data.obligation_id;
    }
    else if (kind in lane) lane[kind] += 1;
    const isNews = kind !== 'countersigned' && !(kind === 'tested' && data.passed);
    if (isNews) this.#note(lane, kind, data);
  }

  #note(lane, kind, data) {
    lane.events.push({ kind, data, hours: lane.hours });
    if (lane.events.length > LATEST) lane.events.shift();
  }

  /** An obligation as it is now: what it has more than before belongs to the next hour, or is a correction. */
  #obligation(data, isWhole) {
    const lane = this.#of(data.obligation_id);
    const before = lane.data;
    lane.data = data;
    if (before?.state !== data.state) this.#note(lane, data.state, data);
    const told = (one) => (one ? [one.delivered_gpu_hours, one.shortfall_gpu_hours, one.waived_gpu_hours ?? 0].map(Number) : [0, 0, 0]);
    const [now, then] = [told(data), told(before)];
    const more = now.map((number, at) => number - then[at]);
    const sum = more[0] + more[1] + more[2];
    const due = dueOf(data);
    if (sum <= 0) return;
    if (isWhole || !before) {
      // Without the events before it is not known on which days it was delivered.
      lane.hours = Math.round((now[0] + now[1] + now[2]) / due);
      return;
    }
    // Hours that are signed wait for one before them that is not, and then all are final at once. What is
    // missing belongs to the one that they waited for.
    const open = openDue(data);
    const count = Math.round(sum / open);
    if (count === 0) this.#add(lane, Math.max(0, lane.hours - 1), more, 0);
    let left = more;
    for (let at = 0; at < count; at++) {
      const lost = [Math.min(left[1], open), Math.min(left[2], open)];
      const got = at === count - 1 ? left[0] : Math.min(left[0], open - lost[0] - lost[1]);
      this.#add(lane, lane.hours, [got, ...lost], 1);
      left = [left[0] - got, left[1] - lost[0], left[2] - lost[1]];
      lane.hours += 1;
    }
  }

  #add(lane, hour, [delivered, missing, waived], hours) {
    const day = Math.floor(hour / 24);
    const cell = lane.days.get(day) ?? { delivered: 0, missing: 0, waived: 0, hours: 0 };
    lane.days.set(day, {
      delivered: cell.delivered + delivered, missing: cell.missing + missing, waived: cell.waived + waived, hours: cell.hours + hours,
    });
  }

  /** The lanes, those that are not over first, the oldest first among them. */
  all() {
    const known = [...this.obligations.values()].filter((lane) => lane.data);
    const number = (lane) => Number(lane.id.replace(/\D/g, ''));
    return known.sort((a, b) => over(a.data.state) - over(b.data.state)
      || Number(a.data.window_start_ns) - Number(b.data.window_start_ns) || number(a) - number(b));
  }
}

/** GPU-hours of an hour, of all lots. */
export const dueOf = (data) => Number(data.lots) * GPUS;

/** GPU-hours of an hour that the seller itself still owes. */
function openDue(data) {
  const hours = Number(hoursOf(data));
  return Math.max(GPUS, dueOf(data) - Number(data.covered_gpu_hours ?? 0) / Math.max(1, hours));
}

/** Hours of the window. */
export const hoursOf = (data) => Number((BigInt(data.window_end_ns) - BigInt(data.window_start_ns)) / HOUR_NS);

/** The time of an hour of the window. */
export const hourAt = (data, hour) => String(BigInt(data.window_start_ns) + BigInt(hour) * HOUR_NS);

/** The days of a window: due, delivered, missing and waived GPU-hours, `null` where nothing is final yet. */
export function daysOf(lane) {
  const days = Math.ceil(hoursOf(lane.data) / 24);
  return Array.from({ length: days }, (_, day) => ({ day, at: hourAt(lane.data, day * 24), ...(lane.days.get(day) ?? { delivered: null }) }));
}

/** Which step a lane is at: its place in `STEPS`. All before it are done. */
export function stepOf({ data, hours, invoice }) {
  if (invoice || data.state === 'settled') return STEPS.length;
  if (data.state === 'assigned') return 3;
  if (data.state === 'accepted') return 4;
  if (data.state === 'released') return STEPS.length;
  return hours >= hoursOf(data) ? 6 : 4;
}
