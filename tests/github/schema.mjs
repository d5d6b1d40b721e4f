// Turns the schemas of OpenAPI 3.0 and of the webhooks into JSON Schema 2019-09 for ajv.
//
// In: a schema and what it refers to. Out: the same with `nullable` said in JSON Schema's way, and closed: a field that
// GitHub does not name is an error. Never: `required` in what GitHub sends. The double sends what the program may read
// and no more, so what is held is name, type, nesting, format and enumeration.

import Ajv from 'ajv/dist/2019.js';
import formats from 'ajv-formats';

const PLACES = ['properties', 'patternProperties'];
const LISTS = ['allOf', 'anyOf', 'oneOf'];
const KEPT = [
  'type', 'enum', 'const', 'format', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems',
  'uniqueItems', 'minProperties', 'maxProperties',
];

/// How the error about a field begins that GitHub does not name.
export const UNKNOWN = 'unknown field';

/// A compiler of schemas that live below `root`, where a `$ref` such as `#/components/schemas/label` leads.
export class Schemas {
  #root;
  #whole;
  #ajv = new Ajv({ strict: false, allErrors: true, logger: false, verbose: true });
  #words = new Ajv({ strict: false, allErrors: true, logger: false, coerceTypes: true, verbose: true });
  #known = new Map();

