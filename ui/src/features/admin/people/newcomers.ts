import { getNetwork, type NewcomerLine } from '$api'

const HERE = ['localhost', '127.0.0.1', '[::1]']

/** Where links are to begin that somebody else opens: this page's own address, unless only this computer reaches that. */
export async function linkOrigin(here: Location): Promise<string> {
  if (!HERE.includes(here.hostname)) return here.origin
  try {
    const { open, addresses } = await getNetwork()
    return open && addresses[0] ? new URL(addresses[0].url).origin : here.origin
  } catch {
    return here.origin
  }
}

/** What a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

/** Those who were added with their links, as a table. */
export function linksTable(lines: readonly NewcomerLine[], origin: string, heads: readonly string[]): string {
  const rows = lines
    .filter((line) => line.url)
    .map((line) => [line.name, line.username, line.email ?? '', new URL(line.url ?? '', origin).href])
  return [heads, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}
