import { ChangeDetectionStrategy, Component, DestroyRef, computed, inject, signal } from '@angular/core';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import { Icon, injectCoboard } from '@coboard/angular';
import { AdminApi, type Verification, type VerifiedDocument } from '@coboard/core/admin';
import { CircleAlert, CircleCheck, CircleX, Fingerprint } from 'lucide';
import { RouterLink } from '@angular/router';
import { exactTime, timeWords } from '../home/time-words';
import { errorWords } from '../session/error-words';

const everyMs = 400;
const shownMax = 100;
const counted = (count: number, one: string, many: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Has the whole history recomputed, shows how far that is, and what was found. */
@Component({
  selector: 'app-verify-history',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, RouterLink],
  templateUrl: './verify-history.html',
  styleUrls: ['./admin-part.css', './verify-history.css'],
})
export class VerifyHistory {
  private readonly api = new AdminApi(injectCoboard().api);
  private readonly announcer = inject(LiveAnnouncer);
  protected readonly icons = { proof: Fingerprint, sound: CircleCheck, broken: CircleX, alert: CircleAlert };
  protected readonly state = signal<Verification | null>(null);
  protected readonly failure = signal<string | null>(null);
  protected readonly isAsking = signal(false);
  protected readonly now = signal(Date.now());
  protected readonly running = computed(() => this.state()?.running ?? null);
  protected readonly last = computed(() => (this.running() === null ? (this.state()?.last ?? null) : null));
  /** What else there is to say: everything of the report that is neither about one document nor the sum of it. */
  protected readonly notes = computed(() => (this.last()?.words ?? []).slice(0, -1).filter((words) => !/^(?:dashboards|access)\//.test(words) && !/ documents? and /.test(words)));
  protected readonly found = computed(() => this.last()?.documents.filter(({ findings }) => findings.length > 0) ?? []);
  protected readonly shown = computed(() => this.last()?.documents.slice(0, Math.max(shownMax, this.found().length)) ?? []);
  protected readonly summary = computed(() => {
    const last = this.last();
    if (last === null) return '';
    return `${counted(last.ops, 'change', 'changes')} of ${counted(last.count, 'document', 'documents')} and ${counted(last.checkpoints, 'checkpoint', 'checkpoints')} in ${(last.tookMs / 1_000).toFixed(1)} s`;
  });
  protected readonly verdict = computed(() => {
    const [found] = [this.found().length];
    if (this.last()?.isSound === true) return 'None altered, none missing.';
    return found === 0 ? 'The history is not as it was signed.' : `${counted(found, 'document is', 'documents are')} not as ${found === 1 ? 'it was' : 'they were'} sealed.`;
  });
  protected readonly timeWords = timeWords;
  protected readonly exactTime = exactTime;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isOver = false;

  constructor() {
    void this.look();
    inject(DestroyRef).onDestroy(() => {
      this.isOver = true;
      clearTimeout(this.timer);
    });
  }

  protected nameOf({ title, collection }: VerifiedDocument): string {
    const name = title === null ? 'A dashboard that is gone' : title.trim() === '' ? 'Untitled dashboard' : title;
    return collection === 'access' ? `${name}: who may see it` : name;
  }

  protected async verify(): Promise<void> {
    if (this.isAsking() || this.running() !== null) return;
    this.isAsking.set(true);
    await this.ask(() => this.api.verify());
    this.isAsking.set(false);
    if (this.failure() === null) void this.announcer.announce('Verifying', 'polite');
  }

  protected look(): Promise<void> {
    return this.ask(() => this.api.verification());
  }

  private async ask(question: () => Promise<Verification>): Promise<void> {
    clearTimeout(this.timer);
    const wasRunning = this.running() !== null || this.isAsking();
    try {
      const state = await question();
      if (this.isOver) return;
      this.state.set(state);
      this.failure.set(state.failed === null || state.running !== null ? null : `The last verification came to no end (${state.failed}).`);
    } catch (error) {
      if (this.isOver) return;
      this.failure.set(errorWords(error));
    }
    this.now.set(Date.now());
    if (this.running() !== null) this.timer = setTimeout(() => { void this.look(); }, everyMs);
    else if (wasRunning && this.last() !== null) void this.announcer.announce(`${this.summary()}. ${this.verdict()}`, 'polite');
  }
}
