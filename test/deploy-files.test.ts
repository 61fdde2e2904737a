import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../src/bootstrap/config.js'
import { VARIABLES } from '../src/bootstrap/config-schema.js'

const DEPLOY = new URL('../deploy/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, DEPLOY), 'utf8')
/** What the image's entry point takes, as the command line has them. */
const ROLES = ['start', 'api', 'worker', 'scheduler', 'migrate', 'register-definitions']
/** Variables that are somebody else's. */
const FOREIGN = ['NODE_ENV']
/** What a worker has beyond the grace of its jobs, and what the parts below it may take. */
const AFTER_GRACE_MS = 8_000 + 10_000

type Environment = Readonly<Record<string, string>>

interface Service {
  readonly command?: readonly string[]
  readonly image?: string
  readonly environment?: Environment
  readonly stop_grace_period?: string
  readonly depends_on?: Readonly<Record<string, unknown>>
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

interface Container {
  readonly image: string
  readonly envFrom: readonly object[]
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value?: string }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly selector: { readonly matchLabels?: object } & object
    readonly template?: {
      readonly metadata: { readonly labels: object }
      readonly spec: {
        readonly terminationGracePeriodSeconds: number
        readonly initContainers?: readonly Pick<Container, 'args' | 'image' | 'envFrom'>[]
        readonly containers: readonly Container[]
      }
    }
  }
}

/** Names that no server reads, and values that none would start with. */
function expectUsable(environment: Environment, where: string): void {
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => !FOREIGN.includes(name)))
  expect(
    Object.keys(own).filter((name) => !(name in VARIABLES)),
    where,
  ).to.deep.equal([])
  const given = Object.entries(own).map(([name, value]) => [name, value.replace(/\$\{\w+:-(.*?)\}/g, '$1')])
  const usable = given.filter(([, value = '']) => !/[$%]/.test(value))
  expect(() => loadConfig(Object.fromEntries(usable) as Environment), where).to.not.throw()
}

function expectTimeToDrain(seconds: number, environment: Environment, where: string): void {
  const { cancelGraceMs } = loadConfig({ CANCEL_GRACE_MS: environment['CANCEL_GRACE_MS'] ?? '' })
  expect(seconds * 1_000, where).to.be.at.least(cancelGraceMs + AFTER_GRACE_MS)
}

describe('the image', () => {
  const text = read('Dockerfile')

  it('starts what the build makes, without root, under an init', () => {
    const entry = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(text)?.[1] ?? '[]') as string[]
    const { bin } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      bin: Record<string, string>
    }
    expect(entry).to.deep.equal(['tini', '--', 'node', bin['job-server']])
    expect(ROLES).to.include.members(JSON.parse(/^CMD (\[.*\])$/m.exec(text)?.[1] ?? '[]') as string[])
    expect(/^USER (\S+)$/m.exec(text)?.[1]).to.equal('node')
    expect(text).to.match(/apt-get install .*\bffmpeg\b.*\btini\b/)
    expect(text).to.match(/HEALTHCHECK[\s\S]*\/healthz/)
  })

  it('sets variables that servers read', () => {
    const set = /^ENV (.*)$/m.exec(text)?.[1] ?? ''
    expectUsable(
      Object.fromEntries(set.split(' ').map((pair) => pair.split('='))) as Environment,
      'Dockerfile',
    )
    const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string }
    }
    const least = Number(/\d+/.exec(engines.node)?.[0])
    for (const [, version] of text.matchAll(/^FROM node:(\d+)/gm))
      expect(Number(version)).to.be.at.least(least)
  })
})

