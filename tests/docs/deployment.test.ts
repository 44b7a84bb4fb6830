import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { composeFaults, dockerfileFaults } from '../../tools/check-deployment.ts';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const compose = readFileSync('docker-compose.yml', 'utf8');

test('DEPLOY-1 the Dockerfile parses, builds in stages from what is there, runs as nobody special and says whether it is well', () => {
  assert.deepEqual(dockerfileFaults(dockerfile), []);
});

test('DEPLOY-2 the compose file matches the Compose Specification, and its services find each other', () => {
  assert.deepEqual(composeFaults(compose), []);
});

const broken: readonly (readonly [what: string, faults: () => string[], words: RegExp])[] = [
  ['a Dockerfile that runs as root', () => dockerfileFaults(dockerfile.replace('USER node', 'USER root')), /root/],
  ['one that copies what is not there', () => dockerfileFaults(dockerfile.replace('COPY model', 'COPY modle')), /modle/],
  ['one that names no stage of its own', () => dockerfileFaults(dockerfile.replace('--from=app', '--from=ap')), /no such stage/],
  ['one with a word that is no instruction', () => dockerfileFaults(dockerfile.replace('EXPOSE', 'EXPOS')), /EXPOS/],
  ['one without a health check', () => dockerfileFaults(dockerfile.replace(/HEALTHCHECK[^]*?\nENTRY/, 'ENTRY')), /health/],
  ['a compose file with a key that there is not', () => composeFaults(compose.replace('restart:', 'restrat:')), /additional/],
  ['one that depends on what is not there', () => composeFaults(compose.replace(/\n {6}redis:\n {8}condition/, '\n      rediss:\n        condition')), /rediss/],
  ['one with a volume that there is not', () => composeFaults(compose.replace('- mongo-data:', '- mongo-dat:')), /mongo-dat/],
  ['one with an option that there is not', () => composeFaults(compose.replace('COBOARD_AUTH', 'COBOARD_ATUH')), /COBOARD_ATUH/],
  ['one that would show a demo to everyone unasked', () => composeFaults(compose.replace('COBOARD_PUBLIC_DEMO: "true"', 'COBOARD_PUBLIC_DEMO: "false"')), /--public-demo/],
];
for (const [what, faults, words] of broken) {
  test(`DEPLOY-3 ${what} is found out`, () => {
    assert.match(faults().join('\n'), words);
  });
}
