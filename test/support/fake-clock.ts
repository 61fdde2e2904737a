export { SettableClock as FakeClock } from '../../src/testing/settable-clock.js'
