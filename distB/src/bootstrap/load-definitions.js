import { existsSync, statSync } from 'node:fs';
import Module, { register } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigError } from './config-error.js';
function urlOf(meaning) {
    return new URL(`../${meaning}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href;
}
/** Says to the module loader what `job-server` means, wherever the importing module lies: this very server. */
const RESOLVER = `
let server
export function initialize(data) { server = data.server }
export function resolve(specifier, context, next) {
  return next(specifier === 'job-server' ? server : specifier, context)
}`;
let resolves = false;
let readsTypeScript = false;
/** Teaches this process what `job-server` is: for imports, and for `require`, which Node 20 resolves apart. */
function resolveJobServer(meaning) {
    if (resolves)
        return;
    resolves = true;
    const server = urlOf(meaning);
    register(`data:text/javascript,${encodeURIComponent(RESOLVER)}`, { data: { server } });
    const loader = Module;
    const original = loader._resolveFilename.bind(loader);
    loader._resolveFilename = (request, ...rest) => request === 'job-server' ? fileURLToPath(server) : original(request, ...rest);
}
/** Costs a quarter of a second, which a process without TypeScript modules need not pay. */
async function readTypeScript() {
    if (readsTypeScript)
        return;
    readsTypeScript = true;
    const [esm, cjs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')]);
    esm.register();
    cjs.register();
}
/**
 * Loads a user's definition modules: TypeScript or JavaScript, in any folder. Each registers through `jobRegistry`, or
 * exports definitions, or both.
 *
 * @param paths relative to the working directory, or absolute.
 * @throws ConfigError, one line, when one cannot be loaded.
 */
export async function loadDefinitions(paths, registry, meaning = 'index') {
    // Before `job-server` is taught: of two hooks the later one is asked first.
    if (paths.some((path) => /\.[cm]?tsx?$/.test(path)))
        await readTypeScript();
    if (paths.length > 0)
        resolveJobServer(meaning);
    const files = new Map(paths.map((path) => [resolve(path), path]));
    for (const [file, path] of files) {
        if (!existsSync(file) || !statSync(file).isFile())
            throw broken(path, `there is no file ${file}`);
        try {
            await loadModule(file, registry);
        }
        catch (error) {
            throw broken(path, error instanceof Error ? error.message : String(error));
        }
    }
}
async function loadModule(file, registry) {
    const known = registry.refs().length;
    const loaded = (await import(pathToFileURL(file).href));
    const exported = exportedDefinitions(loaded);
    for (const definition of exported)
        registry.register(definition);
    if (exported.length === 0 && registry.refs().length === known)
        throw new Error('it neither registers nor exports a definition');
}
function exportedDefinitions(loaded) {
    const found = new Set();
    const visit = (value, depth) => {
        if (typeof value !== 'object' || value === null)
            return;
        if (isDefinition(value))
            found.add(value);
        else if (Array.isArray(value))
            value.forEach((item) => visit(item, depth));
        // A CommonJS module arrives as the default export; what it exports, and its own default, lie below that.
        else if (depth > 0) {
            for (const [name, item] of Object.entries(value))
                visit(item, name === 'default' ? depth - 1 : 0);
        }
    };
    visit({ ...loaded }, 3);
    return [...found];
}
/** Meant as one; whether it is well-formed is for the registry to say. */
function isDefinition(value) {
    return 'key' in value && 'run' in value;
}
function broken(path, reason) {
    const line = reason.replace(/\s+/g, ' ').trim().slice(0, 500);
    return new ConfigError([`JOB_DEFINITIONS: cannot load ${path}: ${line}`]);
}
//# sourceMappingURL=load-definitions.js.map