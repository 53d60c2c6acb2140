import { ClientElement, make } from './element.js';
import type { User } from './id_token.js';
import { textsFor } from './texts.js';

const MENU_STYLES = `
:host { position: relative }
button.avatar { inline-size: 44px; padding: 0; border: 1px solid var(--_line); border-radius: 50%; overflow: hidden;
  background: var(--_accent); color: var(--_on-accent); font-weight: 600 }
img { display: block; inline-size: 100%; block-size: 100%; object-fit: cover }
.menu { position: absolute; inset-inline-end: 0; inset-block-start: calc(100% + 6px); z-index: 1000; text-align: start;
  min-inline-size: 13em; max-inline-size: min(20em, 90vw); padding: 6px; border: 1px solid var(--_line);
  border-radius: var(--_radius); background: var(--_ground); color: var(--_ink); box-shadow: 0 8px 24px #0003 }
.menu.turned { inset-inline: 0 auto }
.who { padding: 8px 10px; overflow-wrap: anywhere; border-block-end: 1px solid var(--_line); margin-block-end: 6px }
.who small { display: block; opacity: .8 }
[role=menuitem] { display: flex; align-items: center; inline-size: 100%; padding: 0 10px; border: 0; text-align: start;
  border-radius: calc(var(--_radius) - 2px); background: none; color: inherit; text-decoration: none }
[role=menuitem]:is(:hover, :focus) { background: color-mix(in srgb, var(--_accent) 14%, transparent) }
`;

const nameOf = (user: User) => String(user.name || user.preferred_username || user.email || user.sub);

/** The first letters of the first and the last word. */
function initialsOf(user: User): string {
  const words = nameOf(user).split('@')[0]?.trim().split(/\s+/) ?? [];
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toLocaleUpperCase();
}

/**
 * `<credenza-user>`: the picture or the initials of whoever is signed in, and a menu with their account and the way out. What is
 * inside stands in the menu as well. Parts: `avatar`, `menu`, `who`, `item`.
 */
export class UserElement extends ClientElement {
  readonly #avatar = make('button', { type: 'button', part: 'avatar', class: 'avatar', 'aria-haspopup': 'menu' });
  readonly #who = make('div', { part: 'who', class: 'who' });
  readonly #account = make('a', { role: 'menuitem', part: 'item', tabindex: '-1' });
  readonly #leave = make('button', { type: 'button', role: 'menuitem', part: 'item', tabindex: '-1' });
  readonly #items = make('div', { role: 'menu' }, make('slot', {}), this.#account, this.#leave);
  readonly #menu = make('div', { class: 'menu', part: 'menu' }, this.#who, this.#items);

  constructor() {
    super(MENU_STYLES);
    this.#open(false);
    this.#avatar.addEventListener('click', () => this.#open(Boolean(this.#menu.hidden), true));
    this.#leave.addEventListener('click', () => void this.client?.signOut().catch((error) => this.failed(error)));
    this.addEventListener('keydown', (event) => this.#pressed(event));
    // Where a press of a button does not focus it, as in Safari, the focus goes nowhere: that is no reason to close.
    this.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget && !this.contains(relatedTarget as Node)) this.#open(false);
    });
    this.shadowRoot?.append(this.#avatar, this.#menu);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.#pressedElsewhere);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.#pressedElsewhere);
  }

  protected override show(): void {
    const user = this.client?.user;
    this.#avatar.hidden = !user;
    if (!user) return this.#open(false);
    const [texts, name] = [textsFor(this), nameOf(user)];
    this.#avatar.setAttribute('aria-label', `${texts.menu} ${name}`);
    this.#items.setAttribute('aria-label', `${texts.menu} ${name}`);
    this.#who.replaceChildren(name, ...(user.email && user.email !== name ? [make('small', {}, user.email)] : []));
    this.#account.textContent = texts.account;
    this.#account.href = this.client?.accountUrl ?? '';
    this.#leave.textContent = texts.signOut;
    this.#picture(user);
  }

  readonly #pressedElsewhere = (event: Event) => {
    if (!event.composedPath().includes(this)) this.#open(false);
  };

  #picture(user: User): void {
    const initials = () => this.#avatar.replaceChildren(initialsOf(user));
    initials();
    if (!user.picture?.startsWith('https://')) return;
    const image = make('img', { alt: '', referrerpolicy: 'no-referrer', src: user.picture });
    image.addEventListener('load', () => this.#avatar.replaceChildren(image));
    image.addEventListener('error', initials);
  }

  #open(open: boolean, take = false): void {
    this.#menu.hidden = !open;
    this.#avatar.setAttribute('aria-expanded', String(open));
    this.#menu.classList.remove('turned');
    const { left, right } = this.#menu.getBoundingClientRect();
    this.#menu.classList.toggle('turned', left < 0 || right > document.documentElement.clientWidth);
    if (open && take) this.#account.focus();
  }

  #pressed(event: KeyboardEvent): void {
    if (this.#menu.hidden) {
      if (event.key === 'ArrowDown') this.#open(true, true);
      else return;
    } else if (event.key === 'Escape') {
      this.#open(false);
      this.#avatar.focus();
    } else if (!this.#moved(event.key)) return;
    event.preventDefault();
  }

  /** Moves the focus in the menu. */
  #moved(key: string): boolean {
    const items = [...this.querySelectorAll<HTMLElement>('[role=menuitem]'), this.#account, this.#leave];
    const focused = this.shadowRoot?.activeElement ?? document.activeElement;
    const here = items.indexOf(focused as HTMLElement);
    const steps: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 };
    const next = steps[key];
    if (next !== undefined) items.at(next % items.length)?.focus();
    return next !== undefined;
  }
}
