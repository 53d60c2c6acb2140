// @credenza/browser, Apache-2.0. Built from connectors/node/browser; its README says what it does.
class CredenzaError extends Error {
    code;
    constructor(code, message, options) {
        super(message, options);
        this.name = 'CredenzaError';
        this.code = code;
    }
}
async function call(url, init) {
    try {
        return await fetch(url, { referrerPolicy: 'no-referrer', ...init });
    }
    catch (cause) {
        const why = `no answer from ${new URL(url).origin}, or none that this origin may read (${location.origin})`;
        throw new CredenzaError('network_error', why, { cause });
    }
}
async function discover(issuer) {
    const answer = await call(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const metadata = (await answer.json().catch(() => undefined));
    if (!answer.ok || !metadata?.authorization_endpoint || !metadata.token_endpoint) {
        throw new CredenzaError('discovery_failed', `there is no OpenID provider at ${issuer}`);
    }
    if (metadata.issuer !== issuer) {
        throw new CredenzaError('wrong_issuer', `the metadata of ${issuer} are those of ${metadata.issuer}`);
    }
    return metadata;
}
const base64url = (bytes) => btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
async function challengeOf(verifier) {
    if (!crypto.subtle) {
        throw new CredenzaError('insecure_context', 'browsers sign people in from https pages and from localhost alone');
    }
    return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}
function payloadOf(jwt) {
    try {
        const text = atob((jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
        const payload = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0))));
        if (typeof payload === 'object' && payload !== null)
            return payload;
    }
    catch {
    }
    throw new CredenzaError('invalid_id_token', 'the ID token is no JWT');
}
class Endpoints {
    #options;
    #metadata;
    constructor(options) {
        this.#options = options;
    }
    metadata() {
        this.#metadata ??= discover(this.#options.issuer).catch((error) => {
            this.#metadata = undefined;
            throw error;
        });
        return this.#metadata;
    }
    async request(wanted, returnTo) {
        const { clientId, redirectUri, scope, resource } = this.#options;
        const { authorization_endpoint } = await this.metadata();
        const [state, nonce, verifier] = [random(), random(), random()];
        const url = new URL(authorization_endpoint);
        const parameters = {
            response_type: 'code',
            client_id: clientId,
            redirect_uri: redirectUri,
            scope,
            state,
            nonce,
            code_challenge: await challengeOf(verifier),
            code_challenge_method: 'S256',
            prompt: wanted.prompt,
            login_hint: wanted.loginHint,
            max_age: wanted.maxAge?.toString(),
            acr_values: wanted.acrValues,
            ui_locales: wanted.uiLocales,
        };
        for (const [name, value] of Object.entries(parameters))
            if (value)
                url.searchParams.set(name, value);
        for (const name of resource)
            url.searchParams.append('resource', name);
        return { url: url.href, state, pending: { verifier, nonce, returnTo, at: Date.now() } };
    }
    async codeOf(answer) {
        const { issuer, authorization_response_iss_parameter_supported: always } = await this.metadata();
        const iss = answer.get('iss');
        if (iss !== issuer && (iss !== null || always)) {
            throw new CredenzaError('wrong_issuer', `the answer is not of ${issuer} (RFC 9207)`);
        }
        const [error, code] = [answer.get('error'), answer.get('code')];
        if (error)
            throw new CredenzaError(error, answer.get('error_description') ?? error);
        if (!code)
            throw new CredenzaError('invalid_answer', 'the answer of the provider has no code');
        return code;
    }
    redeem(code, verifier) {
        const redirect_uri = this.#options.redirectUri;
        return this.#tokens({ grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier });
    }
    refresh(refreshToken) {
        return this.#tokens({ grant_type: 'refresh_token', ...(refreshToken && { refresh_token: refreshToken }) });
    }
    async revoke(token) {
        const { revocation_endpoint } = await this.metadata();
        if (revocation_endpoint)
            await this.#post(revocation_endpoint, token ? { token } : {});
    }
    async userInfo(accessToken, sub) {
        const { userinfo_endpoint } = await this.metadata();
        if (!userinfo_endpoint)
            return undefined;
        const answer = await call(userinfo_endpoint, { headers: { authorization: `Bearer ${accessToken}` } });
        const told = answer.ok ? (await answer.json().catch(() => undefined)) : undefined;
        if (told && told.sub !== sub)
            throw new CredenzaError('other_user', 'userinfo is about another person');
        return told;
    }
    async #tokens(form) {
        const { token_endpoint } = await this.metadata();
        const answer = await this.#post(token_endpoint, form, this.#options.resource);
        const body = (await answer.json().catch(() => ({})));
        if (answer.ok && body.access_token)
            return body;
        const code = body.error ?? (answer.status === 429 || answer.status >= 500 ? 'temporarily_unavailable' : 'server_error');
        throw new CredenzaError(code, body.error_description ?? `the token endpoint answered ${answer.status}`);
    }
    #post(url, form, resource = []) {
        const body = new URLSearchParams({ client_id: this.#options.clientId, ...form });
        for (const name of resource)
            body.append('resource', name);
        return call(url, { method: 'POST', body, credentials: this.#options.refreshTokenCookie ? 'include' : 'omit' });
    }
}
const FRAME_PATIENCE = 10_000;
async function answerInFrame(url, redirectUri) {
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.title = '';
    frame.sandbox.add('allow-same-origin');
    frame.referrerPolicy = 'no-referrer';
    try {
        return await new Promise((resolve, reject) => {
            const fail = (code, why) => reject(new CredenzaError(code, why));
            frame.onload = () => {
                const end = placeOf(frame);
                if (end?.protocol === 'about:')
                    return;
                if (end?.href.startsWith(redirectUri))
                    resolve(end);
                else
                    fail('frame_refused', `the frame did not come back to ${redirectUri}, or that may not be framed`);
            };
            setTimeout(() => fail('timeout', 'the provider did not answer in the frame'), FRAME_PATIENCE);
            frame.src = url;
            document.body.append(frame);
        });
    }
    finally {
        frame.remove();
    }
}
function placeOf(frame) {
    try {
        return new URL(frame.contentWindow?.location.href ?? '');
    }
    catch {
        return undefined;
    }
}
function checked(idToken, expected) {
    const claims = payloadOf(idToken);
    const audience = [claims.aud].flat();
    const hold = (holds, why, code = 'invalid_id_token') => {
        if (!holds)
            throw new CredenzaError(code, `the ID token ${why}`);
    };
    hold(claims.iss === expected.issuer, 'is of another issuer');
    hold(audience.includes(expected.clientId), 'is for another client');
    hold(audience.length === 1 || claims.azp !== undefined, 'has several audiences, and no azp');
    hold(claims.azp === undefined || claims.azp === expected.clientId, 'was issued to another client (azp)');
    hold(typeof claims.sub === 'string' && claims.sub !== '', 'has no sub');
    hold(expected.sub === undefined || claims.sub === expected.sub, 'is about another person', 'other_user');
    hold(expected.nonce === undefined || claims.nonce === expected.nonce, 'has another nonce');
    const clock = 'wrong_clock';
    const { now, clockSkew } = expected;
    hold(typeof claims.exp === 'number' && typeof claims.iat === 'number', 'has no exp or no iat');
    hold(claims.exp > now - clockSkew, 'has expired: is the clock of this device right?', clock);
    hold(claims.iat < now + clockSkew, 'is from the future: is the clock of this device right?', clock);
    return claims;
}
function settle(options) {
    if (!options.issuer || !options.clientId) {
        throw new CredenzaError('invalid_options', 'createClient needs an issuer and a clientId');
    }
    const resource = [options.resource ?? []].flat();
    return {
        scope: 'openid profile email',
        redirectUri: `${location.origin}/`,
        postLogoutRedirectUri: undefined,
        refreshTokenCookie: false,
        frame: true,
        userInfo: true,
        clockSkew: 60,
        renewBefore: 30,
        apis: [...resource, location.origin],
        ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
        issuer: options.issuer,
        clientId: options.clientId,
        resource,
    };
}
function isBelow(url, addresses) {
    const { origin, pathname } = new URL(url);
    return addresses.some((address) => {
        if (!URL.canParse(address))
            return false;
        const api = new URL(address);
        const folder = api.pathname.replace(/\/?$/, '/');
        return api.origin === origin && `${pathname}/`.startsWith(folder);
    });
}
const PREFIX = 'credenza.request.';
const LIFETIME = 3_600_000;
function remember(state, pending) {
    for (const key of Object.keys(sessionStorage)) {
        if (!key.startsWith(PREFIX))
            continue;
        const { at } = JSON.parse(sessionStorage.getItem(key) ?? '{}');
        if (!at || at < pending.at - LIFETIME)
            sessionStorage.removeItem(key);
    }
    sessionStorage.setItem(PREFIX + state, JSON.stringify(pending));
}
function take(state) {
    const kept = sessionStorage.getItem(PREFIX + state);
    sessionStorage.removeItem(PREFIX + state);
    if (!kept) {
        throw new CredenzaError('unknown_state', 'this sign-in did not begin in this tab, or it was finished before');
    }
    return JSON.parse(kept);
}
function ownAddress(to) {
    const url = URL.canParse(to, location.href) ? new URL(to, location.href) : undefined;
    if (url?.origin !== location.origin) {
        throw new CredenzaError('foreign_return_to', `people return to ${location.origin} alone, not to ${to}`);
    }
    return url.href;
}
const TABS_PATIENCE = 150;
class Tabs {
    #name;
    #channel;
    #queue = Promise.resolve();
    #heard;
    constructor(name, current, learn) {
        this.#name = name;
        this.#channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name);
        this.#channel?.addEventListener('message', ({ data }) => {
            if ('asks' in data) {
                const session = current();
                if (session)
                    this.tell(session);
            }
            else {
                learn(data.session);
                this.#heard?.();
            }
        });
    }
    tell(session) {
        this.#channel?.postMessage({ session });
    }
    async ask() {
        if (!this.#channel)
            return;
        await new Promise((resolve) => {
            this.#heard = resolve;
            this.#channel?.postMessage({ asks: true });
            setTimeout(resolve, TABS_PATIENCE);
        });
        this.#heard = undefined;
    }
    alone(work) {
        if (navigator.locks)
            return navigator.locks.request(this.#name, work);
        const mine = this.#queue.then(work, work);
        this.#queue = mine.catch(() => undefined);
        return mine;
    }
}
const ENDS = [
    ...['login_required', 'interaction_required', 'consent_required', 'account_selection_required'],
    ...['invalid_grant', 'other_user', 'frame_refused'],
];
class Client {
    #options;
    #endpoints;
    #tabs;
    #hint;
    #listeners = new Set();
    #session = null;
    #renewal;
    constructor(options) {
        this.#options = settle(options);
        this.#endpoints = new Endpoints(this.#options);
        const name = `credenza ${this.#options.issuer} ${this.#options.clientId}`;
        this.#hint = name;
        const learn = (session) => {
            if (!session || session.renewedAt > (this.#session?.renewedAt ?? 0))
                this.#become(session);
        };
        this.#tabs = new Tabs(name, () => this.#session, learn);
    }
    get user() {
        return this.#session?.user ?? null;
    }
    get accountUrl() {
        return `${this.#options.issuer.replace(/\/$/, '')}/account`;
    }
    onChange(listener) {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }
    async start() {
        return (await this.handleCallback()) ?? (await this.restore());
    }
    async signIn(options = {}) {
        const returnTo = ownAddress(options.returnTo ?? location.href);
        const { url, state, pending } = await this.#endpoints.request(options, returnTo);
        remember(state, pending);
        location.assign(url);
        return new Promise(() => undefined);
    }
    async signUp(options = {}) {
        const { prompt_values_supported: prompts } = await this.#endpoints.metadata();
        return this.signIn(prompts?.includes('create') ? { ...options, prompt: 'create' } : options);
    }
    async handleCallback(url = location.href) {
        const answer = new URL(url).searchParams;
        const state = answer.get('state');
        if (!state || !(answer.has('code') || answer.has('error')))
            return null;
        try {
            const pending = take(state);
            const code = await this.#endpoints.codeOf(answer);
            const tokens = await this.#endpoints.redeem(code, pending.verifier);
            const session = await this.#sessionOf(tokens, { nonce: pending.nonce });
            this.#share(session);
            history.replaceState(history.state, '', ownAddress(pending.returnTo));
            return session.user;
        }
        catch (error) {
            history.replaceState(history.state, '', new URL(url).pathname);
            throw error;
        }
    }
    async restore() {
        if (!this.#session && localStorage.getItem(this.#hint))
            await this.#renewed(null);
        return this.user;
    }
    async getAccessToken({ fresh = false } = {}) {
        return (await this.#current(fresh)).accessToken;
    }
    async fetch(input, init) {
        const request = new Request(input, init);
        if (!isBelow(request.url, this.#options.apis)) {
            throw new CredenzaError('foreign_api', `${request.url} is not one of the apis that may have the access token`);
        }
        const again = request.clone();
        const send = (of, { accessToken }) => {
            of.headers.set('authorization', `Bearer ${accessToken}`);
            return fetch(of);
        };
        const used = await this.#current();
        const answer = await send(request, used);
        const isRefused = answer.status === 401 && answer.headers.get('www-authenticate')?.includes('invalid_token');
        if (!isRefused)
            return answer;
        const session = await this.#renewed(used);
        return session ? send(again, session) : answer;
    }
    async signOut() {
        const { issuer, clientId, postLogoutRedirectUri } = this.#options;
        const session = this.#session;
        if (session?.refreshToken || this.#options.refreshTokenCookie) {
            await this.#endpoints.revoke(session?.refreshToken).catch(() => undefined);
        }
        this.#end();
        const { end_session_endpoint } = await this.#endpoints.metadata();
        const url = new URL(end_session_endpoint ?? issuer);
        url.searchParams.set('client_id', clientId);
        if (session?.idToken)
            url.searchParams.set('id_token_hint', session.idToken);
        if (postLogoutRedirectUri)
            url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri);
        location.assign(url);
        return new Promise(() => undefined);
    }
    async #current(fresh = false) {
        const session = this.#session;
        const current = session && !fresh && !this.#isDue(session) ? session : await this.#renewed(session);
        if (!current)
            throw new CredenzaError('login_required', 'nobody is signed in');
        return current;
    }
    #isDue({ expiresAt, renewedAt }) {
        const before = Math.min(this.#options.renewBefore * 1000, (expiresAt - renewedAt) / 2);
        return Date.now() >= expiresAt - before;
    }
    #renewed(old) {
        this.#renewal ??= this.#tabs
            .alone(async () => {
            if (this.#session === old)
                await this.#tabs.ask();
            if (this.#session && this.#session !== old && !this.#isDue(this.#session))
                return this.#session;
            const session = await this.#fresh(this.#session);
            this.#share(session);
            return session;
        })
            .catch((error) => {
            if (error instanceof CredenzaError && ENDS.includes(error.code)) {
                this.#end();
                return null;
            }
            if (this.#session && this.#session === old && Date.now() < this.#session.expiresAt)
                return this.#session;
            throw error;
        })
            .finally(() => (this.#renewal = undefined));
        return this.#renewal;
    }
    async #fresh(old) {
        if (old?.refreshToken || this.#options.refreshTokenCookie) {
            return this.#sessionOf(await this.#endpoints.refresh(old?.refreshToken), {}, old);
        }
        if (!this.#options.frame)
            throw new CredenzaError('login_required', 'there is no refresh token');
        const { url, state, pending } = await this.#endpoints.request({ prompt: 'none' }, location.href);
        const answer = (await answerInFrame(url, this.#options.redirectUri)).searchParams;
        if (answer.get('state') !== state)
            throw new CredenzaError('unknown_state', 'the frame has another answer');
        const tokens = await this.#endpoints.redeem(await this.#endpoints.codeOf(answer), pending.verifier);
        return this.#sessionOf(tokens, { nonce: pending.nonce }, old);
    }
    async #sessionOf(tokens, expected, old = null) {
        const now = Date.now();
        const { issuer, clientId, clockSkew, userInfo } = this.#options;
        const idToken = tokens.id_token ?? old?.idToken;
        if (!idToken)
            throw new CredenzaError('invalid_id_token', 'there is no ID token: is openid in the scope?');
        const sub = old?.user.sub;
        const circumstances = {
            ...expected,
            issuer,
            clientId,
            clockSkew,
            now: now / 1000,
            ...(sub !== undefined && { sub }),
        };
        let user = tokens.id_token ? { ...old?.user, ...checked(tokens.id_token, circumstances) } : old.user;
        if (userInfo && !old)
            user = { ...user, ...(await this.#endpoints.userInfo(tokens.access_token, user.sub)) };
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
    #share(session) {
        this.#become(session);
        this.#tabs.tell(session);
    }
    #end() {
        this.#become(null);
        this.#tabs.tell(null);
    }
    #become(session) {
        const before = JSON.stringify(this.user);
        this.#session = session;
        if (session)
            localStorage.setItem(this.#hint, '1');
        else
            localStorage.removeItem(this.#hint);
        if (JSON.stringify(this.user) !== before)
            for (const listener of this.#listeners)
                listener(this.user);
    }
}
let current;
const waiting = new Set();
function createClient(options) {
    const client = new Client(options);
    if (!current) {
        current = client;
        for (const next of waiting)
            next(client);
        waiting.clear();
    }
    return client;
}
function whenCreated(next) {
    if (current)
        next(current);
    else
        waiting.add(next);
}
const Base = typeof HTMLElement === 'undefined' ? class {
} : HTMLElement;
const SHARED = `
:host { display: inline-block; font: inherit;
  --_ink: var(--credenza-ink, light-dark(#1c1f24, #e9ecf1)); --_ground: var(--credenza-ground, light-dark(#fff, #23272e));
  --_line: var(--credenza-line, light-dark(#8a909c, #7c8492)); --_accent: var(--credenza-accent, light-dark(#1f5fbf, #8ab8ff));
  --_on-accent: var(--credenza-on-accent, light-dark(#fff, #10233f)); --_radius: var(--credenza-radius, 8px) }
:host([hidden]), [hidden] { display: none !important }
button, a { font: inherit; cursor: pointer; min-block-size: 44px; box-sizing: border-box }
:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px }
@media (forced-colors: active) { button { border: 1px solid ButtonText } }
`;
class ClientElement extends Base {
    #client;
    #stop;
    constructor(styles) {
        super();
        const root = this.attachShadow({ mode: 'open' });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(SHARED + styles);
        root.adoptedStyleSheets = [sheet];
    }
    get client() {
        return this.#client;
    }
    set client(client) {
        this.#stop?.();
        this.#client = client;
        this.#stop = this.isConnected ? client?.onChange(() => this.show()) : undefined;
        if (this.isConnected)
            this.show();
    }
    connectedCallback() {
        if (this.#client)
            this.client = this.#client;
        else
            whenCreated((client) => (this.client ??= client));
        this.show();
    }
    disconnectedCallback() {
        this.#stop?.();
    }
    failed(detail) {
        this.dispatchEvent(new CustomEvent('credenza-error', { detail, bubbles: true, composed: true }));
    }
}
function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes))
        element.setAttribute(key, value);
    element.append(...children);
    return element;
}
const TEXTS = {
    en: {
        signIn: 'Sign in',
        signUp: 'Create an account',
        account: 'Your account',
        signOut: 'Sign out',
        menu: 'Account menu of',
    },
    de: { signIn: 'Anmelden', signUp: 'Konto anlegen', account: 'Ihr Konto', signOut: 'Abmelden', menu: 'Kontomenü von' },
};
function textsFor(element) {
    const language = element.closest('[lang]')?.lang || navigator.language;
    return /^de\b/i.test(language) ? TEXTS.de : TEXTS.en;
}
const BUTTON_STYLES = `
button { padding: 0 1.25em; border: 1px solid transparent; border-radius: var(--_radius);
  background: var(--_accent); color: var(--_on-accent); font-weight: 600 }
button:hover { filter: brightness(1.08) }
button[disabled] { opacity: .6; cursor: progress }
`;
class SignInElement extends ClientElement {
    #button = make('button', { type: 'button', part: 'button' });
    #label = make('slot', {});
    constructor() {
        super(BUTTON_STYLES);
        this.#button.append(this.#label);
        this.#button.addEventListener('click', () => void this.#begin());
        this.shadowRoot?.append(this.#button);
    }
    show() {
        const texts = textsFor(this);
        this.#label.textContent = this.hasAttribute('sign-up') ? texts.signUp : texts.signIn;
        this.#button.hidden = Boolean(this.client?.user);
    }
    async #begin() {
        if (!this.client)
            return;
        const [returnTo, loginHint] = ['return-to', 'login-hint'].map((name) => this.getAttribute(name) ?? undefined);
        const options = { ...(returnTo && { returnTo }), ...(loginHint && { loginHint }) };
        this.#button.disabled = true;
        try {
            await (this.hasAttribute('sign-up') ? this.client.signUp(options) : this.client.signIn(options));
        }
        catch (error) {
            this.failed(error);
        }
        finally {
            this.#button.disabled = false;
        }
    }
}
const MENU_STYLES = `
:host { position: relative }
button.avatar { inline-size: 44px; padding: 0; border: 1px solid var(--_line); border-radius: 50%; overflow: hidden;
  background: var(--_accent); color: var(--_on-accent); font-weight: 600 }
img { display: block; inline-size: 100%; block-size: 100%; object-fit: cover }
.menu { position: absolute; inset-inline-end: 0; inset-block-start: calc(100% + 6px); z-index: 1000; text-align: start;
  min-inline-size: 13em; max-inline-size: min(20em, 90vw); padding: 6px; border: 1px solid var(--_line);
  border-radius: var(--_radius); background: var(--_ground); color: var(--_ink); box-shadow: 0 8px 24px #0003 }
.menu.turned { inset-inline: 0 auto }
.who { padding: 8px 10px; overflow-wrap: anywhere; border-block-end: 1px solid var(--_line); margin-block-end: 6px }
.who small { display: block; opacity: .8 }
[role=menuitem] { display: flex; align-items: center; inline-size: 100%; padding: 0 10px; border: 0; text-align: start;
  border-radius: calc(var(--_radius) - 2px); background: none; color: inherit; text-decoration: none }
[role=menuitem]:is(:hover, :focus) { background: color-mix(in srgb, var(--_accent) 14%, transparent) }
`;
const nameOf = (user) => String(user.name || user.preferred_username || user.email || user.sub);
function initialsOf(user) {
    const words = nameOf(user).split('@')[0]?.trim().split(/\s+/) ?? [];
    const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => [...(word ?? '')][0] ?? '');
    return letters.join('').toLocaleUpperCase();
}
class UserElement extends ClientElement {
    #avatar = make('button', { type: 'button', part: 'avatar', class: 'avatar', 'aria-haspopup': 'menu' });
    #who = make('div', { part: 'who', class: 'who' });
    #account = make('a', { role: 'menuitem', part: 'item', tabindex: '-1' });
    #leave = make('button', { type: 'button', role: 'menuitem', part: 'item', tabindex: '-1' });
    #items = make('div', { role: 'menu' }, make('slot', {}), this.#account, this.#leave);
    #menu = make('div', { class: 'menu', part: 'menu' }, this.#who, this.#items);
    constructor() {
        super(MENU_STYLES);
        this.#open(false);
        this.#avatar.addEventListener('click', () => this.#open(Boolean(this.#menu.hidden), true));
        this.#leave.addEventListener('click', () => void this.client?.signOut().catch((error) => this.failed(error)));
        this.addEventListener('keydown', (event) => this.#pressed(event));
        this.addEventListener('focusout', ({ relatedTarget }) => {
            if (relatedTarget && !this.contains(relatedTarget))
                this.#open(false);
        });
        this.shadowRoot?.append(this.#avatar, this.#menu);
    }
    connectedCallback() {
        super.connectedCallback();
        document.addEventListener('pointerdown', this.#pressedElsewhere);
    }
    disconnectedCallback() {
        super.disconnectedCallback();
        document.removeEventListener('pointerdown', this.#pressedElsewhere);
    }
    show() {
        const user = this.client?.user;
        this.#avatar.hidden = !user;
        if (!user)
            return this.#open(false);
        const [texts, name] = [textsFor(this), nameOf(user)];
        this.#avatar.setAttribute('aria-label', `${texts.menu} ${name}`);
        this.#items.setAttribute('aria-label', `${texts.menu} ${name}`);
        this.#who.replaceChildren(name, ...(user.email && user.email !== name ? [make('small', {}, user.email)] : []));
        this.#account.textContent = texts.account;
        this.#account.href = this.client?.accountUrl ?? '';
        this.#leave.textContent = texts.signOut;
        this.#picture(user);
    }
    #pressedElsewhere = (event) => {
        if (!event.composedPath().includes(this))
            this.#open(false);
    };
    #picture(user) {
        const initials = () => this.#avatar.replaceChildren(initialsOf(user));
        initials();
        if (!user.picture?.startsWith('https://'))
            return;
        const image = make('img', { alt: '', referrerpolicy: 'no-referrer', src: user.picture });
        image.addEventListener('load', () => this.#avatar.replaceChildren(image));
        image.addEventListener('error', initials);
    }
    #open(open, take = false) {
        this.#menu.hidden = !open;
        this.#avatar.setAttribute('aria-expanded', String(open));
        this.#menu.classList.remove('turned');
        const { left, right } = this.#menu.getBoundingClientRect();
        this.#menu.classList.toggle('turned', left < 0 || right > document.documentElement.clientWidth);
        if (open && take)
            this.#account.focus();
    }
    #pressed(event) {
        if (this.#menu.hidden) {
            if (event.key === 'ArrowDown')
                this.#open(true, true);
            else
                return;
        }
        else if (event.key === 'Escape') {
            this.#open(false);
            this.#avatar.focus();
        }
        else if (!this.#moved(event.key))
            return;
        event.preventDefault();
    }
    #moved(key) {
        const items = [...this.querySelectorAll('[role=menuitem]'), this.#account, this.#leave];
        const focused = this.shadowRoot?.activeElement ?? document.activeElement;
        const here = items.indexOf(focused);
        const steps = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 };
        const next = steps[key];
        if (next !== undefined)
            items.at(next % items.length)?.focus();
        return next !== undefined;
    }
}
if (typeof customElements !== 'undefined') {
    if (!customElements.get('credenza-sign-in'))
        customElements.define('credenza-sign-in', SignInElement);
    if (!customElements.get('credenza-user'))
        customElements.define('credenza-user', UserElement);
}
export { Client, createClient, CredenzaError, SignInElement, UserElement };
