import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { templates } from '../../../model/templates/templates.ts';
import { asDone, asNew, asRefused, asSent, isUnsaved, stepOf, wishOf, withCreation, withDeletion, withReturn, type WishList, type WishStep } from './wish.ts';

const content = templates.blank.build({ today: '2026-11-20', random: () => 0.5 });

/** What may happen to one dashboard: the person wishes, the sender asks, the server does it or does not, the answer comes or is lost. */
const events = fc.array(fc.constantFrom('delete', 'restore', 'ask', 'do', 'answer', 'lose', 'refuse', 'again'), { maxLength: 40 });

test('WISH-12 whatever is wished for, asked, lost and refused: in the end the server has what the person wants, and never heard of what was undone before', () => {
  fc.assert(fc.property(fc.boolean(), events, (isNew, happened) => {
    let list: WishList = isNew ? withCreation([], 'd', content, 0) : [];
    let server: 'none' | 'there' | 'deleted' = isNew ? 'none' : 'there';
    let wanted = true;
    const at: { step: WishStep | null } = { step: null };
    const step = (): WishStep | null => { const wish = wishOf(list, 'd'); return wish && stepOf(wish); };
    const ask = (): void => {
      if (at.step !== null) return;
      at.step = step();
      if (at.step !== null) list = asSent(list, 'd');
    };
    const act = (): void => {
      if (at.step === 'create' && server === 'none') server = 'there';
      else if (at.step === 'delete') { assert.notEqual(server, 'none'); server = 'deleted'; }
      else if (at.step === 'restore') { assert.notEqual(server, 'none'); server = 'there'; }
    };
    const answer = (): void => {
      if (at.step === null) return;
      act();
      list = asDone(list, 'd', at.step);
      at.step = null;
    };
    for (const event of happened) {
      // one deletes what one sees, and brings back what is in the bin
      if (event === 'delete' || event === 'restore') {
        if (wanted === (event === 'restore')) continue;
        list = wanted ? withDeletion(list, 'd', 'Board', 1) : withReturn(list, 'd', 'Board', 1);
        wanted = !wanted;
      }
      else if (event === 'ask') ask();
      else if (event === 'do') act();
      else if (event === 'answer') answer();
      else if (event === 'lose') at.step = null;
      else if (event === 'again') list = asNew(list, 'd');
      // what it has done before it does not refuse
      else if (at.step === 'create' && server === 'none') {
        list = asRefused(list, 'd', at.step, { code: 'DOCUMENT_FULL', message: '' });
        at.step = null;
      }
      assert.ok(list.length <= 1 && list.every((wish) => wish.content !== null || isUnsaved(wish)), 'nothing is left behind');
      if (list.length === 0) assert.equal(server, wanted ? 'there' : 'deleted', 'nothing waits, and it is as it is to be');
    }
    list = asNew(list, 'd');
    for (let i = 0; i < 5; i++) { ask(); answer(); }
    const kept = wishOf(list, 'd');
    if (kept !== null) assert.deepEqual([kept.content, kept.deletedAt !== null, isUnsaved(kept), server, wanted], [content, true, false, 'none', false]);
    else assert.equal(server, wanted ? 'there' : 'deleted');
  }), { numRuns: 10_000 });
});
