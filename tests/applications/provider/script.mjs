// What a case wants of an endpoint that is not the usual. A step is an object:
//   delay   milliseconds before anything happens
//   status, body, headers   answered in place of the endpoint's own work
//   drop    the connection is closed, and nothing has happened
//   lose    the endpoint does its work, and the connection is closed in place of the answer
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Script {
  #once = new Map();
  #always = new Map();

  /** Takes the steps one by one, with one request each. */
  next(endpoint, ...steps) {
    this.#once.set(endpoint, [...(this.#once.get(endpoint) ?? []), ...steps]);
  }

  /** Takes the step with each request, until `always(endpoint, undefined)`. */
  always(endpoint, step) {
    this.#always.set(endpoint, step);
  }

  clear() {
    this.#once.clear();
    this.#always.clear();
  }

  /** Runs an endpoint as scripted: `work` answers `{ status, body, headers }`; undefined where the connection closes. */
  async play(endpoint, work) {
    const step = this.#once.get(endpoint)?.shift() ?? this.#always.get(endpoint) ?? {};
    if (step.delay) await sleep(step.delay);
    if (step.drop) return undefined;
    if (step.status) return { headers: {}, ...step };
    const answer = await work();
    return step.lose ? undefined : answer;
  }
}
