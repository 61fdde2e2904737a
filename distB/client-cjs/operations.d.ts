import type { components, operations } from './api-types.js';
/** Shapes of the API by their names in its OpenAPI document. */
export type Schemas = components['schemas'];
type JsonOf<Content> = Content extends {
    content: {
        'application/json': infer Body;
    };
} ? Body : never;
type Responses<Id extends keyof operations> = operations[Id]['responses'];
/** What an operation answers when it succeeds. */
export type AnswerOf<Id extends keyof operations> = JsonOf<Responses<Id>[keyof Responses<Id>]>;
export type QueryOf<Id extends keyof operations> = NonNullable<operations[Id]['parameters']['query']>;
export type BodyOf<Id extends keyof operations> = JsonOf<NonNullable<operations[Id]['requestBody']>>;
export {};
