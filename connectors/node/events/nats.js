'use strict';

// Events from a stream of NATS JetStream, by a durable consumer: at least once. JetStream remembers what was handled, and delivers
// again what was not.

const { TRIES, waitAfter } = require('./lanes.js');

/** How many messages are under way at most. */
const MOST = 64;
/** How long it is rested after a failure, in milliseconds. */
const REST = 500;
const NANOSECONDS = 1e6;

function required(value, name) {
  if (value === undefined || value === '') throw new TypeError(`${name} is needed`);
  return value;
}

/** The event of a message, in either envelope; its subject is `credenza.events.{tenant id}.{type}`. */
function eventOf(message) {
  const event = message.json();
  const [, tenant, type] = /^credenza\.events\.([^.]+)\.(.+)$/.exec(message.subject) ?? [];
  return { id: message.headers?.get('Nats-Msg-Id') || event.id, type: event.type ?? type, tenant, event };
}

/** Reads a stream until it is stopped. */
class NatsEvents {
  #connection;
  #settings;
  #messages;
  #running;
  #isStopping = false;
  #underWay = new Set();

  /**
   * `connection`, of `@nats-io/transport-node`; `stream`; `durable`, the name of the consumer; `handle(event, { id, type,
   * tenant })`; `subjects`, by default all of Credenza's; `ackWait`, the seconds after which what an instance left is another's;
   * `dead(event, error)`, told of what was given up; `log`.
   */
  constructor({
    connection,
    stream,
    durable,
    handle,
    subjects = 'credenza.events.>',
    ackWait = 30,
    dead,
    log = console,
  }) {
    this.#connection = required(connection, 'connection');
    this.#settings = {
      stream: required(stream, 'stream'),
      durable: required(durable, 'durable'),
      handle: required(handle, 'handle'),
      subjects,
      ackWait: ackWait * 1000,
      dead: dead ?? (() => {}),
      log,
    };
  }

  /** Begins to read. The consumer is made unless it is there; what fails is tried again. */
  async start() {
    this.#running = this.#reading();
  }

  /** Stops reading, and waits for what is being handled. */
  async stop() {
    this.#isStopping = true;
    this.#messages?.stop();
    await this.#running;
    await Promise.allSettled(this.#underWay);
  }

  async #reading() {
    while (!this.#isStopping) {
      try {
        this.#messages = await this.#consume();
        if (this.#isStopping) this.#messages.stop();
        for await (const message of this.#messages) this.#begin(message);
      } catch (error) {
        this.#settings.log.warn({ err: error }, 'events could not be read');
      }
      if (!this.#isStopping) await new Promise((resolve) => setTimeout(resolve, REST));
    }
  }

  async #consume() {
    const { jetstream, jetstreamManager } = await import('@nats-io/jetstream');
    const { stream, durable, subjects, ackWait } = this.#settings;
    const manager = await jetstreamManager(this.#connection);
    await manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: 'explicit',
      ack_wait: ackWait * NANOSECONDS,
      filter_subject: subjects,
      max_ack_pending: 1000,
    });
    const consumer = await jetstream(this.#connection).consumers.get(stream, durable);
    return consumer.consume({ max_messages: MOST });
  }

  #begin(message) {
    const handled = this.#handle(message);
    this.#underWay.add(handled);
    void handled.finally(() => this.#underWay.delete(handled));
  }

  async #handle(message) {
    const { handle, ackWait, log } = this.#settings;
    const tries = message.info.deliveryCount;
    // While it is handled, it is nobody else's.
    const working = setInterval(() => message.working(), ackWait / 3);
    let told;
    try {
      told = eventOf(message);
      await handle(told.event, { id: told.id, type: told.type, tenant: told.tenant });
      message.ack();
    } catch (error) {
      log.warn({ err: error, event_id: told?.id, type: told?.type, tries }, 'an event was not handled');
      if (told === undefined || tries >= TRIES) await this.#giveUp(message, told, error);
      else message.nak(waitAfter(tries));
    } finally {
      clearInterval(working);
    }
  }

  /** Says that it shall not be delivered again; the stream keeps it as long as others. */
  async #giveUp(message, told, error) {
    const { dead, log } = this.#settings;
    log.error({ err: error, sequence: message.seq, subject: message.subject }, 'an event was given up');
    try {
      await dead(told?.event, error);
      message.term();
    } catch (failure) {
      log.error({ err: failure, sequence: message.seq }, 'nobody could be told of an event that was given up');
      message.nak(waitAfter(TRIES));
    }
  }
}

module.exports = { NatsEvents };