  /// `whole`: whether all that is required has to be there.
  constructor(root, { whole }) {
    this.#root = root;
    this.#whole = whole;
    formats(this.#ajv);
    formats(this.#words);
  }

  /// Errors in the value, each as `{ at, what }`.
  errors(schema, value) {
    const key = JSON.stringify(schema);
    if (!this.#known.has(key)) this.#known.set(key, this.#compile(this.#ajv, this.closed(schema)));
    const valid = this.#known.get(key);
    return valid(value) ? [] : told(valid.errors);
  }

  /// The same for a parameter, which is text.
  errorsOfText(schema, text) {
    const key = `text ${JSON.stringify(schema)}`;
    const wrapped = () => this.#compile(this.#words, { type: 'object', properties: { it: this.converted(schema) } });
    if (!this.#known.has(key)) this.#known.set(key, wrapped());
    const valid = this.#known.get(key);
    return valid({ it: text }) ? [] : told(valid.errors);
  }

  #compile(ajv, schema) {
    const definitions = {};
    const waiting = [schema];
    // Only what is reached: the whole description is thousands of schemas.
    while (waiting.length) {
      for (const name of names(waiting.pop())) {
        if (name in definitions) continue;
        definitions[name] = this.converted(this.resolved(decodeURIComponent(name)));
        waiting.push(definitions[name]);
      }
    }
    return ajv.compile({ ...schema, definitions });
  }

  /// What a `$ref` means.
  resolved(reference) {
    return reference.slice(2).split('/').reduce((at, part) => at[part.replaceAll('~1', '/')], this.#root);
  }

  /// As it stands where a value stands: closed, if it names its fields.
  closed(schema) {
    const converted = this.converted(schema);
    return this.#namesAll(schema) ? { ...converted, unevaluatedProperties: false } : converted;
  }

  /// As it stands among others (`allOf`), which may name more fields.
  converted(schema) {
    if (typeof schema === 'boolean') return schema;
    if (schema.$ref) return { $ref: `#/definitions/${encodeURIComponent(encodeURIComponent(schema.$ref))}` };
    const out = {};
    for (const word of KEPT) if (word in schema) out[word] = schema[word];
    for (const place of PLACES) {
      if (schema[place]) out[place] = mapped(schema[place], (one) => this.closed(one));
    }
    if (schema.additionalProperties !== undefined) {
      const more = schema.additionalProperties;
      // What is closed is closed from outside, by `unevaluatedProperties`, so that an unknown field is one error.
      if (more !== false || !schema.properties) out.additionalProperties = typeof more === 'boolean' ? more : this.closed(more);
    }
    if (schema.items) out.items = this.closed(schema.items);
    if (schema.not && this.#whole) out.not = this.converted(schema.not);
    if (this.#whole && schema.required) out.required = schema.required;
    for (const list of LISTS) {
      if (!schema[list]) continue;
      // Without `required`, several of the alternatives may fit.
      const word = list === 'oneOf' && !this.#whole ? 'anyOf' : list;
      const parts = schema[list].map((one) => this.converted(one));
      const [first, second] = parts;
      if (list !== 'allOf' && parts.length === 2 && (isNull(first) || isNull(second))) {
        Object.assign(out, unlessNull(isNull(first) ? second : first));
      } else {
        out[word] = out[word] ? [...out[word], ...parts] : parts;
      }
    }
    return schema.nullable ? nullable(out) : out;
  }

  /// Whether an object of this schema has no other fields than those that are named.
  #namesAll(schema, seen = new Set()) {
    if (typeof schema === 'boolean') return false;
    if (schema.$ref) {
      if (seen.has(schema.$ref)) return true;
      return this.#namesAll(this.resolved(schema.$ref), new Set(seen).add(schema.$ref));
    }
    const parts = LISTS.flatMap((list) => schema[list] ?? []);
    if (schema.additionalProperties === true || schema.patternProperties) return false;
    if (schema.properties && Object.keys(schema.properties).length) {
      return parts.filter((part) => !isCondition(part)).every((part) => this.#namesAll(part, seen));
    }
    if (parts.length) return parts.filter(mayBeObject).every((part) => this.#namesAll(part, seen));
    return !mayBeObject(schema);
  }
}

/// `required` and the like beside `properties`: says which fields go together and names none.
const isCondition = (schema) => !schema.$ref && !schema.properties && !LISTS.some((list) => schema[list]);

const mayBeObject = (schema) =>
  Boolean(schema.$ref || LISTS.some((list) => schema[list])) || [schema.type ?? 'object'].flat().includes('object');

const mapped = (fields, how) => Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, how(one)]));

function nullable(schema) {
  if (schema.type && !LISTS.some((list) => schema[list])) {
    const out = { ...schema, type: [...new Set([schema.type, 'null'].flat())] };
    if (out.enum) out.enum = [...new Set([...out.enum, null])];
    return out;
  }
  return unlessNull(schema);
}

const isNull = (schema) => schema.type === 'null';

/// Of two alternatives ajv would say only that neither fits.
const unlessNull = (schema) => ({ if: { not: { type: 'null' } }, then: schema });

function names(schema) {
  const found = [];
  const walk = (at) => {
    if (Array.isArray(at)) at.forEach(walk);
    else if (at && typeof at === 'object') {
      if (typeof at.$ref === 'string') found.push(decodeURIComponent(at.$ref.slice('#/definitions/'.length)));
      Object.values(at).forEach(walk);
    }
  };
  walk(schema);
  return found;
}

/// ajv's errors without places in lists, each once. Where no alternative fits, what is wrong with each says more.
function told(errors) {
  const failed = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const at = (path) => failed.filter((one) => one.instancePath === path);
  const says = ({ keyword, instancePath }) => {
    if (keyword === 'if') return false;
    if (keyword === 'unevaluatedProperties') return !at(instancePath).length;
    if (keyword !== 'anyOf' && keyword !== 'oneOf') return true;
    return !errors.some((one) => one.instancePath.startsWith(`${instancePath}/`));
  };
  const all = errors.filter(says).map(({ instancePath, message, params, data }) => {
    const at = instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*') || '/';
    const name = params.additionalProperty ?? params.unevaluatedProperty;
    const enumeration = params.allowedValues ? ` (${JSON.stringify(data)})` : '';
    const type = params.type && data === null ? ' (null)' : '';
    return { at, what: name === undefined ? `${message}${enumeration}${type}` : `${UNKNOWN} ${name}` };
  });
  return [...new Map(all.map((error) => [`${error.at} ${error.what}`, error])).values()];
}
