import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Avatar, Icon, injectCoboard } from '@coboard/angular';
import { AdminApi, type Connected } from '@coboard/core/admin';
import { CircleAlert, Laptop, Search, Smartphone, UsersRound } from 'lucide';
import { interval } from 'rxjs';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { keepFresh } from '../home/keep-fresh';
import { exactTime, timeWords } from '../home/time-words';
import { errorWords } from '../session/error-words';
import { UserSession } from '../session/user-session';
import { deviceWords, isHandheld } from './device-words';
import { personDevices, type Place } from './people-devices';

const everyMs = 4_000;
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Who is connected now, with which device, and where they are. */
@Component({
  selector: 'app-people-connected',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, Icon, RouterLink],
  templateUrl: './people-connected.html',
  styleUrls: ['./admin-part.css', './people-connected.css'],
})
export class PeopleConnected {
  private readonly api = new AdminApi(injectCoboard().api);
  private readonly session = inject(UserSession);
  protected readonly icons = { alert: CircleAlert, find: Search, laptop: Laptop, phone: Smartphone, people: UsersRound };
  protected readonly answer = signal<Connected | null>(null);
  protected readonly failure = signal<string | null>(null);
  protected readonly now = signal(Date.now());
  protected readonly loadedAt = signal(0);
  protected readonly query = signal('');
  private readonly all = computed(() => personDevices(this.answer()?.connections ?? []));
  protected readonly devices = computed(() => {
    const wanted = folded(this.query().trim());
    return this.all().filter(({ user, device, places }) => [user.name, deviceWords(device), ...places.map(({ title }) => title ?? '')].some((text) => folded(text).includes(wanted)));
  });
  /** In words: people, devices, connections, servers. */
  protected readonly figures = computed(() => {
    const devices = this.all();
    const counted = (count: number, one: string, many: string): { count: string; word: string } => ({ count: count.toLocaleString('en'), word: count === 1 ? one : many });
    return [
      counted(new Set(devices.map(({ user }) => user.id)).size, 'person', 'people'), counted(devices.length, 'device', 'devices'),
      counted(this.answer()?.connections.length ?? 0, 'connection', 'connections'), counted(this.answer()?.servers ?? 1, 'server', 'servers'),
    ];
  });
  protected readonly deviceWords = deviceWords;
  protected readonly isHandheld = isHandheld;
  protected readonly timeWords = timeWords;
  protected readonly exactTime = exactTime;

  constructor() {
    keepFresh(() => this.refresh());
    interval(everyMs).pipe(takeUntilDestroyed()).subscribe(() => { if (document.visibilityState === 'visible') void this.refresh(); });
  }

  protected async refresh(): Promise<void> {
    try {
      this.answer.set(await this.api.connected());
      this.loadedAt.set(Date.now());
      this.failure.set(null);
    } catch (error) {
      this.failure.set(errorWords(error));
    }
    this.now.set(Date.now());
  }

  protected isYou(userId: string): boolean {
    return userId === this.session.user()?.id;
  }

  protected titleOf({ title }: Place): string {
    return title === null ? 'A dashboard that is gone' : title.trim() === '' ? 'Untitled dashboard' : title;
  }

  /** What somebody does there; empty for looking at it. */
  protected doing({ widget, widgetTitle, typing, idle }: Place): string {
    if (idle) return 'away';
    if (widget === null) return '';
    const title = widgetTitle ?? 'a widget';
    return typing ? `writes in ${title}` : `edits ${title}`;
  }
}
