import { anyDefinition, useReading } from '../../live/use-reading.js'
import type { DefinitionList, DefinitionMetricsList } from '../../api/types.js'
import { PageHead } from '../../ui/page-head.js'
import { NoDefinition } from '../../ui/no-definition.js'
import { ReadError, Waiting } from '../../ui/states.js'
import { plural } from '../../lib/format.js'
import { DefinitionCard } from './definition-card.js'

export function DefinitionsPage() {
  const list = useReading<DefinitionList>('/v1/definitions', { concern: anyDefinition })
  const figures = useReading<DefinitionMetricsList>('/v1/metrics/definitions?ttl=1')
  const definitions = list.data?.definitions ?? []
  return (
    <>
      <PageHead
        title="Definitions"
        note={list.data && `${plural(definitions.length, 'definition')} published`}
      />
      <ReadError error={list.error} retry={list.refresh} />
      {list.data === undefined && list.error === undefined && <Waiting />}
      {list.data !== undefined && definitions.length === 0 && <NoDefinition />}
      <div class="cards">
        {definitions.map((definition) => (
          <DefinitionCard
            key={`${definition.key}@${definition.version}`}
            definition={definition}
            figures={figures.data?.definitions.find(
              ({ definitionKey, definitionVersion }) =>
                definitionKey === definition.key && definitionVersion === definition.version,
            )}
          />
        ))}
      </div>
    </>
  )
}
