import type { Op, Path } from '../../../model/json0.ts';
import type { SimTab } from './sim-tab.ts';

export type Deed = 'typed' | 'set' | 'deleted';

/** An edit as the world knows it, whatever the client thinks of it. */
export interface MadeEdit {
  readonly name: string;
  readonly deed: Deed;
  readonly person: string;
  readonly path: Path;
  /** Its maker had seen the log before this version. */
  readonly at: number;
  readonly tab: SimTab;
}

export const namesIn = (text: string): string[] => [...text.matchAll(/‹([^‹›]+)›/g)].map(([, name]) => name ?? '');

export const deletionName = (widget: string): string => `deleted ${widget}`;

/** The names of the edits in an op: what it types and sets, and what it deletes; what it replaces is somebody else's. */
export function editNames(op: Op): string[] {
  return op.flatMap((component) => {
    if ('t' in component) return component.o.flatMap((step) => ('i' in step ? namesIn(step.i) : []));
    if ('oi' in component) return typeof component.oi === 'string' ? namesIn(component.oi) : [];
    return 'od' in component && isWidget(component.p) ? [deletionName(String(component.p[1]))] : [];
  });
}

export const isWidget = (path: Path): boolean => path.length === 2 && path[0] === 'widgets';

/** All edits that anybody made, by name; two may delete one thing. */
export class MadeEdits {
  private readonly made = new Map<string, MadeEdit[]>();
  /** What an edit was made over in the same tab before it was through: they may go as one, in which the first is not seen any more. */
  private readonly over = new Map<string, string>();

  add(edit: MadeEdit): void {
    this.made.set(edit.name, [...(this.made.get(edit.name) ?? []), edit]);
  }

  of(name: string): readonly MadeEdit[] {
    return this.made.get(name) ?? [];
  }

  one(name: unknown): MadeEdit | undefined {
    return typeof name === 'string' ? this.of(namesIn(name)[0] ?? name)[0] : undefined;
  }

  superseded(name: string, by: string): void {
    this.over.set(name, by);
  }

  /** The edit and those that were made over it. */
  line(name: string): string[] {
    const next = this.over.get(name);
    return next === undefined ? [name] : [name, ...this.line(next)];
  }

  get all(): MadeEdit[] {
    return [...this.made.values()].flat();
  }
}
