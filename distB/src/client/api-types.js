// Made from the OpenAPI document by `npm run client-types`; a test compares them. Not to be edited.
export {};
//# sourceMappingURL=api-types.js.map