/** What can go wrong between an application, its provider and its store. */

/** An error with the answer to it, as error handlers of every framework here read it. No token is in it. */
export class LoginError extends Error {
  constructor(status: number, code: string, message: string, headers?: Readonly<Record<string, string>>);
  readonly status: number;
  readonly statusCode: number;
  readonly code: string;
  /** The fields of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** The answer, for servers of the Fetch standard. */
  getResponse(): Response;
  /** What may be sent to the client. */
  toJSON(): { error: string; error_description: string };
}

/** There is no session, or it has ended: 401. */
export class SessionEnded extends LoginError {
  constructor(message?: string);
}

/** The access token has expired and cannot be refreshed, while the session goes on: 401. */
export class TokenExpired extends LoginError {
  constructor(why: string);
}

/** The provider or the store cannot be reached, while the session goes on: 503. */
export class Unavailable extends LoginError {
  constructor(message: string, options?: { readonly isLost?: boolean; readonly isClosed?: boolean });
  readonly isLost: boolean;
  readonly isClosed: boolean;
}

/** What the provider, or a check, has refused: 400. The hook `signedIn` may throw one to turn somebody away. */
export class Refused extends LoginError {
  constructor(code: string, reason: string);
  /** For the log. */
  readonly reason: string;
}
