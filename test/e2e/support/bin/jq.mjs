// `jq` as far as documents use it, so that tests need none: the whole document, or one field raw, as in `.jobs[0].jobId`.
import { readFileSync } from 'node:fs'

const words = process.argv.slice(2)
const raw = words[0] === '-r'
const [filter = '.'] = raw ? words.slice(1) : words
const path = filter.split(/[.[\]]+/).filter(Boolean)
const value = path.reduce((at, key) => at?.[key], JSON.parse(readFileSync(0, 'utf8')))
console.log(raw && typeof value === 'string' ? value : JSON.stringify(value, null, 2))
