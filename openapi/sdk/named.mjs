// The schemas of a document, with a name for each object and enumeration, and nullability as OpenAPI 3.0 has it: what
// generators make classes of. Schemas that stand in place become references to the component that says the same.

const refTo = (name) => `#/components/schemas/${name}`;
const isReference = (schema) => typeof schema?.$ref === 'string';
const isNull = (schema) => schema?.type === 'null';
const capital = (word) =>
  word
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** What a schema says, without words, defaults and closedness: equal for two that mean the same. */
function meaning(schema, schemas) {
  if (Array.isArray(schema)) return schema.map((item) => meaning(item, schemas));
  if (schema === null || typeof schema !== 'object') return schema;
  if (isReference(schema)) return meaning(schemas[schema.$ref.split('/').pop()], schemas);
  const [plain, nullable] = withoutNull(schema);
  if (nullable) return { ...meaning(plain, schemas), nullable };
  const words = ['description', 'default', 'examples', 'example', 'title'];
  const kept = Object.entries(asEnumeration(schema))
    .filter(([name, value]) => !words.includes(name) && !(name === 'additionalProperties' && value === false))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [
      name,
      name === 'properties'
        ? Object.fromEntries(Object.entries(value).sort().map(([key, one]) => [key, meaning(one, schemas)]))
        : meaning(value, schemas),
    ]);
  return Object.fromEntries(kept);
}

/** [schema without null, whether null was allowed] */
function withoutNull(schema) {
  for (const kind of ['anyOf', 'oneOf']) {
    const rest = schema[kind]?.filter((one) => !isNull(one));
    if (!rest || rest.length === schema[kind].length) continue;
    const { [kind]: _, ...others } = schema;
    return [rest.length === 1 ? withoutNull({ ...rest[0], ...others })[0] : { ...others, [kind]: rest }, true];
  }
  if (!Array.isArray(schema.type)) return [schema, false];
  const types = schema.type.filter((type) => type !== 'null');
  const rest = { ...schema, type: types.length === 1 ? types[0] : types };
  if (rest.enum) rest.enum = rest.enum.filter((value) => value !== null);
  return [rest, types.length < schema.type.length];
}

/** `oneOf` of constants, each with its description, as an `enum`. */
function asEnumeration(schema) {
  const choices = schema.oneOf ?? schema.anyOf;
  if (!choices?.every((one) => typeof one.const === 'string' || one.enum)) return schema;
  const { oneOf, anyOf, ...rest } = schema;
  return { ...rest, type: 'string', enum: choices.flatMap((one) => one.enum ?? [one.const]) };
}

class Names {
  constructor(schemas, open) {
    this.schemas = schemas;
    this.open = open;
    this.known = new Map();
    for (const [name, schema] of Object.entries(schemas)) {
      if (this.#deservesName(asEnumeration(schema))) this.known.set(this.#key(schema), name);
    }
  }

  #deservesName(schema) {
    return Boolean(schema.enum ? !this.open : schema.properties);
  }

