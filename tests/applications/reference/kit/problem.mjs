// Errors as answers (RFC 9457).
import { STATUS_CODES } from 'node:http';

/** An answer that is an error: thrown by handlers. */
export class Problem extends Error {
  constructor(status, name, { members = {}, headers = {} } = {}) {
    super(name ?? STATUS_CODES[status]);
    Object.assign(this, { status, name, members, headers });
  }

  answer(requestId) {
    const { status, name, members, headers } = this;
    const type = name ? `urn:problem:${name}` : 'about:blank';
    const body = { type, title: STATUS_CODES[status], status, request_id: requestId, ...members };
    return { status, headers: { 'Content-Type': 'application/problem+json', ...headers }, body: JSON.stringify(body) };
  }
}
