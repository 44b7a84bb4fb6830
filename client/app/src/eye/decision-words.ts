import { standing, type Choice, type Conflict, type Dashboard, type Decision } from '@coboard/core';
import { tooLong } from '../board/refusal-words';

/** What a conflict is about, by the name that it had. */
export const conflictName = ({ field, of }: Conflict): string => (of === null ? field : `${field} of ${of}`);

/** Says what came of a choice; `dashboard` is as it was when the person chose. */
export function decisionWords(conflict: Conflict, choice: Choice, decision: Decision, dashboard: Dashboard | null): string {
  const name = conflictName(conflict);
  if (decision.status === 'refused') return `${choice === 'back' ? `${name} could not be brought back` : 'Nothing was changed'}: ${reason(decision)}. It waits here.`;
  if (choice === 'leave') return conflict.kind === 'value' || isThere(conflict, dashboard) ? `${name} stays as it is` : `${name} stays deleted`;
  const whose = choice === 'mine' ? 'Yours' : choice === 'theirs' ? `${conflict.by?.name ?? 'Their'}’s` : 'Both';
  if (decision.status === 'nothing') {
    return dashboard !== null && standing(conflict, dashboard) === choice ? `${whose} stays for ${name}` : `Nothing was changed: ${conflict.of ?? name} is gone, or is like that already.`;
  }
  return choice === 'back' ? `Brought back ${name}` : `${whose} ${choice === 'both' ? 'are' : 'is'} used for ${name}`;
}

const isThere = (conflict: Conflict, dashboard: Dashboard | null): boolean => dashboard !== null && standing(conflict, dashboard) === 'there';

/** Why a choice cannot be made, as the end of a sentence. */
function reason({ code, message }: Extract<Decision, { status: 'refused' }>): string {
  switch (code) {
    case 'FORBIDDEN':
      return 'you can view, not edit';
    case 'DOCUMENT_FULL':
      return asEnd(message);
    case 'OP_TOO_LARGE':
      return 'it is too large at once';
    case 'OP_RESULT_INVALID':
      return asEnd(tooLong(message) ?? 'it does not fit what is there now');
    default:
      return 'the dashboard is not there at the moment';
  }
}

const asEnd = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
