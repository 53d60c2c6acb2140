'use strict';

// Calls of another service, in this service's own name or on behalf of a caller.

const { current } = require('../kit/current.js');
const { Unavailable, errorOf, retryAfterOf } = require('./errors.js');

/** How long a call may take, in seconds. */
const PATIENCE = 10;
/** A longer `Retry-After` than that is for the caller to wait for, in seconds. */
const SHORT = 1;

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** The field of a request that is forwarded as it is. One that is bound to the caller's key would be of no use elsewhere. */
function forwarded(request) {
  const field = typeof request.header === 'function' ? request.header('authorization') : undefined;
  const found = field ?? request.headers?.get?.('authorization') ?? request.headers?.authorization;
  if (typeof found !== 'string' || !/^bearer /i.test(found)) {
    throw new TypeError('the request has no bearer token that could be forwarded');
  }
  return found;
}

/** What a body becomes: JSON, unless it is one that `fetch` takes as it is. */
function bodyOf(body) {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return { body };
  return { body: JSON.stringify(body), type: 'application/json' };
}

/** A service below one URL. */
class Service {
  #url;
  #token;
  #fetch;
  #timeout;

  /** `url`; `token`, a `ClientToken` for calls in one's own name; `timeout` in seconds. */
  constructor({ url, token, timeout = PATIENCE, fetch: custom }) {
    if (!URL.canParse(url ?? '')) throw new TypeError('url is needed');
    this.#url = new URL(url);
    this.#token = token;
    this.#timeout = timeout;
    this.#fetch = custom ?? ((...given) => fetch(...given));
  }

  /**
   * Calls; resolves to the response where it is a success, and rejects with a `ServiceError` otherwise. A refused token is
   * thrown away, and the call is made once more with another; so is a call that may be made again within a second.
   */
  async call(path, options = {}) {
    const response = await this.#patiently(path, options);
    if (response.ok) return response;
    throw await errorOf(response, `${options.method ?? 'GET'} ${path}`);
  }

  /** Calls, and reads the answer as JSON; undefined where it has no body. */
  async json(path, options) {
    const response = await this.call(path, options);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Calls of the same service with the token of whoever has sent a request: of Node, of the Fetch standard, or an exchange. */
  onBehalfOf(request) {
    const authorization = forwarded(request);
    const call = (path, options = {}) => ({ ...options, authorization, path });
    return {
      call: (path, options) => this.call(path, call(path, options)),
      json: (path, options) => this.json(path, call(path, options)),
    };
  }

  async #patiently(path, options) {
    const response = await this.#authorized(path, options);
    if (response.status !== 429 || retryAfterOf(response.headers) > SHORT) return response;
    await response.body?.cancel();
    await sleep(retryAfterOf(response.headers));
    return this.#authorized(path, options);
  }

  async #authorized(path, options) {
    const { authorization } = options;
    if (authorization !== undefined || this.#token === undefined) return this.#send(path, options, authorization);
    const token = await this.#token.get();
    const response = await this.#send(path, options, `Bearer ${token}`);
    if (response.status !== 401) return response;
    await response.body?.cancel();
    this.#token.discard(token);
    return this.#send(path, options, `Bearer ${await this.#token.get()}`);
  }

  async #send(path, { method = 'GET', headers = {}, body, signal }, authorization) {
    const target = this.#target(path);
    const sent = bodyOf(body);
    const fields = new Headers({ Accept: 'application/json', ...headers });
    if (sent.type !== undefined && !fields.has('content-type')) fields.set('Content-Type', sent.type);
    if (authorization !== undefined) fields.set('Authorization', authorization);
    const id = current()?.id;
    if (id !== undefined) fields.set('X-Request-Id', id);
    const ends = [AbortSignal.timeout(this.#timeout * 1000), signal].filter((it) => it !== undefined);
    const init = { method, headers: fields, body: sent.body, signal: AbortSignal.any(ends), redirect: 'error' };
    try {
      return await this.#fetch(target, init);
    } catch (cause) {
      throw new Unavailable(`${method} ${target.pathname}: no answer`, { cause });
    }
  }

  /** The URL of a path below that of the service. A path that leads elsewhere would take the token there. */
  #target(path) {
    const base = this.#url.href.replace(/\/+$/, '');
    const target = new URL(`${base}/${String(path).replace(/^\/+/, '')}`);
    // Nobody who means a path below the service needs steps up, and in parts of it that come from a request they are an attack.
    const hasSteps = /(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i.test(String(path).split(/[?#]/)[0]);
    const isBelow = !hasSteps && target.origin === this.#url.origin && `${target.href}/`.startsWith(`${base}/`);
    if (!isBelow) throw new TypeError(`${path} is not below ${base}`);
    return target;
  }
}

module.exports = { Service };
