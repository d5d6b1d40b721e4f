// GitHub's examples of what the program reads, for the Rust test that gives them to it: compares
// `tests/data/github/answers.jsonl` with the description; `node examples.mjs --write` writes the file anew.
//
// Each line is an operation, a variant, and a body: `example N` as GitHub gives it, or the least that it may send.

import { readFileSync, writeFileSync } from 'node:fs';
import { rest } from './description.mjs';
import { VARIANTS, least, resolved } from './least.mjs';

const FILE = new URL('../data/github/answers.jsonl', import.meta.url);

// What the program reads, but for bare bytes and GraphQL.
const READ = [
  'GET /app 200',
  'GET /app/hook/config 200',
  'GET /app/hook/deliveries 200',
  'GET /app/installations 200',
  'GET /installation/repositories 200',
  'GET /orgs/{org}/teams/{team_slug}/members 200',
  'GET /rate_limit 200',
  'GET /repos/{owner}/{repo} 200',
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission 200',
  'GET /repos/{owner}/{repo}/commits 200',
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs 200',
  'GET /repos/{owner}/{repo}/contents/{path} 200',
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id} 200',
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions 200',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments 200',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/events 200',
  'GET /repos/{owner}/{repo}/labels 200',
  'GET /repos/{owner}/{repo}/license 200',
  'GET /repos/{owner}/{repo}/pulls 200',
  'GET /repos/{owner}/{repo}/pulls/{pull_number} 200',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files 200',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews 200',
  'GET /users/{username}/repos 200',
];

// What the description does not promise, and every App has: without a slug, the program could not know its own account.
const KEPT = { 'GET /app 200': ['slug'] };

const lines = READ.flatMap((name) => {
  const [method, path, status] = name.split(' ');
  const { schema, examples = {}, example } = resolved(rest.paths[path][method.toLowerCase()].responses[status])
    .content['application/json'];
  const shown = [...Object.values(examples).map((one) => resolved(one).value), ...(example ? [example] : [])];
  const bodies = shown.map((body, at) => [`example ${at + 1}`, body]);
  const kept = Object.fromEntries((KEPT[name] ?? []).map((field) => [field, shown[0][field]]));
  for (const variant of VARIANTS) {
    const body = least(schema, variant, shown[0]);
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
