import { CoboardError, type ErrorCode } from '../../model/errors.ts';
import { innerLimits } from '../../model/limits.ts';
import { dashboardsCollection } from '../../model/protocol.ts';
import { findingWords, reportWords } from '../evidence/report-words.ts';
import type { VerifyReport } from '../evidence/verify.ts';
import type { Finding } from '../evidence/verify-document.ts';

export interface VerificationParts {
  /** Recomputes the whole history, and says how far it is, in ops. */
  readonly verify: (progress: (ops: number) => void) => Promise<VerifyReport>;
  /** About how many ops there are. */
  readonly total: () => number;
  readonly titleOf: (dashboard: string) => string | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A document as it was verified. */
export interface VerifiedDocument {
  readonly collection: string;
  readonly id: string;
  /** Null for one that is not known any more. */
  readonly title: string | null;
  readonly ops: number;
  /** Ops at the end that no checkpoint covers yet. */
  readonly uncovered: number;
  readonly findings: readonly (Finding & { readonly words: string })[];
}

export interface VerificationResult {
  /** When it was done; milliseconds since 1970. */
  readonly at: number;
  readonly tookMs: number;
  readonly isSound: boolean;
  readonly ops: number;
  readonly checkpoints: number;
  /** All of it, line by line. */
  readonly words: readonly string[];
  /** How many documents there are, and those that are told: what something was found in first, then dashboards. */
  readonly count: number;
  readonly documents: readonly VerifiedDocument[];
}

export interface VerificationState {
  /** Null: none is under way. */
  readonly running: { readonly since: number; readonly ops: number; readonly total: number } | null;
  /** The last one since this server began. */
  readonly last: VerificationResult | null;
  /** Why the last one came to no end; null if it did. */
  readonly failed: ErrorCode | null;
}

/** Verifies the history when somebody asks, one at a time: whoever asks meanwhile gets the same. */
export class Verification {
  private readonly parts: VerificationParts;
  private running: { readonly since: number; ops: number; readonly report: Promise<VerifyReport> } | null = null;
  private last: VerificationResult | null = null;
  private failed: ErrorCode | null = null;

  constructor(parts: VerificationParts) {
    this.parts = parts;
  }

  run(): Promise<VerifyReport> {
    if (this.running) return this.running.report;
    const { verify, now } = this.parts;
    const report = verify((ops) => { if (this.running) this.running.ops = ops; });
    this.running = { since: now(), ops: 0, report };
    report.then((result) => {
      this.last = this.resultOf(result);
      this.failed = null;
    }, (error: unknown) => {
      this.failed = error instanceof CoboardError ? error.code : 'INTERNAL';
    }).finally(() => { this.running = null; });
    return report;
  }

  get state(): VerificationState {
    const { running, last, failed } = this;
    return { running: running && { since: running.since, ops: running.ops, total: Math.max(running.ops, this.parts.total()) }, last, failed };
  }

  private resultOf(report: VerifyReport): VerificationResult {
    const { tookMs, isSound, ops, checkpoints, documents } = report;
    const rank = ({ collection, findings }: VerifyReport['documents'][number]): number => (findings.length > 0 ? 0 : collection === dashboardsCollection ? 1 : 2);
    return {
      at: this.parts.now(), tookMs, isSound, ops, checkpoints, words: reportWords(report), count: documents.length,
      documents: documents.toSorted((a, b) => rank(a) - rank(b)).slice(0, innerLimits.verifyDocumentsMax).map(({ collection, id, ops: count, uncovered, findings }) => ({
        collection, id, title: this.parts.titleOf(id), ops: count, uncovered, findings: findings.map((finding) => ({ ...finding, words: findingWords(finding) })),
      })),
    };
  }
}
