import { Empty } from './states.js'

/** No job can be made yet. */
export function NoDefinition() {
  return (
    <Empty title="No definition is published">
      <p>
        Every role publishes what it has loaded when it starts; name modules of your own in{' '}
        <code>JOB_DEFINITIONS</code>.
      </p>
    </Empty>
  )
}
