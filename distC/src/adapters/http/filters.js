import { jobSearch } from '../../domain/job-search.js';
export function jobFilterOf(given) {
    const { status, definitionKey, createdAfter, createdBefore, q, ids } = given;
    return {
        ...(status === undefined ? {} : { statuses: status }),
        ...(definitionKey === undefined ? {} : { definitionKey }),
        ...(createdAfter === undefined ? {} : { createdAfter: new Date(createdAfter) }),
        ...(createdBefore === undefined ? {} : { createdBefore: new Date(createdBefore) }),
        ...(q === undefined ? {} : { search: jobSearch(q) }),
        ...(ids === undefined ? {} : { ids }),
    };
}
export function deadLetterFilterOf(given) {
    const { definitionKey, errorContains, before, ids } = given;
    return {
        ...(definitionKey === undefined ? {} : { definitionKey }),
        ...(errorContains === undefined ? {} : { errorContains }),
        ...(before === undefined ? {} : { movedBefore: new Date(before) }),
        ...(ids === undefined ? {} : { ids }),
    };
}
//# sourceMappingURL=filters.js.map