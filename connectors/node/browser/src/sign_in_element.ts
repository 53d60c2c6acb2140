import { ClientElement, make } from './element.js';
import { textsFor } from './texts.js';

const BUTTON_STYLES = `
button { padding: 0 1.25em; border: 1px solid transparent; border-radius: var(--_radius);
  background: var(--_accent); color: var(--_on-accent); font-weight: 600 }
button:hover { filter: brightness(1.08) }
button[disabled] { opacity: .6; cursor: progress }
`;

/**
 * `<credenza-sign-in>`: a button, until somebody is signed in. With the attribute `sign-up` it makes accounts. `return-to` is where
 * people go on, `login-hint` who they are; what is inside is the label. Part: `button`.
 */
export class SignInElement extends ClientElement {
  readonly #button = make('button', { type: 'button', part: 'button' });
  readonly #label = make('slot', {});

  constructor() {
    super(BUTTON_STYLES);
    this.#button.append(this.#label);
    this.#button.addEventListener('click', () => void this.#begin());
    this.shadowRoot?.append(this.#button);
  }

  protected override show(): void {
    const texts = textsFor(this);
    this.#label.textContent = this.hasAttribute('sign-up') ? texts.signUp : texts.signIn;
    this.#button.hidden = Boolean(this.client?.user);
  }

  async #begin(): Promise<void> {
    if (!this.client) return;
    const [returnTo, loginHint] = ['return-to', 'login-hint'].map((name) => this.getAttribute(name) ?? undefined);
    const options = { ...(returnTo && { returnTo }), ...(loginHint && { loginHint }) };
    this.#button.disabled = true;
    try {
      await (this.hasAttribute('sign-up') ? this.client.signUp(options) : this.client.signIn(options));
    } catch (error) {
      this.failed(error);
    } finally {
      this.#button.disabled = false;
    }
  }
}
