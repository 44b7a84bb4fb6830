import * as v from 'valibot';

/** No half of a surrogate pair: stores would replace it, and replicas would part silently. */
const wellFormed = v.check((text: string) => text.isWellFormed(), 'text must be well-formed Unicode');

/** A text that people type together, at most `charsMax` UTF-16 units. */
export const typedText = (charsMax: number) => v.pipe(v.string(), v.maxLength(charsMax), wellFormed);

/** A finite number: infinity and NaN do not survive JSON. */
export const finite = v.pipe(v.number(), v.finite());
