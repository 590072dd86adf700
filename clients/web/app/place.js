/** What the page shows, in its address: a link shows the same again. */

const listeners = new Set();
const read = () => new URLSearchParams(location.hash.slice(1));

export const get = (name) => read().get(name);

/** Changes what is named; `null` takes it out. */
export function set(changes) {
  const place = read();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') place.delete(name);
    else place.set(name, value);
  }
  history.replaceState(null, '', `#${place}`);
}

/** Hears when somebody changes the address by hand. */
export function onChange(listener) {
  listeners.add(listener);
}

window.addEventListener('hashchange', () => listeners.forEach((listener) => listener()));
