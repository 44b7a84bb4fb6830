import { readClosingWord } from '../model/closing-word.ts';
import { pollingPath, protocolHeader, subprotocol } from '../model/protocol.ts';
import type { Person } from './person.ts';

/** What stands between the packets of a payload, and what a packet begins with: engine.io's protocol, version 4. */
const separator = '\u001e';
const messageType = '4';

/** A session over HTTP whose every request the test makes itself. */
export class PollingClient {
  readonly sid: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The close code, once it was told. */
  code: number | null = null;

  private constructor(address: string, sid: string, headers: Record<string, string>) {
    this.address = `${address}&sid=${sid}`;
    this.sid = sid;
    this.headers = headers;
  }

  static async open(person: Person): Promise<PollingClient> {
    const address = `${person.url}${pollingPath}?EIO=4&transport=polling`;
    const headers = { authorization: `Bearer ${person.token}`, [protocolHeader]: subprotocol };
    const answer = await fetch(address, { headers });
    const [, open] = /^0(\{.*?\})/.exec(await answer.text()) ?? [];
    if (open === undefined) throw new Error(`no session: ${String(answer.status)}`);
    return new PollingClient(address, (JSON.parse(open) as { sid: string }).sid, headers);
  }

  /** Sends messages in one request; its status. */
  async post(...messages: string[]): Promise<number> {
    const body = messages.map((message) => messageType + message).join(separator);
    const answer = await fetch(this.address, { method: 'POST', headers: { ...this.headers, 'content-type': 'text/plain;charset=UTF-8' }, body });
    await answer.text();
    return answer.status;
  }

  /** The messages of one poll; none where the session has ended. */
  async poll(): Promise<string[]> {
    const answer = await fetch(this.address, { headers: this.headers });
    const text = await answer.text();
    if (!answer.ok) return [];
    const packets = text.split(separator);
    if (packets.includes('2')) await fetch(this.address, { method: 'POST', headers: { ...this.headers, 'content-type': 'text/plain' }, body: '3' });
    const messages = packets.filter((packet) => packet.startsWith(messageType)).map((packet) => packet.slice(1));
    for (const message of messages) this.code ??= readClosingWord(message)?.code ?? null;
    return messages;
  }

  /** Polls until a message is there; all that came. */
  async pollUntil(isIt: (message: string) => boolean): Promise<string[]> {
    const all: string[] = [];
    while (!all.some(isIt)) {
      const messages = await this.poll();
      if (messages.length === 0 && this.code === null) throw new Error('the session has ended without a word');
      all.push(...messages);
    }
    return all;
  }

  /** Polls until the session ends; the close code. */
  async closeCode(): Promise<number | null> {
    await this.pollUntil((message) => readClosingWord(message) !== null);
    return this.code;
  }
}
