import { readFileSync } from 'node:fs'
import ts from 'typescript'

const README = new URL('../../../README.md', import.meta.url)

/** The README's first job of an embedding program, and where it is kept; prints its result. */
export interface TenLines {
  readonly esm: string
  readonly commonjs: string
}

/** The README's program that embeds a server, as JavaScript of both kinds of modules. @param database in place of the page's `memory`. */
export function tenLines(database = 'memory'): TenLines {
  const blocks = [...readFileSync(README, 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
    ([, text = '']) => text,
  )
  const shown = blocks.find((text) => text.includes("createJobServer({ database: 'memory'"))
  if (shown === undefined || !/\bresult\b/.test(shown))
    throw new Error('the README shows no program with createJobServer in memory whose result can be printed')
  const text = shown.replace("'memory'", `'${database}'`)
  const { outputText } = ts.transpileModule(`${text}\nconsole.log(result)\n`, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  })
  const imports = /^import \{(.*)\} from ('[^']+')(.*)$/gm
  const requires = [...outputText.matchAll(imports)].map(
    ([, names, from]) => `const {${names}} = require(${from})`,
  )
  const rest = outputText.replace(imports, '')
  return { esm: outputText, commonjs: `${requires.join('\n')}\nvoid (async () => {\n${rest}\n})()\n` }
}
