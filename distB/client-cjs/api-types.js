"use strict";
// Made from the OpenAPI document by `npm run client-types`; a test compares them. Not to be edited.
Object.defineProperty(exports, "__esModule", { value: true });
