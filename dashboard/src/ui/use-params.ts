import {
  fieldsOf,
  jsonFromValues,
  paramsFromJson,
  paramsOf,
  valuesFromJson,
  valuesOf,
  type Field,
  type Values,
} from '../lib/params-form.js'
import { useStateOf } from './use-state-of.js'

type Params = Readonly<Record<string, unknown>>

/** Params that are being written, as a form or as JSON. */
export interface Draft {
  readonly fields: readonly Field[] | null
  readonly isJson: boolean
  readonly values: Values
  readonly text: string
  readonly flaws: Readonly<Record<string, string>>
  /** `null` while the text is not an object in JSON. */
  readonly value: Params | null
  /** Why it could not go over to the other way of writing, until something is changed. */
  readonly obstacle: string | null
  /** How often something wrong was found by `check`. */
  readonly refusals: number
  readonly setValue: (name: string, text: string) => void
  readonly setText: (text: string) => void
  /** Goes over to the other way of writing, if all that was written can be taken along. */
  readonly turn: () => void
  /** Shows what is wrong; answers whether nothing is. */
  readonly check: () => boolean
}

interface Written {
  /** `null` while it is written as JSON. */
  readonly values: Values | null
  readonly text: string
  readonly obstacle: string | null
  readonly refusals: number
}

/** @param of what the params are of: those of something else begin with `initial` again. */
export function useParams(schema: unknown, initial: Params, of: string): Draft {
  const fields = fieldsOf(schema)
  const [written, setWritten] = useStateOf<Written>(of, () => ({
    values: fields === null ? null : valuesOf(fields, initial),
    text: JSON.stringify(initial, null, 2),
    obstacle: null,
    refusals: 0,
  }))
  const { values, text, obstacle, refusals } = written
  const change = (part: Partial<Written>) => setWritten({ ...written, obstacle: null, ...part })
  const isJson = fields === null || values === null
  const { value, flaws } = isJson ? readText(text) : readForm(fields, values)
  const isFlawed = Object.keys(flaws).length > 0

  return {
    fields,
    isJson,
    values: values ?? {},
    text,
    flaws: refusals > 0 || isJson || obstacle !== null ? flaws : {},
    value,
    obstacle,
    refusals,
    setValue: (name, given) => change({ values: { ...values, [name]: given } }),
    setText: (given) => change({ text: given }),
    turn: () => {
      if (fields === null) return
      const turned = isJson ? valuesFromJson(fields, text) : jsonFromValues(fields, values)
      if ('flaw' in turned) change({ obstacle: turned.flaw })
      else change({ values: null, ...turned })
    },
    check: () => {
      if (isFlawed) change({ refusals: refusals + 1 })
      return !isFlawed
    },
  }
}

interface Read {
  readonly value: Params | null
  readonly flaws: Readonly<Record<string, string>>
}

function readText(text: string): Read {
  const read = paramsFromJson(text)
  return 'flaw' in read ? { value: null, flaws: { json: read.flaw } } : { value: read.value, flaws: {} }
}

function readForm(fields: readonly Field[], values: Values): Read {
  const { params, flaws } = paramsOf(fields, values)
  return { value: params, flaws }
}
