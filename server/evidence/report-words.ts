import type { CheckpointFault } from './checkpoint-walk.ts';
import type { VerifyReport } from './verify.ts';
import type { DocumentReport, Finding } from './verify-document.ts';

const counted = (count: number, one: string, many: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const faults: Readonly<Record<CheckpointFault, string>> = {
  missing: 'is missing',
  damaged: 'is damaged',
  unlinked: 'does not stand behind the one before',
  unsigned: 'is not signed by who may',
  unanchored: 'is not the one that was anchored',
};

/** One finding, as a sentence. */
export function findingWords({ tampering, v, to }: Finding): string {
  const at = v.toLocaleString('en');
  const span = to === undefined || to - v <= 1 ? `Change ${at}` : `Something in changes ${at} to ${(to - 1).toLocaleString('en')}`;
  switch (tampering) {
    case 'changed': return `Change ${at} was altered.`;
    case 'removed': return `Changes are missing at ${at}.`;
    case 'inserted': return `Change ${at} was put in.`;
    case 'reordered': return `Changes ${at} and ${(v + 1).toLocaleString('en')} were exchanged.`;
    case 'cut': return `The end is missing from change ${at} on.`;
    case 'stripped': return `Change ${at} has lost its seal.`;
    case 'rewritten': return `${span} was rewritten: it is not what was signed for.`;
    case 'unfit': return `${span} does not fit on what was there.`;
    case 'unreadable': return `Change ${at} cannot be read.`;
    case 'archive': return `The archive of changes ${at} to ${((to ?? v + 1) - 1).toLocaleString('en')} is missing or was altered.`;
    case 'snapshot': return `The stored state is not what the changes make (at ${at}).`;
    case 'milestone': return `The stored state of change ${at} is not what the changes make.`;
  }
}

function documentWords({ collection, id, ops, findings }: DocumentReport): string[] {
  return findings.map((finding) => `${collection}/${id}: ${findingWords(finding)} The ${counted(Math.min(ops, finding.v), 'change', 'changes')} before it ${Math.min(ops, finding.v) === 1 ? 'is' : 'are'} intact.`);
}

/** What verification has found, in words for people, line by line; the last says whether all is well. */
export function reportWords({ documents, ops, checkpoints, checkpointFault, identities, nameless, removed, remains, isSound, tookMs }: VerifyReport): string[] {
  const uncovered = documents.reduce((sum, document) => sum + document.uncovered, 0);
  const unsealed = documents.reduce((sum, document) => sum + document.unsealed, 0);
  return [
    ...documents.flatMap(documentWords),
    ...(checkpointFault === null ? [] : [`Checkpoint ${checkpointFault.n.toLocaleString('en')} ${faults[checkpointFault.fault]}. Those from it on count for nothing.`]),
    ...remains.map((id) => `dashboards/${id} was deleted for good, and something of it is there: finish with "purge --dashboard ${id}", or ask who put it there.`),
    ...identities.map((reference) => `Who stands behind the reference ${reference} was altered.`),
    ...nameless.map((reference) => `Nobody stands behind the reference ${reference} any more, and no erasure was signed.`),
    `${counted(ops, 'change', 'changes')} of ${counted(documents.length, 'document', 'documents')} and ${counted(checkpoints, 'checkpoint', 'checkpoints')} in ${(tookMs / 1_000).toFixed(1)} s`,
    ...(removed.length === 0 ? [] : [`${counted(removed.length, 'dashboard was', 'dashboards were')} deleted for good, as was signed: ${removed.slice(0, 20).map(({ d }) => d).join(', ')}${removed.length > 20 ? ', …' : ''}.`]),
    ...(unsealed === 0 ? [] : [`${counted(unsealed, 'change is', 'changes are')} from before there were seals; what stands now was sealed with the first change after them.`]),
    ...(uncovered === 0 ? [] : [`${counted(uncovered, 'change', 'changes')} at the end ${uncovered === 1 ? 'is' : 'are'} not under a checkpoint yet.`]),
    isSound ? 'None altered, none missing.' : 'NOT SOUND',
  ];
}