  #key(schema) {
    return JSON.stringify(meaning(schema, this.schemas));
  }

  /** The schema of a place, which has a name of its own if it needs one. */
  place(schema, hint) {
    const [plain, nullable] = withoutNull(schema);
    const description = schema.description ? { description: schema.description } : {};
    const said = (made) => {
      const all = { ...made, ...description, ...(nullable ? { nullable: true } : {}) };
      // Beside a reference OpenAPI 3.0 allows nothing.
      if (!isReference(made) || Object.keys(all).length === 1) return all;
      const { $ref, ...others } = all;
      return { allOf: [{ $ref }], ...others };
    };
    if (isReference(plain)) return said(this.#reference(plain));
    const schema_ = asEnumeration(plain);
    if (!this.#deservesName(schema_)) return said(this.inside(schema_, hint));
    const key = this.#key(schema_);
    const known = this.known.get(key);
    if (known) return said({ $ref: refTo(known) });
    this.known.set(key, hint);
    this.schemas[hint] = this.inside(schema_, hint);
    return said({ $ref: refTo(hint) });
  }

  // Names of plain values (ids, times, scopes) are for readers of the document; in code they are texts and numbers.
  #reference({ $ref }) {
    const target = asEnumeration(this.schemas[$ref.split('/').pop()]);
    return this.#deservesName(target) ? { $ref } : this.inside(target, $ref.split('/').pop());
  }

  /** What a schema is made of. */
  inside(schema, hint) {
    if (typeof schema === 'boolean') return {};
    const { default: _, examples, example, const: constant, title, propertyNames, ...rest } = asEnumeration(schema);
    if (rest.oneOf || rest.anyOf) return rest.description ? { description: rest.description } : {};
    if (rest.additionalProperties === false) delete rest.additionalProperties;
    // OpenAPI 3.0 has no patterns of names: such members, which have a language tag, are among the additional ones.
    delete rest.patternProperties;
    if (rest.enum && this.open) {
      const values = rest.enum.filter((value) => value !== null).join(', ');
      delete rest.enum;
      rest.description = [rest.description, `One of: ${values}; later versions may add to them.`].filter(Boolean).join(' ');
    }
    for (const bound of ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern']) {
      delete rest[bound];
    }
    // Dates, addresses and the like are texts, as they are on the wire.
    if (rest.type === 'string') delete rest.format;
    if (rest.format?.startsWith('uint')) rest.format = rest.format === 'uint64' ? 'int64' : 'int32';
    if (Array.isArray(rest.type)) return rest.description ? { description: rest.description } : {};
    if (rest.items) rest.items = this.place(rest.items, hint.endsWith('s') ? hint.slice(0, -1) : `${hint}Item`);
    if (typeof rest.additionalProperties === 'object') {
      rest.additionalProperties = this.place(rest.additionalProperties, `${hint}Value`);
    } else if (rest.additionalProperties === true) {
      rest.additionalProperties = {};
    }
    if (rest.properties) {
      rest.properties = Object.fromEntries(
        Object.entries(rest.properties).map(([name, value]) => [
          name,
          typeof value === 'boolean' ? {} : this.place(value, `${hint}${capital(name)}`),
        ]),
      );
    }
    return rest;
  }
}

/** The contents of bodies and answers, with their schemas named after the operation where they have no name. */
function nameContents(names, content, hint) {
  for (const [type, media] of Object.entries(content ?? {})) {
    const { schema, ...rest } = media;
    delete rest.example;
    delete rest.examples;
    const isJson = type.includes('json') && !type.includes('ndjson');
    content[type] = { ...rest, schema: isJson ? names.place(schema ?? {}, hint) : { type: 'string' } };
  }
}

/** The document with names. `open`: enumerations are texts. */
export function named(document, open) {
  const { schemas } = document.components;
  const names = new Names(schemas, open);
  const originals = Object.keys(schemas);
  // Written all at once, since schemas are compared with one another as they were.
  const made = Object.fromEntries(originals.map((name) => [name, names.inside(schemas[name], name)]));
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods)) {
      if (!operation.operationId) continue;
      const hint = capital(operation.operationId);
      for (const parameter of operation.parameters ?? []) {
        parameter.schema = names.place(parameter.schema ?? { type: 'string' }, `${hint}${capital(parameter.name)}`);
        delete parameter.example;
        delete parameter.examples;
      }
      nameContents(names, operation.requestBody?.content, `${hint}Body`);
      for (const response of Object.values(operation.responses)) {
        nameContents(names, response.content, `${hint}Answer`);
      }
    }
  }
  Object.assign(schemas, made);
  const used = reached(document.paths, schemas);
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
  if (open) forgetNull(document);
  return document;
}

/** The names of the schemas that something refers to, however indirectly. */
function reached(from, schemas) {
  const seen = new Set();
  const waiting = [from];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (value === null || typeof value !== 'object') continue;
    const target = isReference(value) ? value.$ref.split('/').pop() : undefined;
    if (target && !seen.has(target)) {
      seen.add(target);
      waiting.push(schemas[target]);
    }
    waiting.push(...Object.values(value));
  }
  return seen;
}

// Only in a merge patch does null mean anything else than nothing (RFC 7396).
function forgetNull({ paths, components }) {
  const patches = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.requestBody?.content?.['application/merge-patch+json']),
  );
  const patched = reached(patches, components.schemas);
  for (const [name, { properties, required = [] }] of Object.entries(components.schemas)) {
    if (patched.has(name)) continue;
    for (const [member, schema] of Object.entries(properties ?? {})) {
      if (!required.includes(member)) delete schema.nullable;
    }
  }
}
