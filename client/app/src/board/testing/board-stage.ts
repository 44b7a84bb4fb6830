import { TestBed } from '@angular/core/testing';
import type { Box, Dashboard, Widget } from '@coboard/core';
import { CoboardHarness, until, type HarnessOptions } from '@coboard/angular/testing';
import { AppStage } from '../../session/testing/app-stage';
import { BoardPage } from '../board-page';

export interface BoardStageOptions extends HarnessOptions {
  /** Whose page it is, where they are not the owner. */
  readonly as?: string;
  /** Of the address, like `?edit=1`. */
  readonly query?: string;
  /** Waits until the widgets are drawn; true if left out. */
  readonly drawn?: boolean;
}

/** The board page on a dashboard of a server in memory, as somebody looks at it. */
export class BoardStage {
  readonly harness: CoboardHarness;
  readonly page: AppStage;

  private constructor(harness: CoboardHarness, page: AppStage) {
    this.harness = harness;
    this.page = page;
  }

  static async open({ query = '', drawn = true, as, ...options }: BoardStageOptions = {}): Promise<BoardStage> {
    const harness = new CoboardHarness({ template: 'sales-overview', ...options });
    const coboard = as === undefined ? harness.coboard : harness.server.client(as);
    await coboard.start();
    const page = await AppStage.open(coboard, `/d/${harness.id}${query}`, { 'd/:id': BoardPage });
    const stage = new BoardStage(harness, page);
    if (drawn) await until('the board is drawn', () => stage.page.see('app-board-grid') !== undefined && Object.keys(stage.dashboard.widgets).length >= stage.sections().length && stage.isPlaced());
    return stage;
  }

  /** The dashboard as the server has it. */
  get dashboard(): Dashboard {
    return this.harness.dashboard;
  }

  /** What the server has of a widget. @throws Error if there is none of that title */
  widget(title: string): Widget & { readonly id: string } {
    const found = Object.entries(this.dashboard.widgets).find(([, one]) => one.title === title);
    if (found === undefined) throw new Error(`no widget ${title}`);
    return { id: found[0], ...found[1] };
  }

  tab(title: string): string {
    const found = Object.entries(this.dashboard.tabs).find(([, one]) => one.title === title);
    if (found === undefined) throw new Error(`no tab ${title}`);
    return found[0];
  }

  dataset(title: string): string {
    const found = Object.entries(this.dashboard.datasets).find(([, one]) => one.title === title);
    if (found === undefined) throw new Error(`no dataset ${title}`);
    return found[0];
  }

  /** The widgets as they are drawn, in the order of the page. */
  sections(): HTMLElement[] {
    return this.page.all('section[data-widget]');
  }

  names(): string[] {
    return this.sections().map((section) => section.getAttribute('aria-label') ?? '');
  }

  async section(title: string): Promise<HTMLElement> {
    return until(`the widget ${title}`, () => this.sections().find((section) => section.getAttribute('aria-label') === title));
  }

  /** Where a widget is drawn, in columns and rows. */
  drawn(title: string): Box | null {
    const section = this.sections().find((one) => one.getAttribute('aria-label') === title);
    if (section === undefined) return null;
    const side = (name: string): number => Number(section.getAttribute(`gs-${name}`) ?? 1);
    return { x: Number(section.getAttribute('gs-x') ?? 0), y: Number(section.getAttribute('gs-y') ?? 0), w: side('w'), h: side('h') };
  }

  async placed(title: string, box: Partial<Box>): Promise<void> {
    await until(`${title} at ${JSON.stringify(box)}`, () => {
      const at = this.drawn(title);
      return at !== null && Object.entries(box).every(([side, value]) => at[side as keyof Box] === value);
    });
  }

  /** Presses a key where the focus is, or on an element. */
  key(key: string, more: KeyboardEventInit = {}, target: EventTarget = document.activeElement ?? document.body): void {
    // the overlays go by the old number of the key
    this.page.press(target, key, key === 'Escape' ? { keyCode: 27, ...more } : more);
  }

  /** Clicks a button once it can be clicked. */
  async click(selector: string, text = ''): Promise<void> {
    await until(`${selector} “${text}” can be clicked`, () => (this.page.see(selector, text) as HTMLButtonElement | undefined)?.disabled === false);
    await this.page.click(selector, text);
  }

  /** Puts the focus on a widget. */
  async focus(title: string): Promise<HTMLElement> {
    const section = await this.section(title);
    section.focus();
    TestBed.tick();
    return section;
  }

  /** Waits for the words of the toast that shows. */
  async toast(words: string): Promise<void> {
    await this.page.find('.toast p', words);
  }

  /** Waits until the server has something. */
  async server(what: string, look: (dashboard: Dashboard) => boolean): Promise<void> {
    await until(`the server has ${what}`, () => look(this.dashboard));
  }

  private isPlaced(): boolean {
    return this.page.see('.column') !== undefined || this.sections().every((section) => section.hasAttribute('gs-id') || section.getAttribute('gs-w') !== null || section.style.length > 0);
  }
}
