import type { Colour } from '../../application/ports/video-encoder.js'

/** From this height on, players take a picture of unknown colours for BT.709. */
const HD_HEIGHT = 720

/** Names that ffprobe says and the options of every ffmpeg take; the rest is left to the player, as before. */
const PRIMARIES = new Set([
  'bt709',
  'bt470m',
  'bt470bg',
  'smpte170m',
  'smpte240m',
  'film',
  'bt2020',
  'smpte432',
])
const TRANSFERS = new Set([
  ...['bt709', 'smpte170m', 'smpte240m', 'linear', 'iec61966-2-1', 'bt2020-10', 'bt2020-12'],
  ...['smpte2084', 'arib-std-b67'],
])
const MATRICES = new Set(['bt709', 'fcc', 'bt470bg', 'smpte170m', 'smpte240m', 'bt2020nc', 'bt2020c'])
const HDR_TRANSFERS: Readonly<Record<string, string>> = { smpte2084: 'PQ', 'arib-std-b67': 'HLG' }

/** Options of the scale filter: in which colours the picture comes out, where that is not as it came in. */
export function colourConversion(colour: Colour, height: number): string {
  if (isConverted(colour, height)) return ':out_color_matrix=bt709:out_range=tv'
  return colour.range === 'pc' ? ':out_range=tv' : ''
}

/** What the output says of its colours. */
export function colourArguments(colour: Colour, height: number): string[] {
  const converted = isConverted(colour, height) ? 'bt709' : ''
  return [
    ...option('-color_primaries', known(PRIMARIES, colour.primaries) || converted),
    ...option('-color_trc', known(TRANSFERS, colour.transfer) || converted),
    ...option('-colorspace', converted || known(MATRICES, colour.isRgb ? '' : colour.matrix)),
    ...option('-color_range', converted !== '' || colour.range !== '' ? 'tv' : ''),
  ]
}

/** What gets lost of colours that most screens do not show; the empty text when nothing does. */
export function colourWarning({ transfer }: Colour): string {
  const name = HDR_TRANSFERS[transfer]
  return name === undefined
    ? ''
    : `the video is HDR (${name}): its colours are kept, but not fitted to screens without HDR`
}

/** RGB has no matrix to keep. */
function isConverted(colour: Colour, height: number): boolean {
  return colour.isRgb && height >= HD_HEIGHT
}

function known(names: ReadonlySet<string>, name: string): string {
  return names.has(name) ? name : ''
}

function option(name: string, value: string): string[] {
  return value === '' ? [] : [name, value]
}
