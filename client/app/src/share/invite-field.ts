import { ChangeDetectionStrategy, Component, type ElementRef, afterNextRender, computed, inject, input, linkedSignal, output, signal, viewChild } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Avatar, COBOARD, Icon } from '@coboard/angular';
import type { Role, User } from '@coboard/core';
import { CircleAlert, UserPlus, User as UserIcon } from 'lucide';
import { Subject, debounceTime, switchMap } from 'rxjs';
import { ChoiceMenu } from './choice-menu';
import { givenRoles, roleWords } from './role-words';
import type { Invited } from './shared-access';

/** Somebody to share with, and the role that they shall have. */
export interface Invitation {
  readonly invited: Invited;
  readonly role: Role;
}

/** Whom a name could mean. */
interface Answer {
  readonly name: string;
  readonly users: readonly User[];
}

const debounceMs = 120;
const shownMax = 5;
const tidy = (name: string): string => name.trim().replaceAll(/\s+/g, ' ');
const isNamed = (name: string) => (user: User): boolean => tidy(user.name).toLocaleLowerCase() === name.toLocaleLowerCase();

/** A field for a name, with the people it could mean below it; Enter invites. */
@Component({
  selector: 'app-invite-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, ChoiceMenu, Icon],
  templateUrl: './invite-field.html',
  styleUrl: './invite-field.css',
})
export class InviteField {
  /** Whether any name is a person, known or not. */
  readonly anyName = input.required<boolean>();
  /** Those who have a role already. */
  readonly present = input.required<readonly User[]>();
  /** Why the last invitation was not accepted. */
  readonly problem = input<string | null>(null);
  readonly invite = output<Invitation>();

  private readonly coboard = inject(COBOARD);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  private readonly typed = new Subject<void>();
  protected readonly icons = { person: UserIcon, wrong: CircleAlert, newcomer: UserPlus };
  protected readonly choices = givenRoles.map((value) => ({ value, label: roleWords[value] }));
  protected readonly role = signal<Role>('editor');
  protected readonly value = signal('');
  private readonly name = computed(() => tidy(this.value()));
  private readonly answer = signal<Answer>({ name: '', users: [] });
  private readonly closed = signal(true);
  private readonly refused = signal<string | null>(null);
  protected readonly wrong = computed(() => this.refused() ?? this.problem());

  /** Known people whom the name could mean, without those who are there already; last the name itself, where any name will do. */
  protected readonly suggestions = computed<readonly Invited[]>(() => {
    const name = this.name();
    const { users } = this.answer();
    if (name === '') return [];
    const there = new Set(this.present().map(({ id }) => id));
    const people = users.filter(({ id }) => !there.has(id)).slice(0, shownMax).map((user) => ({ user }));
    const isKnown = [...users, ...this.present()].some(isNamed(name));
    return this.anyName() && !isKnown ? [...people, { name }] : people;
  });
  protected readonly isOpen = computed(() => !this.closed() && this.answer().name !== '' && this.suggestions().length > 0);
  /** Which suggestion Enter takes. */
  protected readonly at = linkedSignal({ source: this.suggestions, computation: () => 0 });

  constructor() {
    this.typed.pipe(debounceTime(debounceMs), switchMap(() => this.ask()), takeUntilDestroyed()).subscribe();
    // the list of people was still on its way when the dialog opened
    afterNextRender(() => {
      this.field().nativeElement.focus();
    });
  }

  protected type(value: string): void {
    this.value.set(value);
    this.refused.set(null);
    this.closed.set(false);
    this.typed.next();
  }

  protected key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Escape' && this.isOpen()) {
      // closes the suggestions, not the dialog
      event.stopPropagation();
      this.close();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && this.suggestions().length > 0) {
      const count = this.suggestions().length;
      if (this.isOpen()) this.at.update((at) => (at + (event.key === 'ArrowDown' ? 1 : -1) + count) % count);
      this.closed.set(false);
    } else return;
    event.preventDefault();
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.name();
    const chosen = this.isOpen() && this.answer().name === name ? this.suggestions()[this.at()] : undefined;
    if (chosen) this.send(chosen);
    else if (name === '') this.refuse('Type a name first.');
    else await this.sendTyped(name);
  }

  protected send(invited: Invited): void {
    this.close();
    this.refused.set(null);
    this.invite.emit({ invited, role: this.role() });
    this.field().nativeElement.focus();
  }

  /** Empties the field if it still has the name that came through, and not the next one already. */
  clear(name: string): void {
    if (this.name() !== '' && !tidy(name).toLocaleLowerCase().startsWith(this.name().toLocaleLowerCase())) return;
    this.value.set('');
    this.answer.set({ name: '', users: [] });
  }

  protected close(): void {
    this.closed.set(true);
  }

  /** Invites whom the name means if that is clear; else shows whom it could mean. */
  private async sendTyped(name: string): Promise<void> {
    const there = this.present().find(isNamed(name));
    if (there) {
      this.refuse(`${there.name} is on the list already. Change the role there.`);
      return;
    }
    const users = await this.usersOf(name);
    const exact = users.find(isNamed(name));
    if (exact) {
      this.send({ user: exact });
      return;
    }
    // the next name is being typed already: who that was cannot be asked any more
    if (this.name() !== name) {
      if (users.length === 0 && this.anyName()) this.send({ name });
      else this.refuse(`Nobody here is called ${name}.`);
      return;
    }
    this.answer.set({ name, users });
    const [first] = this.suggestions();
    if (first && 'name' in first) this.send(first);
    else if (first) this.closed.set(false);
    else this.refuse('Nobody of this name has signed in here yet. Type the beginning of their name and choose from the list.');
  }

  private async ask(): Promise<void> {
    const name = this.name();
    const users = await this.usersOf(name);
    if (this.name() === name) this.answer.set({ name, users });
  }

  private async usersOf(name: string): Promise<readonly User[]> {
    return name === '' ? [] : this.coboard.api.users(name).catch(() => []);
  }

  private refuse(words: string): void {
    this.refused.set(words);
    this.field().nativeElement.focus();
  }
}
