/** A part of a JSON Schema, as far as a form can show it. */
interface Schema {
  readonly type?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly items?: Schema
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
}

export type FieldKind = 'text' | 'number' | 'integer' | 'switch' | 'choice' | 'texts' | 'numbers' | 'json'

/** One field of a form; its value is a text, as inputs hold it. */
export interface Field {
  readonly name: string
  readonly kind: FieldKind
  readonly isRequired: boolean
  readonly description: string
  readonly choices: readonly string[]
  /** Shown as the value that counts when nothing is given. */
  readonly byDefault: string
  readonly minimum: number | undefined
  readonly maximum: number | undefined
}

export type Values = Readonly<Record<string, string>>

/** The fields of a schema; `null` for one that names none: its params are written as JSON. */
export function fieldsOf(schema: unknown): readonly Field[] | null {
  const { properties = {}, required = [] } = (schema ?? {}) as Schema
  const fields = Object.entries(properties).map(([name, property]): Field => {
    const kind = kindOf(property)
    return {
      name,
      kind,
      isRequired: required.includes(name) && property.default === undefined,
      description: property.description ?? '',
      choices: (property.enum ?? []).map(String),
      byDefault: property.default === undefined ? '' : asText(property.default, kind),
      minimum: property.minimum,
      maximum: property.maximum,
    }
  })
  return fields.length === 0 ? null : fields
}

function kindOf({ type, items, enum: choices }: Schema): FieldKind {
  if (choices?.every((choice) => typeof choice === 'string') === true) return 'choice'
  if (type === 'string') return 'text'
  if (type === 'integer' || type === 'number') return type
  if (type === 'boolean') return 'switch'
  if (type === 'array' && items?.type === 'string' && items.enum === undefined) return 'texts'
  if (type === 'array' && (items?.type === 'number' || items?.type === 'integer')) return 'numbers'
  return 'json'
}

/** A JSON value as the text of a field. */
function asText(value: unknown, kind: FieldKind): string {
  if (kind === 'texts' && Array.isArray(value)) return value.map(String).join('\n')
  if (kind === 'numbers' && Array.isArray(value)) return value.map(String).join(', ')
  return typeof value === 'string' && kind !== 'json' ? value : JSON.stringify(value)
}

/** The texts of a form that show these params; `null` when it cannot show them so that they are read as they were. */
export function valuesOf(fields: readonly Field[], params: Readonly<Record<string, unknown>>): Values | null {
  const shown = valuesOrFlaw(fields, params)
  return 'flaw' in shown ? null : shown.values
}

/** The texts of a form for params in JSON, or why no form can show them. */
export function valuesFromJson(
  fields: readonly Field[],
  text: string,
): { readonly values: Values } | { readonly flaw: string } {
  const read = paramsFromJson(text)
  if ('value' in read) return valuesOrFlaw(fields, read.value)
  return { flaw: 'flaw' in jsonOf(text) ? 'This is not valid JSON yet' : `Params ${read.flaw}` }
}

function valuesOrFlaw(
  fields: readonly Field[],
  params: Readonly<Record<string, unknown>>,
): { readonly values: Values } | { readonly flaw: string } {
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(params)) {
    const field = fields.find((one) => one.name === name)
    if (field === undefined) return { flaw: `“${name}” has no field and can only be written as JSON` }
    const text = asText(value, field.kind)
    const read = paramsOf([field], { [name]: text })
    if (text.trim() !== '' && read.flaws[name] !== undefined) return { flaw: `“${name}” ${read.flaws[name]}` }
    if (!fits(value, field) || JSON.stringify(read.params[name]) !== JSON.stringify(value))
      return { flaw: `The field of “${name}” cannot show this value: it can only be written as JSON` }
    values[name] = text
  }
  return { values }
}

function fits(value: unknown, { kind, choices }: Field): boolean {
  switch (kind) {
    case 'json':
      return true
    case 'texts':
      return Array.isArray(value) && value.every((one) => typeof one === 'string' && !/[\r\n]/.test(one))
    case 'numbers':
      return Array.isArray(value) && value.every((one) => typeof one === 'number')
    case 'switch':
      return typeof value === 'boolean'
    case 'number':
    case 'integer':
      return typeof value === 'number'
    case 'choice':
      return typeof value === 'string' && choices.includes(value)
    case 'text':
      // A field of a page makes one kind of line end of all.
      return typeof value === 'string' && !value.includes('\r')
  }
}

/** The params of a form in JSON, or which fields hold what JSON could not take over. */
export function jsonFromValues(
  fields: readonly Field[],
  values: Values,
): { readonly text: string } | { readonly flaw: string } {
  const { params, flaws } = paramsOf(fields, values)
  // An empty field that is needed has nothing to lose.
  const unread = Object.keys(flaws).filter((name) => (values[name] ?? '').trim() !== '')
  if (unread.length === 0) return { text: JSON.stringify(params, null, 2) }
  const names = unread.map((name) => `“${name}”`).join(', ')
  return { flaw: `${names} ${unread.length === 1 ? 'needs' : 'need'} attention` }
}

export interface ReadParams {
  readonly params: Readonly<Record<string, unknown>>
  /** What is wrong, by the name of the field. */
  readonly flaws: Readonly<Record<string, string>>
}

/** What a form says: fields left empty are left out, so that the definition's own defaults count. */
export function paramsOf(fields: readonly Field[], values: Values): ReadParams {
  const params: Record<string, unknown> = {}
  const flaws: Record<string, string> = {}
  for (const field of fields) {
    const text = values[field.name] ?? ''
    if (text.trim() === '') {
      if (field.isRequired) flaws[field.name] = 'is needed'
      continue
    }
    const read = valueOf(field, text)
    if ('flaw' in read) flaws[field.name] = read.flaw
    else params[field.name] = read.value
  }
  return { params, flaws }
}

function valueOf(field: Field, text: string): { readonly value: unknown } | { readonly flaw: string } {
  switch (field.kind) {
    case 'text':
    case 'choice':
      return { value: text }
    case 'switch':
      return { value: text === 'true' }
    case 'number':
    case 'integer':
      return numberOf(field, text)
    case 'texts':
      return {
        value: text
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== ''),
      }
    case 'numbers': {
      const numbers = text
        .split(/[\s,;]+/)
        .filter((word) => word !== '')
        .map(Number)
      return numbers.every(Number.isFinite)
        ? { value: numbers }
        : { flaw: 'must be numbers, separated by commas' }
    }
    case 'json':
      return jsonOf(text)
  }
}

function numberOf({ kind, minimum, maximum }: Field, text: string): { value: number } | { flaw: string } {
  const value = Number(text)
  if (!Number.isFinite(value)) return { flaw: 'must be a number' }
  if (kind === 'integer' && !Number.isInteger(value)) return { flaw: 'must be a whole number' }
  if (minimum !== undefined && value < minimum) return { flaw: `must be at least ${minimum}` }
  if (maximum !== undefined && value > maximum) return { flaw: `must be at most ${maximum}` }
  return { value }
}

/** @returns the value, or in the engine's words what is not JSON about it. */
export function jsonOf(text: string): { readonly value: unknown } | { readonly flaw: string } {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    return { flaw: (error as Error).message }
  }
}

/** A JSON object from a text; empty means none of its members. */
export function paramsFromJson(
  text: string,
): { readonly value: Record<string, unknown> } | { readonly flaw: string } {
  const read = text.trim() === '' ? { value: {} } : jsonOf(text)
  if ('flaw' in read) return read
  if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value))
    return { flaw: 'must be an object, such as {"message": "Hello"}' }
  return { value: read.value as Record<string, unknown> }
}
