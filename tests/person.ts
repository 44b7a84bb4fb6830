import type { User } from '../model/protocol.ts';

/** An answer of the REST API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { readonly error?: { readonly code: string; readonly message: string } };
}

const answerMs = 20_000;

/** Calls the REST API. */
export async function call(url: string, method: string, path: string, { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    // a test fails rather than to wait for ever
    signal: AbortSignal.timeout(answerMs),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : { text }) as Answer['body'] };
}

/** Somebody who is signed in. */
export class Person {
  readonly url: string;
  readonly token: string;
  readonly user: User;

  private constructor(url: string, token: string, user: User) {
    this.url = url;
    this.token = token;
    this.user = user;
  }

  static async signIn(url: string, name: string): Promise<Person> {
    const { body } = await call(url, 'POST', '/api/session', { body: { name } });
    return new Person(url, body['token'] as string, body['user'] as User);
  }

  /** The same session at another address. */
  at(url: string): Person {
    return new Person(url, this.token, this.user);
  }

  call(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(this.url, method, path, { token: this.token, body });
  }

  async create(title: string, template = 'blank'): Promise<string> {
    return (await this.call('POST', '/api/dashboards', { title, template })).body['id'] as string;
  }

  /** Shares a dashboard of one's own. */
  async share(id: string, roles: { everyone?: 'viewer' | 'editor' | null; people?: Record<string, string> }): Promise<Answer> {
    return this.call('PUT', `/api/dashboards/${id}/access`, { everyone: roles.everyone ?? null, people: { [this.user.id]: 'owner', ...roles.people } });
  }
}
