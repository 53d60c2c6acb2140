import type { Caller } from '../lib/guard.js';
import type { Exchange, Gate } from './index.js';

/** Role-based access control by a table of the service's own. */
export class Roles {
  /** Permissions by role; `*` in a list is all of them. */
  constructor(table: Readonly<Record<string, readonly string[]>>);
  permissionsOf(caller: Caller | null): Set<string>;
  allows(caller: Caller | null, permission: string): boolean;
  /** A gate: 403 `permission_missing` with `permission`. */
  requires(permission: string): Gate;
}

/** Gates by the plan of the caller. */
export class Plans {
  /** `upgradeUrl`: the page on which a caller gets another plan. */
  constructor(options?: { readonly upgradeUrl?: string | undefined });
  /** A gate: 403 `plan_required` with `plan`, `plans` and `upgrade_url`. */
  requires(...plans: string[]): Gate;
}

/** The features of a plan: `true` for access, a number for a limit. */
export type FeatureSet = Readonly<Record<string, unknown>>;

/** Where features come from. */
export interface FeaturesOptions {
  /** A service that answers `GET url?plan=…` with an object of features. */
  readonly url?: string | undefined;
  /** A function in its place. */
  readonly load?: ((plan: string | null) => FeatureSet | Promise<FeatureSet>) | undefined;
  /** How long an answer is good; 300 by default. */
  readonly cache?: number | undefined;
  readonly upgradeUrl?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: (() => number) | undefined;
}

/** Features by plan: cached, asked for once for all who wait, and stale rather than absent. */
export class Features {
  constructor(options: FeaturesOptions);
  /** The features of a plan; throws 503 `features_unavailable` where nobody says, and nothing is known from before. */
  of(plan: string | null): Promise<FeatureSet>;
  /** Forgets what is known of a plan, or of all of them, as they have changed. */
  drop(plan?: string): void;
  /** A gate: 403 `feature_missing`. */
  requires(feature: string): Gate;
  /** A gate for callers who use less than their plan has: 403 `limit_reached` with `limit` and `used`. */
  within(feature: string, used: (exchange: Exchange) => number | Promise<number>): Gate;
}

/** A limit: `quota` requests in `window` seconds, which begin with the first request in them. */
export interface Limit {
  /** `caller` and `tenant` know whom they count; every other name needs a `key`. */
  readonly name: string;
  readonly quota: number;
  readonly window: number;
  /** What is counted; undefined for what is not. */
  readonly key?: ((exchange: Exchange) => string | undefined) | undefined;
}

/** Where requests are counted. */
export interface Counters {
  take(
    counted: readonly { readonly key: string; readonly quota: number; readonly window: number }[],
  ): Promise<{ isTaken: boolean; counts: { count: number; resets: number }[] }>;
}

/** In this process. */
export class MemoryCounters implements Counters {
  constructor(options?: { readonly clock?: (() => number) | undefined });
  take: Counters['take'];
}

/** What is used of a client of the package redis. */
export interface CountingClient {
  readonly isReady: boolean;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** In Redis; while that does not answer, each process counts by itself. */
export class RedisCounters implements Counters {
  constructor(client: CountingClient, options?: { readonly prefix?: string | undefined });
  take: Counters['take'];
}

/** Limits that stand together: a request counts under each of them or, when one of them is full, under none. */
export class RateLimits {
  constructor(options: { readonly limits: readonly Limit[]; readonly counters?: Counters | undefined });
  /** A gate: 429 `rate_limited` with `Retry-After`; every answer has `RateLimit-Policy` and `RateLimit`. */
  gate(): Gate;
}
