// A browser without a screen: cookies, the fields by which a server knows a navigation, and where redirects lead.
import { Cookies } from './cookies.mjs';
import { send } from './request.mjs';

const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const FORM = 'application/x-www-form-urlencoded';

const NAVIGATION = { Accept: HTML, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-User': '?1' };

export class Browser {
  cookies = new Cookies();

  /** `instances` are the ports behind `origin`, as behind a load balancer. */
  constructor({ origin, instances }) {
    this.origin = origin;
    this.instances = instances;
    this.instance = 0;
    this.secure = origin.startsWith('https:');
  }

  /** The same browser at another instance. */
  at(instance) {
    const other = Object.create(this);
    other.instance = instance;
    return other;
  }

  /** Another browser that has a copy of this one's cookies. */
  copy() {
    const other = new Browser(this);
    other.instance = this.instance;
    other.cookies = this.cookies.copy();
    return other;
  }

  /** A request with the cookies of this browser, and `headers` as they are. */
  async send(url, { method = 'GET', headers = {}, body, crossSite = false, chunked } = {}) {
    const { pathname, search, origin, host } = new URL(url.startsWith('/') ? this.origin + url : url, this.origin);
    if (origin !== this.origin) throw new Error(`the browser is led to ${origin}, which is not the application`);
    const path = url.startsWith('/') ? url : pathname + search;
    const { secure } = this;
    const cookies = this.cookies.for(pathname, { secure, crossSite, get: method === 'GET' });
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const all = {
      Host: host,
      ...(cookie && { Cookie: cookie }),
      ...(secure && { 'X-Forwarded-Proto': 'https' }),
      ...headers,
    };
    const answer = await send(this.instances[this.instance], { method, path, headers: all, body, chunked });
    this.cookies.take(answer.cookies, { path: pathname, secure });
    return answer;
  }

  /** A navigation, as by a link of the application's own (`site`: `none`, `same-origin`, `same-site`, `cross-site`). */
  visit(url, { site = 'same-origin', headers = {}, ...rest } = {}) {
    return this.send(url, {
      headers: { ...NAVIGATION, 'Sec-Fetch-Site': site, ...headers },
      crossSite: site === 'cross-site',
      ...rest,
    });
  }

  /** A request by `fetch()` of a page of the application. */
  fetch(url, { headers = {}, ...rest } = {}) {
    const fields = {
      Accept: '*/*',
      'Sec-Fetch-Mode': 'cors',
      'Sec-Fetch-Dest': 'empty',
      'Sec-Fetch-Site': 'same-origin',
    };
    return this.send(url, { headers: { ...fields, ...headers }, ...rest });
  }

  /** A form that is sent by POST, from a page of `from` (the application's own, if nothing is said). */
  submit(url, fields = {}, { from = this.origin, site = from === this.origin ? 'same-origin' : 'cross-site' } = {}) {
    const headers = { 'Content-Type': FORM, Origin: from };
    return this.visit(url, { site, method: 'POST', headers, body: new URLSearchParams(fields).toString() });
  }
}
