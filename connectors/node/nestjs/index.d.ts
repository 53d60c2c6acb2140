/** Guards the handlers of an application of NestJS. */

import type { CanActivate, DynamicModule, ExecutionContext, ModuleMetadata } from '@nestjs/common';
import type { INestApplicationContext, WebSocketAdapter } from '@nestjs/common';
import { HttpException } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Caller as CoreCaller, MetadataOptions, Needs as CoreNeeds } from '../lib/guard.js';
import type { Options, Refusal, RouteOptions } from '../lib/guard.js';
import { Guard as CoreGuard } from '../lib/guard.js';
import type { ClientVerifier, Middleware, UpgradeListener, UpgradeRequest } from '../lib/node-http.js';

export type {
  Claims,
  GuardSettings,
  Logger,
  MetadataOptions,
  Options,
  Refusal,
  RefusalRecord,
  RouteOptions,
} from '../lib/guard.js';

/** Whom a request is from: the type of what the decorator {@link Caller} provides. */
export type Caller = CoreCaller;

/**
 * What is one for the whole application: `app.get(Guard)`. The functions among its options are given the request of the
 * platform, and Node's for a WebSocket.
 */
export class Guard extends CoreGuard {
  constructor(options: Options);
  /** Serves the metadata of the resource where clients look for it (RFC 9728): for `app.use`. */
  metadata(options?: MetadataOptions): Middleware;
  /** A listener for `upgrade` of the HTTP server: checks, and then calls the one that makes the WebSocket. */
  upgrade(
    needs: CoreNeeds | undefined,
    listener: UpgradeListener<UpgradeRequest>,
    options?: RouteOptions,
  ): UpgradeListener<IncomingMessage>;
  /** `verifyClient` of a `WebSocketServer` of ws. */
  verifyClient(needs?: CoreNeeds, options?: RouteOptions): ClientVerifier;
}

/** Guards handlers by their {@link Needs}; those without need a token that is good for this service. */
export class CredenzaGuard implements CanActivate {
  private constructor();
  canActivate(context: ExecutionContext): Promise<boolean>;
}

/** Options of the module itself. */
export interface ModuleOptions {
  /** Whether the guard stands in front of every handler; then {@link Public} makes exceptions. */
  readonly everywhere?: boolean | undefined;
}

/** How the options are provided by others. */
export interface AsyncOptions extends ModuleOptions, Pick<ModuleMetadata, 'imports'> {
  /** What `useFactory` is called with. */
  readonly inject?: readonly unknown[];
  // As in Nest: its parameters are those of `inject`.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly useFactory: (...injected: any[]) => Options | Promise<Options>;
}

/** Provides {@link Guard} and {@link CredenzaGuard} to the whole application. */
export class CredenzaModule {
  static forRoot(options: Options & ModuleOptions): DynamicModule;
  static forRootAsync(options: AsyncOptions): DynamicModule;
}

/** What a handler, or every handler of a class, asks for. That of a handler stands in place of its class's. */
export function Needs(needs?: CoreNeeds, options?: RouteOptions): ClassDecorator & MethodDecorator;

/** Lets everybody call a handler, without reading any credentials. */
export function Public(): ClassDecorator & MethodDecorator;

/** The caller in the parameters of a handler, or one member of it; `null` without credentials on an optional one. */
export function Caller(member?: keyof CoreCaller): ParameterDecorator;

/** A refusal as exceptions of Nest are: a filter that catches it decides about the body of the answer. */
export class RefusalException extends HttpException {
  private constructor();
  readonly refusal: Refusal;
}

/**
 * The adapter for WebSockets by `ws`, which checks every handshake before it is answered, by the members `needs` and
 * `optional` of the options of its gateway. `request.caller` of the handshake is set by then.
 */
export function webSocketAdapter(app: INestApplicationContext): WebSocketAdapter;
