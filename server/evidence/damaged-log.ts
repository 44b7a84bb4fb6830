import { CoboardError } from '../../model/errors.ts';

/** Ops of a document that cannot be read, though the store can: the version of the first, and what is wrong with it. */
export class DamagedLog extends CoboardError {
  readonly damage: 'unreadable' | 'archive';
  readonly v: number;
  /** Of an archive: the version after its last op. */
  readonly to: number | undefined;

  constructor(damage: 'unreadable' | 'archive', v: number, to?: number, options?: { readonly cause?: unknown }) {
    const [code, words] = damage === 'archive'
      ? ['ARCHIVE_UNAVAILABLE', `The archive of the changes ${String(v)} to ${String((to ?? v + 1) - 1)} is missing or was altered.`] as const
      : ['STORE_UNAVAILABLE', `Change ${String(v)} cannot be read.`] as const;
    super(code, words, options);
    this.damage = damage;
    this.v = v;
    this.to = to;
  }
}
