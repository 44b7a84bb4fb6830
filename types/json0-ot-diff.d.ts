declare module 'json0-ot-diff' {
  /** The json0 operation that turns the one value into the other; maps by key, lists by index, texts as a whole. */
  export default function diff(before: unknown, after: unknown): { readonly p: readonly (string | number)[]; readonly od?: unknown; readonly oi?: unknown }[];
}
