import type { Exchange } from './index.js';

/** How lists are read in pages. */
export interface PagesOptions {
  /** What seals cursors: 32 bytes at least; of several, the first seals and all open. */
  readonly secret: string | Uint8Array | readonly (string | Uint8Array)[];
  /** How many items a page has where nobody says; 50 by default. */
  readonly usual?: number | undefined;
  /** How many items a page has at most; 200 by default. */
  readonly most?: number | undefined;
}

/** The body of an answer. */
export interface Envelope<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** The page that a request asks for. */
export interface Page<Position> {
  readonly limit: number;
  /** Where it begins, as it was told with the page before; undefined for the first page. */
  readonly position: Position | undefined;
  readonly filters: Readonly<Record<string, string>>;
  /** The body of the answer, whose `Link` is set; `next` is where the next page begins, undefined for the last page. */
  envelope<Item>(items: readonly Item[], next?: Position): Envelope<Item>;
}

/** Reads `limit` and `cursor`. A cursor is good for the list, the filters and the caller that it was made for. */
export class Pages {
  constructor(options: PagesOptions);
  /** Throws 400 `invalid_limit`, `invalid_cursor`. `filters`: names of parameters that choose among the items. */
  of<Position = unknown>(exchange: Exchange, filters?: readonly string[]): Page<Position>;
}
