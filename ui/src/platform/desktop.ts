// What the desktop app tells its own page and does for it. The hub's pages never come here: they are websites, on the
// desktop too, and none of these commands answers them.
import { invoke } from '@tauri-apps/api/core'
import { listen } from '@tauri-apps/api/event'

/** How far the start of the hub is. */
export type Step = 'directory' | 'database' | 'migrations' | 'team' | 'page'

export interface Address {
  url: string
  /** From where it works. */
  reaches: 'network' | 'name' | 'thisComputer'
  /** A QR code: the data of an SVG path, and the edge in modules. */
  code: [path: string, edge: number] | null
}

/** What a backup says about itself. */
export interface Backup {
  file: string
  team: string
  madeAt: string
  people: number
  channels: number
  messages: number
}

/** What the launcher shows; the app decides. */
export type View =
  | { is: 'starting'; step: Step }
  /** The problem is why the last choice came to nothing, in the program's words. */
  | { is: 'choices'; data: string; problem: string | null }
  | { is: 'backup'; data: string; backup: Backup; replaces: boolean }
  | { is: 'restoring'; team: string; step: 'loading' | 'checking' | 'finishing'; percent: number }
  | { is: 'held'; data: string; holder: string }
  | { is: 'failed'; data: string; problem: string }
  | { is: 'addresses'; team: string; addresses: Address[] }
  | { is: 'leaving'; others: number; tray: boolean }
  | { is: 'stopping' }

export interface Team {
  id: string
  name: string
  /** Without the scheme. */
  address: string
  /** It was opened here before. */
  known: boolean
  /** It answers on this network now. */
  nearby: boolean
}

/** Why a team could not be opened. */
export type TeamProblem = 'notAnAddress' | 'noAnswer' | 'notHearth' | 'unknown'

const PROBLEMS: readonly TeamProblem[] = ['notAnAddress', 'noAnswer', 'notHearth', 'unknown']

/** Reads what a command was refused with. */
export function teamProblem(error: unknown): TeamProblem {
  return PROBLEMS.find((problem) => problem === error) ?? 'noAnswer'
}

export const desktop = {
  version: () => import.meta.env.VITE_HEARTH_VERSION as string,
  view: () => invoke<View>('view'),
  onView: (show: (view: View) => void) => listen<View>('view', ({ payload }) => show(payload)),
  /** Tells the app that something is on the screen. */
  drawn: () => invoke<void>('drawn'),
  startTeam: () => invoke<void>('start_team'),
  startDemo: () => invoke<void>('start_demo'),
  /** Lets the person choose a file; what comes of it is a view. */
  chooseBackup: () => invoke<void>('choose_backup'),
  restoreBackup: () => invoke<void>('restore_backup'),
  chooseAgain: () => invoke<void>('choose_again'),
  tryAgain: () => invoke<void>('try_again'),
  openHub: () => invoke<void>('open_hub'),
  nearby: () => invoke<Team[]>('nearby'),
  joinAddress: (address: string) => invoke<void>('join_address', { address }),
  openTeam: (id: string) => invoke<void>('open_team', { id }),
  forgetTeam: (id: string) => invoke<void>('forget_team', { id }),
  showData: () => invoke<void>('show_data'),
  stay: () => invoke<void>('stay'),
  quit: () => invoke<void>('quit'),
}
