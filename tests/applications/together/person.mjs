// A person at a browser, who fills in the forms of the provider.
import { Browser } from '../browser/browser.mjs';
import { ok, status } from '../runner/expect.mjs';

const inputsOf = (html) =>
  [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name, value]) => [name, value]);

export class Person {
  /** How often a password was asked for. */
  passwords = 0;

  constructor(provider, { username, password }) {
    Object.assign(this, { provider, username, password });
    this.atProvider = new Browser({ origin: provider.issuer, instances: [provider.port] });
    this.tabs = new Map();
  }

  /** This person's tab at an application; `instance` is the one that answers. */
  at(app, instance = 0) {
    if (!this.tabs.has(app)) this.tabs.set(app, new Browser({ origin: app.origin, instances: app.ports }));
    return this.tabs.get(app).at(instance);
  }

  /** Opens a protected page, and does what is asked until it is there. */
  async open(app, path = '/protected') {
    const tab = this.at(app);
    const first = status(await tab.visit(path), 302, `${path} without a session`);
    const login = status(await tab.visit(first.headers.location), [302, 303], '/auth/login');
    const callback = await this.answer(login.headers.location, app.origin);
    const back = status(await tab.visit(callback, { site: 'cross-site' }), [302, 303], 'the callback');
    return status(await tab.visit(back.headers.location), 200, path);
  }

  /** Goes through pages of the provider until they lead to an application: the URL there. */
  async answer(start, origin) {
    let url = start;
    let page = await this.atProvider.visit(url, { site: 'cross-site' });
    for (let steps = 0; steps < 10; steps += 1) {
      const { location } = page.headers;
      if (location && new URL(location, url).href.startsWith(`${origin}/`)) return new URL(location, url).href;
      if (location) {
        url = new URL(location, url).href;
        page = await this.atProvider.visit(url);
      } else {
        page = await this.#submit(page, url);
      }
    }
    throw new Error(`the provider leads nowhere: ${url}`);
  }

  #submit(page, url) {
    const [, action] = /<form method="post" action="([^"]*)"/.exec(page.text) ?? [];
    ok(action !== undefined, 'a form of the provider', `${page.status} ${page.text}`);
    const fields = Object.fromEntries(inputsOf(page.text));
    const { username, password } = this;
    if (page.text.includes('id="login-submit"')) {
      this.passwords += 1;
      Object.assign(fields, { username, password });
    } else {
      ok(page.text.includes('id="consent-allow"'), 'a form for the sign-in or the consent', page.text);
      fields.decision = 'allow';
    }
    return this.atProvider.submit(new URL(action, url).href, fields);
  }

  /** Signs out at an application, and at the provider by it: where that leads. */
  async signOut(app) {
    const answer = status(await this.at(app).submit('/auth/logout'), 303, '/auth/logout');
    return this.answer(answer.headers.location, app.origin);
  }
}
