// The provider. Types are in index.d.ts; what is behind it is the crate credenza-testing.
'use strict';

const { native } = require('./native.js');

/** What the provider could not do, or would not. */
class CredenzaTestingError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.name = 'CredenzaTestingError';
    this.code = code;
  }
}

const subOf = (user) => (typeof user === 'string' ? user : user.sub);
const usernameOf = (user) => (typeof user === 'string' ? user : user.username);
const idOf = (client) => (typeof client === 'string' ? client : client.client_id);

class Provider {
  #native = null;
  #options;

  constructor({ port = 0, now = null, rsa = false, settings = {} } = {}) {
    this.#options = { port, now, rsa, settings };
    this.clock = () => (this.#running().now ?? NaN) * 1000;
  }

  async start() {
    if (this.#native) {
      throw new CredenzaTestingError('invalid', 'the provider runs already');
    }
    try {
      this.#native = await native().start(JSON.stringify(this.#options));
    } catch (cause) {
      throw new CredenzaTestingError('start', cause.message, { cause });
    }
    return this;
  }

  async stop() {
    this.#native?.stop();
    this.#native = null;
  }

  get issuer() {
    return this.#running().issuer;
  }

  addUser(username, { password = null, claims = {} } = {}) {
    return this.#call('add_user', { username, password, claims });
  }

  addClient(metadata = {}) {
    return this.#call('add_client', metadata);
  }

  tokensFor(user, client, ask = {}) {
    return this.#call('tokens_for', { user: subOf(user), client_id: idOf(client), ask });
  }

  clientToken(client, ask = {}) {
    return this.#call('client_token', { client_id: idOf(client), ask });
  }

  browser() {
    return new Browser((method, params) => this.#call(method, params));
  }

  authorize(url, user, how) {
    return this.browser().authorize(url, user, how);
  }

  now() {
    return this.#call('now');
  }

  advance(seconds) {
    return this.#call('advance', seconds);
  }

  setTime(seconds) {
    return this.#call('set_time', seconds);
  }

  freeze() {
    return this.#call('freeze');
  }

  configure(settings) {
    return this.#call('configure', settings);
  }

  rotateKeys({ keepOld = true } = {}) {
    return this.#call('rotate_keys', keepOld);
  }

  fault(endpoint, { delay = 0, status = null, drop = false, times = null } = {}) {
    return this.#call('fault', { endpoint, fault: { delay_ms: delay, status, drop, times } });
  }

  clearFaults() {
    return this.#call('clear_faults');
  }

  requests(endpoint) {
    return this.#call('requests', endpoint);
  }

  revoke(token) {
    return this.#call('revoke', token);
  }

  revokeGrants(user, client) {
    return this.#call('revoke_grants', { user: subOf(user), client_id: client ? idOf(client) : null });
  }

  isActive(token) {
    return this.#call('is_active', token);
  }

  endSessions(user) {
    return this.#call('end_sessions', subOf(user));
  }

  disableUser(user) {
    return this.#call('set_user_enabled', { name: subOf(user), enabled: false });
  }

  enableUser(user) {
    return this.#call('set_user_enabled', { name: subOf(user), enabled: true });
  }

  disableClient(client) {
    return this.#call('set_client_enabled', { name: idOf(client), enabled: false });
  }

  enableClient(client) {
    return this.#call('set_client_enabled', { name: idOf(client), enabled: true });
  }

  reset() {
    return this.#call('reset');
  }

  #running() {
    if (!this.#native) {
      throw new CredenzaTestingError('invalid', 'the provider does not run: start it first');
    }
    return this.#native;
  }

  async #call(method, params = null) {
    const outcome = JSON.parse(await this.#running().call(method, JSON.stringify(params)));
    if ('code' in outcome) {
      throw new CredenzaTestingError(outcome.code, outcome.message);
    }
    return outcome.answer;
  }
}

class Browser {
  #call;
  #cookies = {};

  constructor(call) {
    this.#call = call;
  }

  authorize(url, user = null, { password = null, deny = false } = {}) {
    const username = user && usernameOf(user);
    return this.#walk('authorize', { url, person: { username, password, denies: deny } });
  }

  async signOut(url) {
    return (await this.#walk('sign_out', { url })).url;
  }

  async #walk(method, params) {
    const { end, browser } = await this.#call(method, { ...params, browser: this.#cookies });
    this.#cookies = browser;
    return end;
  }
}

const provider = (options) => new Provider(options).start();

/** A provider that the hooks of a test runner start, put back before each test, and stop. */
function hooked({ beforeAll, beforeEach, afterAll }, options) {
  const op = new Provider(options);
  beforeAll(() => op.start().then(() => {}));
  beforeEach(() => op.reset());
  afterAll(() => op.stop());
  return op;
}

module.exports = { provider, Provider, Browser, CredenzaTestingError, hooked };
