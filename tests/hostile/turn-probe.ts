import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into a server process before it (`--import`): measures how much processor time a turn of its event loop took at most, and says it to
 * the process that started it. Processor time, because this machine does other things too, and what they take stops no turn of the server's own.
 */
const everyMs = 10;

let before = process.threadCpuUsage();
let longestMs = 0;

const sinceLastMs = (): number => {
  const { user, system } = process.threadCpuUsage(before);
  before = process.threadCpuUsage();
  return (user + system) / 1_000;
};

// what comes every 10 ms where nothing stops it: what is beyond that in between was one turn's
setInterval(() => { longestMs = Math.max(longestMs, sinceLastMs() - everyMs); }, everyMs).unref();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

process.on('message', (asked) => {
  if (asked === 'held bytes') {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ heldBytes: heapUsed + external });
    // its own work is no turn of the server's
    before = process.threadCpuUsage();
  }
  if (asked !== 'longest turn') return;
  longestMs = Math.max(longestMs, sinceLastMs() - everyMs);
  process.send?.({ longestTurnMs: longestMs });
  longestMs = 0;
});
// a channel alone keeps no server from its end
process.channel?.unref();
