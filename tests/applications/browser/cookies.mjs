// A cookie jar by RFC 6265bis, as far as an application can tell the difference.
const MAX_BYTES = 4096;

const defaultPath = (path) => path.slice(0, Math.max(1, path.lastIndexOf('/')));

const pathMatches = (path, cookiePath) =>
  path === cookiePath || (path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/'));

/** One `Set-Cookie` field as `{ name, value, attributes }`; names of attributes in lower case. */
export function parseCookie(field) {
  const [pair, ...rest] = field.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const attributes = Object.fromEntries(
    rest.map((part) => {
      const [name, value = ''] = part.split(/=(.*)/s);
      return [name.toLowerCase(), value];
    }),
  );
  return { name: pair.slice(0, at), value: pair.slice(at + 1), attributes };
}

function isAcceptable({ name, value, attributes }, secure) {
  if (name.length + value.length > MAX_BYTES) return false;
  if ('secure' in attributes && !secure) return false;
  if (name.startsWith('__Secure-') && !('secure' in attributes)) return false;
  const isHost = name.startsWith('__Host-');
  return !isHost || ('secure' in attributes && attributes.path === '/' && !('domain' in attributes));
}

function expiryOf({ 'max-age': age, expires }) {
  if (age !== undefined && /^-?\d+$/.test(age)) return Date.now() + Number(age) * 1000;
  return expires ? Date.parse(expires) : Infinity;
}

export class Cookies {
  #kept = new Map();
  /** What this jar would not take, as browsers would not: a case that fails says so. */
  rejected = [];

  /** Takes the `Set-Cookie` fields of an answer to a request of `path`. */
  take(fields, { path, secure }) {
    for (const cookie of fields.map(parseCookie)) {
      const { name, value, attributes } = cookie;
      if (!isAcceptable(cookie, secure)) {
        this.rejected.push(name);
        continue;
      }
      const cookiePath = attributes.path?.startsWith('/') ? attributes.path : defaultPath(path);
      const key = `${name} ${cookiePath}`;
      const expires = expiryOf(attributes);
      if (expires <= Date.now()) this.#kept.delete(key);
      else this.#kept.set(key, { name, value, path: cookiePath, expires, attributes });
    }
  }

  /** The cookies for a path; `crossSite` leaves out what SameSite holds back (`get` says: a navigation by GET). */
  for(path, { secure, crossSite = false, get = true }) {
    const sent = ({ attributes }) => {
      const site = (attributes.samesite ?? 'lax').toLowerCase();
      if (!crossSite || site === 'none') return true;
      return site === 'lax' && get;
    };
    return this.all().filter(
      (cookie) => pathMatches(path, cookie.path) && sent(cookie) && (secure || !('secure' in cookie.attributes)),
    );
  }

  all() {
    return [...this.#kept.values()].filter(({ expires }) => expires > Date.now());
  }

  /** Puts a cookie in by hand, as an attacker or a copy would. */
  put(name, value, path = '/') {
    const old = this.all().find((cookie) => cookie.name === name && cookie.path === path);
    this.#kept.set(`${name} ${path}`, { name, path, expires: Infinity, attributes: old?.attributes ?? {}, value });
  }

  remove(name) {
    for (const [key, cookie] of this.#kept) if (cookie.name === name) this.#kept.delete(key);
  }

  /** A jar with the same cookies: a thief's, or a tab that has not seen later answers. */
  copy() {
    const jar = new Cookies();
    for (const [key, cookie] of this.#kept) jar.#kept.set(key, { ...cookie });
    return jar;
  }
}
