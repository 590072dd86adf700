/** Tables as files: CSV for a spreadsheet, JSON for a program. */

import { csv } from './csv.js';
import { element } from './units.js';

/** Two buttons that save what `rows` gives when they are pressed. */
export function exports(name, rows) {
  const button = (kind, type, write) => {
    const made = element('button', { type: 'button', class: 'export', title: `Save ${name} as ${kind}` }, kind);
    made.addEventListener('click', () => save(`${name}.${kind.toLowerCase()}`, type, write(rows())));
    return made;
  };
  return element('span', { class: 'exports', role: 'group', 'aria-label': `Save ${name}` },
    button('CSV', 'text/csv', csv), button('JSON', 'application/json', (all) => JSON.stringify(all, null, 1)));
}

function save(file, type, text) {
  const link = element('a', { href: URL.createObjectURL(new Blob([text], { type })), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
