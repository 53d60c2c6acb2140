// A page in a browser, as far as the module for browsers sees it, and a provider that answers its calls.

import { createHash } from 'node:crypto';

export const ISSUER = 'https://id.example';
export const ORIGIN = 'https://app.example';
const CLIENT = 'spa';

const storage = () => {
  const kept = {};
  const hidden = (value) => ({ value, enumerable: false });
  return Object.defineProperties(kept, {
    getItem: hidden((key) => kept[key] ?? null),
    setItem: hidden((key, value) => void (kept[key] = String(value))),
    removeItem: hidden((key) => void delete kept[key]),
  });
};

/** Web Locks: one holder of a name at a time. */
const locks = () => {
  const last = new Map();
  return {
    request(name, work) {
      const mine = (last.get(name) ?? Promise.resolve()).then(work, work);
      last.set(
        name,
        mine.catch(() => undefined),
      );
      return mine;
    },
  };
};

const NodeChannel = globalThis.BroadcastChannel;
let profiles = 0;

/** The tabs from now on hear nothing of those before, as when all of these were closed. What is stored stays. */
export function closeAllTabs() {
  const profile = ++profiles;
  globalThis.BroadcastChannel = class extends NodeChannel {
    constructor(name) {
      super(`${profile} ${name}`);
      this.unref();
    }
  };
  Object.defineProperty(globalThis, 'navigator', { value: { locks: locks(), language: 'en' }, configurable: true });
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims) => `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
const json = (body, status = 200) => new Response(JSON.stringify(body), { status });

/** What the provider does: the tests change it. */
export class FakeProvider {
  calls = [];
  claims = {};
  expiresIn = 300;
  refreshTokens = true;
  answers = {};
  #made = 0;

  constructor() {
    globalThis.fetch = (input, init) => this.#answer(new Request(input, init), init);
  }

  tokenCalls() {
    return this.calls.filter(({ path }) => path === '/token');
  }

  tokens(nonce) {
    this.#made += 1;
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: ISSUER, aud: CLIENT, sub: 'ada', iat: now, exp: now + 300, nonce, ...this.claims };
    return {
      access_token: `access-${this.#made}`,
      token_type: 'Bearer',
      expires_in: this.expiresIn,
      scope: 'openid',
      id_token: jwt(claims),
      ...(this.refreshTokens && { refresh_token: `refresh-${this.#made}` }),
    };
  }

  async #answer(request, init) {
    const { pathname, origin } = new URL(request.url);
    const form = new URLSearchParams(request.method === 'POST' ? await request.clone().text() : '');
    this.calls.push({ path: pathname, origin, form, request, credentials: init?.credentials });
    const own = this.answers[pathname]?.(form, request);
    if (own) return own;
    if (origin !== ISSUER) return new Response('from the api');
    if (pathname === '/.well-known/openid-configuration') return json(this.metadata());
    if (pathname === '/userinfo') return json({ sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' });
    if (pathname === '/token') return json(this.tokens(form.get('code')?.replace('code-of-', '')));
    return new Response(null, { status: 200 });
  }

  metadata() {
    return {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${ISSUER}/token`,
      userinfo_endpoint: `${ISSUER}/userinfo`,
      revocation_endpoint: `${ISSUER}/revoke`,
      end_session_endpoint: `${ISSUER}/logout`,
      prompt_values_supported: ['none', 'create'],
      authorization_response_iss_parameter_supported: true,
    };
  }
}

let loaded = 0;

/** A fresh profile: what the module finds in the page. */
export function openProfile() {
  const opened = [];
  globalThis.location = {
    href: `${ORIGIN}/notes?of=ada`,
    origin: ORIGIN,
    assign: (url) => opened.push(new URL(url)),
  };
  globalThis.history = {
    state: null,
    replaceState: (_state, _title, url) => (location.href = new URL(url, ORIGIN).href),
  };
  globalThis.sessionStorage = storage();
  globalThis.localStorage = storage();
  closeAllTabs();
  return opened;
}

/** The module once more, as another tab loads it, and its client. */
export async function openTab(options = {}) {
  const module = await import(`../browser/dist/credenza.js?tab=${++loaded}`);
  const client = module.createClient({ issuer: ISSUER, clientId: CLIENT, frame: false, ...options });
  return { client, ...module };
}

/** Signs in by the request that `opened` has last, with what the provider answers. */
export async function arrive(client, opened, change = {}) {
  const asked = opened.at(-1).searchParams;
  const answer = { code: `code-of-${asked.get('nonce')}`, state: asked.get('state'), iss: ISSUER, ...change };
  const url = new URL(`${ORIGIN}/`);
  for (const [name, value] of Object.entries(answer)) if (value) url.searchParams.set(name, value);
  location.href = url.href;
  return client.handleCallback(url.href);
}

/** Begins a sign-in; it is answered when the page has been left. */
export async function begin(client, opened, options) {
  const before = opened.length;
  const failed = client.signIn(options).catch((error) => ({ error }));
  for (let tries = 0; tries < 100 && opened.length === before; tries += 1) {
    const over = await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 2))]);
    if (over?.error) throw over.error;
  }
  return opened.at(-1);
}

/** A profile, a provider and a tab; signed in unless told otherwise. */
export async function start(options, { signedIn = true } = {}) {
  const opened = openProfile();
  const provider = new FakeProvider();
  provider.refreshTokens = !options?.refreshTokenCookie;
  const tab = await openTab(options);
  if (signedIn) {
    await begin(tab.client, opened);
    await arrive(tab.client, opened);
    provider.calls.length = 0;
  }
  return { ...tab, provider, opened };
}

/** The challenge of a verifier (RFC 7636 4.2). */
export const challengeOf = (verifier) => createHash('sha256').update(verifier).digest('base64url');
