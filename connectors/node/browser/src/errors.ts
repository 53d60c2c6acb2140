/**
 * Why something did not work. `code` is the code of the specifications where the provider refused (`login_required`,
 * `access_denied`, `invalid_grant`, …), else one of this module, which the README lists.
 */
export class CredenzaError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CredenzaError';
    this.code = code;
  }
}
