import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { ApiPage } from './pages/api/lazy-api-page.js'
import { DeadLettersPage } from './pages/dead-letters/dead-letters-page.js'
import { DefinitionsPage } from './pages/definitions/definitions-page.js'
import { JobPage } from './pages/job/job-page.js'
import { JobsPage } from './pages/jobs/jobs-page.js'
import { NotFoundPage } from './pages/not-found-page.js'
import { OverviewPage } from './pages/overview/overview-page.js'
import { RunPage } from './pages/run/run-page.js'
import { SchedulePage } from './pages/schedules/schedule-page.js'
import { SchedulesPage } from './pages/schedules/schedules-page.js'
import { VideosPage } from './pages/videos/videos-page.js'
import { WorkersPage } from './pages/workers/workers-page.js'
import { KeyDialog } from './shell/key-dialog.js'
import { Keys } from './shell/keys.js'
import { LinkBanner } from './shell/link-banner.js'
import { Navigation } from './shell/navigation.js'
import { useAddress } from './shell/use-address.js'
import { placeBefore, returnTo } from './shell/way-back.js'
import { Notices } from './ui/notices.js'
import type { Address } from './lib/address.js'

export function App() {
  const address = useAddress()
  const main = useRef<HTMLElement>(null)
  const isFirst = useRef(true)

  // Who follows a link with the keyboard or by ear begins at the new page; who goes back, where it was left.
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false
      return
    }
    // A page may have put the focus where it is wanted, such as into the field that `/` leads to.
    if (main.current?.contains(document.activeElement) !== true)
      main.current?.querySelector('h1')?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
    const place = placeBefore()
    return place && returnTo(place)
  }, [address.path])

  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.querySelector('h1')?.focus()}>
        Skip to content
      </button>
      <Navigation path={address.path} />
      <div class="shell-body">
        <LinkBanner />
        <main ref={main} key={address.path}>
          {pageOf(address)}
        </main>
      </div>
      <Notices />
      <KeyDialog />
      <Keys />
    </div>
  )
}

function pageOf({ path, query }: Address): ComponentChildren {
  const [, place = '', id = ''] = path.split('/')
  switch (place) {
    case '':
      return <OverviewPage query={query} />
    case 'jobs':
      return id === '' ? <JobsPage query={query} /> : <JobPage jobId={id} />
    case 'run':
      return <RunPage query={query} />
    case 'dead-letters':
      return <DeadLettersPage query={query} />
    case 'videos':
      return <VideosPage />
    case 'workers':
      return <WorkersPage />
    case 'definitions':
      return <DefinitionsPage />
    case 'schedules':
      return id === '' ? <SchedulesPage /> : <SchedulePage scheduleId={id} />
    case 'api':
      return <ApiPage query={query} />
    default:
      return <NotFoundPage />
  }
}
