// Programs that are told what happens, and programs that are asked.

import * as sdk from './generated'
import { content, done } from './http'
import type {
  CommandOutcome,
  Delivery,
  NewOutgoing,
  NewTeamCommand,
  Outgoing,
  OutgoingWish,
  TeamCommand,
  Topic,
} from './types'

/** Those that one manages; with a channel, those that hear it. */
export const listOutgoing = (channelId?: string): Promise<Outgoing[]> =>
  content(sdk.listOutgoing({ query: { channelId } }))

export const createOutgoing = (
  wish: OutgoingWish & { name: string; url: string; topics: Topic[] },
): Promise<NewOutgoing> => content(sdk.createOutgoing({ body: wish }))

export const updateOutgoing = (outgoingId: string, wish: OutgoingWish): Promise<Outgoing> =>
  content(sdk.updateOutgoing({ path: { outgoingId }, body: wish }))

export const deleteOutgoing = (outgoingId: string): Promise<void> =>
  done(sdk.deleteOutgoing({ path: { outgoingId } }))

/** Another secret; for a day the one before is good as well. */
export const rotateOutgoing = (outgoingId: string): Promise<NewOutgoing> =>
  content(sdk.rotateOutgoing({ path: { outgoingId } }))

/** Sends something that tells nothing, and says how that went. */
export const testOutgoing = (outgoingId: string): Promise<Delivery> =>
  content(sdk.testOutgoing({ path: { outgoingId } }))

/** The newest first. */
export const listDeliveries = (
  outgoingId: string,
  before?: string,
): Promise<{ deliveries: Delivery[]; hasBefore: boolean }> =>
  content(sdk.listDeliveries({ path: { outgoingId }, query: { before } }))

export const resendDelivery = (outgoingId: string, deliveryId: string): Promise<Delivery> =>
  content(sdk.resendDelivery({ path: { outgoingId, deliveryId } }))

export const listTeamCommands = (): Promise<TeamCommand[]> => content(sdk.listCommands())

export const createTeamCommand = (command: {
  name: string
  url: string
  hint?: string
  description?: string
}): Promise<NewTeamCommand> => content(sdk.createCommand({ body: command }))

export const updateTeamCommand = (
  commandId: string,
  command: { name?: string; url?: string; hint?: string; description?: string },
): Promise<TeamCommand> => content(sdk.updateCommand({ path: { commandId }, body: command }))

export const rotateTeamCommand = (commandId: string): Promise<NewTeamCommand> =>
  content(sdk.rotateCommand({ path: { commandId } }))

export const deleteTeamCommand = (commandId: string): Promise<void> =>
  done(sdk.deleteCommand({ path: { commandId } }))

/** Asks the program behind a command what follows it. */
export const runTeamCommand = (channelId: string, command: string, text: string): Promise<CommandOutcome> =>
  content(sdk.runCommand({ path: { channelId }, body: { command, text } }))
