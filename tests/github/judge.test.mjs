// That what is not as GitHub describes it is seen: `node --test tests/github`.

import assert from 'node:assert/strict';
import test from 'node:test';
import { deviations } from './judge.mjs';

const REPOSITORY = '/repos/octocat/Hello-World';

const exchange = (method, path, more) => ({
  method, route: 'a route', path, query: '', agent: 'octocrab', body: null, status: null, type: 'application/json',
  answer: null, ...more,
});

const answered = (path, answer) => deviations(exchange('GET', path, { status: 200, answer }));

const user = { login: 'octocat', id: 1, type: 'User' };

test('what is as described has no deviation', () => {
  const body = { name: 'N', head_sha: '0a', status: 'completed', conclusion: 'success' };
  assert.deepEqual(deviations(exchange('POST', `${REPOSITORY}/check-runs`, { body })), []);
  assert.deepEqual(answered(`${REPOSITORY}/issues/1/comments`, [{ id: 1, user, body: 'text' }]), []);
  assert.deepEqual(answered(`${REPOSITORY}/issues/1/comments`, [{ id: 1, user: null }]), []);
  const answer = [{ name: 'a', type: 'file' }];
  assert.deepEqual(answered(`${REPOSITORY}/contents/`, answer), []);
  assert.deepEqual(answered(`${REPOSITORY}/contents/a/b.json`, answer), []);
});

test('requests: the address', () => {
  assert.deepEqual(deviations(exchange('GET', `${REPOSITORY}/comments-of/1`, { status: 501 })), [
    'request GET a route: GitHub has none such',
  ]);
  assert.match(deviations(exchange('GET', `${REPOSITORY}/issues/one/comments`))[0], /issue_number must be integer/);
});

test('requests: parameters', () => {
  const asked = (query) => deviations(exchange('GET', `${REPOSITORY}/pulls`, { query }));
  assert.deepEqual(asked('state=open&per_page=100&page=2'), []);
  assert.match(asked('states=open')[0], /parameter states is unknown/);
  assert.match(asked('state=opened')[0], /parameter state must be equal to one of the allowed values/);
  assert.match(asked('per_page=many')[0], /parameter per_page must be integer/);
});

test('requests: bodies', () => {
  const run = (body) => deviations(exchange('POST', `${REPOSITORY}/check-runs`, { body }));
  const right = { name: 'N', head_sha: '0a', status: 'completed', conclusion: 'success' };
  assert.match(run({ ...right, conclusions: 'success' })[0], /unknown field conclusions/);
  assert.ok(run({ ...right, conclusion: 'fine' }).some((one) => /conclusion must be equal/.test(one)));
  assert.ok(run({ name: 'N' }).some((one) => /head_sha/.test(one)));
  assert.ok(run({ ...right, output: { title: 'T', text: 'no summary' } }).some((one) => /summary/.test(one)));
  const surplus = deviations(exchange('GET', REPOSITORY, { body: {} }));
  assert.match(surplus[0], /has a body/);
});

test('answers: names, types, nesting, nulls, enumerations, formats', () => {
  const comments = (comment) => answered(`${REPOSITORY}/issues/1/comments`, [comment]);
  assert.match(comments({ id: 1, author: user })[0], /unknown field author/);
  assert.match(comments({ id: '1' })[0], /\/\*\/id must be integer/);
  assert.match(comments({ user: { ...user, name_of: 'x' } })[0], /\/\*\/user unknown field name_of/);
  assert.match(comments({ user: { ...user, login: null } })[0], /\/\*\/user\/login must be string \(null\)/);
  assert.match(comments({ created_at: 'yesterday' })[0], /date-time/);
  assert.match(answered(`${REPOSITORY}/pulls/1`, { state: 'merged' })[0], /state must be equal to one of/);
  assert.match(answered(`${REPOSITORY}/pulls/1`, [{ number: 1 }])[0], /must be object/);
  const refused = deviations(exchange('GET', REPOSITORY, { status: 418, answer: {} }));
  assert.match(refused[0], /status is not listed/);
});

test('webhooks', () => {
  const told = (event, payload) => deviations({ event, payload });
  const right = { action: 'created', issue: { number: 1 }, comment: { id: 1, user }, sender: user };
  assert.deepEqual(told('issue_comment', right), []);
  assert.deepEqual(told('issue_comment', { ...right, action: 'written' }), [
    'webhook issue_comment written: GitHub has none such',
  ]);
  assert.match(told('issue_comment', { ...right, issue: { number: '1' } })[0], /\/issue\/number must be integer/);
  assert.match(told('issue_comment', { ...right, author: user })[0], /unknown field author/);
  assert.match(told('issue_comment', { ...right, comment: null })[0], /\/comment must be object/);
});

test('questions to GraphQL and their answers', () => {
  const asked = (query, answer) => deviations(exchange('POST', '/graphql', { body: { query }, status: 200, answer }));
  const query = 'query($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { body author { login } } } }';
  const node = { __typename: 'IssueComment', body: 'text', author: { __typename: 'User', login: 'octocat' } };
  const nodes = (...nodes) => ({ data: { nodes } });
  assert.deepEqual(asked(query, nodes(node, null, { ...node, author: null })), []);
  assert.match(asked(query.replace('body', 'text'), nodes(node))[0], /Cannot query field "text"/);
  assert.match(asked(query, nodes({ ...node, body: null }))[0], /body: must not be null/);
  assert.match(asked(query, nodes({ ...node, text: 'x' }))[0], /IssueComment has no text/);
  assert.match(asked(query, nodes({ __typename: 'IssueComment', body: 'text' }))[0], /author was asked for/);
  assert.match(asked(query, nodes({ ...node, createdAt: 5 }))[0], /is no DateTime/);
});
