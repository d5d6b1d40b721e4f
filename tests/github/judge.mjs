// Judges one line of the record: a request with its answer, or a webhook.
//
// In: a line, as `src/fake_github/record.rs` writes it. Out: in what it is not as GitHub describes it, each a sentence
// without a value of the line, so that the same is said of all that are alike.

import { operation, payload, rest, webhooks } from './description.mjs';
import { ofAnswer, ofQuestion } from './graphql.mjs';
import { Schemas, UNKNOWN } from './schema.mjs';

// The double's own tests also ask what must be refused.
const TESTS = 'tests';

const asked = new Schemas(rest, { whole: true });
const sent = new Schemas(rest, { whole: false });
const told = new Schemas(webhooks, { whole: false });

/// What a line is about.
export function topic({ event, payload: body, method, path, route }) {
  if (event) return body.action ? `${event} ${body.action}` : event;
  return operation(method, path)?.name ?? `${method} ${route}`;
}

/// Whether a line has a request of the program.
export const isProgram = ({ event, agent }) => !event && agent !== TESTS;

/// In what a line deviates.
export const deviations = (line) => (line.event ? ofWebhook(line) : ofExchange(line));

function ofWebhook({ event, payload: body }) {
  const name = body.action ? `${event} ${body.action}` : event;
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
  const found = line.agent === TESTS ? [] : ofRequest(line, known);
  if (line.status !== null) found.push(...ofResponse(line, known));
  return found;
}

function ofRequest({ query, body }, { name, parameters, filled, body: expected }) {
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
  const found = ofQuestion(body.query).map((what) => `question: ${what}`);
  if (!found.length && status === 200) found.push(...ofAnswer(body.query, answer).map((what) => `answer to a question: ${what}`));
  return found;
}
