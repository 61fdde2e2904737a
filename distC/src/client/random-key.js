/** 128 random bits in hexadecimal; pages without TLS have no `randomUUID`. */
export function randomKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
//# sourceMappingURL=random-key.js.map