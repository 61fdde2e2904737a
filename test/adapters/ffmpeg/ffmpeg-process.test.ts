import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { runFfmpeg, type FfmpegRun } from '../../../src/adapters/ffmpeg/ffmpeg-process.js'
import { JobServerError } from '../../../src/domain/errors.js'
import { eventually } from '../../support/eventually.js'
import { processesNaming } from '../../support/processes.js'

/** A server as far as this matters: it encodes until it is killed. */
const SERVER = `
const { runFfmpeg } = await import(process.argv[1])
const signal = new AbortController().signal
await runFfmpeg({ ...JSON.parse(process.argv[2]), signal, onTime: () => undefined })`

/** Programs that behave as ffmpeg never should, in its place. */
describe('ffmpeg: one process, from before its start to after its end', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'process-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function program(script: string): Promise<string> {
    const path = join(folder, 'program')
    await writeFile(path, `#!/bin/sh\n${script}\n`)
    await chmod(path, 0o755)
    return path
  }

  function run(name: string, changes: Partial<FfmpegRun> = {}): Promise<unknown> {
    return failureOf(name, changes).then((failure) => failure?.message ?? 'ended')
  }

  function failureOf(name: string, changes: Partial<FfmpegRun> = {}): Promise<Error | null> {
    return runFfmpeg({
      program: name,
      inputPath: '/some/where/in.mp4',
      inputArguments: ['-f', 'mov'],
      outputPath: join(folder, 'out'),
      outputArguments: ['-f', 'mp4', '-c:v', 'libx264'],
      signal: new AbortController().signal,
      killGraceMs: 100,
      ownGroup: true,
      onTime: () => undefined,
      ...changes,
    }).then(
      () => null,
      (error: unknown) => error as Error,
    )
  }

  it('is started once, with exactly the given arguments and none of the secrets of the environment', async () => {
    process.env.SOME_SECRET = 'secret'
    try {
      const name = await program(`echo "$@" >> ${folder}/arguments; env > ${folder}/environment`)
      expect(await run(name)).to.equal('ended')
    } finally {
      delete process.env.SOME_SECRET
    }
    const said = await readFile(join(folder, 'arguments'), 'utf8')
    const expected = `-f mov -i file:/some/where/in.mp4 -y -f mp4 -c:v libx264 ${folder}/out\n`
    expect(said).to.equal(expected)
    expect(await readFile(join(folder, 'environment'), 'utf8')).not.to.contain('SOME_SECRET')
  })

  it('does not lose an abort that comes before the process', async () => {
    const name = await program(`touch ${folder}/started; exec sleep 60`)
    const controller = new AbortController()
    const ended = run(name, { signal: controller.signal })
    controller.abort(new Error('stop'))
    expect(await ended).to.equal('stop')
    expect(await processesNaming(folder)).to.deep.equal([])
  })

  it('kills what does not listen, and everything that it has started', async () => {
    const name = await program(
      `trap '' TERM; sh -c "trap '' TERM; sleep 60; : ${folder}" & touch ${folder}/on; wait`,
    )
    const controller = new AbortController()
    const ended = run(name, { signal: controller.signal })
    await eventually(async () => (await readdir(folder)).includes('on'))
    expect(await processesNaming(folder)).to.have.lengthOf(2)
    controller.abort(new Error('stop'))
    expect(await ended).to.equal('stop')
    expect(await processesNaming(folder)).to.deep.equal([])
  })

  it('ends before it answers that it was aborted, however long that takes', async () => {
    const name = await program(
      `trap 'sleep 0.2; touch ${folder}/last; exit 255' TERM; touch ${folder}/on; while :; do sleep 0.02; done`,
    )
    const controller = new AbortController()
    const ended = run(name, { signal: controller.signal, killGraceMs: 10_000 })
    await eventually(async () => (await readdir(folder)).includes('on'))
    controller.abort(new Error('stop'))
    expect(await ended).to.equal('stop')
    expect(await readdir(folder)).to.include('last')
  })

  it('goes with a server that is killed, and so does everything that it has started', async () => {
    const name = await program(`trap '' TERM HUP; sh -c "sleep 60; : ${folder}" & touch ${folder}/on; wait`)
    const module = new URL('../../../src/adapters/ffmpeg/ffmpeg-process.ts', import.meta.url)
    const settings = JSON.stringify({
      ...{ program: name, killGraceMs: 100, ownGroup: true, inputPath: 'in', inputArguments: [] },
      ...{ outputPath: 'out', outputArguments: [] },
    })
    const server = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', SERVER, module.href, settings],
      { stdio: 'ignore' },
    )
    await eventually(async () => (await readdir(folder)).includes('on'))
    // A process that is just being replaced by another program has no command line.
    await eventually(async () => (await processesNaming(folder)).length === 3)
    server.kill('SIGKILL')
    await eventually(async () => (await processesNaming(folder)).length === 0)
  })

  it('leaves no guard behind', async () => {
    const name = await program(`echo $$ > ${folder}/pid`)
    expect(await run(name)).to.equal('ended')
    const pid = (await readFile(join(folder, 'pid'), 'utf8')).trim()
    await eventually(async () => (await processesNaming(`guard\0${pid}\0`)).length === 0)
  })

  it('is an ordinary error when there is nothing to start', async () => {
    expect(await run(join(folder, 'missing'))).to.match(/^ffmpeg failed: spawn .*ENOENT$/)
    await writeFile(join(folder, 'text'), '')
    expect(await run(join(folder, 'text'))).to.match(/^ffmpeg failed: spawn .*EACCES$/)
  })

  it('says the last lines of a failure, without folders, bounded', async () => {
    const name = await program(
      `i=0; while [ $i -lt 500 ]; do echo "line $i" >&2; i=$((i+1)); done; echo "/srv/data/up loads/x.mp4: bad file:/some/where/in.mp4" >&2; exit 3`,
    )
    const message = (await run(name)) as string
    expect(message).to.match(/^ffmpeg failed: line 496; .*: bad the input$/)
    expect(message).not.to.contain('/srv')
    expect(message.length).to.be.lessThan(600)
  })

  for (const [end, isFinal] of [
    ['echo "Invalid data found" >&2; exit 1', true],
    ['exit 183', true],
    ['echo "av_interleaved_write_frame(): No space left on device" >&2; exit 228', false],
    ['echo "Cannot allocate memory" >&2; exit 1', false],
    ['echo "Unknown encoder" >&2; exit 1', false],
    ['echo "Exiting normally, received signal 15." >&2; exit 255', false],
    ['exit 127', false],
    ['exit 137', false],
    ['kill -9 $$', false],
  ] as const) {
    it(`blames ${isFinal ? 'the input' : 'the machine'} for an end by: ${end}`, async () => {
      const name = await program(end)
      expect((await failureOf(name)) instanceof JobServerError).to.equal(isFinal)
    })
  }

  it('has failed when it could not write the end of its output, though it ends as if all were well', async () => {
    const name = await program(`echo "Error writing trailer of $8: No space left on device" >&2`)
    const failure = await failureOf(name)
    expect(failure).to.be.instanceOf(Error).and.not.instanceOf(JobServerError)
    expect(failure?.message).to.match(/^ffmpeg failed: Error writing trailer of .*: No space left on device$/)
  })

  it('reads times from status lines only', async () => {
    const lines = [
      'frame=    1 fps=0.0 q=0.0 size=       0kB time=N/A bitrate=N/A speed=N/A',
      'frame=    1 fps=0.0 q=0.0 size=       0kB time=-00:00:00.02 bitrate=N/A',
      '    title           : frame=1 time=99:00:00.00',
      'size=     509KiB time=01:02:03.50 bitrate=2049.4kbits/s speed=10.4x',
    ]
    const name = await program(lines.map((line) => `printf '%s\\r' '${line}' >&2`).join('\n'))
    const times: number[] = []
    await run(name, { onTime: (seconds) => times.push(seconds) })
    expect(times).to.deep.equal([0, 0, 3723.5])
  })
})
