import { createHash, randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { Stores } from '../application/ports/stores.js'
import { SCOPES, type Scope } from '../domain/access.js'
import { loggerOf } from './config-logger.js'
import { openStores, untilDatabaseAnswers } from './open-stores.js'
import { readConfig } from './read-config.js'
import { UsageError } from './usage-error.js'

export interface KeyOptions {
  readonly name?: string | undefined
  readonly scope?: string | undefined
}

/** @param misused what it throws when the options do not say enough. */
type Command = (stores: Stores, options: KeyOptions, misused: UsageError) => Promise<string>

const COMMANDS: Readonly<Record<string, Command>> = { create, list, revoke }

/**
 * Makes, lists or revokes keys in the database, and answers what there is to print.
 *
 * @param calledAs how a person calls it, to say how it should have been.
 * @throws UsageError, ConfigError.
 */
export async function changeKeys(name: string, options: KeyOptions, calledAs: string): Promise<string> {
  const command = COMMANDS[name]
  const misused = new UsageError(usage(calledAs))
  if (command === undefined) throw misused
  const config = readConfig()
  const logger = loggerOf(config, 'warn')
  const stores = await untilDatabaseAnswers(() => openStores(config, logger), { logger })
  try {
    return await command(stores, options, misused)
  } finally {
    await stores.close()
  }
}

export function usage(calledAs: string): string {
  return `usage: ${calledAs} create --scope ${SCOPES.join('|')} --name <name>
       ${calledAs} list
       ${calledAs} revoke --name <name>`
}

/** The secret is shown this once: only its hash is kept. */
async function create(...[stores, { name, scope }, misused]: Parameters<Command>): Promise<string> {
  if (!isName(name) || !isScope(scope)) throw misused
  const secret = `jsk_${randomBytes(32).toString('base64url')}`
  const secretHash = createHash('sha256').update(secret).digest('hex')
  const key = { id: v7(), name, scope, secretHash, createdAt: stores.clock.now() }
  if (!(await stores.apiKeys.create(key)))
    throw new UsageError(`there is a key named ${name} already; revoke it first`)
  return `${secret}\n`
}

async function list(stores: Stores): Promise<string> {
  const keys = await stores.apiKeys.list()
  const lines = keys.map(({ name, scope, createdAt, revokedAt }) => {
    const end = revokedAt === null ? '' : `  revoked ${revokedAt.toISOString()}`
    return `${name}  ${scope}  created ${createdAt.toISOString()}${end}\n`
  })
  return lines.join('')
}

async function revoke(...[stores, { name }, misused]: Parameters<Command>): Promise<string> {
  if (!isName(name)) throw misused
  if (!(await stores.apiKeys.revoke(name, stores.clock.now())))
    throw new UsageError(`there is no key named ${name}`)
  return `revoked ${name}; servers notice within a few seconds\n`
}

function isName(name: string | undefined): name is string {
  return name !== undefined && /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,99}$/u.test(name)
}

function isScope(scope: string | undefined): scope is Scope {
  return SCOPES.includes(scope as Scope)
}
