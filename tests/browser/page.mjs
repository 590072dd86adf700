/**
 * Looks at the page as a person would: `node page.mjs URL FOLDER`, with playwright-core installed where
 * node finds it and Chromium in CHROMIUM (default /usr/bin/chromium). Fails unless curve, ladder, trades and
 * the delivery board are alive, at two widths, without an error in the console or a horizontal scroll bar.
 * Leaves a picture of each width in FOLDER.
 */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');
const [url, folder] = process.argv.slice(2);
const PATIENCE = { timeout: 60_000 };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
    '--disable-background-networking', '--disable-component-update'],
});
try {
  for (const [width, height] of [[1280, 900], [390, 844]]) await look(width, height);
} finally {
  await browser.close();
}
console.log('the page is alive at 1280 and 390 pixels');

async function look(width, height) {
  const page = await browser.newPage({ viewport: { width, height } });
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
  await page.waitForFunction(() => document.querySelector('#ladder .about').textContent.includes(location.hash.slice(5)));
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(beyond <= 0, `the page is ${beyond} pixels too wide at ${width}`);
  assert.deepEqual(errors, [], `errors in the console at ${width}`);
  await page.screenshot({ path: path.join(folder, `page-${width}.png`), fullPage: true });
  await page.close();
}

async function changes(page, selector) {
  const before = await page.textContent(selector);
  await page.waitForFunction(([where, was]) => document.querySelector(where).textContent !== was, [selector, before], PATIENCE);
}
