// The least that GitHub may send, by its description.
//
// In: a schema. Out: a body without what may be left out: `null` with everything null that may be; `bare` with scalars
// null, and objects and lists as they are.

import { rest } from './description.mjs';

export const VARIANTS = ['null', 'bare'];

// What has to fit: a number to itself elsewhere in the body, a text to its form.
const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
const WORDS = { number: 1347, sha: SHA, head_sha: SHA, full_name: 'octocat/Hello-World' };

/// What a `$ref` leads to.
export const resolved = (one) =>
  one?.$ref ? resolved(one.$ref.slice(2).split('/').reduce((at, part) => at[part], rest)) : one;

const LISTS = ['allOf', 'anyOf', 'oneOf'];

/// The first kind of object that a schema means; `null` is none.
function merged(schema) {
  const one = resolved(schema);
  const parts = [
    ...(one.allOf ?? []),
    ...['anyOf', 'oneOf'].flatMap((list) => (one[list] ?? []).filter((part) => resolved(part).type !== 'null').slice(0, 1)),
  ].map(merged);
  const all = [one, ...parts];
  const out = Object.assign({}, ...parts, one);
  if (all.some((part) => part.properties)) {
    out.properties = Object.assign({}, ...all.map((part) => part.properties ?? {}));
    out.required = all.flatMap((part) => part.required ?? []);
  }
  for (const list of LISTS) delete out[list];
  return out;
}

const mayBeNull = (schema) => {
  const one = resolved(schema);
  return Boolean(one.nullable) || [one.type].flat().includes('null') ||
    ['anyOf', 'oneOf'].some((list) => one[list]?.some((part) => resolved(part).type === 'null'));
};

/// The least of a whole body, with scalars out of an example where there is one.
export const least = (schema, variant, example) => part(schema, variant === 'bare', example, '', true);

function part(schema, bare, example, name, whole = false) {
  const one = merged(schema);
  const type = [one.type].flat().find((kind) => kind !== 'null') ?? (one.properties ? 'object' : undefined);
  const composite = type === 'object' || type === 'array';
  if (mayBeNull(schema) && !whole && !(bare && composite)) return null;
  if (type === 'object') {
    const fields = (one.required ?? []).filter((name) => one.properties?.[name]);
    return Object.fromEntries(fields.map((name) => [name, part(one.properties[name], bare, example?.[name], name)]));
  }
  if (type === 'array') return one.items ? [part(one.items, bare, example?.[0], name)] : [];
  return example ?? WORDS[name] ?? one.example ?? one.default ?? one.enum?.[0] ?? plain(type, one.format);
}

function plain(type, format) {
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return false;
  return { 'date-time': '2011-04-10T20:09:31Z', uri: 'https://github.com' }[format] ?? 'text';
}
