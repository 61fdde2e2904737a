import { ConfigError } from '../config-error.js';
import { loadConfig } from '../config.js';
import { examineDatabase } from './database.js';
import { broken, ok, reasonOf } from './finding.js';
import { examineDisk, examineNode, examinePort, examineTools } from './machine.js';
import { examineDefinitions, examineFiles, examineSettings } from './settings.js';
/** Looks at everything that a server here would need, and changes nothing. Never rejects. */
export async function examine(env, { nodeVersion, now }) {
    const node = examineNode(nodeVersion);
    let config;
    try {
        config = loadConfig(env);
    }
    catch (error) {
        if (!(error instanceof ConfigError))
            throw error;
        const fix = 'correct it in the environment or in .env; what depends on it was not looked at';
        return [node, ...error.lines.map((line) => broken('settings', line, fix))];
    }
    const looked = await Promise.all([
        guarded('settings', () => examineSettings(config)),
        guarded('database', () => examineDatabase(config, now)),
        guarded('disk', () => examineDisk(config)),
        guarded('files', () => examineFiles(config)),
        guarded('port', () => examinePort(config)),
        guarded('ffmpeg', () => examineTools(config)),
        guarded('definitions', () => examineDefinitions(config)),
    ]);
    return [node, ok('variables', 'can be read'), ...looked.flat()];
}
async function guarded(check, look) {
    try {
        return [await look()].flat();
    }
    catch (error) {
        return [
            broken(check, `could not be looked at: ${reasonOf(error)}`, 'report this, with the output of doctor'),
        ];
    }
}
//# sourceMappingURL=examine.js.map