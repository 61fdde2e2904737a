import type { ServerResponse } from 'node:http'

/**
 * Resolves when an answer is the next one of its connection, with whether there is anybody to take it.
 *
 * A client may send requests behind one that is not answered yet. If it leaves then, nothing tells of the end of those answers that
 * never had their turn, and what they hold would be held for ever: what holds anything waits for its turn.
 */
export async function inTurn(response: ServerResponse): Promise<boolean> {
  const { req: request } = response
  const { socket } = request
  if (response.socket === null && !socket.destroyed)
    await new Promise<void>((resolve) => {
      const assign = response.assignSocket.bind(response)
      response.assignSocket = (own) => {
        assign(own)
        resolve()
      }
      // With its connection, unless it ended when it was read.
      const onClose = () => {
        if (socket.destroyed) resolve()
        else socket.once('close', resolve)
      }
      if (request.closed) onClose()
      else request.once('close', onClose)
    })
  return !socket.destroyed
}
