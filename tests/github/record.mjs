// Holds what the tests asked of the double of GitHub, what it answered, and what it told by webhook, to GitHub's own
// description: `node record.mjs FOLDER`, where `RECORD_GITHUB=FOLDER cargo test` wrote its record.
//
// Out: every deviation once. Exit status 1 for one that deviations.json does not list, and for a line of it that fits
// none any more.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deviations, isProgram, topic } from './judge.mjs';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node record.mjs FOLDER');
  process.exit(2);
}
const lines = readdirSync(folder).flatMap((file) =>
  readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)),
);

/// Deviation -> an example of it.
const found = new Map();
for (const line of lines) {
  for (const deviation of deviations(line)) if (!found.has(deviation)) found.set(deviation, line);
}

const listed = JSON.parse(readFileSync(new URL('deviations.json', import.meta.url), 'utf8'));
const fits = listed.map(({ deviation }) => {
  const parts = deviation.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
});
const unlisted = [...found].filter(([deviation]) => !fits.some((pattern) => pattern.test(deviation)));
const gone = listed.filter((_, at) => ![...found.keys()].some((deviation) => fits[at].test(deviation)));

const webhooks = lines.filter((line) => line.event);
const requests = lines.filter(isProgram);
const questions = requests.filter(({ path }) => path === '/graphql');
const topics = (of) => new Set(of.map(topic)).size;
console.log(
  `${requests.length} requests of the program to ${topics(requests)} operations, ${questions.length} of them questions ` +
    `to GraphQL; ${lines.length - webhooks.length} answers and ${webhooks.length} webhooks (${topics(webhooks)} kinds) ` +
    `of the double. ${found.size} deviations, ${listed.length} entries list them.`,
);
for (const [deviation, line] of unlisted) {
  console.error(`\nnot as GitHub describes it: ${deviation}`);
  if (!line.event) console.error(`  for example ${line.method} ${line.path}?${line.query}`);
}
for (const { deviation } of gone) console.error(`\nlisted in deviations.json, and occurs no more: ${deviation}`);
// An empty record would hold to anything.
if (requests.length < 100 || webhooks.length < 20 || !questions.length) {
  console.error('\nThe record is too small to say anything: did the tests run with RECORD_GITHUB?');
  process.exitCode = 1;
}
if (unlisted.length || gone.length) process.exitCode = 1;
