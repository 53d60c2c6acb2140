import type { InvalidValue, Problem } from './models/index.js';
import type { Middleware } from './runtime.js';

/** What a call was refused for (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    /** The problem, as the provider put it. */
    readonly problem: Problem,
    /** The whole response. */
    readonly response: Response,
  ) {
    super(problem.detail ? `${problem.title}: ${problem.detail}` : problem.title);
  }

  /** The status of the response. */
  get status(): number {
    return this.response.status;
  }

  /** The last part of the problem's type, such as not-found: what a program compares. */
  get kind(): string {
    return this.problem.type.split('/').pop() ?? '';
  }

  /** The values that are refused. */
  get errors(): InvalidValue[] {
    return this.problem.errors ?? [];
  }

  /** For `credenza explain`. */
  get supportCode(): string | undefined {
    return this.problem.support_code ?? undefined;
  }
}

/** Whether an error is a problem of this kind, such as not-found or stale. */
export const isKind = (error: unknown, kind: string): error is ProblemError =>
  error instanceof ProblemError && error.kind === kind;

/** Throws problems; other answers that are none of the API, as a proxy's, remain a ResponseError. */
export const problemMiddleware: Middleware = {
  async post({ response }) {
    const type = response.headers.get('content-type') ?? '';
    if (response.ok || !type.startsWith('application/problem+json')) return undefined;
    throw new ProblemError((await response.clone().json()) as Problem, response);
  },
};
