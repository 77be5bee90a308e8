/** What is pressed here does not lift the card that it is on. The drag library listens on the card itself. */
export function noDrag(node: HTMLElement): () => void {
  const stop = (event: Event) => event.stopPropagation()
  const events = ['mousedown', 'touchstart'] as const
  for (const event of events) node.addEventListener(event, stop)
  return () => {
    for (const event of events) node.removeEventListener(event, stop)
  }
}
