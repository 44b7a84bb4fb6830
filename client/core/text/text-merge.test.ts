import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyText } from '../../../model/apply-shared.ts';
import type { TextComponent } from '../../../model/json0.ts';
import { textEdit } from '../../../model/text-edit.ts';
import { TextMerge, moveSelection, textComponentsAt, type ShownText, type TextSelection } from './text-merge.ts';

const caret = (at: number): TextSelection => ({ start: at, end: at });
const place = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const typing = fc.record({ place, length: fc.nat(3), text: fc.constantFrom('', 'x', 'yz', 'に', '日本', '👩🏽‍🚀', ' ') });
type Typing = typeof typing extends fc.Arbitrary<infer T> ? T : never;

/** A text after somebody typed in it, never inside a character; and where their caret is then. */
function typedIn(text: string, { place: where, length, text: inserted }: Typing): { text: string; caret: number } {
  const points = Array.from(text);
  const from = Math.floor(where * (points.length + 1));
  const before = points.slice(0, from).join('');
  return { text: `${before}${inserted}${points.slice(from + length).join('')}`, caret: before.length + inserted.length };
}

/** A field, the text that others have, and a merge between them: what arrives, arrives at once. */
class Field {
  shared: string;
  text: string;
  selection: TextSelection = caret(0);
  readonly merge: TextMerge;

  constructor(text: string) {
    this.shared = text;
    this.text = text;
    this.merge = new TextMerge(text);
  }

  types(what: Typing): void {
    const after = typedIn(this.text, what);
    this.text = after.text;
    this.selection = caret(after.caret);
    this.sends(this.merge.typed(this.text, after.caret));
  }

  composes(): void {
    this.merge.compositionStarts();
  }

  composed(): void {
    const { components, shown } = this.merge.compositionEnds(this.text, this.selection);
    this.sends(components);
    this.shows(shown);
  }

  hears(components: readonly TextComponent[]): void {
    this.shared = applyText(this.shared, components);
    this.shows(this.merge.received(components, this.selection));
  }

  private sends(components: readonly TextComponent[]): void {
    this.shared = applyText(this.shared, components);
  }

  private shows(shown: ShownText | null): void {
    if (shown === null) return;
    ({ text: this.text, selection: this.selection } = shown);
  }
}

const happening = fc.oneof(
  fc.record({ what: fc.constant('types' as const), typing }),
  fc.record({ what: fc.constant('hears' as const), typing }),
  fc.record({ what: fc.constant('composes' as const), typing }),
);

test('TEXT-2 the field, what it sends and what others have become one text, whatever is typed, composed and received', () => {
  fc.assert(
    fc.property(fc.constantFrom('', 'Sales', 'a 👩🏽‍🚀 b', 'aaaa'), fc.array(happening, { maxLength: 25 }), (start, happened) => {
      const field = new Field(start);
      for (const { what, typing: how } of happened) {
        if (what === 'types') field.types(how);
        else if (what === 'hears') field.hears(textEdit(field.shared, typedIn(field.shared, how).text));
        else if (field.merge.isComposing) field.composed();
        else field.composes();
        assert.equal(field.merge.text, field.shared);
        if (!field.merge.isComposing) assert.equal(field.text, field.shared);
        assert.ok(field.selection.start <= field.selection.end && field.selection.end <= field.text.length);
      }
      if (field.merge.isComposing) field.composed();
      assert.equal(field.text, field.shared);
    }),
    { numRuns: 1_000 },
  );
});

test('TEXT-3 the letters around a caret stay around it while others type elsewhere', () => {
  fc.assert(
    fc.property(place, fc.array(typing, { maxLength: 10 }), (where, others) => {
      const field = new Field('before|after');
      field.selection = caret('before|'.length);
      for (const how of others) {
        // others type only in front of "before" or behind "after"
        const [front = '', back = ''] = field.text.split('before|after');
        const after = how.place < where ? `${typedIn(front, how).text}before|after${back}` : `${front}before|after${typedIn(back, how).text}`;
        field.hears(textEdit(field.shared, after));
      }
      assert.equal(field.text.slice(0, field.selection.start).endsWith('before|'), true);
      assert.equal(field.text.slice(field.selection.start).startsWith('after'), true);
    }),
  );
});

test('TEXT-4 while an input method composes, the field is left alone and nothing is sent; at the end both are there, with the caret behind what was composed', () => {
  const field = new Field('Sales');
  field.composes();
  field.text = 'にSales';
  field.selection = caret(1);
  assert.deepEqual(field.merge.typed(field.text, 1), []);
  field.hears([{ p: 5, i: ' 2026' }]);
  field.hears([{ p: 0, i: 'All ' }]);
  assert.deepEqual([field.text, field.shared], ['にSales', 'All Sales 2026']);
  field.text = '日本Sales';
  field.selection = caret(2);
  field.composed();
  assert.deepEqual([field.text, field.shared], ['日本All Sales 2026', '日本All Sales 2026']);
  assert.equal(field.text.slice(0, field.selection.start), '日本');
  assert.equal(field.merge.isComposing, false);
});

test('TEXT-5 a selection keeps what it holds; what others type at a caret comes behind it', () => {
  assert.deepEqual(moveSelection({ start: 2, end: 5 }, [{ p: 0, i: 'ab' }, { p: 5, i: 'x' }]), { start: 4, end: 8 });
  assert.deepEqual(moveSelection({ start: 2, end: 5 }, [{ p: 1, d: 'bcdefg' }]), { start: 1, end: 1 });
  assert.deepEqual(moveSelection(caret(3), [{ p: 3, i: 'x' }]), caret(3));
});

test('TEXT-6 what an op does to one text is told apart from what it does elsewhere, and from a replacement', () => {
  const path = ['widgets', 'w', 'title'];
  assert.deepEqual(textComponentsAt([{ p: path, t: 'text0', o: [{ p: 0, i: 'a' }] }, { p: [...path, 3], si: 'b' }, { p: [...path, 1], sd: 'c' }], path), [{ p: 0, i: 'a' }, { p: 3, i: 'b' }, { p: 1, d: 'c' }]);
  assert.deepEqual(textComponentsAt([{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'a' }] }, { p: ['widgets', 'v', 'title'], oi: 'x' }], path), []);
  assert.equal(textComponentsAt([{ p: path, od: 'a', oi: 'b' }], path), null);
  assert.equal(textComponentsAt([{ p: ['widgets', 'w'], od: {} }], path), null);
});

test('TEXT-7 a text that was replaced is merged like typing, with the caret where it was', () => {
  const merge = new TextMerge('Sales overview');
  assert.deepEqual(merge.replaced('All sales overview', caret(9)), { text: 'All sales overview', selection: caret(13) });
  assert.equal(merge.replaced('All sales overview', caret(9)), null);
  merge.compositionStarts();
  assert.equal(merge.replaced('Something else', caret(0)), null);
  assert.equal(merge.text, 'Something else');
});
