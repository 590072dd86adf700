/** CRC-32 (IEEE) of a book's best ten levels a side, as the protocol defines it. */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

function crc32(text) {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    crc = (crc >>> 8) ^ TABLE[(crc ^ text.charCodeAt(at)) & 0xff];
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const digits = (number) => number.replace('.', '').replace(/^0+/, '');

/** @param {[string, string][]} bids @param {[string, string][]} asks best first */
export function checksum(bids, asks) {
  const levels = [...asks.slice(0, 10), ...bids.slice(0, 10)];
  return crc32(levels.map(([price, quantity]) => digits(price) + digits(quantity)).join(''));
}
