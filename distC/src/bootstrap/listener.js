import { listen } from '../adapters/http/listen.js';
/** Something outside this program keeps a role from starting; one line says what. */
export class StartError extends Error {
    name = 'StartError';
}
/** Answers in flight may take this long when the server stops. */
const FINISH_MS = 4_000;
/** An open port: `url` is known once it has started. */
export class Listener {
    name;
    handler;
    at;
    listening = null;
    constructor(name, handler, at) {
        this.name = name;
        this.handler = handler;
        this.at = at;
    }
    get url() {
        if (this.listening === null)
            return null;
        const url = new URL(this.listening.url);
        // Every address of this machine is none that a client can open.
        if (['0.0.0.0', '[::]'].includes(url.hostname))
            url.hostname = 'localhost';
        return url.origin;
    }
    /** @throws StartError when the address cannot be had. */
    async start() {
        try {
            this.listening = await listen({ callback: () => this.handler }, this.at);
        }
        catch (error) {
            throw new StartError(this.refusal(error));
        }
    }
    /** Takes no more connections, lets answers in flight end, then cuts what is left. */
    async stop(hurry) {
        const { listening } = this;
        if (listening === null)
            return;
        void hurry.then(() => {
            listening.server.closeAllConnections();
        });
        await listening.close(FINISH_MS);
    }
    refusal({ code, message }) {
        const { host, port, variable } = this.at;
        switch (code) {
            case 'EADDRINUSE':
                return `${variable}: port ${port} on ${host} is in use by another process`;
            case 'EACCES':
                return `${variable}: no permission to open port ${port}`;
            case 'EADDRNOTAVAIL':
            case 'ENOTFOUND':
                return `HOST: ${host} is not an address of this machine`;
            default:
                return `${variable}: cannot open port ${port} on ${host}: ${message}`;
        }
    }
}
//# sourceMappingURL=listener.js.map