import type { IconName } from '../ui/icon.js'

export interface Place {
  readonly path: string
  readonly name: string
  readonly icon: IconName
  /** After `g`. */
  readonly key: string
}

export const PLACES: readonly Place[] = [
  { path: '/', name: 'Overview', icon: 'gauge', key: 'o' },
  { path: '/jobs', name: 'Jobs', icon: 'list', key: 'j' },
  { path: '/dead-letters', name: 'Dead letters', icon: 'letter', key: 'd' },
  { path: '/schedules', name: 'Schedules', icon: 'clock', key: 's' },
  { path: '/videos', name: 'Videos', icon: 'film', key: 'v' },
  { path: '/definitions', name: 'Definitions', icon: 'blocks', key: 'f' },
  { path: '/workers', name: 'Workers', icon: 'chip', key: 'w' },
  { path: '/api', name: 'API', icon: 'code', key: 'a' },
]

export const RUN_PATH = '/run'
