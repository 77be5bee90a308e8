import Bowser from 'bowser'
import { m } from '$paraglide/messages'

/** What a browser says it is and runs on, in words: "Firefox on Windows". What is no browser is called as it calls itself. */
export function browserName(agent: string): string {
  if (!agent.startsWith('Mozilla/')) return agent
  const { browser, os } = Bowser.parse(agent)
  if (browser.name && os.name) return m.device_browser_on({ browser: browser.name, system: os.name })
  return [browser.name, os.name, agent].find((name) => name) ?? agent
}
