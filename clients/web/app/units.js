/** Quantities for people: lots, GPUs, GPU-hours and dollars side by side, and time in UTC. */

const GPUS = 8;
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

export const count = (number) => whole.format(Number(number));
export const dollars = (amount) => '$' + whole.format(Number(amount));
export const compact = (number) => short.format(Number(number));

/** "8 lots = 64 GPUs = 43,008 GPUh = $103,219" */
export function fourUnits(lots, hours, price) {
  const gpuHours = Number(lots) * GPUS * hours;
  const parts = [`${count(lots)} lots`, `${count(lots * GPUS)} GPUs`, `${count(gpuHours)} GPUh`];
  if (price !== undefined) parts.push(dollars(gpuHours * Number(price)));
  return parts.join(' = ');
}

/** Nanoseconds in a text to a date; what is below a millisecond does not show. */
export const date = (ns) => new Date(Number(BigInt(ns) / 1_000_000n));
export const stamp = (ns) => date(ns).toISOString().slice(0, 16).replace('T', ' ');
export const time = (ns) => date(ns).toISOString().slice(5, 16).replace('T', ' ');
export const day = (ns) => date(ns).toISOString().slice(0, 10);

/** "2027M03" of "H100-US-2027M03". */
export const tenor = (symbol) => symbol.split('-').at(-1);

/** An element with attributes and children; texts are texts, never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The same for a drawing. */
export function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
