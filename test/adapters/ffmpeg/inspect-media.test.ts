import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chmod, copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { FfmpegVideoEncoder } from '../../../src/adapters/ffmpeg/ffmpeg-video-encoder.js'
import { inspectMedia } from '../../../src/adapters/ffmpeg/inspect-media.js'
import { makeWithFfmpeg, sampleVideo, testTools } from '../../support/sample-video.js'

describe('ffmpeg: what is a video', () => {
  let folder: string
  let sample: string
  const encoder = new FfmpegVideoEncoder()

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'probe-'))
    sample = await sampleVideo(join(folder, 'sample.mp4'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const file = (name: string): string => join(folder, name)

  it('tells the facts of a video in each container that is taken', async () => {
    for (const extension of ['mp4', 'mov', 'mkv', 'avi', 'ts', 'flv', '3gp']) {
      const path = file(`sample.${extension}`)
      if (extension !== 'mp4') await makeWithFfmpeg('-i', sample, '-c', 'copy', path)
      const facts = await encoder.probe(path)
      expect(facts, extension).to.include({ width: 320, height: 180, videoCodec: 'h264', audioCodec: 'aac' })
      expect(facts.durationSeconds).to.be.closeTo(1, 0.2)
    }
  })

  const refused: readonly [string, RegExp, (path: string) => Promise<unknown>][] = [
    ['an empty file', /empty/, (path) => writeFile(path, '')],
    ['a missing file', /no such file/, () => Promise.resolve()],
    ['text', /not a video/, (path) => writeFile(path, 'hello '.repeat(1000))],
    ['a program', /not a video/, (path) => copyFile('/bin/true', path)],
    ['an archive', /not a video/, (path) => writeFile(path, 'PK\u0003\u0004'.repeat(50))],
    ['a drawing', /not a video/, (path) => writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg"/>')],
    [
      'a picture',
      /not a video/,
      (path) => makeWithFfmpeg('-i', sample, '-frames:v', '1', '-c:v', 'png', '-f', 'image2', path),
    ],
    ['an animated picture', /not a video/, (path) => makeWithFfmpeg('-i', sample, '-an', '-f', 'gif', path)],
    ['sound alone', /no video stream/, (path) => makeWithFfmpeg('-i', sample, '-vn', '-c', 'copy', path)],
    [
      'sound with a cover',
      /no video stream/,
      (path) =>
        makeWithFfmpeg(
          ...['-i', sample, '-f', 'lavfi', '-i', 'testsrc2=d=0.1'],
          ...[
            '-map',
            '0:a',
            '-map',
            '1:v',
            '-c:v',
            'png',
            '-frames:v',
            '1',
            '-disposition:v',
            'attached_pic',
            path,
          ],
        ),
    ],
    [
      'a picture wider than 8192',
      /8200x16/,
      (path) => sampleVideo(path, { width: 8200, height: 16, seconds: 0.04 }),
    ],
    [
      '1000 frames a second',
      /240 frames/,
      (path) => sampleVideo(path, { rate: '1000', seconds: 0.1, width: 64, height: 36 }),
    ],
    [
      '65 streams',
      /64 streams/,
      (path) =>
        makeWithFfmpeg(
          '-i',
          sample,
          ...Array.from({ length: 65 }, () => ['-map', '0:a']).flat(),
          '-map',
          '0:v',
          '-c',
          'copy',
          path,
        ),
    ],
    [
      'more than six hours',
      /6 hours/,
      (path) =>
        makeWithFfmpeg(
          '-f',
          'lavfi',
          '-i',
          'color=s=16x16:r=0.01:d=22000',
          '-c:v',
          'libx264',
          '-preset',
          'ultrafast',
          path,
        ),
    ],
  ]
  for (const [what, why, make] of refused) {
    it(`refuses ${what}`, async () => {
      const path = file(`${what.replaceAll(' ', '-')}.mp4`)
      await make(path)
      const failure = await encoder.probe(path).catch((error: unknown) => error)
      expect(failure).to.include({ name: 'JobServerError', code: 'unsupported-video' })
      expect((failure as Error).message)
        .to.match(why)
        .and.not.contain(folder)
    })
  }

  it('refuses playlists under any name, and follows none of their links', async () => {
    let calls = 0
    const canary = createServer((_request, response) => {
      calls++
      response.end()
    }).listen(0, '127.0.0.1')
    await new Promise((listening) => canary.once('listening', listening))
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/secret.ts`
    const playlist = (target: string): string =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n${target}\n#EXT-X-ENDLIST\n`
    try {
      for (const [name, text] of [
        ['http.m3u8', playlist(url)],
        ['file.mp4', playlist(`file://${file('sample.ts')}`)],
        ['plain.avi', playlist(file('sample.ts'))],
        ['concat.m3u8', playlist(`concat:${file('sample.ts')}|${url}`)],
        ['subfile.m3u8', playlist(`subfile,,start,0,end,100,,:${sample}`)],
        ['list.ffconcat', `ffconcat version 1.0\nfile ${sample}\n`],
        ['list.mp4', `ffconcat version 1.0\nfile '${sample}'\n`],
        [
          'session.sdp',
          `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n`,
        ],
        [
          'manifest.mpd',
          `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>${url}</BaseURL></MPD>`,
        ],
      ] as const) {
        await writeFile(file(name), text)
        const failure = await encoder.probe(file(name)).catch((error: unknown) => error)
        expect(failure, name).to.include({ code: 'unsupported-video' })
      }
      expect(calls).to.equal(0)
    } finally {
      canary.close()
    }
  })

  it('probes a few files at a time, below the priority of an ordinary server, and all of them in the end', async () => {
    const tools = await mkdtemp(join(folder, 'tools-'))
    const asking = `echo "$(ls ${tools} | grep -c running) $(nice)" >> ${tools}/seen`
    const probe = `touch ${tools}/running.$$; sleep 0.1; ${asking}; rm ${tools}/running.$$; exec ${(await testTools()).ffprobe} "$@"`
    for (const [name, script] of [
      ['ffmpeg', 'exit 0'],
      ['ffprobe', `[ "$1" = -version ] && exit 0; ${probe}`],
    ] as const)
      await writeFile(join(tools, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const busy = new FfmpegVideoEncoder({ searchPath: tools })
    const probing = Array.from({ length: 11 }, (_, index) =>
      busy.probe(index === 3 ? file('missing') : sample),
    )
    const ends = await Promise.allSettled(probing)
    expect(ends.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(10)
    const seen = (await readFile(join(tools, 'seen'), 'utf8')).trim().split('\n')
    expect(seen).to.have.lengthOf(10)
    for (const line of seen) expect(line).to.match(/^[1-4] /)
    expect(seen.at(-1)).to.match(new RegExp(` ${Math.max(5, getPriority())}$`))
  })

  it('lets the look at all of a large file take as long as a slow disk does', async () => {
    const [large, slow] = [file('large'), file('reads-slowly')]
    await writeFile(large, '')
    await truncate(large, 100 * 1024 * 1024)
    const endless = JSON.stringify({
      format: { format_name: 'matroska,webm' },
      streams: [{ codec_type: 'video', codec_name: 'vp8', width: 64, height: 36 }],
    })
    const times = '[ "$times" ] && { sleep 10.5; printf "0\\n0.5\\n"; exit; }'
    const script = `for option; do [ "$option" = packet=pts_time ] && times=1; done; ${times}; echo '${endless}'`
    await writeFile(slow, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    expect(await inspectMedia(slow, large)).to.include({ durationSeconds: 1 })
  })

  it('keeps nobody waiting for files that have to be read to their ends, and lets go of those who wait for a turn', async () => {
    const tools = await mkdtemp(join(folder, 'tools-'))
    const endless = JSON.stringify({
      format: { format_name: 'matroska,webm' },
      streams: [{ codec_type: 'video', codec_name: 'vp8', width: 64, height: 36 }],
    })
    const last = 'for last; do :; done'
    const reading = `case "$*" in *packet=pts_time*) exec sleep 60;; *) echo '${endless}'; exit;; esac`
    const script = `[ "$1" = -version ] && exit; ${last}; case "$last" in *endless*) ${reading};; esac`
    const ffprobe = `${script}; exec ${(await testTools()).ffprobe} "$@"`
    for (const [name, text] of Object.entries({ ffmpeg: 'exit 0', ffprobe }))
      await writeFile(join(tools, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    await writeFile(file('endless'), 'x')
    const busy = new FfmpegVideoEncoder({ searchPath: tools })
    const clients = Array.from({ length: 6 }, () => new AbortController())
    const ends = clients.map(({ signal }) =>
      busy.probe(file('endless'), signal).catch((error: unknown) => String(error)),
    )
    try {
      const quick = await Promise.race([busy.probe(sample), sleep(8_000, 'it waits for the others')])
      expect(quick).to.include({ container: 'mov' })
      clients[5]?.abort(new Error('left'))
      expect(await Promise.race([ends[5], sleep(1_000, 'it waits for its turn')])).to.equal('Error: left')
    } finally {
      for (const client of clients) client.abort(new Error('left'))
    }
    expect(await Promise.all(ends)).to.deep.equal(Array(6).fill('Error: left'))
  })

  it('kills a probe that is aborted, and waits for its end', async () => {
    const slow = file('slow')
    await writeFile(slow, '#!/bin/sh\nexec sleep 60\n')
    await chmod(slow, 0o755)
    const controller = new AbortController()
    const probing = inspectMedia(slow, sample, controller.signal).catch((error: unknown) => error)
    setTimeout(() => {
      controller.abort(new Error('stop'))
    }, 50)
    expect(await probing).to.have.property('message', 'stop')
  })

  it('ends a probe that takes more memory than any video does', async () => {
    const greedy = file('greedy')
    const take = 'const all = []; for (;;) { all.push(Buffer.alloc(1e8, 1)); if (all.length > 30) break }'
    const script = `#!/bin/sh\nexec ${process.execPath} -e '${take}; setTimeout(() => {}, 60000)'\n`
    await writeFile(greedy, script, { mode: 0o755 })
    const failure = await inspectMedia(greedy, sample).catch((error: unknown) => error)
    expect(failure).to.include({
      code: 'unsupported-video',
      message: 'the file takes too much memory to read',
    })
  })

  it('calls a file that crashes ffprobe unsupported', async () => {
    const crashing = file('crashing')
    await writeFile(crashing, '#!/bin/sh\nkill -SEGV $$\n', { mode: 0o755 })
    const failure = await inspectMedia(crashing, sample).catch((error: unknown) => error)
    expect(failure).to.include({ code: 'unsupported-video', message: 'the file makes ffprobe crash' })
  })

  it('tells a missing tool from a file that is no video', async () => {
    const { ffprobe } = await testTools()
    expect(await inspectMedia(ffprobe, sample)).to.include({ container: 'mov', framesPerSecond: 25 })
    for (const tool of [file('missing'), '/bin/true']) {
      const failure = await inspectMedia(tool, sample).catch((error: unknown) => error)
      expect(failure, tool).to.include({ code: 'ffmpeg-unavailable' })
    }
  })
})
