'use strict';

// Events from the Redis Stream of a Credenza provider, by a consumer group: at least once, and begun in order for each
// subject. The group remembers what was handled; what a consumer leaves behind when it dies is taken over by another.

const { randomUUID } = require('node:crypto');
const { hostname } = require('node:os');

const { patience } = require('../kit/patience.js');
const { Lanes, persist, sleep } = require('./lanes.js');

/** How many entries are under way at most. */
const MOST = 64;
/** How long a read waits for entries, and how long it is rested after a failure, in milliseconds. */
const [BLOCK, REST] = [1000, 500];
/** How long Redis is waited for when this is stopped, in milliseconds. */
const LAST = 1000;

const isGroupThere = (error) => /BUSYGROUP/.test(error?.message ?? '');
const isGroupGone = (error) => /NOGROUP/.test(error?.message ?? '');

/** The event of an entry, in either envelope. */
function eventOf({ id, message }) {
  const event = JSON.parse(message.body);
  return { entry: id, id: message.id ?? event.id, type: message.type ?? event.type, tenant: message.tenant, event };
}

/** Whose events stay in order; one that is about nobody waits for no other. */
const subjectOf = ({ entry, tenant, event }) => (event.subject ? JSON.stringify([tenant, event.subject]) : entry);

function required(value, name) {
  if (value === undefined || value === '') throw new TypeError(`${name} is needed`);
  return value;
}

/** Reads a stream until it is stopped. */
class RedisEvents {
  #client;
  #reader;
  #settings;
  #lanes = new Lanes();
  #underWay = new Set();
  #stopping = new AbortController();
  #running;

