const waitMaxMs = 4_000;

/**
 * Waits until something holds, and gives what it was; Angular draws by itself meanwhile.
 * @throws Error after 4 s, with what it waited for
 */
export async function until<T>(what: string, look: () => T | null | undefined | false): Promise<T> {
  const end = Date.now() + waitMaxMs;
  for (;;) {
    const seen = look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 4);
    });
  }
}
