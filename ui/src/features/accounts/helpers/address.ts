/** The name a team gets on the network: "Acme & Söhne" becomes `acme-sohne.local`. Empty when nothing is left of it. */
export function localAddress(team: string): string {
  const label = team
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/['’`]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
  return label ? `${label}.local` : ''
}
