import { expect } from 'chai'
import { loadConfig } from '../../src/bootstrap/config.js'
import { isolatePoolOptions } from '../../src/bootstrap/isolate-options.js'

/** What handlers see of a worker's environment, but for the settings that an isolate takes out before any handler runs. */
function seenOf(env: Record<string, string>): Record<string, string> {
  const { JOB_SERVER_ISOLATE: settings = '', ...seen } = isolatePoolOptions(loadConfig(env), env, 1).env
  expect(settings).to.not.match(/hush|bucket-of-ours/)
  return seen
}

describe('the environment of handlers', () => {
  const AMAZON = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'hush', AWS_SESSION_TOKEN: 'hush' }

  it('holds nothing of the server, and what else the worker was given', () => {
    const env = {
      DATABASE_URL: 'postgres://u:hush@db/x',
      FILES: 's3://bucket-of-ours',
      FILES_ACCESS_KEY_ID: 'id',
      FILES_SECRET_ACCESS_KEY: 'hush',
      NODE_OPTIONS: '--no-warnings',
      npm_config_x: 'x',
      THEIRS: 'theirs',
    }
    expect(seenOf(env)).to.deep.equal({ THEIRS: 'theirs' })
  })

  it('holds no keys under the names of Amazon that open the file store', () => {
    const env = { FILES: 's3://bucket-of-ours', ...AMAZON, AWS_REGION: 'eu-1' }
    expect(seenOf(env)).to.deep.equal({ AWS_REGION: 'eu-1' })
  })

  it('holds no password under a name of PostgreSQL, where the database is one', () => {
    const env = { PGPASSWORD: 'hush', PGPASSFILE: '/hush', PGHOST: 'theirs' }
    expect(seenOf({ DATABASE_URL: 'postgres://u@db/x', ...env })).to.deep.equal({ PGHOST: 'theirs' })
    expect(seenOf(env)).to.deep.equal(env)
  })

  it('holds those that are their own', () => {
    expect(seenOf(AMAZON)).to.deep.equal(AMAZON)
    const ours = { FILES: 's3://bucket-of-ours', FILES_ACCESS_KEY_ID: 'id', FILES_SECRET_ACCESS_KEY: 'hush' }
    expect(seenOf({ ...ours, ...AMAZON })).to.deep.equal(AMAZON)
  })
})
