import { Endpoints, type Tokens } from './endpoints.js';
import { CredenzaError } from './errors.js';
import { answerInFrame } from './frame.js';
import { checked, type User } from './id_token.js';
import { isBelow, settle, type ClientOptions, type Settled, type SignInOptions } from './options.js';
import { ownAddress, remember, take } from './pending.js';
import { Tabs, type Session } from './tabs.js';

/** Codes that say that nobody is signed in, or that this person must be asked (OpenID Connect Core 3.1.2.6). */
const ENDS = [
  ...['login_required', 'interaction_required', 'consent_required', 'account_selection_required'],
  ...['invalid_grant', 'other_user', 'frame_refused'],
];

/** Signs people in at one provider, and has access tokens for APIs. Tokens are kept in memory alone. */
export class Client {
  readonly #options: Settled;
  readonly #endpoints: Endpoints;
  readonly #tabs: Tabs;
  readonly #hint: string;
  readonly #listeners = new Set<(user: User | null) => void>();
  #session: Session | null = null;
  #renewal: Promise<Session | null> | undefined;

  constructor(options: ClientOptions) {
    this.#options = settle(options);
    this.#endpoints = new Endpoints(this.#options);
    const name = `credenza ${this.#options.issuer} ${this.#options.clientId}`;
    this.#hint = name;
    const learn = (session: Session | null) => {
      if (!session || session.renewedAt > (this.#session?.renewedAt ?? 0)) this.#become(session);
    };
    this.#tabs = new Tabs(name, () => this.#session, learn);
  }

  /** Who is signed in, as far as this tab knows. */
  get user(): User | null {
    return this.#session?.user ?? null;
  }

  /** Where people look after their account. */
  get accountUrl(): string {
    return `${this.#options.issuer.replace(/\/$/, '')}/account`;
  }

  /** Has `listener` called with who is signed in, whenever that changes in any tab; answers what ends that. */
  onChange(listener: (user: User | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What an application does when it starts: takes an answer, if one has arrived, or else finds the session again. */
  async start(): Promise<User | null> {
    return (await this.handleCallback()) ?? (await this.restore());
  }

  /** Sends the person to sign in. The page is left, so the promise is not fulfilled. */
  async signIn(options: SignInOptions = {}): Promise<never> {
    const returnTo = ownAddress(options.returnTo ?? location.href);
    const { url, state, pending } = await this.#endpoints.request(options, returnTo);
    remember(state, pending);
    location.assign(url);
    return new Promise<never>(() => undefined);
  }

  /** Sends the person to make an account (`prompt=create`), or to sign in where nobody can make one. */
  async signUp(options: SignInOptions = {}): Promise<never> {
    const { prompt_values_supported: prompts } = await this.#endpoints.metadata();
    return this.signIn(prompts?.includes('create') ? { ...options, prompt: 'create' } : options);
  }

  /**
   * Takes the answer in the address of the page, and puts back the address where the sign-in began. `null` when the page is no
   * answer.
   */
  async handleCallback(url: string = location.href): Promise<User | null> {
    const answer = new URL(url).searchParams;
    const state = answer.get('state');
    if (!state || !(answer.has('code') || answer.has('error'))) return null;
    try {
      const pending = take(state);
      const code = await this.#endpoints.codeOf(answer);
      const tokens = await this.#endpoints.redeem(code, pending.verifier);
      const session = await this.#sessionOf(tokens, { nonce: pending.nonce });
      this.#share(session);
      history.replaceState(history.state, '', ownAddress(pending.returnTo));
      return session.user;
    } catch (error) {
      // A code that is spent, or an error that is over, is not to be taken again when the page is reloaded.
      history.replaceState(history.state, '', new URL(url).pathname);
      throw error;
    }
  }

  /** Finds a session again without showing anything: in another tab, by the cookie, or in a frame. */
  async restore(): Promise<User | null> {
    if (!this.#session && localStorage.getItem(this.#hint)) await this.#renewed(null);
    return this.user;
  }

  /**
   * An access token that is good for a while. It is renewed shortly before its end, by one tab for all; with
   * `fresh` it is renewed now, for instance because the person may do more than before.
   *
   * Throws a {@link CredenzaError} with the code `login_required` when nobody is signed in any longer.
   */
  async getAccessToken({ fresh = false } = {}): Promise<string> {
    return (await this.#current(fresh)).accessToken;
  }

  /**
   * `fetch` with the access token, for the addresses in `apis` alone. If the API refuses the token as invalid, the request is
   * sent once more with a new one.
   */
  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    if (!isBelow(request.url, this.#options.apis)) {
      throw new CredenzaError('foreign_api', `${request.url} is not one of the apis that may have the access token`);
    }
    const again = request.clone();
    const send = (of: Request, { accessToken }: Session) => {
      of.headers.set('authorization', `Bearer ${accessToken}`);
      return fetch(of);
    };
    const used = await this.#current();
    const answer = await send(request, used);
    const isRefused = answer.status === 401 && answer.headers.get('www-authenticate')?.includes('invalid_token');
    if (!isRefused) return answer;
    const session = await this.#renewed(used);
    return session ? send(again, session) : answer;
  }

  /** Ends the session here and at the provider (OpenID Connect RP-Initiated Logout 2). The page is left. */
  async signOut(): Promise<never> {
    const { issuer, clientId, postLogoutRedirectUri } = this.#options;
    const session = this.#session;
    // What cannot be revoked ends with the session all the same, unless it is for `offline_access`.
    if (session?.refreshToken || this.#options.refreshTokenCookie) {
      await this.#endpoints.revoke(session?.refreshToken).catch(() => undefined);
    }
    this.#end();
    const { end_session_endpoint } = await this.#endpoints.metadata();
    const url = new URL(end_session_endpoint ?? issuer);
    url.searchParams.set('client_id', clientId);
    if (session?.idToken) url.searchParams.set('id_token_hint', session.idToken);
    if (postLogoutRedirectUri) url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri);
    location.assign(url);
    return new Promise<never>(() => undefined);
  }

  async #current(fresh = false): Promise<Session> {
    const session = this.#session;
    const current = session && !fresh && !this.#isDue(session) ? session : await this.#renewed(session);
    if (!current) throw new CredenzaError('login_required', 'nobody is signed in');
    return current;
  }

  #isDue({ expiresAt, renewedAt }: Session): boolean {
    const before = Math.min(this.#options.renewBefore * 1000, (expiresAt - renewedAt) / 2);
    return Date.now() >= expiresAt - before;
  }

  /** A session that is newer than `old`: another call's, another tab's, or one that the provider gives now. */
  #renewed(old: Session | null): Promise<Session | null> {
    this.#renewal ??= this.#tabs
      .alone(async () => {
        // Whoever had the lock before may have renewed it, and what they said may be on its way.
        if (this.#session === old) await this.#tabs.ask();
        if (this.#session && this.#session !== old && !this.#isDue(this.#session)) return this.#session;
        const session = await this.#fresh(this.#session);
        this.#share(session);
        return session;
      })
      .catch((error: unknown) => {
        if (error instanceof CredenzaError && ENDS.includes(error.code)) {
          this.#end();
          return null;
        }
        // The network may be back before the token has expired.
        if (this.#session && this.#session === old && Date.now() < this.#session.expiresAt) return this.#session;
        throw error;
      })
      .finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #fresh(old: Session | null): Promise<Session> {
    if (old?.refreshToken || this.#options.refreshTokenCookie) {
      return this.#sessionOf(await this.#endpoints.refresh(old?.refreshToken), {}, old);
    }
    if (!this.#options.frame) throw new CredenzaError('login_required', 'there is no refresh token');
    const { url, state, pending } = await this.#endpoints.request({ prompt: 'none' }, location.href);
    const answer = (await answerInFrame(url, this.#options.redirectUri)).searchParams;
    if (answer.get('state') !== state) throw new CredenzaError('unknown_state', 'the frame has another answer');
    const tokens = await this.#endpoints.redeem(await this.#endpoints.codeOf(answer), pending.verifier);
    return this.#sessionOf(tokens, { nonce: pending.nonce }, old);
  }

  async #sessionOf(tokens: Tokens, expected: { nonce?: string }, old: Session | null = null): Promise<Session> {
    const now = Date.now();
    const { issuer, clientId, clockSkew, userInfo } = this.#options;
    const idToken = tokens.id_token ?? old?.idToken;
    if (!idToken) throw new CredenzaError('invalid_id_token', 'there is no ID token: is openid in the scope?');
    const sub = old?.user.sub;
    const circumstances = {
      ...expected,
      issuer,
      clientId,
      clockSkew,
      now: now / 1000,
      ...(sub !== undefined && { sub }),
    };
    let user = tokens.id_token ? { ...old?.user, ...checked(tokens.id_token, circumstances) } : (old as Session).user;
    if (userInfo && !old) user = { ...user, ...(await this.#endpoints.userInfo(tokens.access_token, user.sub)) };
    const refreshToken = tokens.refresh_token ?? old?.refreshToken;
    return {
      accessToken: tokens.access_token,
      expiresAt: now + (tokens.expires_in ?? 60) * 1000,
      renewedAt: now,
      scope: tokens.scope ?? old?.scope ?? this.#options.scope,
      idToken,
      user,
      ...(refreshToken && { refreshToken }),
    };
  }

  #share(session: Session): void {
    this.#become(session);
    this.#tabs.tell(session);
  }

  #end(): void {
    this.#become(null);
    this.#tabs.tell(null);
  }

  #become(session: Session | null): void {
    const before = JSON.stringify(this.user);
    this.#session = session;
    // Whether somebody was signed in is all that outlives the page: it spares everybody else a request.
    if (session) localStorage.setItem(this.#hint, '1');
    else localStorage.removeItem(this.#hint);
    if (JSON.stringify(this.user) !== before) for (const listener of this.#listeners) listener(this.user);
  }
}
