// The issuers of a case, in memory: they answer what the validators fetch.

/** An answer, as `tests/vectors/validator/README.md` describes it. */
function responseOf({
  status,
  content_type = 'application/json',
  cache_control,
  body = '',
  padding = 0,
  fails,
  cause,
}) {
  if (fails) throw new TypeError(`fetch failed: ${cause ?? 'connect'}`);
  const headers = { 'content-type': content_type };
  if (cache_control !== undefined) headers['cache-control'] = cache_control;
  const isEmpty = [204, 304].includes(status);
  return new Response(isEmpty ? null : body + ' '.repeat(padding), { status, headers });
}

/** Answers by URL, counts the fetches, and knows when none is under way. */
export class Issuers {
  fetched = new Map();
  #responses;
  #underWay = new Set();

  constructor(responses = {}) {
    this.#responses = responses;
  }

  fetch = (url) => {
    const answer = this.#answer(String(url));
    this.#underWay.add(answer);
    const ended = () => this.#underWay.delete(answer);
    answer.then(ended, ended);
    return answer;
  };

  async #answer(url) {
    const count = this.fetched.get(url) ?? 0;
    this.fetched.set(url, count + 1);
    const given = this.#responses[url];
    if (given === undefined) throw new TypeError('fetch failed: nobody is there');
    const all = [given].flat();
    return responseOf(all[Math.min(count, all.length - 1)]);
  }

  /** Waits until what was fetched has been read too. */
  async rest() {
    for (let turns = 0; turns < 5 || this.#underWay.size > 0; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
