import assert from 'node:assert/strict';
import { test } from 'node:test';
import { titled, described, LiveStage, shown } from '../document/live-stage.ts';

test('UNDO-20 edits that were one to their person are taken back and made again as one, what others changed since left out', async () => {
  const stage = new LiveStage();
  const [{ live: ana, coboard }, { live: ben }] = [await stage.opened('Ana'), await stage.opened('Ben')];
  const { title, description } = shown(ana);
  ana.edit(titled('Before'));
  const made = ana.asOne(() => [ana.edit(titled('One')), ana.edit(described('Two')), ana.edit(titled('Three'))]);
  assert.deepEqual(made, [true, true, true]);
  await stage.settle();
  assert.equal(ana.undoable.value.undo, 'renamed the dashboard to One, changed the description, renamed the dashboard to Three');
  assert.equal(ana.undo().status, 'done');
  assert.deepEqual([shown(ana).title, shown(ana).description], ['Before', description]);
  assert.equal(ana.redo().status, 'done');
  assert.deepEqual([shown(ana).title, shown(ana).description], ['Three', 'Two']);
  assert.equal(ana.redo().status, 'nothing');
  // the title is somebody else's now
  await stage.settle();
  ben.edit(titled('Ben’s'));
  await stage.settle();
  assert.equal(ana.undo().status, 'done');
  assert.deepEqual([shown(ana).title, shown(ana).description], ['Ben’s', description]);
  // and what was before that group is gone, told as one of its own
  assert.equal(ana.undo().status, 'gone');
  assert.equal(ana.undo().status, 'nothing');
  assert.notEqual(title, shown(ana).title);
  coboard.stop();
});
