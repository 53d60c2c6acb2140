import { Client } from './client.js';
import type { ClientOptions } from './options.js';

let current: Client | undefined;
const waiting = new Set<(client: Client) => void>();

/** Makes a client. The first one of a page is that of its elements, unless these are given another. */
export function createClient(options: ClientOptions): Client {
  const client = new Client(options);
  if (!current) {
    current = client;
    for (const next of waiting) next(client);
    waiting.clear();
  }
  return client;
}

/** Calls `next` with the first client of the page, once there is one. */
export function whenCreated(next: (client: Client) => void): void {
  if (current) next(current);
  else waiting.add(next);
}
