export { SettableClock as FakeClock } from '../../src/testing/settable-clock.js';
//# sourceMappingURL=fake-clock.js.map