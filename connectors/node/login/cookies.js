'use strict';

// Cookies of a request, and the lines that set them. A value that is too long for one cookie is kept in several.

const http = require('node:http');

const { LoginError } = require('./errors.js');

/** What one cookie may hold: browsers take 4,096 bytes with the name. */
const PART = 3_800;
/** What a session may take: servers refuse requests whose fields are longer than theirs, so that it is no use to set more. */
const MOST = Math.min(16_384, (http.maxHeaderSize ?? 16_384) - 1_536);

/** The cookies of a request by their names; of two with one name, the first counts (RFC 6265 section 5.4). */
function readCookies(field = '') {
  const jar = new Map();
  for (const pair of field.split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at > 0 && !jar.has(name)) jar.set(name, pair.slice(at + 1).trim());
  }
  return jar;
}

/** How many parts the first one says that there are. */
const countOf = (first) => Number(/^(\d)\./.exec(first ?? '')?.[1] ?? 0);

/** Reads and writes the cookies of one application. */
class Cookies {
  #attributes;
  #prefix;

  constructor(origin) {
    const isSecure = origin.startsWith('https:');
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
    this.#prefix = isSecure ? '__Host-' : '';
  }

  /** The name as browsers keep it: with the prefix that no other host can set, where that is possible (RFC 6265bis 4.1.3). */
  name(name) {
    return this.#prefix + name;
  }

  set(name, value, seconds) {
    return `${name}=${value}; ${this.#attributes}; Max-Age=${Math.max(0, Math.floor(seconds))}`;
  }

  clear(name) {
    return this.set(name, '', 0);
  }

  /** A value of one cookie, or of as many as its first part says; parts that an older value has left are not read. */
  read(jar, name) {
    if (jar.has(name)) return jar.get(name);
    const count = countOf(jar.get(`${name}.0`));
    const parts = Array.from({ length: count }, (_, at) => jar.get(`${name}.${at}`) ?? '');
    return count === 0 ? undefined : parts.join('').slice(2);
  }

  /** The lines that set a value of any length, and remove what the browser has of an older one. */
  write(jar, name, value, seconds) {
    if (value.length > MOST) {
      const size = `the session is too large for cookies, with ${value.length} bytes of at most ${MOST}`;
      throw new LoginError(500, 'session_too_large', `${size}: keep sessions in a store, by the option \`sessions\``);
    }
    if (value.length <= PART) return [this.set(name, value, seconds), ...this.#clearing(jar, name, [name])];
    const count = Math.ceil((value.length + 2) / PART);
    const whole = `${count}.${value}`;
    const parts = Array.from({ length: count }, (_, at) => [`${name}.${at}`, whole.slice(at * PART, (at + 1) * PART)]);
    const kept = parts.map(([part]) => part);
    return [...parts.map(([part, text]) => this.set(part, text, seconds)), ...this.#clearing(jar, name, kept)];
  }

  /** The lines that remove a value. */
  remove(jar, name) {
    return jar.has(name) || jar.has(`${name}.0`) ? this.#clearing(jar, name, []) : [this.clear(name)];
  }

  #clearing(jar, name, kept) {
    const isPart = (key) => key === name || (key.startsWith(`${name}.`) && /^\d$/.test(key.slice(name.length + 1)));
    return [...jar.keys()].filter((key) => isPart(key) && !kept.includes(key)).map((key) => this.clear(key));
  }
}

module.exports = { Cookies, readCookies };
