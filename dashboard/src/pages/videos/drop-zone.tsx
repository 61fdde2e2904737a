import { useRef, useState } from 'preact/hooks'
import { Icon } from '../../ui/icon.js'

interface Props {
  readonly format: string
  readonly quality: string
  readonly onFormat: (format: string) => void
  readonly onQuality: (quality: string) => void
  readonly onFiles: (files: readonly File[]) => void
}

export function DropZone({ format, quality, onFormat, onQuality, onFiles }: Props) {
  const [isOver, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    onFiles([...(event.dataTransfer?.files ?? [])])
  }
  return (
    <div
      class={`drop ${isOver ? 'is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" />
      <p>
        <strong>Drop a video here</strong>, or{' '}
        <button type="button" class="link" onClick={() => input.current?.click()}>
          choose a file
        </button>
      </p>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-label="Video file"
        accept="video/*,.mkv,.avi"
        multiple
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      <div class="row is-centre">
        <label class="row">
          <span class="quiet">Format</span>
          <select class="is-small" value={format} onChange={(event) => onFormat(event.currentTarget.value)}>
            {['mp4', 'webm', 'avi'].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label class="row">
          <span class="quiet">Height at most</span>
          <select class="is-small" value={quality} onChange={(event) => onQuality(event.currentTarget.value)}>
            {['720p', '1080p', '4k'].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      </div>
    </div>
  )
}
