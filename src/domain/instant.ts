/**
 * The first and the last instant that ISO 8601 writes with four digits of the year: what the API shows, readers of it
 * know, and every store keeps. In milliseconds.
 */
export const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00.000Z')
export const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z')
