/** The page's book against the worked examples of the protocol: `node --test tests/browser`. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Book } from '../../clients/web/app/book.js';
import { checksum } from '../../clients/web/app/checksum.js';

const SNAPSHOT = {
  kind: 'snapshot', epoch: 'b-4', seq: 1041, crc: 2216820431,
  data: {
    bids: [['2.1250', '128'], ['2.1240', '64'], ['2.1200', '512']],
    asks: [['2.1300', '96'], ['2.1310', '32']],
  },
};
const DELTA = {
  kind: 'delta', epoch: 'b-4', seq: 1042, prev_seq: 1041, crc: 3262056876,
  data: { bids: [], asks: [['2.1300', '64']] },
};

function begun() {
  const book = new Book();
  assert.equal(book.take(SNAPSHOT), 'ok');
  return book;
}

test('the checksum of ten levels a side is that of the document', () => {
  const asks = [96, 32, 10, 20, 30, 40, 50, 60, 70, 80].map((lots, n) => [`2.13${n}0`, String(lots)]);
  const bids = [[2.125, 128], [2.124, 64], [2.12, 512], [2.119, 5], [2.118, 7], [2.117, 9], [2.116, 11],
    [2.115, 13], [2.114, 15], [2.113, 17]].map(([price, lots]) => [price.toFixed(4), String(lots)]);
  assert.equal(checksum(bids, asks), 1772272923);
});

test('a snapshot and a delta give the book of the document', () => {
  const book = begun();
  assert.equal(book.take(DELTA), 'ok');
  assert.deepEqual(book.side('asks'), [['2.1300', '64'], ['2.1310', '32']]);
});

test('a delta that was had already is passed over', () => {
  const book = begun();
  book.take(DELTA);
  assert.equal(book.take(DELTA), 'ignored');
});

test('a gap makes the book stale until the next snapshot', () => {
  const book = begun();
  assert.equal(book.take({ ...DELTA, seq: 1044, prev_seq: 1043 }), 'resync');
  assert.equal(book.take(DELTA), 'ignored');
  assert.equal(book.take(SNAPSHOT), 'ok');
});

test('a heartbeat with another number is a gap', () => {
  assert.equal(begun().take({ kind: 'heartbeat', epoch: 'b-4', seq: 1041 }), 'ok');
  assert.equal(begun().take({ kind: 'heartbeat', epoch: 'b-4', seq: 1042 }), 'resync');
});

test('another epoch is not ours, and a wrong checksum is a gap', () => {
  assert.equal(begun().take({ ...DELTA, epoch: 'b-5' }), 'ignored');
  assert.equal(begun().take({ ...DELTA, crc: 1 }), 'resync');
});
