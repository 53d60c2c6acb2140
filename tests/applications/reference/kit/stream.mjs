// Events from a stream of Redis: at least once, by a consumer group.
import { randomUUID } from 'node:crypto';

import { redis } from '../../servers/redis.mjs';
import { makes } from '../mutation.mjs';
import { config } from './config.mjs';
import { handle, TRIES, WAIT } from './events.mjs';

const { stream, group, redisPort, claimAfter } = config;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const consumer = randomUUID();

const acknowledge = (entry) => redis(redisPort, 'XACK', stream, group, entry);

async function bury(entry, fields) {
  await redis(redisPort, 'XADD', `${stream}:dead`, '*', ...fields);
  await acknowledge(entry);
}

async function process([entry, fields]) {
  const body = fields[fields.indexOf('body') + 1];
  for (let tries = 1; ; tries += 1) {
    try {
      handle(body);
      return await acknowledge(entry);
    } catch (error) {
      if (error instanceof SyntaxError || tries >= TRIES)
        return makes('dead-letters-dropped') ? acknowledge(entry) : bury(entry, fields);
      if (makes('failed-event-lost')) return acknowledge(entry);
      await sleep(WAIT * tries);
    }
  }
}

// An entry that fails is tried beside the others, so that they do not wait for it. What is not acknowledged when Redis is
// lost is claimed later, as what a dead consumer left.
const begin = (entries) => entries.forEach((entry) => void process(entry).catch(() => undefined));

async function readOnce() {
  if (!makes('dead-consumers-ignored'))
    begin((await redis(redisPort, 'XAUTOCLAIM', stream, group, consumer, claimAfter, '0', 'COUNT', '20'))[1]);
  const answer = await redis(
    redisPort,
    'XREADGROUP',
    'GROUP',
    group,
    consumer,
    'COUNT',
    '20',
    'BLOCK',
    '200',
    'STREAMS',
    stream,
    '>',
  );
  begin(answer?.[0]?.[1] ?? []);
}

/** Reads until the process ends. */
export async function consume() {
  for (;;) {
    try {
      await redis(redisPort, 'XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM').catch((error) => {
        if (!error.message.startsWith('BUSYGROUP')) throw error;
      });
      for (;;) await readOnce();
    } catch (error) {
      if (makes('stream-given-up')) return;
      console.error(`the stream cannot be read: ${error.message}`);
      await sleep(200);
    }
  }
}
