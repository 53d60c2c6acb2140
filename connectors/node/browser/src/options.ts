import { CredenzaError } from './errors.js';

/** What a client is made from. */
export interface ClientOptions {
  /** The provider, as `issuer` in its metadata. */
  issuer: string;
  /** The `client_id` of a public client. */
  clientId: string;
  /** What to ask for; `openid profile email` if absent. */
  scope?: string;
  /** Where answers arrive, as it is registered; the root of this origin if absent. */
  redirectUri?: string;
  /** The APIs that access tokens are for (RFC 8707). */
  resource?: string | string[];
  /** Where people arrive when they have signed out, as it is registered; without it they stay at the provider. */
  postLogoutRedirectUri?: string;
  /** Whether the provider keeps the refresh token in a cookie: the client's setting `refresh_token_cookie`. */
  refreshTokenCookie?: boolean;
  /** Whether a session at the provider may be found in a frame that nobody sees; `true` if absent. */
  frame?: boolean;
  /** Whether the userinfo endpoint is asked who the person is; `true` if absent. */
  userInfo?: boolean;
  /** The addresses that `fetch` may send the access token to; `resource` and this origin if absent. */
  apis?: string[];
  /** By how many seconds the clock of the device may differ; 60 if absent. */
  clockSkew?: number;
  /** How many seconds before its end an access token is renewed; 30 if absent, and never more than half of its life. */
  renewBefore?: number;
}

/** What one sign-in wants. */
export interface SignInOptions {
  /** Where to go on afterwards, on this origin; where the person is if absent. */
  returnTo?: string;
  /** `login`, `select_account`, … (OpenID Connect Core 3.1.2.1). */
  prompt?: string;
  /** The username, or the address. */
  loginHint?: string;
  /** How long ago the person may have signed in, in seconds. */
  maxAge?: number;
  /** The strength of the sign-in. */
  acrValues?: string;
  /** The languages of the pages. */
  uiLocales?: string;
}

/** The options with what is absent filled in. */
export type Settled = Required<Omit<ClientOptions, 'postLogoutRedirectUri' | 'resource'>> & {
  postLogoutRedirectUri: string | undefined;
  resource: string[];
};

/** Fills in what is absent, and refuses what cannot be. */
export function settle(options: ClientOptions): Settled {
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

/** Whether `url` is at or below one of the addresses. */
export function isBelow(url: string, addresses: string[]): boolean {
  const { origin, pathname } = new URL(url);
  return addresses.some((address) => {
    if (!URL.canParse(address)) return false;
    const api = new URL(address);
    const folder = api.pathname.replace(/\/?$/, '/');
    return api.origin === origin && `${pathname}/`.startsWith(folder);
  });
}
