'use strict';

// What a plan includes, by a service that knows: access to features, and limits that are numbers.

const { Problem } = require('./problem.js');
const { upgrade } = require('./plans.js');

/** How many plans are remembered; the ones that were asked for first make room. */
const KEPT = 1000;
/** For how many seconds nobody is asked again after a failure, while there is something to go on with. */
const COOLDOWN = 5;
/** How long the service may take to answer, in milliseconds. */
const PATIENCE = 5000;

/** Asks `url?plan=…`, which answers an object of features as JSON. */
function askingAt(url, ask) {
  return async (plan) => {
    const target = new URL(url);
    target.searchParams.set('plan', plan ?? '');
    const init = { redirect: 'error', signal: AbortSignal.timeout(PATIENCE), headers: { Accept: 'application/json' } };
    const response = await ask(target, init);
    if (response.status !== 200) throw new Error(`${target.origin}${target.pathname} answers ${response.status}`);
    return response.json();
  };
}

function loadOf({ load, url, fetch: ask = (...given) => fetch(...given) }) {
  if (load !== undefined) return load;
  if (url === undefined || !URL.canParse(url)) throw new TypeError('features need a `url`, or a function `load`');
  return askingAt(url, ask);
}

/** Features by plan: cached, asked for once for all who wait, and stale rather than absent. */
class Features {
  #load;
  #cache;
  #upgradeUrl;
  #clock;
  #known = new Map();
  #pending = new Map();

  /** `url` or `load(plan)`; `cache`: seconds for which an answer is good. */
  constructor({ cache = 300, upgradeUrl, clock = () => Date.now(), ...source }) {
    this.#load = loadOf(source);
    this.#cache = cache * 1000;
    this.#upgradeUrl = upgradeUrl;
    this.#clock = clock;
  }

  /** The features of a plan; throws 503 `features_unavailable` where nobody says, and nothing is known from before. */
  async of(plan) {
    const known = this.#known.get(plan);
    if (known !== undefined && this.#clock() < known.until) return known.features;
    try {
      return await this.#asked(plan);
    } catch (cause) {
      const stale = this.#known.get(plan);
      if (stale === undefined) {
        throw new Problem(503, 'features_unavailable', { headers: { 'Retry-After': String(COOLDOWN) }, cause });
      }
      stale.until = this.#clock() + COOLDOWN * 1000;
      return stale.features;
    }
  }

  /** Forgets what is known of a plan, or of all of them, as they have changed. An answer that is under way is not kept. */
  drop(plan) {
    if (plan === undefined) {
      this.#known.clear();
      this.#pending.clear();
    } else {
      this.#known.delete(plan);
      this.#pending.delete(plan);
    }
  }

  /** A gate for callers whose plan has this feature. */
  requires(feature) {
    return async ({ caller }) => {
      if ((await this.#valueOf(caller, feature)) === true) return;
      this.#deny('feature_missing', { feature, plan: caller?.plan ?? null });
    };
  }

  /** A gate for callers who use less than their plan has of this: `used(exchange)` says how much that is. */
  within(feature, used) {
    return async (exchange) => {
      const limit = await this.#valueOf(exchange.caller, feature);
      const count = await used(exchange);
      if (limit === true || (typeof limit === 'number' && count < limit)) return;
      if (typeof limit !== 'number') this.#deny('feature_missing', { feature, plan: exchange.caller?.plan ?? null });
      this.#deny('limit_reached', { feature, limit, used: count });
    };
  }

  async #valueOf(caller, feature) {
    const features = await this.of(caller?.plan ?? null);
    return Object.hasOwn(features, feature) ? features[feature] : undefined;
  }

  #deny(name, members) {
    const more = upgrade(this.#upgradeUrl);
    throw new Problem(403, name, { headers: more.headers, members: { ...members, ...more.members } });
  }

  #asked(plan) {
    const pending = this.#pending.get(plan);
    if (pending !== undefined) return pending;
    const asked = this.#ask(plan, () => this.#pending.get(plan) === asked);
    this.#pending.set(plan, asked);
    const done = () => this.#pending.get(plan) === asked && this.#pending.delete(plan);
    asked.then(done, done);
    return asked;
  }

  async #ask(plan, isWanted) {
    const features = await this.#load(plan);
    if (typeof features !== 'object' || features === null || Array.isArray(features)) {
      throw new TypeError('features have to be an object');
    }
    if (isWanted()) this.#keep(plan, features);
    return features;
  }

  #keep(plan, features) {
    this.#known.delete(plan);
    if (this.#known.size >= KEPT) this.#known.delete(this.#known.keys().next().value);
    this.#known.set(plan, { features, until: this.#clock() + this.#cache });
  }
}

module.exports = { Features };
