/** What can fail, and is counted; `pages` is every other path. */
export type Endpoint =
  | 'discovery'
  | 'jwks'
  | 'authorize'
  | 'token'
  | 'userinfo'
  | 'introspect'
  | 'revoke'
  | 'revocations'
  | 'register'
  | 'pages';

/** How a provider is started. */
export interface Options {
  /** The port of 127.0.0.1; 0, the default, is a free one. */
  port?: number;
  /** The second since 1970 at which the clock stands still; without it, the clock goes with the machine's. */
  now?: number | null;
  /** Whether RSA keys are made at once, and not when a client first needs one. */
  rsa?: boolean;
  /** Settings of the tenant, such as `{ access_token_lifetime: 60 }`. */
  settings?: Record<string, unknown>;
}

/** A person who can sign in. */
export interface User {
  /** `sub` of their tokens, at clients that do not ask for pairwise ones. */
  sub: string;
  username: string;
  password: string;
}

/** The standard claims of OpenID Connect Core 5.1, but for `sub`. */
export interface Claims {
  name?: string;
  given_name?: string;
  family_name?: string;
  middle_name?: string;
  nickname?: string;
  preferred_username?: string;
  profile?: string;
  picture?: string;
  website?: string;
  gender?: string;
  birthdate?: string;
  zoneinfo?: string;
  locale?: string;
  email?: string;
  email_verified?: boolean;
  address?: {
    formatted?: string;
    street_address?: string;
    locality?: string;
    region?: string;
    postal_code?: string;
    country?: string;
  };
  phone_number?: string;
  phone_number_verified?: boolean;
}

/** Metadata of a client, by the names of RFC 7591 and OpenID Connect Registration. */
export interface ClientMetadata {
  client_id?: string;
  client_secret?: string;
  client_name?: string;
  /** Without any, the client acts in its own name (`client_credentials`). */
  redirect_uris?: string[];
  post_logout_redirect_uris?: string[];
  grant_types?: string[];
  response_types?: string[];
  /** `none` for a public client. */
  token_endpoint_auth_method?: string;
  scope?: string;
  /** Whether people are asked before it gets anything. */
  consent?: 'required' | 'implicit';
  access_token_format?: 'jwt' | 'opaque';
  [name: string]: unknown;
}

/** A client that was made: all of its metadata, and its secret if it has one. */
export interface Client extends ClientMetadata {
  client_id: string;
}

/** What the token endpoint gave. */
export interface Tokens {
  access_token: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
  scope: string;
  refresh_token?: string;
  id_token?: string;
}

/** What is asked for. */
export interface Ask {
  /** All that the client may have, where it is not said. */
  scope?: string;
  /** The resources that the access token is for (RFC 8707). */
  resource?: string[];
  /** `nonce` of the ID token. */
  nonce?: string;
}

/** How an endpoint fails. */
export interface Fault {
  /** A delay in milliseconds. */
  delay?: number;
  /** The status, from 400 to 599, that is returned in place of the answer of the endpoint. */
  status?: number;
  /** Whether the connection is closed without an answer. */
  drop?: boolean;
  /** How many requests it affects; all if absent. */
  times?: number;
}

/** What a person does at the pages. */
export interface How {
  /** Another password than the one that the user was made with. */
  password?: string;
  /** Whether they refuse what the application asks for. */
  deny?: boolean;
}

/** The answer of an authorization request: give it to the application. */
export interface Callback {
  /** Where the browser goes: by GET, or by POST of `form`. */
  url: string;
  /** The fields that the browser posts there (`response_mode=form_post`). */
  form: Record<string, string> | null;
  /** The parameters of the answer, wherever they travel: query, fragment or form. */
  params: Record<string, string>;
}

/** What the provider could not do, or would not. */
export class CredenzaTestingError extends Error {
  readonly code: 'start' | 'absent' | 'invalid' | 'refused' | 'page' | 'failed';
  private constructor();
}