describe('the compose file', () => {
  const { services } = parse(read('compose.yaml'), { merge: true }) as { services: Record<string, Service> }
  const roles = Object.entries(services).filter(([, { command = [] }]) => ROLES.includes(command[0] ?? ''))

  it('starts every role that a cluster needs', () => {
    expect(roles.map(([name]) => name)).to.have.members(['migrate', 'api', 'worker', 'scheduler'])
    for (const [name, { depends_on = {} }] of roles)
      expect(Object.keys(services), name).to.include.members(Object.keys(depends_on))
  })

  it('gives variables that servers read, and time to drain', () => {
    for (const [name, { environment = {}, stop_grace_period = '' }] of roles) {
      expectUsable(environment, name)
      expectTimeToDrain(Number(/^(\d+)s$/.exec(stop_grace_period)?.[1]), environment, name)
    }
  })
})

describe('the manifests for Kubernetes', () => {
  const manifests = parseAllDocuments(read('kubernetes/job-server.yaml')).map(
    (document) => document.toJS() as Manifest,
  )
  const deployments = manifests.flatMap((manifest) => {
    const { template } = manifest.spec
    return template === undefined ? [] : [{ ...manifest, template }]
  })

  it('run each role once told, with variables that servers read', () => {
    expect(deployments.map(({ template }) => template.spec.containers[0]?.args[0])).to.have.members([
      'api',
      'worker',
      'scheduler',
    ])
    for (const { metadata, spec, template } of deployments) {
      expect(spec.selector.matchLabels, metadata.name).to.deep.equal(template.metadata.labels)
      for (const container of template.spec.containers) {
        const environment = environmentOf(container)
        expectUsable(environment, metadata.name)
        expectTimeToDrain(template.spec.terminationGracePeriodSeconds, environment, metadata.name)
      }
    }
  })

  it('migrate the same database before any probe that could end a migration', () => {
    for (const { metadata, template } of deployments) {
      const [container] = template.spec.containers
      const { image, envFrom } = container!
      const [migrate] = template.spec.initContainers ?? []
      expect(migrate, metadata.name).to.deep.include({ args: ['migrate'], image, envFrom })
      expect(migrate, metadata.name).not.to.have.any.keys('startupProbe', 'livenessProbe')
    }
  })

  it('probe ports that are open, at paths that are served', () => {
    for (const { metadata, template } of deployments) {
      for (const container of template.spec.containers) {
        const { args, ports, startupProbe, livenessProbe, readinessProbe } = container
        const variable = args[0] === 'api' ? 'PORT' : 'HEALTH_PORT'
        const [port] = ports
        expect(environmentOf(container)[variable], metadata.name).to.equal(String(port?.containerPort))
        for (const { httpGet } of [startupProbe, livenessProbe]) {
          expect(httpGet, metadata.name).to.deep.equal({ path: '/healthz', port: port?.name })
        }
        expect(readinessProbe.httpGet, metadata.name).to.deep.equal({ path: '/readyz', port: port?.name })
      }
    }
  })

  it('name only variables in what they say of the secret', () => {
    const named = [...read('kubernetes/job-server.yaml').matchAll(/--from-literal=(\w+)/g)].map(
      ([, name]) => name,
    )
    expect(named).to.include('DATABASE_URL')
    expect(named.filter((name) => !(name! in VARIABLES))).to.deep.equal([])
  })
})

describe('the units of systemd', () => {
  for (const name of readdirSync(new URL('systemd/', DEPLOY))) {
    it(`start what the build makes: ${name}`, () => {
      const text = read(`systemd/${name}`)
      const [, program = '', role] =
        /^ExecStart=\/usr\/bin\/node \/opt\/job-server\/(\S+) (\S+)$/m.exec(text) ?? []
      expect(ROLES).to.include(role)
      expect(
        existsSync(new URL(`../${program.replace('dist/', '').replace(/\.js$/, '.ts')}`, import.meta.url)),
      ).to.equal(true)
      const set = (/^Environment=(.*)$/m.exec(text)?.[1] ?? '').split(' ').map((pair) => pair.split('='))
      const environment = Object.fromEntries(set) as Environment
      expectUsable(environment, name)
      expectTimeToDrain(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1]), environment, name)
      expect(text).to.include('RestartPreventExitStatus=78')
    })
  }
})

function environmentOf({ env }: Container): Environment {
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}
