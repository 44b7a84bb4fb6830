export { FakeClock } from './fake-clock.ts';
export { FakeDashboard, type FakeOp } from './fake-dashboards.ts';
export { FakeServer, type FakeServerOptions } from './fake-server.ts';
