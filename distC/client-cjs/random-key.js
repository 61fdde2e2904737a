"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.randomKey = randomKey;
/** 128 random bits in hexadecimal; pages without TLS have no `randomUUID`. */
function randomKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
