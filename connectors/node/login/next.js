'use strict';

const core = require('./login.js');
const { SessionEnded, LoginError } = require('./errors.js');
const { MemoryStore } = require('./store.js');
const { readCookies } = require('./cookies.js');
const { requestOf, responseOf, sinkOf, withFields } = require('./web.js');

/** How long before its end the proxy refreshes a token, in milliseconds: pages that are rendered after it cannot. */
const AHEAD = 60_000;
const STORES = Symbol.for('credenza.login.stores');

/** Next makes several copies of a module in one process, for its proxy and its routes: they share what is in memory. */
const memoryOf = (settings) => (name, most) => {
  globalThis[STORES] ??= new Map();
  const key = JSON.stringify([name, settings?.issuer, settings?.clientId, settings?.origin]);
  if (!globalThis[STORES].has(key)) globalThis[STORES].set(key, new MemoryStore({ most }));
  return globalThis[STORES].get(key);
};

/** The field `Cookie` of a request as it would be after an answer. */
function cookiesAfter(field, lines) {
  const jar = readCookies(field);
  for (const line of lines) {
    const [pair] = line.split(';', 1);
    const at = pair.indexOf('=');
    if (/; Max-Age=0$/.test(line)) jar.delete(pair.slice(0, at));
    else jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ');
}

/** The answer of a handler, and of an error of sessions its own. */
async function answered(handler) {
  try {
    return await handler();
  } catch (error) {
    if (error instanceof LoginError) return error.getResponse();
    throw error;
  }
}

/** Sign-in for an application of Next.js. */
class Login extends core.Login {
  constructor(options) {
    super(options, memoryOf(options));
  }

  /** Route Handlers for the connector's own routes, in `app/auth/[...credenza]/route.ts`. */
  handlers() {
    const handler = async (request) => {
      const answer = await this.route(requestOf(request));
      return answer === undefined ? new Response(null, { status: 404 }) : responseOf(answer);
    };
    return { GET: handler, POST: handler };
  }

  /** A Route Handler for those who have signed in, whom it finds in its context. */
  withLogin(handler, { optional = false, allows } = {}) {
    return async (request, context) => {
      const { sink, lines } = sinkOf();
      const { answer, signedIn, headers } = await this.enter(requestOf(request), sink, {
        isOptional: optional,
        allows,
      });
      if (answer !== undefined) return responseOf(answer);
      const response = await answered(() => handler(request, { ...context, signedIn }));
      sink.isWritable = false;
      return withFields(response, headers, lines);
    };
  }

  /** The function of `proxy.ts`: sends those to the sign-in who have no session, and refreshes tokens for the pages behind it. */
  proxy({ optional = false, allows } = {}) {
    return async (request) => {
      const { NextResponse } = require('next/server');
      const given = requestOf(request);
      const { sink, lines } = sinkOf();
      const found = await this.enter(given, sink, { isOptional: optional, allows });
      if (found.answer !== undefined) return this.#proxied(found.answer);
      if (found.signedIn !== null && (await this.#hasEnded(found.visit))) {
        const headers = new Headers(request.headers);
        headers.delete('cookie');
        const { answer } = await this.enter({ ...given, header: (name) => headers.get(name) ?? undefined }, sink, {});
        if (!optional) return withFields(this.#proxied(answer), {}, lines);
      }
      const headers = new Headers(request.headers);
      if (lines.length > 0) headers.set('cookie', cookiesAfter(headers.get('cookie') ?? '', lines));
      return withFields(NextResponse.next({ request: { headers } }), found.headers, lines);
    };
  }

  /** An answer of the proxy, whose redirects Next wants to have whole URLs. */
  #proxied({ headers, ...answer }) {
    const { Location } = headers;
    const whole = Location === undefined ? {} : { Location: new URL(Location, this.origin).href };
    return responseOf({ ...answer, headers: { ...headers, ...whole } });
  }

  async #hasEnded(visit) {
    try {
      await visit.accessToken(AHEAD);
      return false;
    } catch (error) {
      if (!(error instanceof LoginError)) throw error;
      return error instanceof SessionEnded;
    }
  }

  /** The session, in a server component; null without one. It cannot set cookies: tokens are refreshed by the proxy. */
  async session() {
    const { headers } = require('next/headers');
    const fields = await headers();
    const header = (name) => fields.get(name) ?? undefined;
    const request = { method: 'GET', target: '/', header, form: async () => new URLSearchParams() };
    const { answer, signedIn } = await this.enter(
      request,
      { isWritable: false, cookie: () => false },
      { isOptional: true },
    );
    if (answer !== undefined)
      throw new LoginError(answer.status, 'temporarily_unavailable', 'the session cannot be read');
    return signedIn;
  }
}

module.exports = { ...require('./index.js'), Login };
