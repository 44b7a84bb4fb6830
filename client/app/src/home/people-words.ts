/** Who is there, in a few words: "Ana is here", "Ana and Ben are here", "Ana and 3 more are here". Empty for nobody. */
export function peopleWords(names: readonly string[]): string {
  const [first, second, ...more] = names;
  if (first === undefined) return '';
  if (second === undefined) return `${first} is here`;
  return more.length === 0 ? `${first} and ${second} are here` : `${first} and ${more.length + 1} more are here`;
}
