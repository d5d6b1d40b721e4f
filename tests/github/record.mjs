// Holds what the tests asked of the double of GitHub, what it answered, and what it told by webhook, to GitHub's own
// description: `node record.mjs FOLDER`, where `RECORD_GITHUB=FOLDER cargo test` wrote its record.
//
// Out: every deviation once. Exit status 1 for one that deviations.json does not list, and for a line of it that fits
// none any more.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { operation, payload, rest, webhooks } from './description.mjs';
import { ofAnswer, ofQuestion } from './graphql.mjs';
import { Schemas, UNKNOWN } from './schema.mjs';

// The double's own tests also ask what must be refused.
const TESTS = 'tests';

const asked = new Schemas(rest, { whole: true });
const sent = new Schemas(rest, { whole: false });
const told = new Schemas(webhooks, { whole: false });

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node record.mjs FOLDER');
  process.exit(2);
}
const lines = readdirSync(folder).flatMap((file) =>
  readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)),
);

/// Deviation -> an example of it.
const deviations = new Map();
const counts = { requests: 0, answers: 0, questions: 0, webhooks: 0 };
const seen = { operations: new Set(), events: new Set() };

for (const line of lines) {
  const found = line.event ? ofWebhook(line) : ofExchange(line);
  for (const deviation of found) if (!deviations.has(deviation)) deviations.set(deviation, line);
}

function ofWebhook({ event, payload: body }) {
  counts.webhooks += 1;
  const name = body.action ? `${event} ${body.action}` : event;
  seen.events.add(name);
  const { described, collected } = payload(event, body.action);
  if (!described && !collected) return [`webhook ${name}: GitHub has none such`];
  const found = [described && sent.errors(described, body), collected && told.errors(collected, body)].filter(Boolean);
  // Neither knows all fields.
  const isKnown = ({ at, what }) =>
    what.startsWith(UNKNOWN) && !found.every((errors) => errors.some((one) => one.at === at && one.what === what));
  return found.flat().filter((error) => !isKnown(error)).map(({ at, what }) => `webhook ${name}: ${at} ${what}`);
}

function ofExchange(line) {
  if (line.path === '/graphql') return ofGraphql(line);
  const known = operation(line.method, line.path);
  if (!known) return line.agent === TESTS && !line.route ? [] : [`request ${line.method} ${line.route}: GitHub has none such`];
  seen.operations.add(known.name);
  const found = line.agent === TESTS ? [] : ofRequest(line, known);
  if (line.status !== null) found.push(...ofResponse(line, known));
  return found;
}

function ofRequest({ query, body }, { name, parameters, filled, body: expected }) {
  counts.requests += 1;
  const found = [];
  const texts = new URLSearchParams(query);
  for (const parameter of parameters) {
    const text = parameter.in === 'path' ? filled[parameter.name] : texts.get(parameter.name);
    if (parameter.in === 'query') texts.delete(parameter.name);
    if (text === null || text === undefined) {
      if (parameter.required) found.push(`parameter ${parameter.name} is missing`);
      continue;
    }
    for (const { what } of asked.errorsOfText(parameter.schema, text)) found.push(`parameter ${parameter.name} ${what}`);
  }
  for (const [unknown] of texts) found.push(`parameter ${unknown} is unknown`);
  const schema = expected?.content?.['application/json']?.schema;
  if (body !== null && !schema) found.push('has a body, and GitHub wants none');
  if (schema && body === null && expected.required) found.push('has no body');
  if (schema && body !== null) {
    for (const { at, what } of asked.errors(schema, body)) found.push(`body ${at} ${what}`);
  }
  return found.map((what) => `request ${name}: ${what}`);
}

function ofResponse({ status, type, answer }, { name, answers }) {
  counts.answers += 1;
  const label = `answer ${name} ${status}`;
  const expected = answers[status];
  if (!expected) return [`${label}: the status is not listed`];
  const schema = expected.content?.['application/json']?.schema;
  // Another media type was asked for, such as a file's bytes.
  if (type && !type.startsWith('application/json')) return [];
  if (!schema) return answer === null ? [] : [`${label}: has a body, and GitHub sends none`];
  if (answer === null) return [`${label}: has no body`];
  return sent.errors(schema, answer).map(({ at, what }) => `${label}: ${at} ${what}`);
}

function ofGraphql({ body, status, answer, agent }) {
  if (agent === TESTS && !body?.query) return [];
  counts.questions += 1;
  seen.operations.add('POST /graphql');
  const found = ofQuestion(body.query).map((what) => `question: ${what}`);
  if (!found.length && status === 200) found.push(...ofAnswer(body.query, answer).map((what) => `answer to a question: ${what}`));
  return found;
}

const listed = JSON.parse(readFileSync(new URL('deviations.json', import.meta.url), 'utf8'));
const fits = listed.map(({ deviation }) => {
  const parts = deviation.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
});
const unlisted = [...deviations].filter(([deviation]) => !fits.some((pattern) => pattern.test(deviation)));
const gone = listed.filter((_, at) => ![...deviations.keys()].some((deviation) => fits[at].test(deviation)));

console.log(
  `${lines.length} lines: ${counts.requests} requests of the program, ${counts.answers} answers and ${counts.webhooks} ` +
    `webhooks of the double, ${counts.questions} questions to GraphQL; ${seen.operations.size} operations, ` +
    `${seen.events.size} events with action. ${deviations.size} deviations, ${listed.length} entries list them.`,
);
if (process.env.VERBOSE) console.log([...seen.operations, ...seen.events].sort().join('\n'));
for (const [deviation, line] of unlisted) {
  console.error(`\nnot as GitHub describes it: ${deviation}`);
  console.error(`  for example ${line.event ? line.event : `${line.method} ${line.path}?${line.query}`}`);
}
for (const { deviation } of gone) console.error(`\nlisted in deviations.json, and occurs no more: ${deviation}`);
// An empty record would hold to anything.
if (counts.requests < 100 || counts.webhooks < 20 || !counts.questions) {
  console.error('\nThe record is too small to say anything: did the tests run with RECORD_GITHUB?');
  process.exitCode = 1;
}
if (unlisted.length || gone.length) process.exitCode = 1;
