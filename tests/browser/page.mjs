/**
 * Looks at the page as a person would: `node page.mjs URL FOLDER KEYS`, with playwright-core and axe-core
 * installed where node finds them and Chromium in CHROMIUM (default /usr/bin/chromium). Fails unless curve,
 * ladder, trades and the delivery board are alive, at three widths, without an error in the console, a
 * horizontal scroll bar, or anything that axe finds serious; and unless an account, whose keys are in KEYS,
 * sees its obligations and finds its way with the keyboard alone. Leaves a picture of each width in FOLDER.
 */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
const [url, folder, keys] = process.argv.slice(2);
const PATIENCE = { timeout: 60_000 };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
    '--disable-background-networking', '--disable-component-update'],
});
try {
  for (const [width, height, scheme] of [[1280, 900, 'dark'], [390, 844, 'light'], [2560, 1440, 'light']]) await look(width, height, scheme);
} finally {
  await browser.close();
}
console.log('the page is alive at 1280, 390 and 2560 pixels');

async function look(width, height, scheme) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  const errors = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  await page.waitForSelector('#link[data-state="up"]', PATIENCE);
  await page.waitForSelector('#curve svg .mark.quoted', PATIENCE);
  await page.waitForSelector('#ladder tr.bid td.lots span:not(.bar):not(:empty)', PATIENCE);
  await page.waitForSelector('#tape tbody tr', PATIENCE);
  await page.waitForSelector('#board .lane .delivered', { ...PATIENCE, state: 'attached' });
  await changes(page, '#seq');
  const products = await page.locator('#products button').allTextContents();
  assert.ok(products.length < 9 && products.every((name) => /^[A-Z0-9]+-[A-Z]+$/.test(name)), `products are ${products}`);
  await page.waitForFunction(() => [...document.querySelectorAll('#spreads td')].some((cell) => cell.textContent.startsWith('~')), null, PATIENCE);
  const second = page.locator('#curve svg g.point').nth(1);
  await second.dispatchEvent('click');
  await page.waitForFunction(() => document.querySelector('#ladder .about').textContent.includes(new URLSearchParams(location.hash.slice(1)).get('sym')));
  await lanes(page);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(beyond <= 0, `the page is ${beyond} pixels too wide at ${width}`);
  assert.deepEqual(await serious(page), [], `what axe finds at ${width}`);
  assert.deepEqual(errors, [], `errors in the console at ${width}`);
  await page.screenshot({ path: path.join(folder, `page-${width}.png`), fullPage: true });
  await page.close();
}

async function changes(page, selector) {
  const before = await page.textContent(selector);
  await page.waitForFunction(([where, was]) => document.querySelector(where).textContent !== was, [selector, before], PATIENCE);
}

/** An account logs in with its keys and looks at its deliveries, by keyboard. */
async function lanes(page) {
  await page.setInputFiles('#desk input', keys);
  await page.selectOption('#desk select', 'lab');
  await page.waitForSelector('#desk output[data-state="up"]', PATIENCE);
  await page.waitForSelector('#lanes .obligation .strip :is(.full, .little, .some, .much)', PATIENCE);
  const count = await page.locator('#lanes .obligation').count();
  assert.equal(await page.locator('#lanes .swim li').count(), 8 * count, 'eight steps a lane');
  await page.locator('.lane-title').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('#lanes .detail .month-grid time', PATIENCE);
  const id = await page.locator('#lanes .obligation.open').getAttribute('data-id');
  assert.ok(page.url().includes(`ob=${id}`) && page.url().includes('as=lab'), `the address is ${page.url()}`);
  const focused = () => page.evaluate(() => [...document.querySelectorAll('.lane-title')].indexOf(document.activeElement));
  const from = await focused();
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), Math.min(from + 1, (await page.locator('.lane-title').count()) - 1), 'the next lane has the focus');
  const [file] = await Promise.all([page.waitForEvent('download', PATIENCE), page.locator('.totals .export').first().click()]);
  const rows = (await readFile(await file.path(), 'utf8')).trim().split('\r\n').map((line) => line.split(','));
  const at = (name) => rows[0].indexOf(name);
  assert.ok(rows.length > count, 'a row for each lane');
  for (const row of rows.slice(1)) {
    const [due, delivered, missing] = ['due_gpu_hours', 'delivered_gpu_hours', 'missing_gpu_hours'].map((name) => Number(row[at(name)]));
    assert.ok(delivered + missing <= due, `${row[0]}: ${delivered} + ${missing} of ${due}`);
  }
}

/** What axe calls serious or worse. */
async function serious(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`);
}
