import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect } from 'chai'

interface Operation {
  readonly responses: Readonly<
    Record<string, { description: string; content?: Readonly<Record<string, { schema: object }>> }>
  >
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

/** Holds every answer against the OpenAPI document: its status, its media type and its body have to be documented. */
export class AnswerChecker {
  private readonly ajv: Ajv2020
  private readonly compiled = new Map<string, ValidateFunction>()
  private readonly paths: Paths

  constructor(document: object) {
    this.paths = (document as { paths: Paths }).paths
    this.ajv = new Ajv2020({ strict: false, allErrors: true })
    addFormats.default(this.ajv)
    this.ajv.addSchema(document, 'openapi')
  }

  check(method: string, path: string, { status, headers, text, body }: CheckedAnswer): void {
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? ''
    expect(headers.get('x-request-id'), 'X-Request-Id').to.match(/^[A-Za-z0-9]/)
    expect(headers.get('x-content-type-options')).to.equal('nosniff')
    expect(headers.get('cache-control')).to.equal('no-store')
    if (status >= 400 && method !== 'HEAD') {
      expect(type).to.equal('application/problem+json')
      this.validate('openapi#/components/schemas/Problem', body)
      expect(body).to.include({ status, requestId: headers.get('x-request-id') })
      if (status === 503 || status === 429) expect(headers.get('retry-after')).to.match(/^[1-9]\d*$/)
    }
    const template = this.templateOf(path)
    const operation = template === undefined ? undefined : this.paths[template]?.[method.toLowerCase()]
    if (template === undefined || operation === undefined) return
    const response = operation.responses[String(status)]
    expect(response, `${method} ${template} documents ${status}`).to.not.equal(undefined)
    if (status >= 400 && method !== 'HEAD')
      expect(response?.description).to.include(
        `\`${(body as { code: string }).code}\``,
        `${method} ${template}`,
      )
    if (response?.content === undefined) {
      expect([type, text], `${method} ${template} ${status} documents no body`).to.deep.equal(['', ''])
      return
    }
    const content = Object.keys(response.content)
    const mediaType = content.find(
      (name) => name === type || (name === 'video/*' && type.startsWith('video/')),
    )
    expect(mediaType, `${method} ${template} ${status} documents ${type}`).to.not.equal(undefined)
    if (body === undefined) return
    const steps = [
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      String(mediaType),
    ]
    this.validate(`openapi#/${[...steps, 'schema'].map(escape).join('/')}`, body)
  }

  private validate(ref: string, body: unknown): void {
    const validate = this.compiled.get(ref) ?? this.ajv.compile({ $ref: ref })
    this.compiled.set(ref, validate)
    const valid = validate(body)
    expect(valid, `${ref}: ${this.ajv.errorsText(validate.errors)}`).to.equal(true)
  }

  private templateOf(path: string): string | undefined {
    const [plain = ''] = path.split('?')
    return Object.keys(this.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .find((template) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain))
  }
}

interface CheckedAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

function escape(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))
}
