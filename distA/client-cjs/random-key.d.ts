/** 128 random bits in hexadecimal; pages without TLS have no `randomUUID`. */
export declare function randomKey(): string;
