import * as sdk from './generated'
import { answer, BASE, content, done, ifMatch } from './http'
import type {
  Account,
  Bot,
  Hook,
  Group,
  Invite,
  JoinInfo,
  NewToken,
  NumberedPage,
  Role,
  Session,
  SetupState,
  Token,
  TokenScope,
  TwoFactor,
  TwoFactorSetup,
} from './types'

// Browsers sign in by cookie: no token ever reaches the page.
const session = 'cookie' as const

const signedIn = async (outcome: Parameters<typeof answer<{ user: unknown }>>[0]): Promise<Account> =>
  (await answer(outcome)).user as Account

export const getSetup = (): Promise<SetupState> => content(sdk.getSetup())

/** Makes the team and its owner, and signs the owner in. */
export const createSetup = (setup: {
  team: string
  name: string
  username?: string
  email?: string
  password: string
  token?: string
}): Promise<Account> => signedIn(sdk.createSetup({ body: { ...setup, session } }))

export const getJoin = (code: string): Promise<JoinInfo> => content(sdk.getJoin({ path: { code } }))

/** Makes an account and signs it in. */
export const register = (person: {
  name: string
  username?: string
  email?: string
  password: string
  invite?: string
}): Promise<Account> => signedIn(sdk.register({ body: { ...person, session } }))

/** `email` also takes a user name. */
export const login = (email: string, password: string): Promise<Account> =>
  signedIn(sdk.login({ body: { email, password, session } }))

/** Goes on with a sign-in of which the password was right: `ticket` comes with `code_needed`. */
export const finishLogin = (ticket: string, code: string): Promise<Account> =>
  signedIn(sdk.finishLogin({ body: { ticket, code, session } }))

/** How it stands with my own two-factor sign-in. */
export const getTwoFactor = (): Promise<TwoFactor> => content(sdk.getTwoFactor())

/** Begins to set it up; it counts once the first code was given. */
export const setUpTwoFactor = (): Promise<TwoFactorSetup> => content(sdk.setUpTwoFactor())

/** Switches it on; gives the recovery codes, which are shown only now. */
export const confirmTwoFactor = async (code: string): Promise<string[]> =>
  (await content<{ recoveryCodes: string[] }>(sdk.confirmTwoFactor({ body: { code } }))).recoveryCodes

export const disableTwoFactor = (password: string): Promise<void> =>
  done(sdk.disableTwoFactor({ body: { password } }))

/** Those before are void. */
export const renewRecoveryCodes = async (password: string): Promise<string[]> =>
  (await content<{ recoveryCodes: string[] }>(sdk.renewRecoveryCodes({ body: { password } }))).recoveryCodes

export const logout = (): Promise<void> => done(sdk.logout())

export const getReset = (code: string): Promise<{ name: string; username: string }> =>
  content(sdk.getReset({ path: { code } }))

export const completeReset = (code: string, password: string): Promise<void> =>
  done(sdk.completeReset({ path: { code }, body: { password } }))

export const createResetLink = (userId: string): Promise<{ url: string; expiresAt: string }> =>
  content(sdk.createResetLink({ path: { id: userId } }))

/** Keeps somebody out until they are let in again; everything of theirs stays. */
export const suspendUser = (userId: string): Promise<Account> =>
  content(sdk.suspendUser({ path: { id: userId } }))

export const resumeUser = (userId: string): Promise<Account> =>
  content(sdk.resumeUser({ path: { id: userId } }))

export async function listUsers(
  query: { page?: number; limit?: number; sort?: string; q?: string; bots?: boolean } = {},
): Promise<{ users: Account[]; pagination: NumberedPage }> {
  const page = await answer(sdk.listUsers({ query }))
  return { users: page.data as Account[], pagination: page.pagination }
}

/** Oneself; fails with `no_token` when nobody is signed in. */
export const getMe = (): Promise<Account> => content(sdk.getUser({ path: { id: 'me' } }))

