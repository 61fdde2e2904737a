// What `npm` and `npx` mean to the blocks of a document: the scripts of this package and its command, run as npm would run them, but in the
// reader's folder. A server is started as if in another terminal: this returns once it is ready.
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, openSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const [, , called, ...words] = process.argv
const root = process.env.PACKAGE_ROOT
const notes = process.env.RUNNER_NOTES
const { scripts, bin, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const ROLES = ['start', 'api', 'worker', 'scheduler']

if (basename(called) === 'npx') {
  const [name, ...args] = words
  if (bin[name] === undefined) fail(`npx ${name} is no command of this package`)
  run([join(root, bin[name]), ...args], ROLES.includes(args[0]))
} else if (words[0] === 'ci') {
  const missing = Object.keys(dependencies).filter((name) => !existsSync(join(root, 'node_modules', name)))
  if (missing.length > 0) fail(`npm ci has not run: ${missing.join(', ')} are missing`)
} else if (words[0] === 'test') {
  // This is what runs at the moment.
  if (scripts.test === undefined) fail('there is no npm test')
} else {
  const [name, ...rest] = words[0] === 'run' ? words.slice(1) : words
  const script = scripts[name]
  if (script === undefined || (words[0] !== 'run' && name !== 'start'))
    fail(`there is no npm ${words.join(' ')}`)
  // What builds first has been done before the tests.
  const program = /exec node (dist\/\S+\.js)$/.exec(script)?.[1]
  if (program === undefined) fail(`npm run ${name} is nothing that this test knows how to run: ${script}`)
  run([join(root, program), ...rest.filter((word) => word !== '--')], name.startsWith('start'))
}

function run(args, isServer) {
  if (!isServer) process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1)
  const log = join(notes, `server-${process.pid}.log`)
  const file = openSync(log, 'w')
  const child = spawn(process.execPath, args, { stdio: ['ignore', file, file], detached: true })
  appendFileSync(join(notes, 'servers'), `${child.pid}\n`)
  child.once('exit', () => fail(readFileSync(log, 'utf8')))
  setInterval(() => {
    if (/"message":"ready"/.test(readFileSync(log, 'utf8'))) process.exit(0)
  }, 20)
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
