'use strict';

// A sign-in from its beginning to its end: the authorization request, and what comes back (RFC 6749 4.1, Core 3.1).

const { LoginError, Refused, Unavailable } = require('./errors.js');
const { errorPage, redirectTo } = require('./page.js');
const { returnTo } = require('./return_to.js');
const { hashOf, random } = require('./random.js');

/** How long a person may take, in seconds, and how many sign-ins of one browser may be under way. */
const PATIENCE = 600;
const MOST = 5;
/** The longest value of a parameter that is passed on. */
const LONGEST = 512;

const TEXTS = {
  state: ['Sign-in not found', 'This sign-in has been used already, has expired, or was begun in another browser.'],
  denied: ['Sign-in was cancelled', 'Access was denied at the sign-in page.'],
  answer: ['Sign-in failed', 'The sign-in page has answered with an error.'],
  refused: ['Sign-in failed', 'The answer of the sign-in page was not accepted.'],
  unavailable: ['Sign-in is not available', 'The sign-in page cannot be reached at the moment. Please try again.'],
  broken: ['Sign-in is not possible', 'This application could not sign you in. Its log says why.'],
};

/** A parameter that stands in a query exactly once. */
function onlyOf(query, name) {
  const all = query.getAll(name);
  return all.length === 1 && all[0] !== '' ? all[0] : undefined;
}

/** Begins and ends sign-ins. */
class Flow {
  #config;
  #provider;
  #sessions;
  #stem;

  constructor(config, provider, sessions) {
    this.#config = config;
    this.#provider = provider;
    this.#sessions = sessions;
    this.#stem = config.cookies.name('credenza-flow-');
  }

  /** `GET /login`: sends the browser to the provider. */
  async start({ query, jar }) {
    const { scope, resource, maxAge, acrValues, prompt, cookies, sealer } = this.#config;
    const back = returnTo(onlyOf(query, 'return_to'), this.#config);
    const flow = { state: random(), nonce: random(), verifier: random(), back, at: Date.now() };
    const passed = ['login_hint', 'ui_locales', 'prompt']
      .map((name) => [name, onlyOf(query, name)])
      .filter(([, value]) => value !== undefined && value.length <= LONGEST);
    const parameters = {
      scope,
      state: flow.state,
      nonce: flow.nonce,
      verifier: flow.verifier,
      ...(resource !== undefined && { resource }),
      ...(maxAge !== undefined && { max_age: String(maxAge) }),
      ...(acrValues !== undefined && { acr_values: acrValues.join(' ') }),
      ...(prompt !== undefined && { prompt }),
      ...Object.fromEntries(passed),
    };
    try {
      const url = await this.#provider.authorizationUrl(parameters);
      const name = this.#nameOf(flow.state);
      const line = cookies.set(name, sealer.seal(name, flow), PATIENCE);
      return redirectTo(302, url.href, [line, ...this.#crowded(jar)]);
    } catch (error) {
      return this.#failed(error, back, []);
    }
  }

  /** `GET /callback`: the answer of the provider becomes a session. */
  async finish({ query, jar }) {
    const flow = this.#flowOf(query, jar);
    if (flow === undefined) return this.#page(400, 'state', '/');
    const spent = [this.#config.cookies.clear(this.#nameOf(flow.state))];
    let release;
    try {
      release = await this.#config.shared.lock(hashOf('flow', flow.state), PATIENCE * 1000);
      if (release === undefined) return this.#page(400, 'state', flow.back, spent);
      const { tokens, claims } = await this.#provider.exchange(query, flow);
      const lines = await this.#signIn(flow, tokens, claims, jar);
      return redirectTo(302, flow.back, [...spent, ...lines]);
    } catch (error) {
      // With the flow as it is, to load the page again is to try again.
      if (error instanceof Unavailable) await release?.().catch(() => {});
      return this.#failed(error, flow.back, error instanceof Unavailable ? [] : spent);
    }
  }

  async #signIn(flow, tokens, claims, jar) {
    const data = await this.#hook(claims);
    const record = await this.#sessions.begin({ began: flow.at, tokens, claims, data }, jar);
    if (record === undefined) throw new Refused('login_required', 'the session was ended during the sign-in');
    this.#config.logger.info({ event: 'signed_in', sub: claims.sub, sid: claims.sid }, 'signed in');
    return record;
  }

  async #hook(claims) {
    try {
      return await this.#config.signedIn?.(claims);
    } catch (error) {
      if (error instanceof LoginError) throw error;
      throw new LoginError(500, 'signed_in', `the hook signedIn has failed: ${error.message}`);
    }
  }

  #nameOf(state) {
    return this.#stem + hashOf(state).slice(0, 16);
  }

  /** What was kept of the sign-in that an answer is for; undefined unless this browser has begun it. */
  #flowOf(query, jar) {
    const state = onlyOf(query, 'state');
    if (state === undefined) return undefined;
    const name = this.#nameOf(state);
    const flow = this.#config.sealer.open(name, jar.get(name));
    return flow?.state === state && flow.at + PATIENCE * 1000 > Date.now() ? flow : undefined;
  }

  /** The lines that remove what is too much: what cannot be opened, and then the oldest. */
  #crowded(jar) {
    const { cookies, sealer } = this.#config;
    const under = [...jar.keys()].filter((name) => name.startsWith(this.#stem));
    const aged = under.map((name) => ({ name, at: sealer.open(name, jar.get(name))?.at ?? 0 }));
    aged.sort((a, b) => b.at - a.at);
    return aged.filter(({ at }, place) => at === 0 || place >= MOST - 1).map(({ name }) => cookies.clear(name));
  }

  #failed(error, back, cookies) {
    const { logger } = this.#config;
    const reason = error instanceof LoginError ? (error.reason ?? error.message) : `${error.name}: ${error.message}`;
    logger.warn({ event: 'sign_in_failed', code: error.code, reason }, 'a sign-in has failed');
    if (error instanceof Unavailable) return this.#page(503, 'unavailable', back, cookies);
    if (!(error instanceof Refused)) return this.#page(500, 'broken', back, cookies);
    if (error.code === 'access_denied') return this.#page(403, 'denied', back, cookies);
    return this.#page(400, /^[a-z_]+$/.test(error.code) ? 'answer' : 'refused', back, cookies);
  }

  #page(status, kind, back, cookies = []) {
    const [title, detail] = TEXTS[kind];
    const loginUrl = `${this.#config.path}/login?return_to=${encodeURIComponent(back)}`;
    return errorPage(this.#config, { status, kind, title, detail, loginUrl }, cookies);
  }
}

module.exports = { Flow };
