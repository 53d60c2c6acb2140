// Compares an answer with the one that a case expects.

import assert from 'node:assert/strict';

const listed = (value) => (value ?? '').toLowerCase().split(/\s*,\s*/);

function compareField(found, name, wanted) {
  if (wanted === null) assert.equal(found, undefined, name);
  else if (name === 'Vary') assert.ok(listed(found).includes(wanted.toLowerCase()), `Vary: ${found}`);
  else if (name === 'Content-Type') assert.equal(found?.split(';')[0], wanted, name);
  else assert.equal(found, wanted, name);
}

function compareMembers(found, wanted) {
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null) assert.ok(!(name in found), name);
    else assert.deepEqual(found[name], value, name);
  }
}

/** The secrets of a request, none of which may come back. */
function secretsOf({ headers, path }) {
  const words = headers.flatMap(([, value]) => value.split(/[\s,;="]+/)).filter((word) => word.length > 40);
  return [...words, path.split('?')[1]].filter(Boolean);
}

function compareBody(found, { body, caller }, isDebugging, status) {
  if (caller !== undefined) assert.deepEqual(JSON.parse(found), caller);
  if (typeof body === 'string') assert.equal(found, body);
  if (typeof body === 'object') {
    const document = JSON.parse(found);
    compareMembers(document, body);
    if (isDebugging && status >= 400) assert.match(document.detail, /./);
  }
}

function compareLog(records, wanted) {
  if (wanted === null) assert.deepEqual(records, []);
  if (!wanted) return;
  assert.equal(records.length, 1, JSON.stringify(records));
  for (const [name, value] of Object.entries(wanted)) assert.deepEqual(records[0][name], value, `log: ${name}`);
}

/** Checks the answer to a step, and what was logged meanwhile. */
export function compare(found, records, { request, response, log }, isDebugging) {
  assert.ok([response.status].flat().includes(found.status), `status ${found.status}: ${found.body}`);
  for (const [name, wanted] of Object.entries(response.headers ?? {})) {
    compareField(found.headers.get(name.toLowerCase()), name, wanted);
  }
  compareBody(found.body, response, isDebugging, found.status);
  compareLog(records, log);
  if (found.status === 200) return;
  const said = found.body + JSON.stringify(records);
  for (const secret of secretsOf(request)) assert.ok(!said.includes(secret), `told: ${secret}`);
}
