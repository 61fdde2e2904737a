import { render } from 'preact'
import { App } from './app.js'
import { connection } from './live/connection.js'
import { followHints } from './live/readings.js'
import { notePlaces } from './shell/way-back.js'
import { followTheme } from './ui/theme.js'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/parts.css'
import './styles/tables.css'
import './styles/pages.css'

followTheme()
notePlaces()
followHints()
connection.start()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
