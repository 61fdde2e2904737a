import { declaredSpec } from '../domain/declared-schedule.js';
import { JobServerError } from '../domain/errors.js';
import { definitionFlaws, published, refOf, } from '../domain/job-definition.js';
import { escapePointer } from '../domain/json.js';
/** The definitions whose code is loaded in this process. */
export class JobRegistry {
    isolation;
    byRef = new Map();
    /** @param isolation where definitions run that do not say; `inline` also means that no child process could load them. */
    constructor(isolation = 'inline') {
        this.isolation = isolation;
    }
    /**
     * Adds a definition under its key and version.
     *
     * @throws JobServerError `validation-error` when it is malformed, or when another one has this key and version already.
     */
    register(definition) {
        const candidate = definition;
        const flaws = definitionFlaws(candidate);
        if (flaws.length > 0) {
            throw new JobServerError('validation-error', `the definition ${String(candidate.key).slice(0, 100)} is malformed: ${flaws.join('; ')}`);
        }
        const ref = refOf(candidate);
        if (candidate.isolation === 'process' && this.isolation === 'inline') {
            const message = `${ref} cannot have isolation 'process': a child process cannot load a function of this program; put it in a module that JOB_DEFINITIONS names`;
            throw new JobServerError('validation-error', message);
        }
        const known = this.byRef.get(ref);
        if (known === candidate)
            return;
        if (known !== undefined) {
            const message = `${ref} is registered already, as a built-in or by another module`;
            throw new JobServerError('validation-error', message);
        }
        for (const { name } of candidate.schedules ?? []) {
            const other = this.declaredSchedules().find((spec) => spec.name === name);
            if (other === undefined)
                continue;
            const message = `${ref} cannot declare the schedule ${name.slice(0, 100)}: ${refOf({ key: other.definitionKey, version: other.definitionVersion ?? 0 })} does`;
            throw new JobServerError('validation-error', message);
        }
        this.byRef.set(ref, candidate);
    }
    get(ref) {
        return this.byRef.get(refOf(ref));
    }
    isolationOf(definition) {
        return definition.isolation ?? this.isolation;
    }
    /** Those whose runs are in processes of their own. */
    isolated() {
        return [...this.byRef.values()].filter((definition) => this.isolationOf(definition) === 'process');
    }
    refs() {
        return [...this.byRef.values()].map(({ key, version }) => ({ key, version }));
    }
    /** What the definitions declare, each for the version that declares it. */
    declaredSchedules() {
        return [...this.byRef.values()].flatMap((definition) => (definition.schedules ?? []).map((declared) => declaredSpec(definition, declared)));
    }
    /** Everything registered, as it is published to the cluster. */
    published(jsonSchemaOf) {
        return [...this.byRef.values()].map((definition) => published(definition, definition.params === undefined ? null : jsonSchemaOf(definition.params), this.isolationOf(definition)));
    }
    /** What is wrong with these params, by pointer; empty when they fit, or when the module is not loaded here. */
    paramsFlaws(ref, params) {
        const schema = this.get(ref)?.params;
        if (schema === undefined)
            return [];
        try {
            schema.parse(params);
            return [];
        }
        catch (error) {
            return flawsOf(error);
        }
    }
}
/** Reads the `issues` that zod and other schema libraries throw; anything else is one flaw of the whole. */
function flawsOf(error) {
    const issues = error?.issues;
    if (!Array.isArray(issues) || issues.length === 0) {
        return [
            {
                pointer: '/params',
                message: error instanceof Error ? error.message.slice(0, 300) : 'do not fit the schema',
            },
        ];
    }
    return issues.slice(0, 20).map((issue) => ({
        pointer: ['/params', ...(issue.path ?? []).map((key) => escapePointer(String(key)))].join('/'),
        message: (issue.message ?? 'does not fit').slice(0, 300),
    }));
}
//# sourceMappingURL=job-registry.js.map