import { createHmac } from 'node:crypto';
/** The headers of Standard Webhooks; with several secrets there is a signature by each, so that receivers may change theirs in peace. */
export function webhookHeaders({ id, at, body, secrets }) {
    const timestamp = String(Math.floor(at.getTime() / 1000));
    const signed = `${id}.${timestamp}.${body}`;
    const signatures = secrets.map((secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`);
    return {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        ...(signatures.length === 0 ? {} : { 'webhook-signature': signatures.join(' ') }),
    };
}
//# sourceMappingURL=webhook-headers.js.map