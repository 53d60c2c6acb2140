import type { Client } from './client.js';
import { whenCreated } from './current.js';

/** A page without elements, as on a server that renders them, has no class to extend. */
const Base = typeof HTMLElement === 'undefined' ? (class {} as typeof HTMLElement) : HTMLElement;

const SHARED = `
:host { display: inline-block; font: inherit;
  --_ink: var(--credenza-ink, light-dark(#1c1f24, #e9ecf1)); --_ground: var(--credenza-ground, light-dark(#fff, #23272e));
  --_line: var(--credenza-line, light-dark(#8a909c, #7c8492)); --_accent: var(--credenza-accent, light-dark(#1f5fbf, #8ab8ff));
  --_on-accent: var(--credenza-on-accent, light-dark(#fff, #10233f)); --_radius: var(--credenza-radius, 8px) }
:host([hidden]), [hidden] { display: none !important }
button, a { font: inherit; cursor: pointer; min-block-size: 44px; box-sizing: border-box }
:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px }
@media (forced-colors: active) { button { border: 1px solid ButtonText } }
`;

/** An element that shows what a client knows. Its styles are a constructed sheet, which no policy forbids. */
export abstract class ClientElement extends Base {
  #client: Client | undefined;
  #stop: (() => void) | undefined;

  constructor(styles: string) {
    super();
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHARED + styles);
    root.adoptedStyleSheets = [sheet];
  }

  /** Its client; the first of the page unless it is set. */
  get client(): Client | undefined {
    return this.#client;
  }

  set client(client: Client | undefined) {
    this.#stop?.();
    this.#client = client;
    this.#stop = this.isConnected ? client?.onChange(() => this.show()) : undefined;
    if (this.isConnected) this.show();
  }

  connectedCallback(): void {
    if (this.#client) this.client = this.#client;
    else whenCreated((client) => (this.client ??= client));
    this.show();
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }

  /** Brings what is shown up to date. */
  protected abstract show(): void;

  /** Tells what went wrong by an event `credenza-error`, whose `detail` is the error. */
  protected failed(detail: unknown): void {
    this.dispatchEvent(new CustomEvent('credenza-error', { detail, bubbles: true, composed: true }));
  }
}

/** An element with these attributes and children. No markup is parsed. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
