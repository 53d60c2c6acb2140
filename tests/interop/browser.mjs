// A person in a real headless Chromium, who knows the pages by their contract: inputs "username" and "password",
// buttons #login-submit, #consent-allow, #consent-deny, #logout-confirm.
//
// As a command it takes one JSON argument and prints where the person ended up:
//   node browser.mjs '{"url": "…", "callback": "http://127.0.0.1:4000/callback", "username": "…", "password": "…"}'
// With "state": FILE the cookies are kept there between calls.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { openCallback } from './callback.mjs';

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PATIENCE = 15_000;
const QUESTIONS = '#login-submit, #consent-allow, #logout-confirm';
const ENDS = /Request not accepted|You are signed out/;

/** Starts Chromium: the one that CHROMIUM names, Debian's, or the one that playwright installed. */
export const launch = () => {
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  return chromium.launch({
    executablePath: existsSync(executablePath) ? executablePath : undefined,
    args: process.getuid?.() === 0 ? ['--no-sandbox', ...FLAGS] : FLAGS,
  });
};

/** A fresh profile and its page. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(PATIENCE);
  return context.newPage();
}

const place = async (page) => {
  await page.locator(QUESTIONS).or(page.getByText(ENDS)).first().waitFor();
  for (const name of ['login-submit', 'consent-allow', 'logout-confirm']) {
    if (await page.locator(`#${name}`).count()) return name.split('-')[0];
  }
  const text = await page.locator('body').innerText();
  return text.includes('You are signed out') ? 'signed-out' : 'error';
};

/**
 * Presses a button and waits until the next page has loaded. Its arrival alone is too early: the browser may still be
 * changing over to another process, in which the history and the elements cannot be asked for yet.
 */
export async function press(page, selector) {
  await Promise.all([
    page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame()),
    page.locator(selector).click(),
  ]);
  await page.waitForLoadState('load');
}

/** Presses the back button; the response is that of the page before, or null at the beginning of the history. */
export async function back(page) {
  await page.waitForLoadState('load');
  return page.goBack({ waitUntil: 'load' });
}

const answer = {
  login: async (page, { username, password }) => {
    await page.locator('input[name="username"]').fill(username);
    await page.locator('input[name="password"]').fill(password);
    await press(page, '#login-submit');
  },
  consent: (page, { consent = 'allow' }) => press(page, `#consent-${consent}`),
  logout: (page) => press(page, '#logout-confirm'),
};

// What the application was told, by whichever response mode.
const arrived = async (page, { url, method, headers, body }) => {
  await page.waitForURL((at) => at.href.split('#')[0] === url);
  const { hash } = new URL(page.url());
  const sent = method === 'POST' ? body : hash ? hash.slice(1) : new URL(url).search;
  const parameters = Object.fromEntries(new URLSearchParams(sent));
  return { place: 'callback', url: `${url}${hash}`, method, headers, body, parameters };
};

/**
 * Opens `url` and answers each page until the browser is back at the application, or at a page that ends the way
 * (error, signed-out), or at the page named by `stopAt` (login, consent, logout). Each page is answered once: a
 * sign-in that comes back is where the way ends.
 */
export async function walk(page, app, url, answers = {}) {
  const arrival = app.next().then((request) => arrived(page, request));
  const seen = [answers.stopAt, 'error', 'signed-out'];
  await page.goto(String(url), { waitUntil: 'commit' });
  for (;;) {
    const here = await Promise.race([arrival, place(page)]).catch(async (cause) => {
      const text = await page.locator('body').innerText().catch(() => '');
      throw new Error(`lost at ${page.url()}: ${text}`, { cause });
    });
    if (typeof here !== 'string') return here;
    if (seen.includes(here) || (here === 'login' && !answers.username)) {
      return { place: here, url: page.url(), text: await page.locator('body').innerText() };
    }
    seen.push(here);
    await answer[here](page, answers);
  }
}

async function main({ url, callback, state, ...answers }) {
  const app = await openCallback(Number(new URL(callback).port));
  const browser = await launch();
  try {
    const page = await openPage(browser, state && existsSync(state) ? { storageState: state } : {});
    const reached = await walk(page, app, url, answers);
    if (state) await page.context().storageState({ path: state });
    console.log(JSON.stringify(reached));
  } finally {
    await browser.close();
    await app.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(JSON.parse(process.argv[2]));
