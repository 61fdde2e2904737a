import { PostgresServer } from '../test/support/postgres-server.js'
import { workersCases } from './measures/drain.js'
const postgres = await PostgresServer.start(['fsync=on','synchronous_commit=on','shared_buffers=512MB','max_wal_size=4GB','log_lock_waits=on','deadlock_timeout=10ms','logging_collector=on','log_line_prefix=%p %a '])
const bench = { jobs: Number(process.argv[2]), postgres } as any
for (const c of workersCases.filter(({subject})=>/1|4|8/.test(subject))) console.log(c.subject, await c.run(bench))
const log = postgres.log().split('\n')
log.forEach((l,i)=>{ if (/still waiting/.test(l)) console.log(log.slice(i,i+7).map(x=>x.slice(0,330)).join('\n'),'\n--') })
await postgres.stop()
