// GitHub's examples of what the program reads, for the Rust test that gives them to it: compares
// `tests/data/github/answers.jsonl` with the description; `node examples.mjs --write` writes the file anew.
//
// Each line is an operation, a variant, and a body. Variants: `example N` as GitHub gives it; `null` with everything null
// that may be; `bare` with scalars null, objects and lists as they are, and only what GitHub always sends.

import { readFileSync, writeFileSync } from 'node:fs';
import { rest } from './description.mjs';

const FILE = new URL('../data/github/answers.jsonl', import.meta.url);

// What the program reads, but for bare bytes and GraphQL.
const READ = [
  'GET /app 200',
  'GET /app/hook/deliveries 200',
  'GET /app/installations 200',
  'GET /installation/repositories 200',
  'GET /orgs/{org}/teams/{team_slug}/members 200',
  'GET /repos/{owner}/{repo} 200',
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission 200',
  'GET /repos/{owner}/{repo}/commits 200',
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs 200',
  'GET /repos/{owner}/{repo}/contents/{path} 200',
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id} 200',
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions 200',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments 200',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/events 200',
  'GET /repos/{owner}/{repo}/license 200',
  'GET /repos/{owner}/{repo}/pulls 200',
  'GET /repos/{owner}/{repo}/pulls/{pull_number} 200',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files 200',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews 200',
  'GET /users/{username}/repos 200',
];

// What the description does not promise, and every App has: without a slug, the program could not know its own account.
const KEPT = { 'GET /app 200': ['slug'] };

const resolved = (one) =>
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

/// The least that GitHub may send. `bare`: what is no scalar is sent all the same. `whole`: it is the answer itself.
function least(schema, bare, example, whole = false) {
  const one = merged(schema);
  const type = [one.type].flat().find((kind) => kind !== 'null') ?? (one.properties ? 'object' : undefined);
  const composite = type === 'object' || type === 'array';
  if (mayBeNull(schema) && !whole && !(bare && composite)) return null;
  if (type === 'object') {
    const fields = (one.required ?? []).filter((name) => one.properties?.[name]);
    return Object.fromEntries(fields.map((name) => [name, least(one.properties[name], bare, example?.[name])]));
  }
  if (type === 'array') return one.items ? [least(one.items, bare, example?.[0])] : [];
  return example ?? one.example ?? one.default ?? one.enum?.[0] ?? plain(type, one.format);
}

function plain(type, format) {
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return false;
  return { 'date-time': '2011-04-10T20:09:31Z', uri: 'https://github.com' }[format] ?? 'text';
}

const lines = READ.flatMap((name) => {
  const [method, path, status] = name.split(' ');
  const { schema, examples = {}, example } = resolved(rest.paths[path][method.toLowerCase()].responses[status])
    .content['application/json'];
  const shown = [...Object.values(examples).map((one) => resolved(one).value), ...(example ? [example] : [])];
  const bodies = shown.map((body, at) => [`example ${at + 1}`, body]);
  const kept = Object.fromEntries((KEPT[name] ?? []).map((field) => [field, shown[0][field]]));
  for (const variant of ['null', 'bare']) {
    const body = least(schema, variant === 'bare', shown[0], true);
    bodies.push([variant, Array.isArray(body) ? body : { ...body, ...kept }]);
  }
  return bodies.map(([variant, body]) => JSON.stringify({ operation: `${method} ${path}`, variant, body }));
});
const wanted = `${lines.join('\n')}\n`;

if (process.argv[2] === '--write') {
  writeFileSync(FILE, wanted);
} else if (readFileSync(FILE, 'utf8') !== wanted) {
  console.error('tests/data/github/answers.jsonl is not what GitHub describes: `node tests/github/examples.mjs --write`');
  process.exitCode = 1;
}
console.log(`${lines.length} bodies of ${READ.length} operations, ${wanted.length} bytes.`);
