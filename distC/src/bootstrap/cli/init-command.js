import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { UsageError } from '../../cli/exit.js';
import { VERSION } from '../version.js';
const HELLO = `import { defineJob } from 'job-server'

export const hello = defineJob({
  key: 'hello',
  version: 1,
  /** @param {{ name?: string }} params */
  async run({ name = 'world' }, ctx) {
    await ctx.progress(50, 'thinking of something nice')
    ctx.logger.info('greeting', { name })
    return { greeting: \`Hello, \${name}!\` }
  },
})
`;
const ENV = `# Modules with your definitions, comma separated.
JOB_DEFINITIONS=jobs/hello.js

# Everything else has a default: npx job-server config print
`;
/**
 * Writes a project with one definition, which runs as it is.
 *
 * @returns what to do next.
 * @throws UsageError when the folder holds anything but a hidden folder such as `.git`.
 */
export async function initProject(folder) {
    const root = resolve(folder);
    const there = await readdir(root).catch((error) => {
        if (error.code === 'ENOENT')
            return [];
        throw error;
    });
    if (there.some((name) => name !== '.git'))
        throw new UsageError(`${root} is not empty: name a new folder, such as job-server init my-jobs`);
    for (const [path, text] of Object.entries(filesOf(basename(root)))) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), text, { flag: 'wx' });
    }
    const step = root === process.cwd() ? '' : `  cd ${relative(process.cwd(), root)}\n`;
    return `A project is in ${root}. Next:

${step}  npm install
  npm start

and, from the same folder in another terminal:

  npx job-server enqueue hello -p name=Ada --follow
`;
}
function filesOf(name) {
    const manifest = {
        name: /^[a-z0-9][a-z0-9._-]*$/.test(name) ? name : 'my-jobs',
        private: true,
        type: 'module',
        scripts: { start: 'job-server start', doctor: 'job-server doctor' },
        dependencies: { 'job-server': `^${VERSION}` },
    };
    return {
        'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
        'jobs/hello.js': HELLO,
        '.env': ENV,
        '.gitignore': 'node_modules/\ndata/\n',
    };
}
//# sourceMappingURL=init-command.js.map