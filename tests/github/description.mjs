// GitHub's description of its REST API, GraphQL API and webhooks, as npm brings it.
//
// In: a method and a path, or the name of an event. Out: the operation, or the schema of the payload.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { schema } from '@octokit/graphql-schema';

const require = createRequire(import.meta.url);
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));

// Not by the package's `index.js`, which reads the descriptions of every GitHub Enterprise Server too.
export const rest = json(require.resolve('@octokit/openapi/generated/api.github.com.json'));
export const webhooks = json(require.resolve('@octokit/webhooks-schemas/schema.json'));
export const examples = json(require.resolve('@octokit/webhooks-examples/api.github.com/index.json'));
export const graphql = schema.idl;

const resolve = (one) =>
  one.$ref ? one.$ref.slice(2).split('/').reduce((at, part) => at[part], rest) : one;

/// Every path with its holes, the one with fewest first.
const paths = Object.entries(rest.paths).map(([template, operations]) => {
  const holes = [...template.matchAll(/\{(.+?)\}/g)].map(([, name]) => name);
  const multi = new Set(
    Object.values(operations)
      .flatMap((operation) => (operation.parameters ?? []).map(resolve))
      .filter((parameter) => parameter['x-multi-segment'])
      .map(({ name }) => name),
  );
  const parts = template.split(/\{.+?\}/).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const source = parts.reduce((all, part, at) => `${all}${multi.has(holes[at - 1]) ? '(.+)' : '([^/]+)'}${part}`);
  return { template, operations, holes, pattern: new RegExp(`^${source}$`) };
});
paths.sort((a, b) => a.holes.length - b.holes.length || b.template.length - a.template.length);

/// The operation that a request means, and what fills the holes of its path; undefined where there is none.
export function operation(method, path) {
  const verb = method.toLowerCase();
  for (const { template, operations, holes, pattern } of paths) {
    // The top folder's path is empty; GitHub then takes the address with and without its last slash.
    const folder = template.endsWith('/{path}') ? path.replace(/\/contents\/?$/, '/contents/.') : path;
    const found = operations[verb] && folder.match(pattern);
    if (!found) continue;
    const { parameters = [], requestBody, responses } = operations[verb];
    return {
      name: `${method} ${template}`,
      parameters: parameters.map(resolve),
      filled: Object.fromEntries(holes.map((hole, at) => [hole, decodeURIComponent(found[at + 1])])),
      body: requestBody && resolve(requestBody),
      answers: Object.fromEntries(Object.entries(responses).map(([status, one]) => [status, resolve(one)])),
    };
  }
}

/// The schemas of an event's payload: of GitHub's description, and of those who collected real ones. None where GitHub
/// has no such event or action.
export function payload(event, action) {
  const path = (action ? `${event}-${action}` : event).replaceAll('_', '-');
  const described = rest['x-webhooks'][path]?.post.requestBody.content['application/json'].schema;
  const name = action ? `${event}$${action}` : `${event}$event`;
  const collected = webhooks.definitions[name] && { $ref: `#/definitions/${name}` };
  return { described, collected };
}
