import { plainSentence } from './blame-line';

describe('words of sentences', () => {
  it('HISTORYUI-5 a sentence of a note is told without the marks of Markdown', () => {
    expect(['- a point', '> said', '## Head', '1. first', '- [x] done', '**Bold** and `code`', '2 * 3 - 1', '-5 degrees'].map(plainSentence)).toEqual(['a point', 'said', 'Head', 'first', 'done', 'Bold and code', '2 * 3 - 1', '-5 degrees']);
  });
});
