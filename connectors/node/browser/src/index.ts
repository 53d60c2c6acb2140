import { SignInElement } from './sign_in_element.js';
import { UserElement } from './user_element.js';

export { Client } from './client.js';
export { createClient } from './current.js';
export { CredenzaError } from './errors.js';
export { SignInElement } from './sign_in_element.js';
export { UserElement } from './user_element.js';
export type { User } from './id_token.js';
export type { ClientOptions, SignInOptions } from './options.js';

if (typeof customElements !== 'undefined') {
  if (!customElements.get('credenza-sign-in')) customElements.define('credenza-sign-in', SignInElement);
  if (!customElements.get('credenza-user')) customElements.define('credenza-user', UserElement);
}
