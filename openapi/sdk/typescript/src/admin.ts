import * as apis from './apis/index.js';
import { problemMiddleware } from './problem.js';
import { calling, type RetryOptions } from './retry.js';
import { Configuration } from './runtime.js';
import { ServiceAccount, type ServiceAccountOptions, type TokenSource } from './token.js';

/** How calls are made: by the credentials of a service account, or by another source of tokens. */
export type AdminOptions = { retries?: RetryOptions; fetch?: typeof fetch } & (
  | (ServiceAccountOptions & { tokens?: undefined })
  | { tokens: TokenSource }
);

type Apis = typeof apis;
/** `UsersApi` is the member `users`. */
type Member<Name> = Name extends `${infer Noun}Api` ? Uncapitalize<Noun> : never;

/** The operations, by what they are about: `users`, `clients`, `tenants` and the like. */
export type Admin = {
  readonly [Name in keyof Apis as Member<Name>]: Apis[Name] extends new (...words: any[]) => infer Api ? Api : never;
};

/**
 * The admin API of the tenant with this issuer, such as https://id.example.com/t/acme. That of the default tenant has
 * what is about the installation too.
 */
export function createAdmin(issuer: string, options: AdminOptions): Admin {
  const base = issuer.replace(/\/+$/, '');
  const own = options.fetch ?? fetch;
  const tokens = options.tokens ?? new ServiceAccount(base, options, own);
  const configuration = new Configuration({
    basePath: base,
    fetchApi: calling(own, tokens, options.retries),
    middleware: [problemMiddleware],
  });
  return Object.fromEntries(
    Object.entries(apis)
      .filter(([name]) => name.endsWith('Api'))
      .map(([name, Api]) => [
        name.charAt(0).toLowerCase() + name.slice(1, -3),
        new (Api as new (configuration: Configuration) => object)(configuration),
      ]),
  ) as Admin;
}

/** The entity tag of a version that was read, for If-Match. */
export const etag = (record: { version: number }): string => `"${record.version}"`;
