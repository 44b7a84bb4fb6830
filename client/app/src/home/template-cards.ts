import { ChangeDetectionStrategy, Component, booleanAttribute, input, output } from '@angular/core';
import { Icon, type IconNode } from '@coboard/angular';
import { inOrder, type TemplateName } from '@coboard/core';
import { templates } from '@coboard/core/templates';
import { Activity, ChartArea, ListChecks, Plus } from 'lucide';
import { Miniature, type PreviewWidget } from './miniature';

const icons: Readonly<Record<TemplateName, IconNode>> = { blank: Plus, 'sales-overview': ChartArea, 'service-health': Activity, 'launch-room': ListChecks };

/** What a new dashboard can start from, in words. */
export const templateItems = (Object.keys(icons) as TemplateName[]).map((name) => ({ name, title: templates[name].title, summary: templates[name].summary, icon: icons[name] }));

/** The first tab of what a template makes. */
function preview(name: TemplateName): readonly PreviewWidget[] {
  const { tabs, widgets } = templates[name].build({ today: new Date().toISOString().slice(0, 10), random: Math.random });
  const first = inOrder(tabs)[0]?.[0];
  return Object.values(widgets).filter(({ tab }) => tab === first).map(({ kind, title, box }) => ({ kind, title, ...box }));
}

/** The templates to choose from: in a line, or large with a picture of what each makes. */
@Component({
  selector: 'app-template-cards',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Miniature],
  template: `
    <ul [class.large]="large()">
      @for (item of items; track item.name) {
        <li>
          <button type="button" data-card [class.blank]="item.name === 'blank'" [attr.aria-disabled]="busy()" (click)="choose(item.name)">
            @if (large()) {
              @if (item.name === 'blank') { <span class="picture"><cb-icon [icon]="item.icon" [size]="24" /></span> }
              @else { <app-miniature class="picture" [widgets]="previews()[item.name] ?? []" /> }
            } @else { <cb-icon [icon]="item.icon" [size]="18" /> }
            <span class="words"><span class="name">{{ item.title }}</span><span class="about cut">{{ item.summary }}</span></span>
          </button>
        </li>
      }
    </ul>
  `,
  styleUrl: './template-cards.css',
})
export class TemplateCards {
  readonly large = input(false, { transform: booleanAttribute });
  /** One is being made; the others wait. */
  readonly busy = input(false);
  readonly chosen = output<TemplateName>();
  protected readonly items = templateItems;
  private made: Partial<Record<TemplateName, readonly PreviewWidget[]>> | null = null;

  /** Made when they are seen first; the same from then on. */
  protected previews(): Partial<Record<TemplateName, readonly PreviewWidget[]>> {
    return (this.made ??= Object.fromEntries(templateItems.map(({ name }) => [name, preview(name)])));
  }

  protected choose(name: TemplateName): void {
    if (!this.busy()) this.chosen.emit(name);
  }
}
