// Chart 589: Accessibility of the pages | WCAG 2.2 AA by axe in Chromium in every state, at 320 pixels, light, dark and in forced colours; by keyboard alone
//
// Every page and state of `credenza dev` under axe-core, and what axe cannot see: the order of the focus and that it shows, no
// scrolling sideways at 320 pixels, no motion for those who want none, and how much a page weighs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { devServer } from './dev.mjs';
import { everyState } from './every-state.mjs';
import { useBrowser } from './fixture.mjs';

const own = useBrowser();
const server = await devServer();
const { origin } = server;
const axe = await readFile(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const LEVEL_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
const PHONE = { width: 320, height: 640 };

before(() => server.start());
after(() => server.remove());

/** What axe finds wrong, in a line each. */
async function faults(page, options) {
  // Through the debugger: the policy of the page lets no script in that is not its own.
  await page.evaluate(axe);
  const { violations } = await page.evaluate((how) => globalThis.axe.run(document, how), options);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) =>
    `${id}: ${help}: ${target} ${any.map((check) => check.message).join('; ')}`));
}

const allRules = { runOnly: { type: 'tag', values: LEVEL_AA }, resultTypes: ['violations'] };
const contrast = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

/** What the keyboard reaches. */
const REACHED = ['a[href]', 'button', 'input:not([type="hidden"])', 'textarea', 'summary', '[tabindex="0"]'];

/** Where Tab leads, element by element, each with whether its focus can be seen and where it stands in the document. */
const walkByTab = async (page) => {
  // From the beginning of the page, wherever the focus was.
  await page.evaluate(() => {
    const start = document.createElement('span');
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
  });
  const seen = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate((reached) => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const all = [...document.querySelectorAll(reached)];
      return { place: all.indexOf(element), shows: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
    }, REACHED.join());
    if (!stop || seen.some(({ place }) => place === stop.place)) break;
    seen.push(stop);
  }
  return seen;
};

async function assertUsable(page, name) {
  assert.deepEqual(await faults(page, allRules), [], name);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= PHONE.width, `${name} is ${width} wide`);
  const stops = await walkByTab(page);
  const places = stops.map(({ place }) => place);
  assert.deepEqual(places, places.toSorted((a, b) => a - b), `${name}: the focus jumps about`);
  assert.ok(stops.every(({ shows }) => shows), `${name}: the focus does not show`);
  const reachable = await page.locator(REACHED.map((kind) => `${kind}:visible`).join()).count();
  assert.equal(stops.length, reachable, `${name}: not everything is reached by Tab`);
}

async function assertReadable(page, name) {
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await faults(page, contrast), [], `${name}, dark`);
  // Forced colours are the person's own choice; the page sees to it that buttons have an edge in them.
  await page.emulateMedia({ forcedColors: 'active' });
  const edges = await page.locator('button:visible').evaluateAll((buttons) =>
    buttons.map((button) => getComputedStyle(button).borderTopStyle));
  assert.ok(edges.every((style) => style !== 'none'), `${name}: a button has no edge in forced colours`);
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
}

const words = { en: 'en-GB', de: 'de-DE', ar: 'ar' };

for (const [language, locale] of Object.entries(words)) {
  test(`every page and state, ${language}`, async () => {
    const page = await own.freshPage({ viewport: PHONE, locale, reducedMotion: 'reduce' });
    const openPage = () => own.freshPage({ locale });
    const seen = [];
    const look = async (name) => {
      seen.push(name);
      await assertUsable(page, name);
      await assertReadable(page, name);
      await page.screenshot({ path: join(process.env.INTEROP_ARTIFACTS, `${name}-${language}-320.png`), fullPage: true });
      const moving = await page.locator('button:visible').evaluateAll((buttons) =>
        buttons.filter((button) => getComputedStyle(button).transitionDuration !== '0s').length);
      assert.equal(moving, 0, `${name} moves`);
    };
    const { command } = server;
    await everyState(page, { origin, address: `anna.${language}@people.test`, openPage, look, command });
    assert.equal(new Set(seen).size, seen.length);
  });
}

test('the choice of a language works without JavaScript, by keyboard alone', async () => {
  const page = await own.freshPage({ javaScriptEnabled: false });
  await page.goto(`${origin}/account`);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await page.locator('#languages button[value="de"]').focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.documentElement.lang === 'de').catch(() => page.waitForLoadState('load'));
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  assert.equal(page.url(), `${origin}/account`);
});

test('a page weighs 200 kB at most, with everything that it loads', async () => {
  const page = await own.freshPage();
  let weight = 0;
  let files = 0;
  page.on('response', async (response) => {
    const { responseBodySize, responseHeadersSize } = await response.request().sizes();
    weight += responseBodySize + responseHeadersSize;
    files += 1;
  });
  await page.goto(`${origin}/signup`, { waitUntil: 'networkidle' });
  assert.ok(files >= 2, 'the page and its stylesheet');
  assert.ok(weight > 1_000 && weight <= 200_000, `${weight} bytes in ${files} files`);
});
