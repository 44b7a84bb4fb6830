import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import axe from 'axe-core';
import { CoboardHarness, until } from '@coboard/angular/testing';
import { ConnectionStatus } from './connection/connection-status';
import { injectDashboard } from './dashboard/inject-dashboard';
import { Avatar } from './people/avatar';
import { LiveCursors } from './people/live-cursors';
import { PresenceBar } from './people/presence-bar';
import { injectPresence } from './presence/inject-presence';
import { SharedText } from './text/shared-text';
import { WidgetRing } from './widgets/widget-ring';

@Component({
  selector: 'cb-test-everything',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, ConnectionStatus, LiveCursors, PresenceBar, SharedText, WidgetRing],
  template: `
    @for (form of forms; track form) { <cb-connection-status [form]="form" [dashboard]="board" /> }
    <cb-presence-bar [people]="presence.people()" [dashboard]="board.dashboard()" [max]="1" />
    <cb-avatar [person]="{ name: 'Ben', color: 'p2' }" />
    <div style="position: relative; width: 600px; height: 200px">
      <cb-widget-ring [editors]="presence.editorsOf('w')" />
      <cb-live-cursors [people]="presence.people()" tab="t" [metrics]="{ columnStepPx: 50, rowStepPx: 20 }" />
      <label>Title <input [cbSharedText]="['title']" [cbSharedTextOf]="board" [cbSharedTextPresence]="presence" cbSharedTextWidget="w" /></label>
    </div>
  `,
})
class Everything {
  readonly forms = ['minimal', 'compact', 'full', 'banner'] as const;
  readonly id = signal<string | null>(null);
  readonly board = injectDashboard(() => this.id());
  readonly presence = injectPresence(() => this.id());
}

describe('accessibility', () => {
  it('NG-27 axe finds nothing in any component, with people at work, every card open, and the connection lost', async () => {
    const harness = new CoboardHarness({ template: 'sales-overview' });
    TestBed.configureTestingModule({ providers: [harness.provide()] });
    await harness.start();
    const fixture = TestBed.createComponent(Everything);
    fixture.componentInstance.id.set(harness.id);
    fixture.autoDetectChanges();
    const root = fixture.nativeElement as HTMLElement;
    const [ben] = await Promise.all(['Ben', 'Chiyo', 'Dev'].map((name) => harness.join(name)));
    ben?.shows({ cursor: { tab: 't', x: 3, y: 2 }, editing: { widget: 'w', field: 'title', caret: [2, 4] }, typing: true });
    await until('all are there', () => root.querySelector('.more') && root.querySelector('.ring') && root.querySelector('.cursor') && root.querySelector('.cb-caret'));
    const faults = async (): Promise<string[]> => {
      const { violations } = await axe.run(root, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    };
    root.querySelector<HTMLElement>('.pill')?.click();
    await until('the connection’s card', () => root.querySelector('[role=dialog]'));
    for (const opener of root.querySelectorAll<HTMLElement>('cb-presence-bar button')) {
      opener.focus();
      await until('a card', () => root.querySelector('[role=tooltip]'));
      expect(await faults()).toEqual([]);
      opener.blur();
    }
    harness.coboard.connection.pause();
    await until('the banner', () => root.querySelector('.bar'));
    expect(await faults()).toEqual([]);
    harness.stop();
  });
});
