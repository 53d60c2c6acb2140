import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Caller } from './guard.js';

/** A request of an upgrade that may pass. */
export type UpgradeRequest = IncomingMessage & { caller: Caller | null };

/** A listener for the event `upgrade`. */
export type UpgradeListener<Request = IncomingMessage> = (request: Request, socket: Duplex, head: Buffer) => void;

/** `verifyClient` of a `WebSocketServer` of ws. `request.caller` is set by then. */
export type ClientVerifier = (
  info: { origin: string; secure: boolean; req: IncomingMessage },
  accept: (isAccepted: boolean) => void,
) => void;

/** A middleware of `node:http`. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;
