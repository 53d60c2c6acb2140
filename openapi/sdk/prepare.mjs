// Makes of openapi/credenza.json what generators of clients read well: prepare.mjs DOCUMENT FOLDER writes
// FOLDER/document.json; FOLDER/open.json, the same with texts in place of enumerations; and what else follows from it.
//
// A client library must outlive the server that it was made for: members and values of a newer version are no error.
// So nothing is closed, and no default is sent that the caller did not choose.
import { readFileSync, writeFileSync } from 'node:fs';
import { named } from './named.mjs';

const [source, folder] = process.argv.slice(2);
const shared = JSON.parse(readFileSync(source, 'utf8'));

/** Parameters, headers and answers where they are referred to; schemas stay references. */
function writtenOut(value) {
  if (Array.isArray(value)) return value.map(writtenOut);
  if (value === null || typeof value !== 'object') return value;
  const [, section, name] = /^#\/components\/(parameters|headers|responses|examples)\/(.+)$/.exec(value.$ref) ?? [];
  if (section) return writtenOut(shared.components[section][name]);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, writtenOut(one)]));
}

const document = { ...shared, paths: writtenOut(shared.paths) };

const isMethod = (name) => ['get', 'put', 'post', 'patch', 'delete'].includes(name);

/** Whether an operation answers with a stream that does not end, which these clients cannot read. */
const streams = (operation) =>
  Object.values(operation.responses).some((response) => 'text/event-stream' in (response.content ?? {}));

const problem = {
  description: 'What is wrong (RFC 9457).',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** One kind of error for every status: what is wrong is said by the problem. */
function simpler(operation) {
  const good = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  return { ...operation, responses: { ...Object.fromEntries(good), default: problem }, security: undefined };
}

const paths = {};
for (const [path, methods] of Object.entries(document.paths)) {
  if (!path.startsWith('/admin/v1/')) continue;
  const kept = Object.entries(methods).filter(([name, operation]) => !isMethod(name) || !streams(operation));
  if (!kept.some(([name]) => isMethod(name))) continue;
  paths[path] = Object.fromEntries(
    kept.map(([name, value]) => [name, isMethod(name) ? simpler(value) : value]),
  );
}
const used = new Set(Object.values(paths).flatMap((methods) => Object.values(methods).flatMap((one) => one.tags ?? [])));

const prepared = {
  openapi: '3.0.3',
  info: { ...document.info, title: 'Credenza admin API', license: { name: 'Apache-2.0' } },
  servers: document.servers,
  tags: document.tags.filter(({ name }) => used.has(name)),
  paths,
  components: { schemas: document.components.schemas },
};

for (const [name, open] of [
  ['document', false],
  ['open', true],
]) {
  writeFileSync(`${folder}/${name}.json`, JSON.stringify(named(structuredClone(prepared), open), null, 1));
}

// Lists get new parameters, which in Java would be new arguments: there they are an object with a builder.
const grouped = JSON.parse(readFileSync(`${folder}/open.json`, 'utf8'));
for (const operation of Object.values(grouped.paths).flatMap((methods) => Object.values(methods))) {
  if (operation.parameters?.some(({ name }) => name === 'cursor')) operation['x-group-parameters'] = true;
}
writeFileSync(`${folder}/grouped.json`, JSON.stringify(grouped, null, 1));

// In C# a number or a truth that nobody set would be sent as 0 or false: those that may be left out may be null there, and null
// is not sent.
const nullable = JSON.parse(readFileSync(`${folder}/open.json`, 'utf8'));
for (const { properties, required = [] } of Object.values(nullable.components.schemas)) {
  for (const [name, schema] of Object.entries(properties ?? {})) {
    const isValue = ['boolean', 'integer', 'number'].includes(schema.type);
    if (isValue && !required.includes(name)) schema.nullable = true;
  }
}
writeFileSync(`${folder}/nullable.json`, JSON.stringify(nullable, null, 1));

/** Pattern of a path: `/users/{user_id}` is `/users/[^/]+`. */
const pattern = (path) => `${path.replace(/[.]/g, '[.]').replace(/\{[^}]+\}/g, '[^/]+')}$`;

// What no operation here needs, such as the pages of the account API, is gone from it.
const { schemas } = JSON.parse(readFileSync(`${folder}/open.json`, 'utf8')).components;

// What the hand-written parts ask of the document: which operations take an Idempotency-Key, and which pages there are.
const facts = {
  version: document.info.version,
  creations: Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { parameters }]) => parameters?.some(({ name }) => name === 'Idempotency-Key'))
      .map(([method]) => `${method.toUpperCase()} .*${pattern(path)}`),
  ),
  tags: prepared.tags.map(({ name, description }) => ({ name, description })),
  pages: Object.entries(prepared.components.schemas)
    .filter(([name, { properties }]) => name in schemas && properties?.next_cursor && properties?.items?.items?.$ref)
    .map(([page, { properties }]) => ({ page, item: properties.items.items.$ref.split('/').pop() })),
};

// In Go, NewUser is the function that makes a User, so what a user is made from needs another name.
facts.renamedInGo = Object.keys(schemas)
  .filter((name) => name.startsWith('New') && name.slice(3) in schemas)
  .map((name) => `${name}=${name.slice(3)}Creation`);
writeFileSync(`${folder}/facts.json`, JSON.stringify(facts, null, 1));
