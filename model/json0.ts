/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One step into a document: a map's key, a list's index or an offset in a string. */
export type PathStep = string | number;
export type Path = readonly PathStep[];

/** One insertion or deletion of a text0 operation; `p` counts UTF-16 units. */
export type TextComponent = { readonly p: number; readonly i: string } | { readonly p: number; readonly d: string };

/** The json0 components that Coboard's documents use (https://github.com/ottypes/json0). Lists do not occur in them. */
export type Component =
  | { readonly p: Path; readonly oi: Json; readonly od?: Json }
  | { readonly p: Path; readonly od: Json; readonly oi?: Json }
  | { readonly p: Path; readonly na: number }
  | { readonly p: Path; readonly si: string }
  | { readonly p: Path; readonly sd: string }
  | { readonly p: Path; readonly t: 'text0'; readonly o: readonly TextComponent[] };

/** A json0 operation: components that apply in order. */
export type Op = readonly Component[];
