/** Puts the page together: which product, which contract, and who hears what of them. */

import { Board, isInDelivery } from './delivery.js';
import { Curve } from './curve.js';
import { Desk } from './desk.js';
import { Feed } from './feed.js';
import { Ladder } from './ladder.js';
import { LanesView } from './lanes_view.js';
import { Margin } from './margin.js';
import { Matrix } from './matrix.js';
import { parseCalendar } from './month_text.js';
import * as place from './place.js';
import { Spreads } from './spreads.js';
import { Tape } from './tape.js';
import { Wire } from './wire.js';
import { compact, element, stamp } from './units.js';

const $ = (id) => document.getElementById(id);
const instruments = new Map();
let chosen = place.get('sym');
let curveOf = null;

const venue = await (await fetch('/v1/venue')).json();
const feed = new Feed(venue.feed, (state) => {
  $('link').dataset.state = state;
  $('link').textContent = state === 'up' ? 'live' : 'reconnecting';
});
const ladder = new Ladder($('ladder'), feed);
const tape = new Tape($('tape'), feed);
const board = new Board($('delivery'), feed);
const spreads = new Spreads($('spreads'), feed, choose);
const lanes = new LanesView($('delivery'), instruments);
const margin = new Margin($('margin'));
const wire = new Wire($('wire'));
new Desk($('desk'), venue.trade, {
  begin: (account) => {
    $('lanes').hidden = false;
    wire.of(account);
  },
  end: () => {
    lanes.clear();
    margin.clear();
    wire.of(null);
  },
  event: (event) => lanes.take(event),
  lists: (lists) => {
    lanes.list(lists);
    margin.show(lists.margin);
  },
});
const matrix = new Matrix($('matrix'), choose);
const curves = new Map();
const watched = new Set();
const curve = new Curve(document.querySelector('#curve figure'), choose);

feed.listen('instruments', (event) => {
  for (const instrument of event.data ?? []) {
    instruments.set(instrument.symbol, instrument);
    if (isInDelivery(instrument)) board.watch(instrument);
  }
  const shown = curveOf === null ? null : chosen;
  // A contract that has ended makes room for the next one.
  const wanted = trades(instruments.get(chosen)) ? chosen : front(instruments.get(chosen)?.product);
  if (wanted && wanted !== shown) choose(wanted);
  else if (curveOf) spreads.show(combinations(curveOf));
});

place.onChange(() => {
  const symbol = place.get('sym');
  if (symbol !== chosen && instruments.has(symbol)) choose(symbol);
});

setInterval(showVenue, 1_000);
showVenue();
setInterval(readCalendar, 20_000);
readCalendar();

function choose(symbol) {
  chosen = symbol;
  place.set({ sym: symbol });
  showProduct(instruments.get(symbol).product);
  curve.pick(symbol);
  matrix.pick(symbol);
  ladder.show(instruments.get(symbol));
  tape.show(instruments.get(symbol));
}

function showProduct(name) {
  const names = [...new Set([...instruments.values()].map((one) => one.product))];
  spreads.show(combinations(name));
  $('products').replaceChildren(...names.map((other) => {
    const button = element('button', { type: 'button', 'aria-pressed': String(other === name) }, other);
    button.addEventListener('click', () => choose(front(other)));
    return button;
  }));
  if (name === curveOf) return;
  curveOf = name;
  names.forEach(watchCurve);
  if (curves.has(name)) showCurve(curves.get(name));
}

/** Hears the curve of a product from now on. */
function watchCurve(name) {
  if (watched.has(name)) return;
  watched.add(name);
  feed.listen(`curve.${name}`, ({ data }) => {
    if (!data) return;
    curves.set(name, data);
    matrix.take(data);
    if (name === curveOf) showCurve(data);
  });
}

function showCurve(data) {
  curve.show(data);
  $('curve-about').textContent =
    `${data.product}, dollars per GPU-hour. Bars are bid and ask, dots the mark, the thin line the last settlement, steps quarters and years.`;
}

function trades(instrument) {
  return instrument !== undefined && instrument.phase !== 'expired';
}

/** What trades several contracts of a product as one. */
function combinations(name) {
  const ofIt = (leg) => instruments.get(leg.symbol)?.product === name;
  return [...instruments.values()].filter((one) => trades(one) && one.legs?.some(ofIt));
}

/** The next month that trades. */
function front(name) {
  const open = [...instruments.values()].filter((one) =>
    trades(one) && one.tenor === 'month' && (!name || one.product === name));
  open.sort((a, b) => a.start.localeCompare(b.start));
  return open[0]?.symbol;
}

let before = null;
async function showVenue() {
  const response = await fetch('/statusz').catch(() => null);
  if (!response?.ok) return;
  const now = await response.json();
  now.at = performance.now();
  $('clock').textContent = stamp(now.market_ns);
  lanes.time(stamp(now.market_ns));
  $('seq').textContent = now.seq.toLocaleString('en-US');
  $('trades').textContent = now.trades.toLocaleString('en-US');
  if (before) {
    const each = ((now.orders - before.orders) * 1000) / (now.at - before.at);
    $('rate').textContent = `${compact(Math.max(0, each))}/s`;
  }
  before = now;
}

async function readCalendar() {
  const response = await fetch('/v1/calendar.ics').catch(() => null);
  if (response?.ok) lanes.calendar(parseCalendar(await response.text()));
}
