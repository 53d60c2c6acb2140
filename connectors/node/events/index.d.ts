/** Events of a Credenza provider: webhooks, a Redis Stream, and NATS JetStream. All spans of time are in seconds. */

/** An event, as CloudEvents or in the plain form, whichever the provider sends. */
export interface ProviderEvent {
  readonly id: string;
  readonly type: string;
  readonly subject?: string | undefined;
  readonly time?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly [attribute: string]: unknown;
}

/** Which events were handled already. */
export interface Seen {
  /** `new` for whoever shall handle it, `busy` while somebody does, `seen` afterwards. */
  claim(id: string): Promise<'new' | 'busy' | 'seen'>;
  done(id: string): Promise<void>;
  release(id: string): Promise<void>;
}

/** In this process. */
export class MemorySeen implements Seen {
  constructor(options?: { readonly clock?: (() => number) | undefined });
  claim(id: string): Promise<'new' | 'busy' | 'seen'>;
  done(id: string): Promise<void>;
  release(id: string): Promise<void>;
}

/** What is used of a client of the package redis. */
export interface SeenClient {
  readonly isReady: boolean;
  set(key: string, value: string, options: { NX?: true; EX: number }): Promise<unknown>;
  get(key: string): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

/** In Redis, for several instances. */
export class RedisSeen implements Seen {
  constructor(client: SeenClient, options?: { readonly prefix?: string | undefined });
  claim(id: string): Promise<'new' | 'busy' | 'seen'>;
  done(id: string): Promise<void>;
  release(id: string): Promise<void>;
}

/** Fields of a request: of Node, of the Fetch standard, or a function. */
export type HeaderFields =
  | Readonly<Record<string, string | string[] | undefined>>
  | { get(name: string): string | null }
  | ((name: string) => string | undefined);

/** A webhook whose signature is good. */
export interface Message<Event = ProviderEvent> {
  readonly id: string;
  /** When it was sent, in seconds since 1970. */
  readonly timestamp: number;
  readonly event: Event;
}

export interface WebhooksOptions {
  /** `whsec_…` (HMAC-SHA256) or `whpk_…` (Ed25519), any of which may have signed. */
  readonly secrets: string | readonly string[];
  /** How old a message may be; 300 by default. */
  readonly tolerance?: number | undefined;
  /** In this process by default. */
  readonly seen?: Seen | undefined;
  readonly clock?: (() => number) | undefined;
}

/** Verifies webhooks as Standard Webhooks signs them, and sees to it that each is handled once. */
export class Webhooks {
  constructor(options: WebhooksOptions);
  /** `body` is the bytes as they came. Throws 400 `invalid_signature`. */
  verify<Event = ProviderEvent>(body: Uint8Array, headers: HeaderFields): Message<Event>;
  /**
   * Verifies and handles a message: resolves to the status of the answer, 204, or 200 where it was handled before. When
   * `handle` fails, it is handled when it comes again.
   */
  receive<Event = ProviderEvent>(
    body: Uint8Array,
    headers: HeaderFields,
    handle: (event: Event, message: Message<Event>) => unknown,
  ): Promise<200 | 204>;
}

/** What is told of an event beside it. */
export interface Delivered {
  readonly id: string;
  readonly type: string;
  readonly tenant: string | undefined;
}

/** Where trouble is told, such as `console` or a logger of pino. */
export interface EventsLogger {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A client of the package redis. */
export interface StreamClient {
  duplicate(): unknown;
}

export interface RedisEventsOptions<Event = ProviderEvent> {
  readonly client: StreamClient;
  /** The key of the stream: `{redis.prefix}events` of the provider. */
  readonly stream: string;
  /** The consumer group: one for each application, whatever the number of its instances. */
  readonly group: string;
  /** Handles an event; it is handled again where that fails. */
  readonly handle: (event: Event, delivered: Delivered) => unknown;
  /** A name of its own by default. */
  readonly consumer?: string | undefined;
  /** After how long what a consumer left behind is another's; 10 by default. */
  readonly takeOver?: number | undefined;
  readonly log?: EventsLogger | undefined;
}

/**
 * Reads the Redis Stream: at least once; each instance begins with events of one subject in order, and tries again beside others
 * what has failed. After ten tries, an event is put into the stream `…:dead`.
 */
export class RedisEvents<Event = ProviderEvent> {
  constructor(options: RedisEventsOptions<Event>);
  /** Begins to read; whatever fails then is tried again. */
  start(): Promise<void>;
  /** Stops reading, waits for what is being handled, and leaves the rest to others. */
  stop(): Promise<void>;
}

/** A connection of `@nats-io/transport-node`. */
export interface NatsClient {
  isClosed(): boolean;
}

export interface NatsEventsOptions<Event = ProviderEvent> {
  readonly connection: NatsClient;
  /** The stream: `nats_stream` of the provider. */
  readonly stream: string;
  /** The name of the durable consumer: one for each application, whatever the number of its instances. */
  readonly durable: string;
  /** Handles an event; it is handled again where that fails. */
  readonly handle: (event: Event, delivered: Delivered) => unknown;
  /** Which events: `credenza.events.>` by default, which is all of them. */
  readonly subjects?: string | undefined;
  /** After how long what an instance left behind is another's; 30 by default. */
  readonly ackWait?: number | undefined;
  /** Is told of an event that was given up; undefined for what is none. */
  readonly dead?: ((event: Event | undefined, error: unknown) => unknown) | undefined;
  readonly log?: EventsLogger | undefined;
}

/** Reads a stream of NATS JetStream: at least once. After ten tries, an event is given up; it stays in the stream. */
export class NatsEvents<Event = ProviderEvent> {
  constructor(options: NatsEventsOptions<Event>);
  /** Begins to read; whatever fails then is tried again. */
  start(): Promise<void>;
  /** Stops reading, and waits for what is being handled. */
  stop(): Promise<void>;
}
