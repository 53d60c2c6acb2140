// A person in a real Chromium, with a profile of their own, who fills in the forms of the provider.

/** Presses a button, and waits for the page to which it leads. */
export async function press(page, selector) {
  await Promise.all([
    page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame()),
    page.locator(selector).click(),
  ]);
  await page.waitForLoadState('load');
}

export class Person {
  /** How often a password was asked for. */
  passwords = 0;

  constructor(context, { username, password }) {
    Object.assign(this, { context, username, password });
  }

  tab() {
    return this.context.newPage();
  }

  /** Opens a page of an application, and does what the provider asks until the application is there again. */
  async open(page, app, path) {
    const answer = await page.goto(app.origin + path);
    for (let steps = 0; new URL(page.url()).origin !== app.origin; steps += 1) {
      if (steps === 5) throw new Error(`the provider leads nowhere: ${page.url()}`);
      await this.#answer(page);
    }
    return answer;
  }

  async #answer(page) {
    if ((await page.locator('#login-submit').count()) === 0) return press(page, '#consent-allow');
    this.passwords += 1;
    await page.fill('input[name=username]', this.username);
    await page.fill('input[name=password]', this.password);
    return press(page, '#login-submit');
  }
}

/** A request by a script of the page: its status, and its body as JSON. */
export const ask = (page, path) =>
  page.evaluate(async (url) => {
    const answer = await fetch(url);
    return { status: answer.status, body: await answer.json().catch(() => null) };
  }, path);

/** Sends an empty form from the page by POST: the answer to it, which may be a redirect. */
export async function submit(page, url) {
  const sent = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url() === url);
  const done = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame());
  await page.evaluate((action) => {
    const form = Object.assign(globalThis.document.createElement('form'), { method: 'post', action });
    globalThis.document.body.append(form);
    form.submit();
  }, url);
  await done;
  await page.waitForLoadState('load');
  return sent;
}
