import type { CallOptions, Transport } from './transport.js';
export interface UploadProgress {
    readonly sentBytes: number;
    readonly totalBytes: number;
}
export interface Form {
    readonly path: string;
    readonly fields: readonly (readonly [name: string, value: string])[];
    readonly file: {
        readonly field: string;
        readonly blob: Blob;
        readonly filename: string;
    };
}
interface UploadOptions extends CallOptions {
    readonly onProgress: ((progress: UploadProgress) => void) | undefined;
}
/** Pages tell progress by XMLHttpRequest only; everywhere else the body is a stream that is watched. */
export declare function sendForm<T>(transport: Transport, form: Form, options: UploadOptions): Promise<T>;
export {};
