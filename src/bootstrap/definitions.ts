import type { Container } from 'inversify'
import { builtinDefinitions } from '../adapters/definitions/builtin-definitions.js'
import type { AnyJobDefinition } from '../domain/job-definition.js'
import { TOKENS } from './tokens.js'

/** The definitions that come with the server, bound to this container's files and encoder. */
export function builtinsOf(container: Container): readonly AnyJobDefinition[] {
  return builtinDefinitions({
    encoder: container.get(TOKENS.encoder),
    files: container.get(TOKENS.files),
    callApiMode: container.get(TOKENS.config).callApiMode,
  })
}
