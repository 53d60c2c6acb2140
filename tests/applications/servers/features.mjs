// What each plan may do: the server behind FEATURES_URL.
import { HttpServer } from './http.mjs';

export class Features {
  #plans = new Map();

  constructor() {
    this.server = new HttpServer((request) => this.#answer(request));
    this.reset();
  }

  get url() {
    return `${this.server.origin}/features`;
  }

  start = () => this.server.start();
  stop = () => this.server.stop();

  /** What a plan may do from now on. */
  set(plan, features) {
    this.#plans.set(plan, features);
  }

  async reset() {
    this.plansAsked = [];
    this.delay = 0;
    this.status = undefined;
    if (this.server.port) await this.start();
  }

  async #answer({ url }) {
    const plan = url.searchParams.get('plan');
    this.plansAsked.push(plan);
    if (this.delay) await new Promise((resolve) => setTimeout(resolve, this.delay));
    if (this.status) return { status: this.status, body: { error: 'scripted' } };
    return { status: 200, body: this.#plans.get(plan) ?? {} };
  }
}
