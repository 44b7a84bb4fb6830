import { templates } from '@coboard/core/templates';
import { addTab, errorTable, limits, replaceAt, setBox, type ErrorCode, type Op, type Refusal } from '@coboard/core';
import { editsAsText, refusalWords } from './refusal-words';

const dashboard = templates['sales-overview'].build({ today: '2026-11-20', random: () => 0.5 });
const orders = Object.entries(dashboard.widgets).find(([, { title }]) => title === 'Orders')?.[0] ?? '';
const move: Op = setBox(dashboard, orders, { x: 1 });
const refusal = (code: string, more: Partial<Refusal> = {}): Refusal => ({ op: move, code, message: errorTable[code as ErrorCode].words, retry: false, sent: true, ...more });

describe('BOARD words for what is refused', () => {
  it('BOARD-1 says which edit was not accepted and why', () => {
    expect(refusalWords(refusal('FORBIDDEN'), dashboard)).toEqual({ words: 'Your change to Orders was not accepted: you can view, not edit.', subject: 'Orders' });
    expect(refusalWords(refusal('OP_TOO_LARGE'), dashboard).words).toBe('Your change to Orders was too large at once. Try it in parts.');
    expect(refusalWords(refusal('NOT_FOUND'), dashboard).words).toBe('Your change to Orders was not accepted: you no longer have access.');
    expect(refusalWords(refusal('NOT_FOUND', { code: 'ERR_DOC_WAS_DELETED' }), dashboard).words).toBe('Your change to Orders was not accepted: the dashboard was deleted.');
    const full = `Datasets hold at most ${String(limits.datasetCellsMax)} cells.`;
    expect(refusalWords(refusal('DOCUMENT_FULL', { message: full, sent: false }), dashboard).words).toBe(full);
    expect(refusalWords(refusal('OP_RESULT_INVALID', { sent: false, message: 'A dashboard keeps at least one tab.' }), dashboard).words).toBe('Your change to Orders does not fit: A dashboard keeps at least one tab.');
  });

  it('BOARD-45 tells of a text that is too long, and of a place that is gone, without the words of a program', () => {
    const long = refusal('OP_RESULT_INVALID', { sent: false, message: 'title: Invalid length: Expected <=200 but received 260' });
    expect(refusalWords(long, dashboard).words).toBe('That is too long: at most 200 characters fit here.');
    const gone = refusal('OP_TARGET_MISSING', { sent: false, message: 'Nothing at widgets.abc' });
    expect(refusalWords(gone, dashboard).words).toBe('What you were editing was deleted by somebody else.');
    const tab = Object.keys(dashboard.tabs)[0] ?? '';
    const removed: Op = [...move, { p: ['tabs', tab], od: dashboard.tabs[tab] ?? null }];
    expect(refusalWords(refusal('OP_RESULT_INVALID', { op: removed }), dashboard).words).toBe('The server did not accept 1 edit. The tab Overview is back as it was.');
  });

  it('BOARD-2 says that what the server did not take is back as it was', () => {
    for (const code of ['OP_RESULT_INVALID', 'OP_TARGET_MISSING', 'INTERNAL'] as const) {
      expect(refusalWords(refusal(code), dashboard)).toEqual({ words: 'The server did not accept 1 edit. Orders is back as it was.', subject: 'Orders' });
    }
  });

  it('BOARD-3 names the dashboard or the change where nothing has a name, and every subject stands in its words', () => {
    const tab = addTab(dashboard, 'Next');
    expect(refusalWords(refusal('FORBIDDEN', { op: tab }), dashboard).words).toBe('Your change was not accepted: you can view, not edit.');
    expect(refusalWords(refusal('INTERNAL', { op: tab }), dashboard)).toEqual({ words: 'The server did not accept 1 edit. The dashboard is back as it was.', subject: 'The dashboard' });
    const dataset = Object.keys(dashboard.datasets)[0] ?? '';
    const rename = replaceAt(dashboard, ['datasets', dataset, 'title'], 'x');
    for (const code of Object.keys(errorTable)) {
      for (const op of [tab, move, rename, []]) {
        for (const sent of [true, false]) {
          for (const board of [dashboard, null]) {
            const { words, subject } = refusalWords(refusal(code, { op, sent }), board);
            expect(words).not.toContain('undefined');
            if (subject !== undefined && code !== 'DOCUMENT_FULL') expect(words).toContain(subject);
          }
        }
      }
    }
  });

  it('BOARD-4 copies edits as words and as the operations themselves', () => {
    const text = editsAsText([move], dashboard);
    const [words = '', json = ''] = text.split('\n\n');
    expect(words).toMatch(/^- .*Orders/);
    expect(JSON.parse(json)).toEqual([move]);
  });
});
