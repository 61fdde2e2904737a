import type { Command } from 'commander'
import type { createProgram } from '../../cli/program.js'
import { VERSION } from '../version.js'

const ROLES: readonly (readonly [name: string, says: string, load: () => Promise<unknown>])[] = [
  ['start', 'API, worker and scheduler in one process', () => import('../server.js')],
  ['api', 'the REST API alone', () => import('../api.js')],
  ['worker', 'run jobs', () => import('../worker.js')],
  ['scheduler', 'do what has to be done by the clock', () => import('../scheduler.js')],
  ['migrate', 'bring the database up to date', () => import('../migrate.js')],
  ['register-definitions', 'publish the definitions', () => import('../register-definitions.js')],
]

/**
 * The commands that need the server's own code, or this machine. All of it is loaded when one is called, so that a command which
 * only speaks to a server starts at once.
 */
export function addLocalCommands({ program, session }: ReturnType<typeof createProgram>): void {
  const { io } = session
  program.version(VERSION)
  for (const [name, says, load] of ROLES) {
    local(program, name, says).action(async () => {
      await load()
    })
  }

  const config = local(program, 'config', 'what the environment and .env mean')
  config
    .command('print')
    .description('every variable, its value and where that is from')
    .action(async () => {
      const { printConfig } = await import('./config-command.js')
      session.exitCode = printConfig(session)
    })
  config
    .command('check')
    .description('whether a server would start with it; exit code 78 if not')
    .action(async () => {
      const { checkConfig } = await import('./config-command.js')
      session.exitCode = await checkConfig(session)
    })

  const keys = local(program, 'keys', 'API keys in the database')
  const change = (name: string) => async (options: { readonly name?: string; readonly scope?: string }) => {
    const [{ changeKeys }, { orExit }] = await Promise.all([
      import('../change-keys.js'),
      import('../run-role.js'),
    ])
    await orExit(async () => {
      io.out(await changeKeys(name, options, 'job-server keys'))
    })
  }
  keys
    .command('create')
    .description('make a key, and print it this once')
    .requiredOption('--scope <scope>', 'read, submit or admin')
    .requiredOption('--name <name>', 'by which it is listed and revoked')
    .action(change('create'))
  keys.command('list').description('their names, scopes and times').action(change('list'))
  keys
    .command('revoke')
    .description('servers notice within a few seconds')
    .requiredOption('--name <name>', 'as it was made')
    .action(change('revoke'))

  local(program, 'doctor', 'look for what keeps a server from its work, and how to mend it').action(
    async () => {
      const { doctor } = await import('./doctor-command.js')
      session.exitCode = await doctor(session)
    },
  )

  local(program, 'db', 'what concerns whole databases')
    .command('copy')
    .description('copy everything into another, empty database, and compare both')
    .requiredOption('--from <url>', 'sqlite:<path> or postgres://…; stop its servers first')
    .requiredOption('--to <url>', 'sqlite:<path> or postgres://…; its schema is made where there is none')
    .option(
      '--force',
      'although workers are alive at the source: what they run will run again at the target',
      false,
    )
    .action(async (options: { readonly from: string; readonly to: string; readonly force: boolean }) => {
      const { copyDatabases } = await import('./db-command.js')
      session.exitCode = await copyDatabases(session, options)
    })

  local(program, 'init', 'make a project that runs at once')
    .argument('[folder]', 'a new or empty one', '.')
    .action(async (folder: string) => {
      const { initProject } = await import('./init-command.js')
      io.out(await initProject(folder))
    })
}

function local(program: Command, name: string, says: string): Command {
  return program.command(name).description(says).helpGroup('On this machine:')
}
