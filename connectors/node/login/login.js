'use strict';

// Signs people in by an OpenID provider: what every framework's part is built on.

const { readConfig } = require('./config.js');
const { readCookies } = require('./cookies.js');
const { LoginError, Unavailable } = require('./errors.js');
const { Flow } = require('./flow.js');
const { Logout } = require('./logout.js');
const { PRIVATE, errorPage, jsonOf, redirectTo } = require('./page.js');
const { Provider } = require('./provider.js');
const { Refresher } = require('./refresh.js');
const { Visit } = require('./session.js');
const { sessionsOf } = require('./sessions.js');

/** A request as the parts below read it. `target` is path and query as they were requested; `form()` reads the body. */
function readRequest({ method, target, header, form }) {
  const [path, query = ''] = target.split(/\?(.*)/s);
  return { method, target, path, query: new URLSearchParams(query), header, form, jar: readCookies(header('cookie')) };
}

/** Whether a browser is on its way to a page, and is not fetching something for one. */
function isNavigation({ method, header }) {
  const mode = header('sec-fetch-mode');
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && (mode === undefined || mode === 'navigate') && /text\/html/i.test(header('accept') ?? '');
}

/** Sign-in for one application. */
class Login {
  #config;
  #provider;
  #core;
  #routes;

  /** `memory(name, most)` makes the stores in memory, where they are not to be this object's alone. */
  constructor(options, memory) {
    const config = readConfig(options, memory);
    const provider = new Provider(config);
    const sessions = sessionsOf(config);
    const refresher = new Refresher(config, provider, sessions);
    const [flow, logout] = [new Flow(config, provider, sessions), new Logout(config, provider, sessions)];
    this.#config = config;
    this.#provider = provider;
    this.#core = { sessions, refresher, cookies: config.cookies, logger: config.logger };
    this.#routes = new Map([
      ['/login', ['GET', (request) => flow.start(request)]],
      ['/callback', ['GET', (request) => flow.finish(request)]],
      ['/logout', ['POST', (request) => logout.local(request)]],
      ['/backchannel-logout', ['POST', (request) => logout.backChannel(request)]],
      ['/frontchannel-logout', ['GET', (request) => logout.frontChannel(request)]],
    ]);
  }

  /** Scheme and host of the application. */
  get origin() {
    return this.#config.origin;
  }

  /** The path below which the routes of the connector are. */
  get path() {
    return this.#config.path;
  }

  /** Asks for metadata and keys; rejects when the provider cannot be used. Nothing needs to wait for it. */
  async ready() {
    await this.#provider.ready();
  }

  /** The answer of one of the connector's own routes; undefined for a request of another path. */
  async route(given) {
    const request = readRequest(given);
    const found = request.path.startsWith(`${this.path}/`) && this.#routes.get(request.path.slice(this.path.length));
    if (!found) return undefined;
    const [method, handler] = found;
    if (request.method !== method) return jsonOf(405, { error: 'method_not_allowed' }, { Allow: method });
    try {
      return await handler(request);
    } catch (error) {
      if (!(error instanceof LoginError)) throw error;
      this.#config.logger.warn({ event: 'unavailable', reason: error.message }, 'a route of the sign-in has failed');
      return jsonOf(error.status, error.toJSON(), error.headers);
    }
  }

  /**
   * Lets a request in that has a session, or, where that is optional, any: `{ signedIn, visit, headers }`. Otherwise
   * `{ answer }`: a redirect to the sign-in for a browser, 401 for whatever else. `allows` may refuse a session by 403.
   */
  async enter(given, sink, { isOptional = false, allows } = {}) {
    const request = readRequest(given);
    const visit = new Visit(this.#core, request.jar, sink);
    let signedIn;
    try {
      signedIn = await visit.open();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      return { answer: this.#closed(request, error) };
    }
    if (signedIn === null && !isOptional) return { answer: this.#challenge(request) };
    if (allows !== undefined && signedIn !== null && !(await allows(signedIn)))
      return { answer: this.#forbidden(request) };
    return { signedIn, visit, headers: PRIVATE };
  }

  #challenge(request) {
    if (!isNavigation(request)) return jsonOf(401, { error: 'login_required' });
    return redirectTo(302, `${this.path}/login?return_to=${encodeURIComponent(request.target)}`);
  }

  #forbidden(request) {
    if (!isNavigation(request)) return jsonOf(403, { error: 'forbidden' });
    const detail = 'Your account does not have access to this page.';
    return errorPage(this.#config, { status: 403, kind: 'forbidden', title: 'No access', detail });
  }

  #closed(request, error) {
    this.#config.logger.warn({ event: 'unavailable', reason: error.message }, 'a session could not be read');
    if (!isNavigation(request)) return jsonOf(503, error.toJSON(), error.headers);
    const detail = 'Your session cannot be read at the moment. You are still signed in; please try again.';
    return errorPage(this.#config, { status: 503, kind: 'unavailable', title: 'Please try again', detail });
  }
}

module.exports = { Login };
