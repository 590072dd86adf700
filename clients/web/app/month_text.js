/** The calendar of the market, as its iCalendar feed tells it. Knows nothing of pages. */

/** The entries of an iCalendar text: `{ uid, from, to, summary }`, days as `YYYY-MM-DD`, `to` not included. */
export function parseCalendar(text) {
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const entries = [];
  let entry = null;
  for (const line of lines) {
    const cut = line.indexOf(':');
    const [name] = line.slice(0, cut).split(';');
    const value = line.slice(cut + 1).replace(/\\([,;\\])/g, '$1');
    if (line === 'BEGIN:VEVENT') entry = {};
    else if (line === 'END:VEVENT') entries.push(entry);
    else if (entry && name === 'UID') entry.uid = value;
    else if (entry && name === 'SUMMARY') entry.summary = value;
    else if (entry && (name === 'DTSTART' || name === 'DTEND')) {
      entry[name === 'DTSTART' ? 'from' : 'to'] = `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}`;
    }
  }
  return entries;
}

/** The first entry of a kind for a contract, such as `assignment` of `H100-US-2027M01`. */
export const entryOf = (entries, kind, symbol) => entries.find(({ uid }) => uid.startsWith(`${kind}-${symbol}@`));