/** A browser at a provider: it walks the real pages, and keeps cookies. */
export class Browser {
  private constructor();
  /**
   * Opens an authorization URL of the application, does what each page asks, and answers where the provider sends the
   * browser. Without `user`, a page that asks who is there is an error.
   */
  authorize(url: string, user?: User | string | null, how?: How): Promise<Callback>;
  /** Opens a sign-out URL and confirms; answers where the browser is sent, if anywhere. */
  signOut(url: string): Promise<string | null>;
}

/** A provider. Where a user or a client is asked for, its name or id will do. */
export class Provider {
  constructor(options?: Options);
  /** Starts it; {@link provider} does both. */
  start(): Promise<this>;
  /** Stops it; doing so twice changes nothing. */
  stop(): Promise<void>;
  /** `iss` of its tokens, and what its URLs begin with. */
  readonly issuer: string;
  /** Makes a person; a password is made up where none is given. */
  addUser(username: string, options?: { password?: string; claims?: Claims }): Promise<User>;
  /** Makes a client. */
  addClient(metadata?: ClientMetadata): Promise<Client>;
  /** Real tokens without a browser: as if the person had signed in and allowed the scope. */
  tokensFor(user: User | string, client: Client | string, ask?: Ask): Promise<Tokens>;
  /** The token of a client in its own name (RFC 6749 4.4). */
  clientToken(client: Client | string, ask?: Ask): Promise<Tokens>;
  /** A browser that was never here. */
  browser(): Browser;
  /** Signs a person in, in a new browser; see {@link Browser.authorize}. */
  authorize(url: string, user: User | string, how?: How): Promise<Callback>;
  /** What time it is there, in seconds since 1970. */
  now(): Promise<number>;
  /** The same at once, in milliseconds as `Date.now` has it: for `new Validator({ clock: op.clock })` and its like. */
  readonly clock: () => number;
  /** Lets seconds pass; negative ones come back. */
  advance(seconds: number): Promise<void>;
  /** Makes it that second since 1970. */
  setTime(seconds: number): Promise<void>;
  /** Stops the clock: only `advance` and `setTime` move it from here on. */
  freeze(): Promise<void>;
  /** Changes settings of the tenant, such as `{ access_token_lifetime: 60 }`. */
  configure(settings: Record<string, unknown>): Promise<void>;
  /** Makes new keys sign at once; the old ones stay published, or go as after a theft. */
  rotateKeys(options?: { keepOld?: boolean }): Promise<void>;
  /** Lets an endpoint fail. */
  fault(endpoint: Endpoint, fault: Fault): Promise<void>;
  /** Ends every fault. */
  clearFaults(): Promise<void>;
  /** How many requests the endpoint has had since the start or the last reset. */
  requests(endpoint: Endpoint): Promise<number>;
  /** Revokes a token as its client does: a refresh token with all that belongs to it. */
  revoke(token: string): Promise<void>;
  /** Revokes what a person has granted to one client or to all; answers how many. */
  revokeGrants(user: User | string, client?: Client | string): Promise<number>;
  /** Whether a token lives, as introspection would tell its client. */
  isActive(token: string): Promise<boolean>;
  /** Ends the person's sessions, and what lives no longer than they; answers how many. */
  endSessions(user: User | string): Promise<number>;
  /** Disables a person, with sessions and grants. */
  disableUser(user: User | string): Promise<void>;
  /** Enables a person again; what ended stays so. */
  enableUser(user: User | string): Promise<void>;
  /** Disables a client, with what it was granted. */
  disableClient(client: Client | string): Promise<void>;
  /** Enables a client again. */
  enableClient(client: Client | string): Promise<void>;
  /** Forgets users, clients, grants, settings, faults and time; issuer and keys stay. */
  reset(): Promise<void>;
}

/** Starts a provider on a loopback port. */
export function provider(options?: Options): Promise<Provider>;