export interface UserPatch {
  name?: string
  username?: string
  email?: string | null
  title?: string
  statusText?: string
  statusEmoji?: string
  /** When the status is cleared by itself; null for never. */
  statusUntil?: string | null
  timeZone?: string | null
  role?: Role
}

/** With `version`, fails with `version_mismatch` when somebody changed the person meanwhile. */
export const updateUser = (id: string, patch: UserPatch, version?: number): Promise<Account> =>
  content(sdk.updateUser({ path: { id }, body: patch, ...ifMatch(version) }))

export const deleteUser = (id: string): Promise<void> => done(sdk.deleteUser({ path: { id } }))

export const setAvatar = (image: Blob): Promise<Account> =>
  content(
    sdk.setAvatar({
      body: image as never,
      bodySerializer: null,
      headers: { 'Content-Type': image.type },
    }),
  )

export const deleteAvatar = (): Promise<Account> => content(sdk.deleteAvatar())

/** Where the picture of a person is; null for those who have none. */
export const avatarUrl = (user: { id: string; avatar: string | null }): string | null =>
  user.avatar ? `${BASE}/users/${user.id}/avatar/${user.avatar}` : null

export const changePassword = (currentPassword: string, newPassword: string): Promise<void> =>
  done(sdk.changePassword({ body: { currentPassword, newPassword } }))

export const listSessions = (): Promise<Session[]> => content(sdk.listSessions())

export const deleteSession = (id: string): Promise<void> => done(sdk.deleteSession({ path: { id } }))

export const deleteOtherSessions = (): Promise<void> => done(sdk.deleteOtherSessions())

export const listTokens = (): Promise<Token[]> => content(sdk.listTokens())

export const createToken = (token: {
  name: string
  scopes: TokenScope[]
  expiresAt?: string
}): Promise<NewToken> => content(sdk.createToken({ body: token }))

export const deleteToken = (id: string): Promise<void> => done(sdk.deleteToken({ path: { id } }))

/** Every bot with its tokens; for admins. */
export const listBots = (): Promise<Bot[]> => content(sdk.listBots())

/** Unless it is a member it sees only where it was added. */
export const createBot = (bot: { name: string; role: 'guest' | 'member' }): Promise<Bot> =>
  content(sdk.createBot({ body: bot }))

export const createBotToken = (
  botId: string,
  token: { name: string; scopes: TokenScope[]; expiresAt?: string },
): Promise<NewToken> => content(sdk.createBotToken({ path: { botId }, body: token }))

export const deleteBotToken = (botId: string, tokenId: string): Promise<void> =>
  done(sdk.deleteBotToken({ path: { botId, tokenId } }))

/** The incoming webhooks of every channel; for admins. */
export const listAllHooks = (): Promise<Hook[]> => content(sdk.listAllHooks())

export const deleteAnyHook = (hookId: string): Promise<void> => done(sdk.deleteAnyHook({ path: { hookId } }))

export const listInvites = (): Promise<Invite[]> => content(sdk.listInvites())

export const createInvite = (invite: {
  role?: 'admin' | 'member' | 'guest'
  maxUses?: number
  expiresInHours?: number
  label?: string
}): Promise<Invite> => content(sdk.createInvite({ body: invite }))

export const deleteInvite = (id: string): Promise<void> => done(sdk.deleteInvite({ path: { id } }))

interface GroupFields {
  handle: string
  name: string
  memberIds: string[]
}

export const createGroup = (group: GroupFields): Promise<Group> => content(sdk.createGroup({ body: group }))

export const updateGroup = (groupId: string, change: Partial<GroupFields>, version: number): Promise<Group> =>
  content(sdk.updateGroup({ path: { groupId }, body: change, ...ifMatch(version) }))

export const deleteGroup = (groupId: string): Promise<void> => done(sdk.deleteGroup({ path: { groupId } }))
