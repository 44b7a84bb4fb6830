import { Injectable, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';

const panels = ['eye', 'unsent', 'history'] as const;

/** What of the board the address holds, so that a reload or a link shows the same. */
export interface Place {
  readonly tab: string | null;
  readonly edit: boolean;
  /** The widget whose editor is open. */
  readonly widget: string | null;
  /** The dataset that is open. */
  readonly dataset: string | null;
  /** The panel beside the board, where it is not a widget's editor. */
  readonly panel: (typeof panels)[number] | null;
  /** The version that the history is to show when it opens. */
  readonly at: number | null;
}

/** Where on the board one is. Provided by the board page. */
@Injectable()
export class BoardPlace {
  private readonly route = inject(ActivatedRoute);
  private readonly router = inject(Router);
  private readonly params = toSignal(this.route.paramMap, { requireSync: true });
  private readonly query = toSignal(this.route.queryParamMap, { requireSync: true });

  readonly id = computed(() => this.params().get('id'));
  readonly tab = computed(() => this.query().get('tab'));
  readonly edit = computed(() => this.query().get('edit') !== null);
  readonly widget = computed(() => this.query().get('widget'));
  readonly dataset = computed(() => this.query().get('dataset'));
  readonly panel = computed(() => panels.find((panel) => panel === this.query().get('panel')) ?? null);

  readonly at = computed(() => (/^\d{1,12}$/.test(this.query().get('at') ?? '') ? Number(this.query().get('at')) : null));

  /** Goes elsewhere on the board. Opening a dataset or another tab is a step that the browser's back button takes back. */
  go(to: Partial<Place>): void {
    const queryParams: Record<string, string | null> = {};
    for (const key of ['tab', 'widget', 'dataset', 'panel'] as const) if (key in to) queryParams[key] = to[key] ?? null;
    if ('at' in to) queryParams['at'] = to.at == null ? null : String(to.at);
    if ('edit' in to) queryParams['edit'] = to.edit ? '1' : null;
    const isStep = 'dataset' in to || 'tab' in to;
    void this.router.navigate([], { relativeTo: this.route, queryParams, queryParamsHandling: 'merge', replaceUrl: !isStep });
  }
}
