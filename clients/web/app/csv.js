/** Rows as CSV. Knows nothing of pages. */

/** Quotes a field as RFC 4180 has it; what a spreadsheet would take for a formula stays text. */
function field(value) {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = /^[=+@]|^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {object[]} rows all with the members of the first */
export function csv(rows) {
  if (!rows.length) return '';
  const names = Object.keys(rows[0]);
  return [names, ...rows.map((row) => names.map((name) => row[name]))].map((line) => line.map(field).join(',')).join('\r\n') + '\r\n';
}
