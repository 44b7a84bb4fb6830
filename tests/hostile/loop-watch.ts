/** Loaded into a server that is attacked: tells over HTTP the longest stop of its event loop since it was asked last, in ms. It is seen by a timer that comes every 10 ms when nothing stops it. */
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();
createServer((_request, response) => {
  response.end(String(Math.max(0, delays.max / 1e6 - 10)));
  delays.reset();
}).listen(Number(process.env['LOOP_WATCH_PORT']), '127.0.0.1').unref();
