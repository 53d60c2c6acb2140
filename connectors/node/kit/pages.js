'use strict';

// Long lists, one page at a time.

const { cursorSealer } = require('./cursors.js');
const { Problem } = require('./problem.js');

/** The one value of a parameter; undefined where it is absent, or an error where it is there twice. */
function one(query, name, refuse) {
  const values = query.getAll(name);
  if (values.length > 1) throw refuse(`${name} is there twice`);
  return values[0];
}

/** The page that a request asks for. */
class Page {
  #context;
  #exchange;
  #filters;
  #sealer;

  constructor({ context, exchange, filters, sealer, limit, position }) {
    this.#context = context;
    this.#exchange = exchange;
    this.#filters = filters;
    this.#sealer = sealer;
    /** How many items it has at most. */
    this.limit = limit;
    /** Where it begins, as it was told with the page before; undefined for the first page. */
    this.position = position;
    /** The filters of the request, by name. */
    this.filters = filters;
  }

  /** The body of the answer: the items, and where the next page begins; undefined for the last page. */
  envelope(items, next) {
    if (next === undefined) return { items, next_cursor: null };
    const cursor = this.#sealer.seal(this.#context, next);
    const query = new URLSearchParams({ ...this.#filters, limit: String(this.limit), cursor });
    this.#exchange.setHeader('Link', `<${this.#exchange.path}?${query}>; rel="next"`);
    return { items, next_cursor: cursor };
  }
}

/** Reads `limit` and `cursor`. A cursor is good for the list, the filters and the caller that it was made for. */
class Pages {
  #sealer;
  #usual;
  #most;

  /** `secret` has 32 bytes at least; of several, the first seals and all open. `usual` and `most` are numbers of items. */
  constructor({ secret, usual = 50, most = 200 }) {
    this.#sealer = cursorSealer(secret);
    this.#usual = usual;
    this.#most = most;
  }

  /** The page that a request asks for, of a list with these filters; throws 400 `invalid_limit` and `invalid_cursor`. */
  of(exchange, names = []) {
    const { caller, path, query } = exchange;
    const refuse = (detail) => new Problem(400, 'invalid_parameter', { detail });
    const given = names.map((name) => [name, one(query, name, refuse)]).filter(([, value]) => value !== undefined);
    const filters = Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1)));
    const who = [caller?.claims?.iss ?? null, caller?.sub ?? caller?.client_id ?? null];
    const context = JSON.stringify([path, filters, ...who]);
    const [limit, position] = [this.#limit(query), this.#position(query, context)];
    return new Page({ context, exchange, filters, sealer: this.#sealer, limit, position });
  }

  #limit(query) {
    const detail = `limit has to be a whole number from 1 to ${this.#most}`;
    const refuse = () => new Problem(400, 'invalid_limit', { detail });
    const text = one(query, 'limit', refuse);
    if (text === undefined) return this.#usual;
    const limit = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
    if (limit < 1 || limit > this.#most) throw refuse();
    return limit;
  }

  #position(query, context) {
    const refuse = () => new Problem(400, 'invalid_cursor', { detail: 'begin again without a cursor' });
    const cursor = one(query, 'cursor', refuse);
    if (cursor === undefined) return undefined;
    const position = this.#sealer.open(context, cursor);
    if (position === undefined) throw refuse();
    return position;
  }
}

module.exports = { Pages };
