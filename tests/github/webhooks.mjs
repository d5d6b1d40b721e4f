// Posts GitHub's examples of webhooks to a running `dpg-triage serve`: all of those events that the App is subscribed
// to, with the least that GitHub may send of them, and all the others; signed as GitHub signs them.
// `node webhooks.mjs PROGRAM MANIFEST`
//
// Out: exit status 1 where one is not answered with a 2xx, where `serve` does not live to the end, or where its log tells
// of a panic or a bug. There is no GitHub behind it, only one that is out of order: what is held here is the reading of
// payloads.

import { spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { examples, rest } from './description.mjs';
import { VARIANTS, least } from './least.mjs';

const SECRET = 'a secret of the examples';
const STARTS_WITHIN = 20_000;

const [program, manifest] = process.argv.slice(2);
if (!manifest) {
  console.error('usage: node webhooks.mjs PROGRAM MANIFEST');
  process.exit(2);
}
const subscribed = new Set([
  ...JSON.parse(readFileSync(manifest, 'utf8')).default_events,
  // Every App gets these.
  'installation', 'installation_repositories', 'github_app_authorization', 'ping',
]);

const failures = [];
const folder = mkdtempSync(join(tmpdir(), 'dpg-triage-'));
const github = createServer((_, answer) => answer.writeHead(503).end('{"message": "Service unavailable"}'));
const githubPort = await listening(github);
const serve = await started();
try {
  await posted();
} finally {
  await stopped();
  github.close();
  rmSync(folder, { recursive: true });
}
failures.forEach((failure) => console.error(failure));
if (failures.length) process.exitCode = 1;

function listening(server) {
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
}

async function freePort() {
  const server = createServer();
  const port = await listening(server);
  await new Promise((done) => server.close(done));
  return port;
}

async function started() {
  const port = await freePort();
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const key = join(folder, 'key.pem');
  writeFileSync(key, privateKey);
  const child = spawn(program, ['serve'], {
    // Nothing of the surroundings may decide what the program does.
    env: {
      APP_ID: '1', PRIVATE_KEY_PATH: key, WEBHOOK_SECRET: SECRET, PORT: String(port), RUST_LOG: 'debug',
      GITHUB_API_URL: `http://127.0.0.1:${githubPort}`, DATABASE_URL: `sqlite://${join(folder, 'inbox.db')}`,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const running = { child, port, log: '', status: undefined };
  child.stderr.setEncoding('utf8').on('data', (text) => (running.log += text));
  child.on('exit', (code, signal) => (running.status = signal ?? code));
  const until = Date.now() + STARTS_WITHIN;
  while (!(await answers(port))) {
    if (running.status !== undefined || Date.now() > until) throw new Error(`serve did not start:\n${running.log}`);
    await sleep(20);
  }
  return running;
}

function answers(port) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => done(true)).on('error', () => done(false)).on('connect', () => socket.end());
  });
}

/// Examples, and of the App's events the least that GitHub may send: `{ event, of, body }`.
function* payloads() {
  for (const { name: event, examples: all } of examples) {
    for (const [at, body] of all.entries()) yield { event, of: `example ${at + 1}`, body };
  }
  for (const [name, { post }] of Object.entries(rest['x-webhooks'])) {
    const event = post['x-github'].subcategory;
    if (!subscribed.has(event)) continue;
    const { schema } = post.requestBody.content['application/json'];
    // The description does not promise the action of every event; each has it.
    const action = name.slice(event.length + 1).replaceAll('-', '_') || undefined;
    for (const variant of VARIANTS) {
      yield { event, of: `${name}, ${variant}`, body: { ...least(schema, variant), action } };
    }
  }
}

async function posted() {
  const counts = { subscribed: 0, others: 0, taken: 0 };
  for (const { event, of, body } of payloads()) {
    // An App's webhooks name its installation; most examples are of webhooks of repositories.
    for (const sent of body.installation ? [body] : [body, { ...body, installation: { id: 1 } }]) {
      counts[subscribed.has(event) ? 'subscribed' : 'others'] += 1;
      const { status, text } = await post(event, JSON.stringify(sent));
      if (status === 202) counts.taken += 1;
      if (status < 200 || status > 299) failures.push(`${event}, ${of}: ${status} ${text}`);
    }
  }
  const { status } = await post('ping', '{}', 'sha256=00');
  if (status !== 401) failures.push(`a wrong signature was answered with ${status}`);
  console.log(
    `${counts.subscribed} payloads of the App's events and ${counts.others} others posted: ` +
      `${counts.taken} taken as work, ${failures.length} failures.`,
  );
  // Fewer would mean that the packages have changed their form.
  if (counts.subscribed < 200 || counts.others < 200 || counts.taken < 40) failures.push('too few payloads');
}

async function post(event, body, signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`) {
  try {
    const answer = await fetch(`http://127.0.0.1:${serve.port}/api/github/webhooks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json', 'user-agent': 'GitHub-Hookshot/examples', 'x-github-event': event,
        'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature,
      },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    return { status: 0, text: String(error.cause ?? error) };
  }
}

async function stopped() {
  if (serve.status === undefined) serve.child.kill('SIGTERM');
  const until = Date.now() + STARTS_WITHIN;
  while (serve.status === undefined && Date.now() < until) await sleep(20);
  if (serve.status === undefined) serve.child.kill('SIGKILL');
  if (serve.status !== 0) failures.push(`serve ended with ${serve.status ?? 'nothing, and was killed'}`);
  const wrong = serve.log.split('\n').filter((line) => /panicked|does not fit|\bbug\b/i.test(line));
  if (wrong.length) failures.push(`its log has ${wrong.length} lines of a panic or a bug, the first:\n${wrong[0]}`);
}
