import { mountPointOf } from '../mount-point.js'
import { PROBLEMS, RequestError, type ProblemCode } from '../problem.js'
import { PROBLEM_HELP } from '../problem-help.js'
import type { HttpDeps, Readiness } from '../deps.js'
import { route, type Route } from '../route.js'
import { jsonObject } from '../schemas/common.js'
import {
  definitionList,
  health,
  problemHelp as problemHelpSchema,
  problemParams,
  readiness as readinessSchema,
  serviceIndex,
} from '../schemas/service.js'

/** Everything that is about the server rather than about a job. */
export function serviceRoutes(deps: HttpDeps, openApi: () => object): Route[] {
  return [listDefinitions(deps), healthz(), readyz(deps), document(openApi), problemHelp(), index()]
}

function listDefinitions({ definitions }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/definitions',
    operationId: 'listDefinitions',
    summary: 'All published job definitions',
    tag: 'definitions',
    access: 'read',
    responses: { 200: { description: 'By key, then version', schema: definitionList } },
    problems: [],
    async handle() {
      const all = await definitions.list()
      return {
        status: 200,
        body: {
          definitions: all.map((definition) => ({
            key: definition.key,
            version: definition.version,
            defaultMaxAttempts: definition.defaultMaxAttempts,
            timeoutSeconds: definition.timeoutSeconds,
            concurrencyLimit: definition.concurrencyLimit,
            paramsSchema: definition.paramsSchema,
            isolation: definition.isolation,
            paused: definition.paused,
          })),
        },
      }
    },
  })
}

function healthz(): Route {
  return route({
    method: 'get',
    path: '/healthz',
    operationId: 'getHealth',
    summary: 'The process runs',
    tag: 'service',
    access: 'public',
    responses: { 200: { description: 'It does', schema: health } },
    problems: [],
    handle: () => Promise.resolve({ status: 200, body: { status: 'ok' } }),
  })
}

function readyz({ readiness }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/readyz',
    operationId: 'getReadiness',
    summary: 'The server can do its work; what is checked, and what is wrong when it cannot',
    tag: 'service',
    access: 'public',
    responses: { 200: { description: 'It can', schema: readinessSchema } },
    problems: ['not-ready'],
    async handle() {
      const { ready, checks } = await readiness()
      if (ready) return { status: 200, body: { status: 'ready', checks } }
      throw notReady(checks)
    },
  })
}

/** That a server cannot do its work, for what is not `ok` among these. */
export function notReady(checks: Readiness['checks']): RequestError {
  const failing = Object.entries(checks).filter(([, state]) => state !== 'ok')
  const told = failing.map(([name, state]) => `${name}: ${state}`).join('; ')
  return new RequestError('not-ready', told, { fields: { checks } })
}

function document(openApi: () => object): Route {
  return route({
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    summary: 'This document',
    tag: 'service',
    access: 'public',
    responses: { 200: { description: 'OpenAPI 3.1', schema: jsonObject } },
    problems: [],
    handle: ({ ctx }) => {
      const mountPoint = mountPointOf(ctx.req)
      const servers = mountPoint === '' ? {} : { servers: [{ url: mountPoint }] }
      return Promise.resolve({ status: 200, body: { ...openApi(), ...servers } })
    },
  })
}

/** Where the `type` of every problem leads. */
function problemHelp(): Route {
  return route({
    method: 'get',
    path: '/problems/:code',
    operationId: 'getProblem',
    summary: 'What a problem means, and what to do',
    tag: 'service',
    access: 'public',
    params: problemParams,
    responses: { 200: { description: 'The problem', schema: problemHelpSchema } },
    problems: ['not-found'],
    handle({ params: { code } }) {
      if (!Object.hasOwn(PROBLEMS, code)) throw new RequestError('not-found', 'there is no such problem')
      const known = code as ProblemCode
      return Promise.resolve({ status: 200, body: { code, ...PROBLEMS[known], ...PROBLEM_HELP[known] } })
    },
  })
}

function index(): Route {
  return route({
    method: 'get',
    path: '/',
    operationId: 'getIndex',
    summary: 'Where to go from here; a browser is led to the dashboard',
    tag: 'service',
    access: 'read',
    responses: {
      200: { description: 'Name and links', schema: serviceIndex },
      302: {
        description: 'To the dashboard, when HTML is asked for',
        headers: { Location: 'Address of the dashboard' },
        isEmpty: true,
      },
    },
    problems: [],
    handle: ({ ctx }) => {
      const at = mountPointOf(ctx.req)
      return Promise.resolve({
        status: 200,
        body: {
          name: 'job-server',
          links: {
            jobs: `${at}/v1/jobs`,
            definitions: `${at}/v1/definitions`,
            metrics: `${at}/v1/metrics`,
            prometheus: `${at}/metrics`,
            health: `${at}/healthz`,
            readiness: `${at}/readyz`,
            openapi: `${at}/openapi.json`,
            dashboard: `${at}/dashboard`,
          },
        },
      })
    },
  })
}
