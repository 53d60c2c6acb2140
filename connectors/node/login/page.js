'use strict';

// The pages of the connector itself: what went wrong, and a way on.

/** What an answer has that sets or reads a session. */
const PRIVATE = { 'Cache-Control': 'no-store, private', Vary: 'Cookie' };
const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]);

/** A page of HTML. */
function pageOf(status, body, headers = {}, cookies = []) {
  const fields = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY };
  const more = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };
  return { status, headers: { ...PRIVATE, ...fields, ...more, ...headers }, cookies, body };
}

const html = (title, content) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>` +
  `<body><h1>${title}</h1>${content}</body></html>\n`;

/** An answer of JSON. */
function jsonOf(status, value, headers = {}) {
  const fields = { ...PRIVATE, 'Content-Type': 'application/json' };
  return { status, headers: { ...fields, ...headers }, cookies: [], body: `${JSON.stringify(value)}\n` };
}

/** A redirect. */
function redirectTo(status, location, cookies = []) {
  return { status, headers: { ...PRIVATE, Location: location }, cookies, body: '' };
}

/** The page for a sign-in that has failed; `onError` of the settings may have one of its own. */
function errorPage(config, problem, cookies = []) {
  const { status, title, detail, loginUrl } = problem;
  const headers = status === 503 ? { 'Retry-After': '5' } : {};
  const own = config.onError?.(problem);
  if (own !== undefined) {
    const { body, headers: more } = typeof own === 'string' ? { body: own } : own;
    return pageOf(status, body, { ...headers, ...more }, cookies);
  }
  const link = loginUrl === undefined ? '' : `<p><a href="${escaped(loginUrl)}">Sign in again</a></p>`;
  return pageOf(status, html(escaped(title), `<p>${escaped(detail)}</p>${link}`), headers, cookies);
}

module.exports = { PRIVATE, errorPage, html, jsonOf, pageOf, redirectTo };
