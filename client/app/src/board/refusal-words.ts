import { opWords, specOf, type Dashboard, type Op, type Refusal } from '@coboard/core';
import { editContent } from '../eye/edit-content';

/** What a refused edit is told as. */
export interface RefusalWords {
  readonly words: string;
  /** The part of the words that is drawn bold. */
  readonly subject?: string;
}

/** The tab, widget or dataset that an edit was about, by its title; a tab stands for the widgets that went with it. */
function subjectOf(op: Op, dashboard: Dashboard): string | null {
  const about = op.find(({ p }) => p[0] === 'tabs') ?? op[0];
  const [kind, id] = about?.p ?? [];
  if (kind === 'tabs') {
    const title = dashboard.tabs[String(id)]?.title;
    return title === undefined || title === '' ? null : `the tab ${title}`;
  }
  if (kind === 'widgets') {
    const widget = dashboard.widgets[String(id)];
    return widget ? widget.title || specOf(widget.kind).name : null;
  }
  if (kind === 'datasets') return dashboard.datasets[String(id)]?.title ?? null;
  return null;
}

/** Says which edit was not accepted and why, in plain words. */
export function refusalWords({ op, code, message, sent }: Refusal, dashboard: Dashboard | null): RefusalWords {
  const subject = dashboard === null ? null : subjectOf(op, dashboard);
  const on = subject === null ? 'Your change' : `Your change to ${subject}`;
  const bold = subject === null ? {} : { subject };
  switch (code) {
    case 'FORBIDDEN':
      return { words: `${on} was not accepted: you can view, not edit.`, ...bold };
    case 'ACCESS_REVOKED':
    case 'NOT_FOUND':
      return { words: `${on} was not accepted: you no longer have access.`, ...bold };
    case 'ERR_DOC_WAS_DELETED':
    case 'ERR_DOC_DOES_NOT_EXIST':
      return { words: `${on} was not accepted: the dashboard was deleted.`, ...bold };
    case 'OP_TOO_LARGE':
      return { words: `${on} was too large at once. Try it in parts.`, ...bold };
    case 'DOCUMENT_FULL':
      return { words: message, ...bold };
    case 'OP_TARGET_MISSING':
      return sent ? takenBack(subject) : { words: 'What you were editing was deleted by somebody else.' };
    case 'OP_RESULT_INVALID':
      return sent ? takenBack(subject) : { words: tooLong(message) ?? `${on} does not fit: ${message}`, ...(tooLong(message) === null ? bold : {}) };
    default:
      return takenBack(subject);
  }
}

/** Why an edit was not taken, in a sentence that stands by itself. */
export function refusalReason(code: string, message: string): string {
  switch (code) {
    case 'FORBIDDEN':
    case 'ERR_PENDING_OP_REMOVED_BY_OP_SUBMIT_REJECTED':
      return 'You could view, not edit.';
    case 'ACCESS_REVOKED':
    case 'NOT_FOUND':
      return 'You had no access any more.';
    case 'ERR_DOC_WAS_DELETED':
    case 'ERR_DOC_DOES_NOT_EXIST':
      return 'The dashboard had been deleted.';
    case 'OP_TOO_LARGE':
      return 'It was too large at once. Try it in parts.';
    case 'DOCUMENT_FULL':
      return message;
    case 'OP_TARGET_MISSING':
      return 'What it was about had been deleted.';
    case 'OP_RESULT_INVALID':
      return tooLong(message) ?? 'It did not fit what others had made of the dashboard meanwhile.';
    case 'INTERNAL':
      return 'Something failed on the server.';
    default:
      return 'The server did not accept it.';
  }
}

function takenBack(subject: string | null): RefusalWords {
  const what = subject ?? 'the dashboard';
  const name = what.charAt(0).toUpperCase() + what.slice(1);
  return { words: `The server did not accept 1 edit. ${name} is back as it was.`, subject: name };
}

/** A length that the model refused, in plain words; null for anything else. */
export function tooLong(message: string): string | null {
  const most = /Invalid length: Expected <=(\d+)/.exec(message)?.[1];
  return most === undefined ? null : `That is too long: at most ${Number(most).toLocaleString()} characters fit here.`;
}

/** Refused or unsent edits as text for a clipboard: one line each, in words, then the operations themselves; what they hold, where the dashboard is not known. */
export function editsAsText(ops: readonly Op[], dashboard: Dashboard | null): string {
  const lines = dashboard === null ? [editContent(ops)] : ops.flatMap((op) => opWords(op, dashboard, dashboard)).map((line) => `- ${line}`);
  return `${lines.join('\n')}\n\n${JSON.stringify(ops, null, 2)}\n`;
}