  /**
   * `client`, of the package redis; `stream`, `group`, `handle(event, { id, type, tenant })`; `consumer`, a name of its own by
   * default; `takeOver`, the seconds after which what a consumer left is another's; `log`.
   */
  constructor({ client, stream, group, handle, consumer, takeOver = 10, log = console }) {
    this.#client = required(client, 'client');
    this.#settings = {
      stream: required(stream, 'stream'),
      group: required(group, 'group'),
      handle: required(handle, 'handle'),
      consumer: consumer ?? `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
      takeOver: takeOver * 1000,
      log,
    };
  }

  /** Begins to read, on a connection of its own, as it waits there. Whatever fails then is tried again. */
  async start() {
    this.#reader = this.#client.duplicate();
    this.#reader.on('error', (error) => this.#warn(error, 'the connection to Redis has failed'));
    this.#running = Promise.all([this.#reading(), this.#keeping()]);
    // As a client that is not connected yet would reject what it is told.
    this.#reader.connect().catch((error) => this.#warn(error, 'Redis cannot be reached'));
  }

  /** Stops reading, waits for what is being handled, and leaves the rest to others. */
  async stop() {
    this.#stopping.abort();
    await this.#lanes.empty();
    this.#reader?.destroy();
    // A question that waits for Redis to come back keeps nobody here.
    await patience(LAST, this.#running ?? Promise.resolve()).catch(() => {});
    await patience(LAST, this.#leave()).catch((error) => this.#warn(error, 'the consumer stays in the group'));
  }

  /** Removes this consumer from the group, unless it leaves something behind, which would be lost with it. */
  async #leave() {
    const { stream, group, consumer } = this.#settings;
    const left = await this.#client.xPendingRange(stream, group, '-', '+', 1, { consumer });
    if (left.length === 0) await this.#client.xGroupDelConsumer(stream, group, consumer);
  }

  get #isStopping() {
    return this.#stopping.signal.aborted;
  }

  async #reading() {
    let isReady = false;
    while (!this.#isStopping) {
      try {
        if (!isReady) await this.#join();
        isReady = true;
        await this.#read();
      } catch (error) {
        if (isGroupGone(error)) isReady = false;
        if (!this.#isStopping) this.#warn(error, 'events could not be read');
        await sleep(REST, this.#stopping.signal);
      }
    }
  }

  /** Makes the group, from the beginning of what is there, unless it exists. */
  async #join() {
    const { stream, group } = this.#settings;
    await this.#client.xGroupCreate(stream, group, '0', { MKSTREAM: true }).catch((error) => {
      if (!isGroupThere(error)) throw error;
    });
  }

  async #read() {
    const free = MOST - this.#underWay.size;
    if (free <= 0) return void (await sleep(50, this.#stopping.signal));
    const { stream, group, consumer } = this.#settings;
    const found = await this.#reader.xReadGroup(group, consumer, { key: stream, id: '>' }, { COUNT: free, BLOCK });
    for (const { messages } of found ?? []) for (const entry of messages) this.#begin(entry, 0);
    return undefined;
  }

  /** Tells Redis that what is under way still is, and takes over what others have left. */
  async #keeping() {
    const { takeOver } = this.#settings;
    while (await sleep(takeOver / 3, this.#stopping.signal)) {
      try {
        await this.#renew();
        await this.#takeOver();
      } catch (error) {
        if (!isGroupGone(error)) this.#warn(error, 'what others have left could not be taken over');
      }
    }
  }

  async #renew() {
    const { stream, group, consumer } = this.#settings;
    const ids = [...this.#underWay];
    if (ids.length > 0) await this.#client.xClaimJustId(stream, group, consumer, 0, ids);
  }

  async #takeOver() {
    const { stream, group, consumer, takeOver } = this.#settings;
    const free = MOST - this.#underWay.size;
    if (free <= 0) return;
    const found = await this.#client.xAutoClaim(stream, group, consumer, takeOver, '0', { COUNT: free });
    for (const entry of found.messages.filter((it) => it !== null && !this.#underWay.has(it.id))) {
      const [pending] = await this.#client.xPendingRange(stream, group, entry.id, entry.id, 1);
      // One delivery is this one; each before was a try at least.
      this.#begin(entry, Math.max(0, (pending?.deliveriesCounter ?? 1) - 1));
    }
  }

  #begin(entry, before) {
    this.#underWay.add(entry.id);
    let told;
    try {
      told = eventOf(entry);
    } catch (error) {
      void this.#lanes.add(entry.id, () => this.#giveUp(entry, error));
      return;
    }
    void this.#lanes.add(subjectOf(told), () => this.#handle(entry, told, before + 1));
  }

  /** Handles an event for the first time here. Where that fails, it is tried again beside what comes after it. */
  async #handle(entry, told, tries) {
    if (this.#isStopping) return void this.#underWay.delete(entry.id);
    const { handle, log } = this.#settings;
    const run = () => handle(told.event, { id: told.id, type: told.type, tenant: told.tenant });
    const onError = (error, made) => {
      log.warn({ err: error, event_id: told.id, type: told.type, tries: made }, 'an event was not handled');
    };
    try {
      await run();
    } catch (error) {
      onError(error, tries);
      const again = { run, onError, error, tries, signal: this.#stopping.signal };
      return void this.#lanes.add(entry.id, () => this.#handleAgain(entry, again));
    }
    return this.#finish(entry);
  }

  async #handleAgain(entry, again) {
    const { outcome, error } = await persist(again);
    if (outcome === 'failed') await this.#giveUp(entry, error);
    else if (outcome === 'done') await this.#finish(entry);
    else this.#underWay.delete(entry.id);
  }

  async #finish({ id }) {
    await this.#settle(() => this.#acknowledge(id));
    this.#underWay.delete(id);
  }

  /** Puts an entry where somebody can look at it, and goes on. */
  async #giveUp(entry, error) {
    const { stream, log } = this.#settings;
    log.error({ err: error, entry: entry.id }, `an event was given up, and is in ${stream}:dead`);
    await this.#settle(async () => {
      await this.#client.xAdd(`${stream}:dead`, '*', { ...entry.message, entry: entry.id, error: String(error) });
      await this.#acknowledge(entry.id);
    });
    this.#underWay.delete(entry.id);
  }

  async #acknowledge(id) {
    const { stream, group } = this.#settings;
    await this.#client.xAck(stream, group, id);
  }

  /** Does what has to be done at Redis, however long that takes. Not done in the end, the entry is delivered again. */
  async #settle(run) {
    while (!this.#isStopping) {
      try {
        return await run();
      } catch (error) {
        this.#warn(error, 'Redis could not be told of an event');
        await sleep(REST, this.#stopping.signal);
      }
    }
    return patience(LAST, run()).catch((error) => this.#warn(error, 'an event will be delivered again'));
  }

  #warn(error, message) {
    this.#settings.log.warn({ err: error }, message);
  }
}

module.exports = { RedisEvents };
