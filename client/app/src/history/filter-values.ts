/** A filter without what is empty in it: that filters by nothing. */
export function filled<F extends object>(filter: { readonly [K in keyof F]?: F[K] | undefined }): Partial<F> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '' && value !== undefined)) as Partial<F>;
}

/** Whole days in the person's zone, as date fields give them, both of them too; milliseconds since 1970. Empty: open on that side. */
export function daySpan(from: string, to: string): { readonly since: number | undefined; readonly before: number | undefined } {
  const start = from === '' ? NaN : new Date(`${from}T00:00`).getTime();
  const end = to === '' ? NaN : new Date(`${to}T00:00`).setDate(new Date(`${to}T00:00`).getDate() + 1);
  return { since: start >= 0 ? start : undefined, before: end >= 0 ? end : undefined };
}

/** The last so many milliseconds; 0: all time. */
export const lastSpan = (ms: number): { readonly since: number | undefined; readonly before: undefined } => ({ since: ms === 0 ? undefined : Date.now() - ms, before: undefined });
