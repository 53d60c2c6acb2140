import type { User } from './id_token.js';

/** A sign-in as the tabs of an origin share it: in memory, and nowhere else. */
export interface Session {
  accessToken: string;
  /** In milliseconds, by the clock of this device. */
  expiresAt: number;
  /** When it began or was renewed last; the later of two counts. */
  renewedAt: number;
  scope: string;
  idToken: string;
  user: User;
  /** Where the provider keeps it in a cookie, there is none. */
  refreshToken?: string;
}

type Note = { session: Session | null } | { asks: true };

/** How long another tab has to say what it knows, in milliseconds. */
const TABS_PATIENCE = 150;

/** The other tabs of this origin with the same client. */
export class Tabs {
  readonly #name: string;
  readonly #channel: BroadcastChannel | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #heard: (() => void) | undefined;

  /** `current` is what this tab knows, and `learn` takes what another says. */
  constructor(name: string, current: () => Session | null, learn: (session: Session | null) => void) {
    this.#name = name;
    this.#channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name);
    this.#channel?.addEventListener('message', ({ data }: MessageEvent<Note>) => {
      if ('asks' in data) {
        const session = current();
        if (session) this.tell(session);
      } else {
        learn(data.session);
        this.#heard?.();
      }
    });
  }

  /** Tells the other tabs; `null` is that nobody is signed in any longer. */
  tell(session: Session | null): void {
    this.#channel?.postMessage({ session } satisfies Note);
  }

  /** Asks them what they know, and waits a moment for the first to say so. */
  async ask(): Promise<void> {
    if (!this.#channel) return;
    await new Promise<void>((resolve) => {
      this.#heard = resolve;
      this.#channel?.postMessage({ asks: true } satisfies Note);
      setTimeout(resolve, TABS_PATIENCE);
    });
    this.#heard = undefined;
  }

  /** Runs `work` while no other tab does; without Web Locks, while this tab does nothing else. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    if (navigator.locks) return navigator.locks.request(this.#name, work) as Promise<T>;
    const mine = this.#queue.then(work, work);
    this.#queue = mine.catch(() => undefined);
    return mine;
  }
}
