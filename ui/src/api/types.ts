// The server's shapes by the names the app uses. They come from its OpenAPI document; only where that calls
// a field optional because it may be null (the server always sends it) they are made exact.

import type * as server from './generated'

export type Role = server.Role
export type User = Required<server.User>
export type Account = Required<server.Account>
export type ChannelKind = server.ChannelKind
export type ChannelRole = server.MemberRole
export type ChannelMember = server.Member
export type Channel = Required<server.Channel>
export type Membership = Required<server.Membership>
export type FileInfo = Required<server.File>
export type FileCategory = server.Category
export type FileEntry = Omit<server.FileEntry, 'file'> & { file: FileInfo }
export type Message = Required<Omit<server.Message, 'files'>> & { files: FileInfo[] }
export type Reaction = server.Reaction
export type MessageReactions = server.MessageReactions
export type PinnedMessage = Omit<server.PinnedMessage, 'message'> & { message: Message }
export type Saved = server.Saved
/** Without a message where it may no longer be read. */
export type SavedMessage = Saved & { message: Message | null }
export type Revision = server.Revision
export type ReadMark = server.ReadView
export type Session = Required<server.Session>
export type TokenScope = server.Scope
export type Token = Required<server.Token>
export type NewToken = Required<server.CreatedToken>
/** Nobody is invited as an owner; the code is only there for those who may hand it on. */
export type Invite = Required<Omit<server.Invite, 'role' | 'code'>> & {
  role: Exclude<Role, 'owner'>
  code?: string
}
export type BackupContents = server.BackupContents
export type Backup = Required<Omit<server.Backup, 'contents'>> & { contents: BackupContents | null }
export type Registration = server.Registration
export type Hub = server.Hub
export type Settings = server.Settings
export type NetworkCheck = server.NetworkCheck
export type NetworkInterface = server.NetworkInterface
export type Network = Required<Omit<server.Network, 'name'>> & { name: Required<server.NetworkName> }
export type SetupState = server.SetupView
export type JoinInfo = Required<server.JoinView>
/** Where a page of a moving feed stands; `before` and `after` are what to ask for next. */
export type FeedPage = Required<server.Position>
export type NumberedPage = server.Pagination

export interface Bootstrap {
  cursor: string
  hub: Hub
  me: Account
  users: User[]
  channels: Channel[]
  memberships: Membership[]
  /** What I saved for later. */
  saved: Saved[]
}
