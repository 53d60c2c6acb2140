'use strict';

// How often a caller, a tenant, or whatever else has a name may ask: windows that begin with the first request in them. Told
// by the fields of draft-ietf-httpapi-ratelimit-headers.

const { Problem } = require('./problem.js');
const { MemoryCounters } = require('./counters.js');

const callerOf = ({ caller }) => caller?.sub ?? caller?.client_id ?? undefined;
const tenantOf = ({ caller }) => caller?.tenant ?? undefined;

/** Whom a limit counts: the caller, the caller's tenant, or what a function of the exchange says. */
const KEYS = { caller: callerOf, tenant: tenantOf };

function policyOf({ name, quota, window, key = KEYS[name] }) {
  if (typeof name !== 'string' || !/^[a-z][a-z0-9_-]*$/.test(name)) throw new TypeError('a limit needs a name');
  if (!Number.isInteger(quota) || quota < 1) throw new TypeError(`quota of ${name} has to be a whole number above 0`);
  if (!Number.isInteger(window) || window < 1) throw new TypeError(`window of ${name} has to be whole seconds above 0`);
  if (typeof key !== 'function') throw new TypeError(`key of ${name} has to be a function of the exchange`);
  return { name, quota, window, key };
}

/** The names that are counted, under which policies. What has no name under a policy is not counted by it. */
function countedOf(policies, exchange) {
  const issuer = exchange.caller?.claims?.iss ?? '';
  return policies.flatMap((policy) => {
    const key = policy.key(exchange);
    return key === undefined ? [] : [{ ...policy, key: JSON.stringify([policy.name, issuer, key]) }];
  });
}

/** What is left under each policy, and until when; times in whole seconds, rounded up. */
function fieldsOf(counted, found) {
  const seconds = (milliseconds) => Math.max(1, Math.ceil(Math.round(milliseconds) / 1000));
  const policies = counted.map(({ name, quota, window }) => `"${name}";q=${quota};w=${window}`);
  const rest = counted.map(({ name, quota }, at) => {
    const { count, resets } = found.counts[at];
    return `"${name}";r=${Math.max(0, quota - count)};t=${seconds(resets)}`;
  });
  const full = counted.flatMap(({ quota }, at) => (found.counts[at].count >= quota ? [found.counts[at].resets] : []));
  return { policy: policies.join(', '), rest: rest.join(', '), retryAfter: seconds(Math.max(0, ...full)) };
}

/**
 * Limits that stand together: a request counts under each of them or, when one of them is full, under none, so that a caller
 * who is refused takes nothing from others of the tenant.
 */
class RateLimits {
  #policies;
  #counters;

  /** `limits`: `{ name, quota, window, key }` each, of which `caller` and `tenant` have a key. `counters`: in memory by default. */
  constructor({ limits, counters = new MemoryCounters() }) {
    this.#policies = limits.map(policyOf);
    this.#counters = counters;
  }

  /** The gate, which also sets the fields of the answer. */
  gate() {
    return async (exchange) => {
      const counted = countedOf(this.#policies, exchange);
      if (counted.length === 0) return;
      const found = await this.#counters.take(counted);
      const { policy, rest, retryAfter } = fieldsOf(counted, found);
      exchange.setHeader('RateLimit-Policy', policy);
      exchange.setHeader('RateLimit', rest);
      if (!found.isTaken) throw new Problem(429, 'rate_limited', { headers: { 'Retry-After': String(retryAfter) } });
    };
  }
}

module.exports = { RateLimits };
