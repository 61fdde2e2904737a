import { InvalidArgumentError } from 'commander';
import { UsageError } from './exit.js';
/** Collects `name=value`: JSON where the value is JSON, else text; to be used with repeatable options. */
export function param(given, before = {}) {
    const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
    if (name === undefined)
        throw new InvalidArgumentError('takes name=value');
    return { ...before, [name]: jsonOrText(value) };
}
function jsonOrText(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return text;
    }
}
/** A whole number of an option. */
export function integer(text) {
    if (!/^-?\d{1,15}$/.test(text))
        throw new InvalidArgumentError('takes an integer');
    return Number(text);
}
export function seconds(text) {
    if (!/^\d{1,9}(\.\d+)?$/.test(text))
        throw new InvalidArgumentError('takes a number of seconds');
    return Number(text);
}
/** An instant in any form that names a day; a moment without a zone is one of this machine's. */
export function instant(text) {
    const at = new Date(text);
    if (Number.isNaN(at.getTime()))
        throw new InvalidArgumentError('takes an instant such as 2026-01-31T12:00:00Z');
    return at.toISOString();
}
/** The params of `--params` (`-`: standard input), with those of `-p` laid over them. */
export async function paramsOf({ params, param: single }, io) {
    if (params === undefined)
        return single;
    const text = params === '-' ? await io.input() : params;
    const whole = jsonOrText(text);
    if (typeof whole !== 'object' || whole === null || Array.isArray(whole))
        throw new UsageError('--params takes a JSON object, such as \'{"message":"Hi"}\', or - for standard input');
    return { ...whole, ...single };
}
/** What was given, without what was not. */
export function given(options) {
    return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
//# sourceMappingURL=arguments.js.map