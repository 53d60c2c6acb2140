// Bodies: how large they may be, and JSON.
import { makes } from '../mutation.mjs';
import { Problem } from './problem.mjs';

/** The body as text; throws a `Problem` of 413 above the limit, which holds for chunks too. */
export async function bodyOf(request, limit) {
  const tooLarge = new Problem(413, 'body_too_large', { headers: { Connection: 'close' } });
  const most = makes('body-limit-ignored') ? Infinity : limit;
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge;
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > most && !makes('chunks-not-counted')) throw tooLarge;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** The JSON of a request; throws a `Problem` of 415 or 400. */
export async function jsonOf(request, limit) {
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/json' && !makes('media-type-ignored')) throw new Problem(415);
  const text = await bodyOf(request, limit);
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'invalid_json');
  }
}

/** `work`, or a `Problem` of 503 when it takes longer. */
export async function within(milliseconds, work) {
  if (makes('no-timeout')) return work;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Problem(503, 'timeout', { headers: { 'Retry-After': '1' } })), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
