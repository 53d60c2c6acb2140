// What a case asserts. Each failure says what was expected and what was found.
import { isDeepStrictEqual } from 'node:util';

export class Unexpected extends Error {}

const show = (value) => (typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value)));
const short = (text) => (text.length > 400 ? `${text.slice(0, 400)}…` : text);

export function fail(what, expected, found) {
  throw new Unexpected(`${what}: expected ${short(expected)}, found ${short(found)}`);
}

export function equal(found, expected, what) {
  if (!isDeepStrictEqual(found, expected)) fail(what, show(expected), show(found));
}

export function ok(condition, what, found = '') {
  if (!condition) throw new Unexpected(found === '' ? what : `${what}: found ${short(show(found))}`);
}

/** The status of an answer: one number, or one of several. Gives the answer back. */
export function status(answer, expected, what) {
  const all = [expected].flat();
  if (!all.includes(answer.status)) {
    fail(
      `${what}: status`,
      all.join(' or '),
      `${answer.status} ${answer.headers.location ?? ''} ${answer.text.replace(/\s+/g, ' ')}`,
    );
  }
  return answer;
}

/** A field of an answer: the same text, or a match. */
export function header(answer, name, expected, what = '') {
  const found = answer.headers[name.toLowerCase()];
  const good = expected instanceof RegExp ? found !== undefined && expected.test(found) : found === expected;
  if (!good) fail(`${what} field ${name}`.trim(), String(expected), String(found));
}

/** A problem of RFC 9457: its status, and `urn:problem:NAME` as its type. Gives its members back. */
export function problem(answer, expected, name, what) {
  status(answer, expected, what);
  header(answer, 'content-type', /^application\/problem\+json/, what);
  const body = answer.json();
  equal(body.status, expected, `${what}: member status`);
  if (name) equal(body.type, `urn:problem:${name}`, `${what}: member type`);
  ok(typeof body.title === 'string' && body.title !== '', `${what}: a title`, body);
  equal(body.request_id, answer.headers['x-request-id'], `${what}: member request_id`);
  return body;
}
