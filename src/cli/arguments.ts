import { InvalidArgumentError } from 'commander'
import { UsageError } from './exit.js'
import type { Io } from './io.js'

/** Collects `name=value`: JSON where the value is JSON, else text; to be used with repeatable options. */
export function param(
  given: string,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(given) ?? []
  if (name === undefined) throw new InvalidArgumentError('takes name=value')
  return { ...before, [name]: jsonOrText(value) }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A whole number of an option. */
export function integer(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('takes an integer')
  return Number(text)
}

export function seconds(text: string): number {
  if (!/^\d{1,9}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('takes a number of seconds')
  return Number(text)
}

/** An instant in any form that names a day; a moment without a zone is one of this machine's. */
export function instant(text: string): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('takes an instant such as 2026-01-31T12:00:00Z')
  return at.toISOString()
}

/** The params of `--params` (`-`: standard input), with those of `-p` laid over them. */
export async function paramsOf(
  { params, param: single }: { readonly params?: string; readonly param?: Readonly<Record<string, unknown>> },
  io: Io,
): Promise<Record<string, unknown> | undefined> {
  if (params === undefined) return single
  const text = params === '-' ? await io.input() : params
  const whole = jsonOrText(text)
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole))
    throw new UsageError(
      '--params takes a JSON object, such as \'{"message":"Hi"}\', or - for standard input',
    )
  return { ...whole, ...single }
}

/** What was given, without what was not. */
export function given<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
