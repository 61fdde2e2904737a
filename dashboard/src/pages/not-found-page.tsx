import { addressOf } from '../lib/address.js'
import { PageHead } from '../ui/page-head.js'
import { Empty } from '../ui/states.js'

export function NotFoundPage() {
  return (
    <>
      <PageHead title="Nothing here" />
      <Empty title="There is no such page">
        <p>
          <a href={addressOf('/')}>To the overview</a>
        </p>
      </Empty>
    </>
  )
}
