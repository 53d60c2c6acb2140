// The table of tests/bench/run, and tests/artifacts/bench.json: node report.mjs RECORDS OUTPUT SECONDS FILESYSTEM

import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, release } from 'node:os';

const [records, output, seconds, filesystem] = process.argv.slice(2);

// What issue 2 aims at, as ratios of requests per CPU-second.
const aims = {
  'client-credentials-es256': { peer: 5, bare: 0.75 },
  'client-credentials-rs256': { peer: 1.5, bare: 0.75 },
  'code-flow-es256': { peer: 4 },
  'refresh-es256': { peer: 4 },
  'introspect-jwt': { peer: 4 },
  'introspect-opaque': { peer: 4 },
};
const limits = { start_ms: 50, idle_mib: 25, loaded_mib: 60 };

// The peer has opaque tokens alone at these endpoints: both rows compare with that.
const peerRow = { 'introspect-jwt': 'introspect-opaque', 'userinfo-jwt': 'userinfo-opaque' };

const lines = readFileSync(records, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const servers = ['credenza', 'bare', 'peer'];
const extra = new Set(['start', 'idle']);
const operations = [...new Set(lines.map((line) => line.operation))].filter((name) => !extra.has(name));

const sum = (rows, field) => rows.reduce((total, row) => total + row[field], 0);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const mib = (kib) => kib / 1024;

// All rounds of one operation on one server, as one window.
function together(rows) {
  if (rows.length === 0) return undefined;
  const requests = sum(rows, 'requests');
  return {
    requests,
    per_cpu_second: requests / sum(rows, 'cpu_seconds'),
    per_second: requests / sum(rows, 'seconds'),
    cores: sum(rows, 'cpu_seconds') / sum(rows, 'seconds'),
    client_cores: sum(rows, 'client_cpu_seconds') / sum(rows, 'seconds'),
    p50_us: median(rows.map((row) => row.p50_us)),
    p99_us: median(rows.map((row) => row.p99_us)),
    rounds_per_cpu_second: rows.map((row) => row.per_cpu_second),
    failures: sum(rows, 'failures'),
  };
}

function measured(server, operation) {
  return together(lines.filter((line) => line.server === server && line.operation === operation)
    .map((line) => line.figures));
}

function ratio(a, b) {
  return a && b ? a.per_cpu_second / b.per_cpu_second : undefined;
}

function row(operation) {
  const figures = Object.fromEntries(servers.map((server) => [server, measured(server, operation)]));
  const peer = figures.peer ?? measured('peer', peerRow[operation]);
  return {
    ...figures,
    ratio: { peer: ratio(figures.credenza, peer), bare: ratio(figures.credenza, figures.bare) },
    aim: aims[operation],
  };
}

// Resident memory of one server: idle after its start, the most it held after a window, and its highest ever.
function memory(server) {
  const own = lines.filter((line) => line.server === server);
  const loaded = own.filter((line) => !extra.has(line.operation)).map((line) => line.figures);
  return {
    idle_mib: mib(own.find((line) => line.operation === 'idle')?.figures.rss_kib),
    loaded_mib: loaded.length ? mib(Math.max(...loaded.map((figures) => figures.rss_kib))) : undefined,
    highest_mib: loaded.length ? mib(Math.max(...loaded.map((figures) => figures.hwm_kib))) : undefined,
  };
}

const running = servers.filter((server) => lines.some((line) => line.server === server));
const peerLock = JSON.parse(readFileSync(new URL('peer/package-lock.json', import.meta.url)));
const result = {
  machine: { cpu: cpus()[0]?.model, cores: cpus().length, arch: arch(), kernel: release(), filesystem },
  peer: { 'oidc-provider': peerLock.packages['node_modules/oidc-provider'].version, node: process.version },
  connections: lines.find((line) => line.figures.connections)?.figures.connections,
  seconds: Number(seconds),
  operations: Object.fromEntries(operations.map((operation) => [operation, row(operation)])),
  start: Object.fromEntries(lines.filter((line) => line.operation === 'start')
    .map((line) => [line.server, line.figures])),
  memory: Object.fromEntries(running.map((server) => [server, memory(server)])),
  limits,
};
writeFileSync(output, `${JSON.stringify(result, null, 2)}\n`);

const count = (value) => (value === undefined ? '-' : Math.round(value).toLocaleString('en'));
const times = (value) => (value === undefined ? '-' : value.toFixed(2));
const milliseconds = (micros) => (micros / 1000).toFixed(micros < 10_000 ? 2 : 1);

function judged(value, aim) {
  if (value === undefined) return '-';
  if (aim === undefined) return times(value);
  return `${times(value)} (${value >= aim ? 'meets' : 'misses'} ${aim})`;
}

function limited(value, limit, unit) {
  if (value === undefined) return '-';
  return `${value.toFixed(1)} ${unit} (${value <= limit ? 'meets' : 'misses'} ${limit})`;
}

function print(title, head, rows) {
  const widths = head.map((cell, at) => Math.max(cell.length, ...rows.map((cells) => cells[at].length)));
  const line = (cells) => cells.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('  ');
  console.log(`\n${title}\n`);
  for (const cells of [head, ...rows]) console.log(line(cells).trimEnd());
}

const all = Object.entries(result.operations);
if (all.length) {
  print(`Requests per CPU-second of the server, ${result.connections} connections`, [
    'operation', ...running, 'credenza/peer', 'credenza/bare',
  ], all.map(([name, { ratio: got, aim, ...figures }]) => [
    name,
    ...running.map((server) => count(figures[server]?.per_cpu_second)),
    judged(got.peer, aim?.peer),
    judged(got.bare, aim?.bare),
  ]));
  print('By the wall: requests per second, p50 and p99 in ms, cores that the server used', [
    'operation', ...running,
  ], all.map(([name, figures]) => [name, ...running.map((server) => {
    const one = figures[server];
    if (!one) return '-';
    return `${count(one.per_second)}  ${milliseconds(one.p50_us)} ${milliseconds(one.p99_us)}  ${times(one.cores)}`;
  })]));
}
print('Start to the first answer, and resident memory', [
  'server', 'start best', 'start median', 'idle', 'loaded', 'highest',
], running.map((server) => {
  const start = result.start[server];
  const { idle_mib: idle, loaded_mib: loaded, highest_mib: highest } = result.memory[server];
  const limit = server === 'credenza' ? limited : (value, _, unit) => (value === undefined ? '-' : `${value.toFixed(1)} ${unit}`);
  return [
    server,
    limit(start?.best_ms, limits.start_ms, 'ms'),
    limit(start?.median_ms, limits.start_ms, 'ms'),
    limit(idle, limits.idle_mib, 'MiB'),
    limit(loaded, limits.loaded_mib, 'MiB'),
    highest === undefined ? '-' : `${highest.toFixed(1)} MiB`,
  ];
}));
console.log(`\nWritten to ${output}`);
